"""Each role is let in where it works, and refused everywhere else."""

import pytest
from django.urls import reverse

from belvedere.offer import services as catalogue
from belvedere.shared.money import Amount
from belvedere.territory.models import Area, Operator
from tests.desk.conftest import account

OPERATOR = {"anna"}
EDITORS = {"editor", "promotion", "head"}
STAFF = EDITORS | {"analyst"}
EVERYBODY = STAFF | OPERATOR | {"stranger"}
PAGES = {
    "desk:today": OPERATOR,
    "desk:scan": OPERATOR,
    "desk:experiences": OPERATOR,
    "desk:write": OPERATOR,
    "desk:proposals": EDITORS,
    "desk:translations": EDITORS,
    "desk:invitations": EDITORS,
    "desk:packages": EDITORS,
    "desk:package-new": EDITORS,
    "desk:taxes": {"promotion", "head"},
    "desk:agreements": STAFF,
    "desk:agreement-new": {"promotion", "head"},
    "desk:results": STAFF,
    "desk:results-table": STAFF,
    "desk:markets": STAFF,
    "desk:markets-table": STAFF,
    "desk:plans": STAFF,
}


@pytest.mark.parametrize("who", sorted(EVERYBODY))
@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_matrix_of_roles_and_pages(enter, request, casentino, guide, name, who):
    answer = enter(request.getfixturevalue(who)).get(reverse(name))
    assert answer.status_code == (200 if who in PAGES[name] else 403)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nobody_is_led_to_sign_in(client, db, name):
    assert client.get(reverse(name)).status_code == 302


@pytest.fixture
def elsewhere(casentino):
    """A loom of another operator, in another area."""
    area = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    weaver = Operator.objects.create(area=area, name="Bottega", slug="bottega")
    return catalogue.propose(
        weaver.pk, theme="crafts", language="it", title="Al telaio", description="Si tesse.",
        price=Amount(3500),
    )  # fmt: skip


THEIRS = [
    "desk:experience", "desk:days", "desk:sign", "desk:withdraw", "desk:write-again",
]  # fmt: skip
EDITED = ["desk:proposal", "desk:texts", "desk:approve", "desk:give-back"]


@pytest.mark.parametrize("name", THEIRS)
def test_an_operator_never_touches_another_ones_experience(enter, anna, elsewhere, name):
    url, client = reverse(name, args=[elsewhere.slug]), enter(anna)
    assert client.post(url).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.state == "proposed"


@pytest.mark.parametrize("name", EDITED)
def test_an_editor_never_touches_another_areas_proposal(enter, editor, elsewhere, name):
    url, client = reverse(name, args=[elsewhere.slug]), enter(editor)
    assert client.post(url, {"note": "no"}).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.state == "proposed"


def test_an_operator_does_not_approve_the_own_experience(enter, anna, walk):
    walk.state = "proposed"
    walk.save()
    answer = enter(anna).post(reverse("desk:approve", args=[walk.slug]))
    walk.refresh_from_db()
    assert (answer.status_code, walk.state) == (403, "proposed")


def test_an_analyst_reads_results_of_the_own_area_only(enter, analyst, walk, elsewhere):
    client = enter(analyst)
    assert client.get(reverse("desk:product", args=[walk.slug])).status_code == 200
    assert client.get(reverse("desk:product", args=[elsewhere.slug])).status_code == 404
    assert "Al telaio" not in client.get(reverse("desk:results")).content.decode()


def test_the_signs_of_another_operator_are_not_printed(enter, anna, elsewhere):
    url = reverse("desk:sign-paper", args=[elsewhere.slug, "A5"])
    assert enter(anna).get(url).status_code == 404


def test_staff_of_the_region_see_the_whole_region(enter, casentino, walk):
    chief = account("chief", "editor", casentino.parent)
    assert enter(chief).get(reverse("desk:proposal", args=[walk.slug])).status_code == 200
