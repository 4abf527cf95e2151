"""What editors do in the admin, and what others may not."""

import pytest

from belvedere.offer import services
from belvedere.offer.models import Candidate, Product, Quarantined, Record, Text
from belvedere.shared import clock
from belvedere.territory.models import Area, Place, User

pytestmark = pytest.mark.django_db


def signed_in(client, role, area):
    from django.contrib.auth.models import Permission

    user = User.objects.create_user(f"{role}-{area.slug}", language="en")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    user.memberships.create(role=role, area=area)
    client.force_login(user)
    return user


@pytest.fixture
def editor(client, casentino):
    """An editor of the Casentino, signed in."""
    return signed_in(client, "editor", casentino)


@pytest.fixture
def proposed(walk):
    """The walk, waiting for approval."""
    services.write_text(walk, "title", "it", "La foresta", status="source")
    services.write_text(walk, "description", "it", "Si cammina.", status="source")
    Product.objects.update(state="proposed")
    return walk


def test_an_editor_approves(client, editor, proposed):
    client.post(f"/cms/catalogue/decide/{proposed.pk}/", {"action": "approve"})
    proposed.refresh_from_db()
    assert proposed.state == "on_sale"


def test_the_list_calls_products_by_their_title_and_their_price(client, editor, proposed):
    page = client.get("/cms/snippets/offer/product/").content.decode()
    assert "La foresta" in page
    assert proposed.slug not in page.replace(f"/{proposed.slug}", "")
    assert "25,00" in page


def test_returning_needs_a_note_and_loses_nothing(client, editor, proposed):
    page = client.post(
        f"/cms/catalogue/decide/{proposed.pk}/", {"action": "give_back", "note": ""}
    )
    proposed.refresh_from_db()
    assert proposed.state == "proposed"
    assert page.status_code == 200
    assert b'role="alert"' in page.content


def test_an_editor_of_elsewhere_finds_nothing_to_approve(client, proposed):
    elsewhere = Area.objects.create(kind="ambito", slug="mugello", name="Mugello")
    signed_in(client, "editor", elsewhere)
    answer = client.post(f"/cms/catalogue/decide/{proposed.pk}/", {"action": "approve"})
    proposed.refresh_from_db()
    assert (answer.status_code, proposed.state) == (404, "proposed")


@pytest.mark.parametrize(
    "page", ["translations/", "quarantine/", "candidates/", "decide/{pk}/"]
)
def test_an_analyst_may_not(client, casentino, proposed, page):
    signed_in(client, "analyst", casentino)
    answer = client.get(f"/cms/catalogue/{page.format(pk=proposed.pk)}")
    assert answer.status_code in (302, 403)


def test_the_lists_are_there_and_empty_ones_say_so(client, editor):
    for page in ("translations/", "quarantine/", "candidates/"):
        assert client.get(f"/cms/catalogue/{page}").status_code == 200


def test_a_missing_translation_is_listed_and_written(client, editor, proposed):
    url = "/cms/catalogue/translations/?language=en"
    assert b"La foresta" in client.get(url).content
    client.post(url, {"language": "en", "key": f"{proposed.pk}-title", "value": "The forest"})
    assert Text.objects.get(field="title", language="en").status == "human"
    assert b"La foresta" not in client.get(url).content


def test_a_quarantined_row_is_mended(client, editor, poppi):
    row = {
        "category": "museo",
        "article": "Museo",
        "wikidata_id": "Q77",
        "latitude": "43.72",
        "longitude": "11.76",
        "visitors": "tanti",
        "cod_istat": "051031",
        "comune": "Poppi",
    }
    kept = Quarantined.objects.create(
        profile="culture-places",
        file="f.csv",
        row=2,
        field="visitors",
        reason="no number",
        content=row,
        seen_at=clock.now(),
    )
    url = f"/cms/catalogue/quarantine/{kept.pk}/"
    still_wrong = client.post(url, row | {"visitors": "troppi"})
    assert b"troppi" in still_wrong.content
    client.post(url, row | {"visitors": "12 (2022)"})
    assert Place.objects.get().wikidata_id == "Q77"


def test_a_double_is_joined(client, editor, castle):
    record = Record.objects.create(
        profile="culture-places",
        key="Q3662410/castello",
        row=3,
        seen_at=clock.now(),
        values={
            "name": "Castello",
            "kind": "castle",
            "municipality": "051031",
            "latitude": 43.7,
            "longitude": 11.7,
            "website": "http://poppi.it",
            "wikidata_id": "Q3662410",
            "detail": {},
        },
    )
    pair = Candidate.objects.create(record=record, place=castle, reason="wikidata")
    client.post("/cms/catalogue/candidates/", {"candidate": pair.pk, "action": "join"})
    castle.refresh_from_db()
    pair.refresh_from_db()
    assert (pair.state, castle.website) == ("joined", "http://poppi.it")


def test_the_products_form_writes_every_language(client, editor, proposed):
    url = f"/cms/snippets/offer/product/edit/{proposed.pk}/"
    assert client.get(url).status_code == 200
    answer = client.post(
        url,
        {
            "kind": "experience",
            "theme": "outdoor",
            "free_cancellation_hours": "24",
            "price": "27.50",
            "title__it": "La foresta antica",
            "description__it": "Si cammina.",
            "title__zh-Hans": "古老的森林",
        },
    )
    assert answer.status_code == 302
    proposed.refresh_from_db()
    assert proposed.price_minor == 2750
    assert Text.objects.get(field="title", language="zh-Hans").value == "古老的森林"
    assert Text.objects.get(field="title", language="it").revision == 2


def test_a_product_is_added_as_a_proposal(client, editor, guide):
    answer = client.post(
        "/cms/snippets/offer/product/add/",
        {
            "operator": guide.pk,
            "kind": "experience",
            "theme": "food",
            "language": "it",
            "free_cancellation_hours": "48",
            "price": "12",
            "title__it": "Pane nel forno",
            "description__it": "Si impasta.",
        },
    )
    assert answer.status_code == 302
    assert Product.objects.get().state == "proposed"


def test_the_list_shows_only_the_products_of_the_editors_areas(client, proposed):
    elsewhere = Area.objects.create(kind="ambito", slug="mugello", name="Mugello")
    signed_in(client, "editor", elsewhere)
    page = client.get("/cms/snippets/offer/product/")
    assert page.status_code == 200
    assert proposed.slug.encode() not in page.content
