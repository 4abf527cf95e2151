"""What a reseller reads: its one supplier, products, starts and days."""

import json
from datetime import date, time, timedelta

import pytest

from belvedere.offer import services as offer
from belvedere.offer.models import Product
from belvedere.sell import services
from belvedere.sell.models import Allotment
from belvedere.sell.octo.ids import slot_id
from belvedere.sell.services import OptionTerms, UnitTerms
from belvedere.shared import clock
from belvedere.territory.models import Operator
from tests.sell.octo.schemas import ABSENT, FILE

pytestmark = pytest.mark.django_db


def span(first, last):
    return {"localDateStart": first.isoformat(), "localDateEnd": last.isoformat()}


@pytest.mark.shared
@pytest.mark.skipif(FILE is None, reason=ABSENT)
def test_the_schemas_are_those_of_octo():
    assert FILE.exists()


def test_the_supplier_is_the_tokens_operator(octo, guide):
    found = octo.get("supplier")
    assert (found["id"], found["name"]) == (guide.slug, guide.name)
    assert found["endpoint"].endswith("/octo")


def test_with_and_without_a_slash_is_the_same_address(octo, what, slot):
    for path in ("supplier", "products", "capabilities"):
        assert octo.get(path) == octo.get(f"{path}/")
    days = {**what, **span(slot.day, slot.day)}
    assert octo.post("availability", days) == octo.post("availability/", days)


def test_capabilities_are_told_and_those_applied_stand_in_the_header(octo):
    assert [each["id"] for each in octo.get("capabilities")] == ["octo/pricing", "octo/content"]
    octo.capabilities = "octo/cart, octo/content"
    octo.get("products?_capabilities=octo/pricing")
    assert octo.answer["Octo-Capabilities"] == "octo/pricing, octo/content"
    octo.capabilities = ""
    assert "defaultCurrency" not in octo.get("products")[0]
    assert octo.answer["Octo-Capabilities"] == ""


def test_a_product_says_its_units_restrictions_prices_and_hours(ware):
    assert (ware["id"], ware["availabilityType"]) == ("foresta-di-camaldoli", "START_TIME")
    (option,) = ware["options"]
    assert option["availabilityLocalStartTimes"] == ["09:30"]
    assert option["restrictions"] == {"minUnits": 1, "maxUnits": 8}
    adult, child = option["units"]
    assert child["restrictions"]["accompaniedBy"] == [adult["id"]] == ["adult"]
    assert [each["pricingFrom"][0]["retail"] for each in (adult, child)] == [2500, 1000]
    assert adult["pricingFrom"][0]["includedTaxes"][0]["name"] == "VAT 22"


def test_only_what_the_operator_has_on_sale_and_that_has_a_day(octo, guide, walk, casentino):
    other = Operator.objects.create(area=casentino, name="Fattoria", slug="fattoria")
    for slug, more in {
        "altrui": {"operator": other},
        "bozza": {"state": "draft"},
        "miele": {"kind": "good"},
        "senza-tariffa": {},
    }.items():
        made = Product.objects.create(
            **{"operator": guide, "state": "on_sale", "theme": "food", **more},
            slug=slug, price_minor=900, created_at=clock.now(),
        )  # fmt: skip
        if slug != "senza-tariffa":
            services.set_terms(made.pk)
        assert octo.refused("GET", f"products/{slug}") == (
            "INVALID_PRODUCT_ID", {"productId": slug},
        )  # fmt: skip
    assert [each["id"] for each in octo.get("products")] == [walk.slug]


def test_without_hours_it_is_open_and_its_list_of_hours_empty(octo, walk, slot):
    Allotment.objects.filter(product=walk).update(start=None)
    services.set_terms(walk.pk, [OptionTerms(opens=time(9), closes=time(18))])
    found = octo.get("products")[0]
    assert found["availabilityType"] == "OPENING_HOURS"
    assert found["options"][0]["availabilityLocalStartTimes"] == []
    what = {"productId": found["id"], "optionId": found["options"][0]["id"]}
    (open_all_day,) = octo.post("availability", {**what, **span(slot.day, slot.day)})
    assert open_all_day["allDay"]
    assert open_all_day["openingHours"] == [{"from": "09:00", "to": "18:00"}]
    assert open_all_day["localDateTimeEnd"].startswith(f"{slot.day + timedelta(days=1)}T00:00")


