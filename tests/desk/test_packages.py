"""The office composes a package and keeps the tourist tax; an operator sees its share."""

from datetime import date

import pytest
from django.test import Client

from belvedere.offer import services as offer
from belvedere.offer.models import Product
from belvedere.sell.models import PackagePart, TouristTax
from belvedere.territory import services as territory
from belvedere.territory.models import Area, Municipality
from tests.desk.conftest import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(enter, promotion):
    return enter(promotion)


@pytest.fixture
def elsewhere(db):
    """The promotion officer of another area."""
    area = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    return account("lontano", "promotion", area)


def parts(*rows):
    """Return what the form of the parts sends."""
    sent = {"form-TOTAL_FORMS": len(rows) + 1, "form-INITIAL_FORMS": 0}
    sent |= {f"form-{len(rows)}-{key}": value for key, value in ROW.items()}
    for at, row in enumerate(rows):
        sent |= {f"form-{at}-{key}": value for key, value in {**ROW, **row}.items()}
    return sent


ROW = {
    "option": "", "day": "1", "start": "", "nights": "", "quantity": "1", "per": "person",
    "share": "",
}  # fmt: skip
WORDS = {
    "title": "Due giorni", "summary": "Si cammina.", "description": "Si cammina e si dorme.",
    "theme": "slow", "price": "199", "people": "1", "child_price": "99", "child_until": "11",
    "hours": "24",
}  # fmt: skip


def test_from_nothing_to_a_package_on_sale(desk, guide, walk, house, composed):
    composed.package_parts.all().delete()
    Product.objects.filter(pk=composed.pk).update(state="withdrawn")
    page = desk.post("/en/desk/packages/new/", {**WORDS, "operator": guide.pk})
    made = Product.objects.exclude(pk=composed.pk).get(kind="package")
    assert page.url == f"/en/desk/packages/{made.slug}/"
    assert (made.state, made.free_cancellation_hours) == ("proposed", 24)
    assert [
        (each.type, each.min_age, each.max_age) for each in made.options.get().units.all()
    ] == [("ADULT", 12, 120), ("CHILD", 0, 11)]
    sent = parts(
        {"option": walk.options.get().pk, "start": "09:30"},
        {"option": house.options.get().pk, "nights": "1", "share": "45,50"},
    )
    assert desk.post(page.url, sent).status_code == 302
    assert list(
        made.package_parts.order_by("position").values_list("nights", "agreed_minor")
    ) == [(0, None), (1, 4550)]
    shown = desk.get(page.url).content.decode()
    assert "€153.50" in shown  # What is left for the walk.
    assert "€45.50" in shown
    traveller = Client()
    assert traveller.get(f"/en/experiences/{made.slug}/").status_code == 404
    desk.post(f"{page.url}sale/", {"deed": "on"})
    made.refresh_from_db()
    assert made.state == "on_sale"
    shown = traveller.get(f"/en/experiences/{made.slug}/").content.decode()
    assert "Day 1" in shown
    assert house.operator.name in shown
    desk.post(f"{page.url}sale/", {"deed": "off"})
    made.refresh_from_db()
    assert made.state == "withdrawn"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"nights": "2"}, "Only a stay has nights"),
        ({"day": "0"}, "Write at least 1."),
        ({"quantity": "x"}, "Write a whole number."),
        ({"start": "nine"}, "Write the time like this: 9:30."),
        ({"share": "much"}, "Write the price in figures"),
        ({"option": "99999"}, "Choose something of the list"),
        ({"share": "500"}, "more than the price"),
    ],
)
def test_what_is_wrong_with_a_part_is_said_beside_it_and_nothing_is_lost(
    desk,
    composed,
    walk,
    change,
    said,
):
    row = {"option": walk.options.get().pk, **change}
    page = desk.post(f"/en/desk/packages/{composed.slug}/", parts(row))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert PackagePart.objects.count() == 3


def test_without_two_parts_it_stays_off_sale(desk, package, walk):
    desk.post(f"/en/desk/packages/{package.slug}/sale/", {"deed": "on"})
    package.refresh_from_db()
    assert package.state == "proposed"


def test_the_way_through_the_proposals_puts_none_on_sale(desk, package):
    desk.post(f"/en/desk/proposals/{package.slug}/approve/")
    package.refresh_from_db()
    assert package.state == "proposed"


