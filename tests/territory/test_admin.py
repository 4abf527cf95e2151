"""The territory in the editors' admin."""

import pytest
from django.urls import reverse

from belvedere.territory import queries
from belvedere.territory.models import Drawing, Invitation, Municipality, Name

pytestmark = pytest.mark.django_db
PAGES = ("area", "municipality", "place", "name", "operator", "partner")


@pytest.fixture
def editor(tuscany, guides, makers, person, client):
    user = person("editor", ("editor", queries.area("casentino")))
    client.force_login(user)
    return user


def listed(model):
    return reverse(f"wagtailsnippets_territory_{model}:list")


@pytest.mark.parametrize("model", PAGES)
def test_every_list_opens_and_takes_few_queries(
    editor, client, model, django_assert_max_num_queries
):
    client.get(listed(model))
    with django_assert_max_num_queries(40):
        assert client.get(listed(model)).status_code == 200


@pytest.mark.parametrize("model", PAGES)
def test_every_list_is_searched(editor, client, model):
    assert client.get(listed(model), {"q": "casentino"}).status_code == 200


def test_names_that_wait_are_found_by_their_status(editor, client):
    page = client.get(listed("name"), {"status": "proposed", "q": "Poppi"}).content.decode()
    assert "阿雷佐省市镇" in page
    assert "佛罗伦萨" not in page


def test_an_editor_approves_names_together(editor, client):
    names = Name.objects.filter(status="proposed")[:3]
    address = reverse("wagtail_bulk_action", args=["territory", "name", "approve"])
    picked = "&".join(f"id={each.pk}" for each in names)
    asked = client.get(f"{address}?{picked}")
    assert asked.status_code == 200
    client.post(f"{address}?{picked}", {"next": listed("name")})
    assert Name.objects.filter(status="approved").count() == 3


def test_only_the_operators_of_the_own_area_are_shown(editor, client, guides, makers):
    page = client.get(listed("operator")).content.decode()
    assert guides.name in page
    assert makers.name not in page
    edit = "wagtailsnippets_territory_operator:edit"
    assert client.get(reverse(edit, args=[guides.pk])).status_code == 200
    assert client.get(reverse(edit, args=[makers.pk])).status_code == 404


def test_an_invitation_is_shown_once_with_its_code(editor, client, guides):
    address = reverse("territory_invite", args=[guides.pk])
    assert address in client.get(listed("operator")).content.decode()
    page = client.post(address).content.decode()
    assert "/invitation/" in page
    assert "<svg" in page
    assert "/invitation/" not in client.get(address).content.decode()


def test_nobody_invites_to_the_business_of_another_area(editor, client, makers):
    address = reverse("territory_invite", args=[makers.pk])
    assert client.post(address).status_code == 404
    assert not Invitation.objects.exists()


def test_an_analyst_does_not_invite(editor, client, person, guides, tuscany):
    client.force_login(person("analyst", ("analyst", tuscany)))
    answer = client.post(reverse("territory_invite", args=[guides.pk]))
    assert answer.status_code == 302
    assert not Invitation.objects.exists()


def test_a_moved_seat_redraws_the_maps(editor, client):
    poppi = Municipality.objects.get(code="051031")
    before = Drawing.objects.get(area__slug="casentino").sheet
    address = reverse("wagtailsnippets_territory_municipality:edit", args=[poppi.pk])
    client.post(
        address,
        {
            "name": "Poppi",
            "latitude": "43.70",
            "longitude": "11.75",
            "seat_source": "by hand",
            "valid_from": "",
            "valid_to": "",
        },
    )
    poppi.refresh_from_db()
    assert poppi.latitude == 43.70
    assert Drawing.objects.get(area__slug="casentino").sheet != before