def test_status_and_vacancies_of_a_start(octo, what, slot):
    days = {**what, "localDate": slot.day.isoformat()}
    for taken, status, available in (
        (0, "AVAILABLE", True), (5, "AVAILABLE", True), (6, "LIMITED", True),
        (10, "SOLD_OUT", False),
    ):  # fmt: skip
        Allotment.objects.filter(pk=slot.pk).update(taken=taken)
        (found,) = octo.post("availability", days)
        assert (found["status"], found["vacancies"]) == (status, 10 - taken)
        assert (found["available"], found["capacity"]) == (available, 10)
    Allotment.objects.filter(pk=slot.pk).update(taken=0, capacity=0)
    assert octo.post("availability", days)[0]["status"] == "CLOSED"
    Allotment.objects.filter(pk=slot.pk).update(capacity=10)


def test_after_the_cutoff_a_start_is_closed(octo, what, slot, monkeypatch):
    (found,) = octo.post("availability", {**what, "localDate": slot.day.isoformat()})
    start = clock.datetime.fromisoformat(found["localDateTimeStart"])
    cutoff = clock.datetime.fromisoformat(found["utcCutoffAt"])
    assert start - cutoff == timedelta(hours=2)
    assert found["utcCutoffAt"].endswith(":00Z")
    monkeypatch.setattr(clock, "now", lambda: cutoff)
    (found,) = octo.post("availability", {**what, "localDate": slot.day.isoformat()})
    assert (found["status"], found["available"], found["vacancies"]) == ("CLOSED", False, 0)


def test_starts_by_their_names(octo, what, slot):
    name = slot_id(slot.day, slot.start)
    (found,) = octo.post("availability", {**what, "availabilityIds": [name]})
    assert found["id"] == name
    gone = slot_id(slot.day, time(4))
    assert octo.post("availability", {**what, "availabilityIds": [gone]}) == []
    assert octo.refused("POST", "availability", {**what, "availabilityIds": ["x"]}) == (
        "INVALID_AVAILABILITY_ID", {"availabilityId": "x"},
    )  # fmt: skip


def test_for_more_than_are_left_nothing_is_available(octo, what, slot):
    Allotment.objects.filter(pk=slot.pk).update(taken=7)
    body = {**what, "localDate": slot.day.isoformat()}
    wish = {"units": [{"id": "adult", "quantity": 4}]}
    assert octo.post("availability", {**body, **wish})[0]["status"] == "SOLD_OUT"
    alone = {"units": [{"id": "child", "quantity": 1}]}
    assert octo.refused("POST", "availability", {**body, **alone})[0] == "UNPROCESSABLE_ENTITY"
    Allotment.objects.filter(pk=slot.pk).update(taken=0)


def test_the_calendar_has_one_object_for_each_day(octo, what, slot, tariffed):
    services.offer_places(tariffed.pk, [slot.day], start=time(15), capacity=4)
    days = span(clock.today(), clock.today() + timedelta(days=4))
    found = octo.post("availability/calendar", {**what, **days})
    assert len(found) == 5
    assert [each["status"] for each in found] == [
        "CLOSED", "AVAILABLE", "AVAILABLE", "CLOSED", "CLOSED",
    ]  # fmt: skip
    assert (found[1]["vacancies"], found[1]["capacity"]) == (10, 14)
    assert found[1]["unitPricingFrom"][0]["retail"] == 2500