def test_the_page_says_why_nobody_can_buy_it(desk, composed, walk, client):
    offer.withdraw(walk.pk)
    for path in ("", f"{composed.slug}/"):
        page = desk.get(f"/en/desk/packages/{path}").content.decode()
        assert "Nobody can buy it now: not on sale is foresta-di-camaldoli." in page
    assert client.get(f"/en/book/{composed.slug}/").status_code == 200
    assert "no date is on sale" in client.get(f"/en/book/{composed.slug}/").content.decode()


def test_the_way_to_the_tourist_tax_is_for_who_keeps_it(desk, enter, editor):
    assert "/en/desk/tourist-tax/" in desk.get("/en/desk/packages/").content.decode()
    assert "tourist-tax" not in enter(editor).get("/en/desk/packages/").content.decode()


def test_the_list_is_empty_before_there_is_one(desk):
    assert "There is no package yet." in desk.get("/en/desk/packages/").content.decode()


def test_the_list_costs_the_same_with_many(desk, composed, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        desk.get("/en/desk/packages/")


def test_nobody_from_elsewhere_sees_or_changes_it(enter, elsewhere, composed, walk):
    there = enter(elsewhere)
    assert composed.slug not in there.get("/en/desk/packages/").content.decode()
    for path in ("", "words/", "sale/"):
        address = f"/en/desk/packages/{composed.slug}/{path}"
        assert there.post(address, {"deed": "off"}).status_code == 404
    wrong = there.post("/en/desk/packages/new/", {**WORDS, "operator": walk.operator_id})
    assert wrong.status_code == 422
    composed.refresh_from_db()
    assert composed.state == "on_sale"


def test_an_operator_sees_its_share_and_not_how_to_change_it(enter, anna, composed):
    page = enter(anna).get("/en/desk/experiences/").content.decode()
    assert "Packages you are part of" in page
    # 199 less the 90 agreed, in proportion to 25 and 65.
    assert "€30.28" in page
    assert enter(anna).get(f"/en/desk/packages/{composed.slug}/").status_code == 403
    assert enter(anna).get(f"/en/desk/experiences/{composed.slug}/days/").status_code == 404


class TestTheTax:
    def sent(self, poppi, **change):
        return {
            "municipality": poppi.pk, "accommodation": "farm", "rate": "1,50",
            "first_day": "2026-01-01", "last_day": "", "most_nights": "4", "free_under": "12",
            "source": "Delibera di prova", **change,
        }  # fmt: skip

    def test_it_is_written_down_shown_and_taken_away(self, desk, poppi):
        assert (
            "Nothing is written down yet" in desk.get("/en/desk/tourist-tax/").content.decode()
        )
        assert desk.post("/en/desk/tourist-tax/", self.sent(poppi)).status_code == 302
        row = TouristTax.objects.get()
        assert (row.minor, row.most_nights, row.first_day) == (150, 4, date(2026, 1, 1))
        page = desk.get("/en/desk/tourist-tax/").content.decode()
        assert "Delibera di prova" in page
        assert "Farm stay" in page
        desk.post(f"/en/desk/tourist-tax/{row.pk}/drop/")
        assert not TouristTax.objects.exists()

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"municipality": "0"}, "Choose a municipality of your areas."),
            ({"rate": "150"}, "looks like a slip"),
            ({"last_day": "2025-01-01"}, "The last day lies before the first."),
            ({"first_day": "soon"}, "Write the day like this"),
            ({"source": ""}, "Write where the figure stands"),
            ({"accommodation": "igloo"}, "igloo"),
        ],
    )
    def test_what_is_wrong_is_said_beside_it(self, desk, poppi, change, said):
        page = desk.post("/en/desk/tourist-tax/", self.sent(poppi, **change))
        assert page.status_code == 422
        assert said in page.content.decode()
        assert not TouristTax.objects.exists()

    def test_who_keeps_it_in_one_area_only_reads_another(self, enter, elsewhere, poppi):
        area = Area.objects.get(slug="casentino")
        territory.grant(elsewhere, "analyst", area)
        there = enter(elsewhere)
        assert there.post("/en/desk/tourist-tax/", self.sent(poppi)).status_code == 422
        assert not TouristTax.objects.exists()

    def test_another_area_is_none_of_ones_business(self, enter, elsewhere, desk, poppi):
        desk.post("/en/desk/tourist-tax/", self.sent(poppi))
        there = enter(elsewhere)
        assert "Delibera" not in there.get("/en/desk/tourist-tax/").content.decode()
        row = TouristTax.objects.get()
        assert there.post(f"/en/desk/tourist-tax/{row.pk}/drop/").status_code == 404
        assert there.post("/en/desk/tourist-tax/", self.sent(poppi)).status_code == 422
        assert Municipality.objects.filter(tourist_taxes=row).exists()