def test_the_price_is_that_of_the_season_and_the_currency(octo, what, slot, walk):
    tomorrow = slot.day
    prices = [("", tomorrow, tomorrow, 3000, "EUR"), ("", None, None, 20000, "CNY")]
    prices += [("CN", None, None, 100, "EUR")]
    services.set_terms(walk.pk, [OptionTerms(units=[UnitTerms(prices=prices)])])
    found = octo.get("products")[0]
    assert found["availableCurrencies"] == ["EUR", "CNY"]
    body = {**what, **span(tomorrow, tomorrow + timedelta(days=1))}
    told = octo.post("availability", body)
    assert [each["unitPricing"][0]["retail"] for each in told] == [3000, 2500]
    yuan = octo.post("availability", {**body, "currency": "CNY"})
    assert yuan[1]["unitPricing"][0]["currency"] == "CNY"
    assert octo.refused("POST", "availability", {**body, "currency": "JPY"})[0] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"localDate": "2026-13-01"},
        {"localDate": 7},
        {"localDateStart": "2026-12-01"},
        {"localDateStart": "2026-12-02", "localDateEnd": "2026-12-01"},
        {"localDateStart": "2026-01-01", "localDateEnd": "2027-12-31"},
        {"localDate": "2026-12-01", "availabilityIds": ["2026-12-01T09:30:00+01:00"]},
        {"localDate": "2026-12-01", "units": "two"},
        {"localDate": "2026-12-01", "units": [{"id": "adult", "quantity": "2"}]},
        {"localDate": "2026-12-01", "availabilityIds": ["x"] * 201},
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_a_bad_request(octo, what, body):
    assert octo.refused("POST", "availability", {**what, **body}) == ("BAD_REQUEST", {})


def test_a_calendar_needs_both_ends(octo, what):
    body = {**what, "localDateEnd": "2026-12-01"}
    assert octo.refused("POST", "availability/calendar", body) == ("BAD_REQUEST", {})


def test_unknown_products_options_and_units_are_named(octo, what):
    day = {"localDate": "2026-12-01"}
    for wrong, code, echo in (
        ({"productId": "x"}, "INVALID_PRODUCT_ID", {"productId": "x"}),
        ({"productId": None}, "INVALID_PRODUCT_ID", {"productId": ""}),
        ({"optionId": "x"}, "INVALID_OPTION_ID", {"optionId": "x"}),
        ({"units": [{"id": "x", "quantity": 1}]}, "INVALID_UNIT_ID", {"unitId": "x"}),
    ):
        for path in ("availability", "availability/calendar"):
            assert octo.refused("POST", path, {**what, **day, **wrong}) == (code, echo)


def test_words_come_in_the_language_asked_for(octo, walk):
    offer.write_text(walk, "title", "it", "La foresta")
    offer.write_text(walk, "title", "zh-Hans", "森林慢行")
    octo.capabilities = "octo/content, octo/pricing"
    found = octo.get("products", **{"Accept-Language": "zh-CN,en;q=0.5"})[0]
    assert found["title"] == "森林慢行"
    assert octo.answer["Content-Language"] == "zh-Hans"
    assert octo.answer["Available-Languages"] == "it, en, zh-Hans"
    assert octo.get("supplier")["media"] == []
    assert found["options"][0]["units"][0]["title"] == "成人"


@pytest.mark.parametrize("capabilities", ["octo/pricing", "octo/pricing, octo/content"])
def test_fifty_products_need_as_many_queries_as_one(
    octo, guide, slot, capabilities, django_assert_max_num_queries
):
    octo.capabilities = capabilities
    for number in range(50):
        made = Product.objects.create(
            operator=guide, state="on_sale", theme="food", slug=f"p{number}",
            price_minor=900, created_at=clock.now(),
        )  # fmt: skip
        services.offer_places(made.pk, [slot.day], start=time(10), capacity=9)
        offer.write_text(made, "title", "it", f"Cosa {number}")
    most = 12 if "content" in capabilities else 7
    with django_assert_max_num_queries(most):
        assert len(octo.get("products")) == 51


def test_thirty_days_need_as_many_queries_as_one(octo, what, tariffed):
    days = [clock.today() + timedelta(days=n) for n in range(30)]
    services.offer_places(tariffed.pk, days, start=time(23, 59), capacity=9)
    body = {**what, **span(days[0], days[-1])}
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for path in ("availability", "availability/calendar"):
        with CaptureQueriesContext(connection) as one:
            octo.post(path, {**what, **span(days[0], days[0])})
        with CaptureQueriesContext(connection) as many:
            assert len(octo.post(path, body)) >= 29
        assert len(many) <= len(one) <= 7


def test_the_description_is_published(client):
    found = json.loads(client.get("/octo/openapi.json").content)
    assert found["openapi"].startswith("3.0")
    assert "/bookings/{uuid}/confirm/" in found["paths"]
    assert date.fromisoformat(found["info"]["version"]) == date(2026, 1, 6)
