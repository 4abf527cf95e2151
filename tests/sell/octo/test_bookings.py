"""The life of a booking as a reseller leads it, with the money and the facts behind it."""

import logging
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db.models import Sum
from django.db.models.functions import Now

from belvedere.journal.models import Fact
from belvedere.offer.models import Product
from belvedere.sell import queries, registry, services
from belvedere.sell.models import (
    Hold,
    Order,
    Payment,
    Posting,
    Reseller,
    ResellerBooking,
    Voucher,
)
from belvedere.sell.octo.ids import slot_id
from belvedere.sell.services import OptionTerms, UnitTerms
from belvedere.shared import clock
from belvedere.testing.jobs import run_jobs
from tests.sell.octo.conftest import ROSSI, free

pytestmark = pytest.mark.django_db


def over(held):
    Hold.objects.filter(client_key=held["uuid"]).update(expires_at=Now() - timedelta(seconds=1))


def owed(account="psp_clearing"):
    found = Posting.objects.filter(account=account).aggregate(sum=Sum("amount_minor"))
    return found["sum"] or 0


def units(*names):
    return [{"unitId": each} for each in names]


def test_a_reservation_holds_places_and_owes_nothing(octo, two, slot, reseller):
    held = octo.booked(two, notes="a window", resellerReference="R-1", contact=ROSSI)
    assert (held["status"], held["cancellable"]) == ("ON_HOLD", True)
    assert held["utcConfirmedAt"] is held["cancellation"] is held["supplierReference"] is None
    assert held["voucher"]["deliveryOptions"] == []
    assert (held["notes"], held["resellerReference"]) == ("a window", "R-1")
    assert held["contact"]["fullName"] == "Anna Rossi"
    assert held["pricing"]["retail"] == 5000
    assert len({each["uuid"] for each in held["unitItems"]}) == 2
    assert (free(slot), owed()) == (8, 0)
    fact = Fact.objects.get(kind="sale.held")
    assert (fact.source, fact.quantity) == (reseller[0].source, 2)


def test_a_confirmation_is_owed_and_delivers_the_voucher(octo, two, slot, reseller):
    booked = octo.confirmed(two)
    assert (booked["status"], booked["utcExpiresAt"]) == ("CONFIRMED", None)
    order = Order.objects.get()
    assert booked["supplierReference"] == order.number
    formats = {
        each["deliveryFormat"]: each["deliveryValue"]
        for each in booked["voucher"]["deliveryOptions"]
    }
    code = Voucher.objects.get().code
    assert formats["QRCODE"].endswith(f"/v/{code}")
    assert formats["PDF_URL"].endswith(f"/v/{code}/voucher.pdf")
    assert (order.name, order.email, order.money) == (
        "Anna Rossi",
        ROSSI["emailAddress"],
        "paid",
    )
    payment = Payment.objects.get()
    assert payment.provider == f"account:{reseller[0].pk}"
    assert (owed(), owed("customer_deposits")) == (5000, -5000)
    assert not registry.is_simulated(payment.provider)
    assert Fact.objects.get(kind="sale.confirmed").source == reseller[0].source
    assert free(slot) == 8


def test_an_account_is_no_way_to_pay_for_buyers(octo, two):
    octo.confirmed(two)
    assert not [each for each in registry.offered() if each.startswith("account")]
    assert not [each for each in registry.installed() if each.startswith("account")]


def test_confirming_twice_is_the_same_booking(octo, two):
    first = octo.confirmed(two)
    again = octo.post(f"bookings/{first['uuid']}/confirm", {"contact": {"fullName": "Other"}})
    assert again == first
    assert Payment.objects.count() == 1


def test_a_contact_may_be_empty_and_must_be_there(octo, two):
    held = octo.booked(two)
    path = f"bookings/{held['uuid']}/confirm"
    assert octo.refused("POST", path, {}) == ("BAD_REQUEST", {})
    assert octo.post(path, {"contact": {}})["status"] == "CONFIRMED"


def test_what_the_operator_must_know_is_required(octo, two, walk):
    terms = OptionTerms(contact_fields=["firstName", "phoneNumber", "allowMarketing"])
    services.set_terms(walk.pk, [terms])
    held = octo.booked(two, contact={"firstName": "Anna"})
    path = f"bookings/{held['uuid']}/confirm"
    assert octo.refused("POST", path, {"contact": {}})[0] == "UNPROCESSABLE_ENTITY"
    assert Order.objects.get().state == "draft"
    confirmed = octo.post(path, {"contact": {"phoneNumber": "+39 333 1234567"}})
    assert confirmed["contact"]["firstName"] == "Anna"
    assert Order.objects.get().phone == "+393331234567"


def test_the_same_uuid_and_body_are_the_same_booking(octo, two, slot):
    key = str(uuid4()).upper()
    first = octo.booked(two, uuid=key)
    assert first["uuid"] == key.lower()
    assert octo.booked(two, uuid=key) == first
    assert free(slot) == 8
    for other in ({"notes": "x"}, {"unitItems": units("adult")}):
        refused = octo.refused("POST", "bookings", {**two, "uuid": key, **other})
        assert refused == ("INVALID_BOOKING_UUID", {"uuid": key.lower()})


def test_a_uuid_that_somebody_else_used_is_refused(octo, two, slot, guide):
    other, token = services.make_reseller(guide.pk, "Altri")
    hold = services.hold([(slot.pk, 2)])
    assert octo.refused("POST", "bookings", {**two, "uuid": str(hold.client_key)})[0] == (
        "INVALID_BOOKING_UUID"
    )
    mine = octo.booked(two)
    octo.token = token
    assert octo.refused("GET", f"bookings/{mine['uuid']}") == (
        "INVALID_BOOKING_UUID", {"uuid": mine["uuid"]},
    )  # fmt: skip
    for path in ("confirm", "cancel", "extend"):
        code, _ = octo.refused("POST", f"bookings/{mine['uuid']}/{path}", {"contact": {}})
        assert code == "INVALID_BOOKING_UUID"
    assert octo.get(f"bookings?localDate={slot.day}") == []
    assert other.bookings.count() == 0


@pytest.mark.parametrize(
    ("change", "code", "echo"),
    [
        ({"productId": "x"}, "INVALID_PRODUCT_ID", {"productId": "x"}),
        ({"optionId": "x"}, "INVALID_OPTION_ID", {"optionId": "x"}),
        ({"availabilityId": "x"}, "INVALID_AVAILABILITY_ID", {"availabilityId": "x"}),
        ({"availabilityId": None}, "INVALID_AVAILABILITY_ID", {"availabilityId": ""}),
        ({"unitItems": units("x")}, "INVALID_UNIT_ID", {"unitId": "x"}),
        ({"unitItems": [{}]}, "INVALID_UNIT_ID", {"unitId": ""}),
        ({"unitItems": []}, "UNPROCESSABLE_ENTITY", {}),
        ({"unitItems": None}, "UNPROCESSABLE_ENTITY", {}),
        ({"unitItems": "two"}, "BAD_REQUEST", {}),
        ({"unitItems": units(*["adult"] * 9)}, "UNPROCESSABLE_ENTITY", {}),
        ({"unitItems": units("child")}, "UNPROCESSABLE_ENTITY", {}),
        ({"unitItems": units("adult", *["child"] * 4)}, "UNPROCESSABLE_ENTITY", {}),
        ({"uuid": "x"}, "BAD_REQUEST", {}),
        ({"expirationMinutes": 0}, "BAD_REQUEST", {}),
        ({"expirationMinutes": True}, "BAD_REQUEST", {}),
        ({"contact": {"emailAddress": "anna"}}, "BAD_REQUEST", {}),
        ({"contact": []}, "BAD_REQUEST", {}),
        ({"notes": "x" * 2001}, "BAD_REQUEST", {}),
        ({"notes": "\0"}, "BAD_REQUEST", {}),
        ({"notes": "\ud800"}, "BAD_REQUEST", {}),
        ({"currency": "JPY"}, "UNPROCESSABLE_ENTITY", {}),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_reservation_is_said(octo, two, slot, change, code, echo):
    assert octo.refused("POST", "bookings", {**two, **change}) == (code, echo)
    assert (free(slot), Hold.objects.count()) == (10, 0)


@pytest.mark.parametrize("body", ["{", "[]", "7", '{"a": NaN}', "[" * 20000, b"\xff"], ids=repr)
def test_what_is_not_json_is_a_bad_request(octo, body):
    assert octo.refused("POST", "bookings", body) == ("BAD_REQUEST", {})


def test_a_large_body_is_a_bad_request(octo, two):
    body = {**two, "else": "x" * 300_000}
    assert octo.refused("POST", "bookings", body) == ("BAD_REQUEST", {})


def test_sold_out_says_so_in_the_readers_language(octo, two, what):
    for _ in range(5):
        octo.booked(two)
    found = octo("POST", "bookings", two, status=400, **{"Accept-Language": "it"})
    assert found["error"] == "UNPROCESSABLE_ENTITY"
    assert found["errorMessage"] == "I posti liberi sono meno di quelli richiesti."


def test_after_the_cutoff_nothing_is_reserved_or_confirmed(octo, two, slot, monkeypatch):
    held = octo.booked(two)
    late = clock.datetime.fromisoformat(held["availability"]["utcCutoffAt"])
    monkeypatch.setattr(clock, "now", lambda: late)
    assert octo.refused("POST", "bookings", two)[0] == "UNPROCESSABLE_ENTITY"
    path = f"bookings/{held['uuid']}/confirm"
    assert octo.refused("POST", path, {"contact": {}})[0] == "UNPROCESSABLE_ENTITY"


def test_a_hold_whose_time_is_over_reads_as_expired_and_frees_its_seats(octo, two, slot):
    held = octo.booked(two, expirationMinutes=1)
    over(held)
    path = f"bookings/{held['uuid']}"
    found = octo.get(path)
    assert (found["status"], found["cancellable"]) == ("EXPIRED", False)
    assert found["cancellation"]["refund"] == "NONE"
    assert found["utcExpiresAt"] == found["cancellation"]["utcCancelledAt"]
    for verb in ("confirm", "extend", "cancel"):
        code, _ = octo.refused("POST", f"{path}/{verb}", {"contact": {}})
        assert code == "UNPROCESSABLE_ENTITY"
    assert octo.refused("PATCH", path, {"notes": "late"})[0] == "UNPROCESSABLE_ENTITY"
    assert services.release_expired() == 1
    assert free(slot) == 10
    assert octo.get(path)["status"] == "EXPIRED"
    assert octo.refused("POST", f"{path}/confirm", {"contact": {}})[0] == "UNPROCESSABLE_ENTITY"


def test_extending_never_shortens_and_ends_after_two_hours(octo, two):
    held = octo.booked(two, expirationMinutes=30)
    path = f"bookings/{held['uuid']}/extend"
    assert octo.post(path, {"expirationMinutes": 1})["utcExpiresAt"] == held["utcExpiresAt"]
    longer = octo.post(path, {"expirationMinutes": 45})
    assert longer["utcExpiresAt"] > held["utcExpiresAt"]
    longest = octo.post(path, {"expirationMinutes": 100_000})
    read = clock.datetime.fromisoformat
    lasts = read(longest["utcExpiresAt"]) - read(held["utcCreatedAt"])
    assert lasts <= timedelta(hours=2)


def test_a_hold_is_cancelled_and_stays_so(octo, two, slot):
    held = octo.booked(two)
    path = f"bookings/{held['uuid']}/cancel"
    gone = octo.post(path, {"reason": "changed plans"})
    assert (gone["status"], gone["utcExpiresAt"]) == ("CANCELLED", None)
    assert gone["cancellation"]["reason"] == "changed plans"
    assert gone["cancellation"]["refund"] == "NONE"
    assert octo.post(path, {"reason": "again"}) == gone
    assert free(slot) == 10
    code, _ = octo.refused("POST", f"bookings/{held['uuid']}/confirm", {"contact": {}})
    assert code == "UNPROCESSABLE_ENTITY"


@pytest.mark.parametrize(("hours", "refund", "left"), [(1, "FULL", 0), (500, "NONE", 5000)])
def test_a_confirmed_booking_is_cancelled_by_its_terms(
    octo, two, slot, walk, hours, refund, left
):
    walk.free_cancellation_hours = hours
    walk.save()
    booked = octo.confirmed(two)
    gone = octo("DELETE", f"bookings/{booked['uuid']}")
    assert (gone["status"], gone["cancellation"]["refund"]) == ("CANCELLED", refund)
    assert gone["voucher"]["deliveryOptions"] == []
    assert (free(slot), owed()) == (10, left)
    assert octo.post(f"bookings/{booked['uuid']}/cancel") == gone
    run_jobs("sell")
    assert owed() == left


def test_who_has_been_let_in_is_redeemed_and_not_cancellable(octo, two, guide, tomorrow):
    booked = octo.confirmed(two)
    path = f"bookings/{booked['uuid']}"
    code = Voucher.objects.get().code
    door = {"operator_id": guide.pk, "any_day": True}
    services.redeem(code, quantity=1, **door)
    half = octo.get(path)
    assert (half["status"], half["cancellable"]) == ("CONFIRMED", False)
    services.redeem(code, **door)
    found = octo.get(path)
    assert (found["status"], found["unitItems"][0]["status"]) == ("REDEEMED", "REDEEMED")
    assert found["utcRedeemedAt"] == found["voucher"]["utcRedeemedAt"] is not None
    assert octo.refused("POST", f"{path}/cancel")[0] == "UNPROCESSABLE_ENTITY"
    assert octo.refused("PATCH", path, {"notes": "x"})[0] == "UNPROCESSABLE_ENTITY"


def test_units_that_are_not_repeated_go_and_new_ones_come(octo, two, slot):
    held = octo.booked(two)
    kept = held["unitItems"][1]
    items = [{**kept, "contact": ROSSI}, *units("child", "child")]
    items[0] = {key: items[0][key] for key in ("uuid", "unitId", "contact")}
    found = octo("PATCH", f"bookings/{held['uuid']}", {"unitItems": items})
    assert [each["unitId"] for each in found["unitItems"]] == ["adult", "child", "child"]
    assert found["unitItems"][0]["uuid"] == kept["uuid"]
    assert found["unitItems"][0]["contact"]["firstName"] == "Anna"
    assert held["unitItems"][0]["uuid"] not in str(found["unitItems"])
    assert (found["pricing"]["retail"], free(slot)) == (4500, 7)
    assert found["utcExpiresAt"] == held["utcExpiresAt"]
    fact = Fact.objects.get(kind="sale.changed")
    assert (fact.quantity, fact.amount_minor) == (1, -500)


def test_what_is_held_already_counts_as_free_for_it(octo, two, slot):
    held = octo.booked(two, unitItems=units(*["adult"] * 6))
    path = f"bookings/{held['uuid']}"
    octo("PATCH", path, {"unitItems": units(*["adult"] * 8)})
    assert free(slot) == 2
    other = octo.booked(two)
    assert free(slot) == 0
    more = {"unitItems": units(*["adult"] * 3)}
    code, _ = octo.refused("PATCH", f"bookings/{other['uuid']}", more)
    assert (code, free(slot)) == ("UNPROCESSABLE_ENTITY", 0)
    assert len(octo.get(f"bookings/{other['uuid']}")["unitItems"]) == 2


def test_another_start_and_another_product(octo, two, slot, guide, what):
    castle = Product.objects.create(
        operator=guide, theme="art", slug="castello", state="on_sale",
        price_minor=1800, created_at=clock.now(),
    )  # fmt: skip
    services.offer_places(castle.pk, [slot.day], start=time(17), capacity=5)
    held = octo.booked(two)
    path = f"bookings/{held['uuid']}"
    later = slot_id(slot.day + timedelta(days=1), slot.start)
    assert octo("PATCH", path, {"availabilityId": later})["availabilityId"] == later
    assert free(slot) == 10
    option = octo.get("products/castello")["options"][0]["id"]
    moved = octo(
        "PATCH",
        path,
        {
            "productId": "castello",
            "optionId": option,
            "availabilityId": slot_id(slot.day, time(17)),
            "unitItems": units("adult"),
        },
    )
    assert (moved["productId"], moved["pricing"]["retail"]) == ("castello", 1800)
    assert octo.post(f"{path}/confirm", {"contact": {}})["status"] == "CONFIRMED"
    assert owed() == 1800
    told = Fact.objects.filter(kind="sale.changed").values_list("product", "quantity")
    assert {("foresta-di-camaldoli", -2), ("castello", 1)} <= set(told)


def test_a_confirmation_may_change_the_units(octo, two, slot):
    held = octo.booked(two)
    path = f"bookings/{held['uuid']}/confirm"
    wish = {"contact": ROSSI, "unitItems": units("adult", "adult", "adult")}
    booked = octo.post(path, wish)
    assert (len(booked["unitItems"]), owed(), free(slot)) == (3, 7500, 7)


def test_of_a_confirmed_booking_who_travels_changes_and_not_what_is_booked(octo, two, slot):
    booked = octo.confirmed(two)
    path = f"bookings/{booked['uuid']}"
    same = [{"uuid": each["uuid"], "unitId": each["unitId"]} for each in booked["unitItems"]]
    same[0]["contact"] = {"fullName": "Li Ming"}
    wish = {"contact": {"locales": ["zh-CN"], "country": "cn"}, "notes": "n", "unitItems": same}
    found = octo("PATCH", path, {**wish, "resellerReference": "R-9"})
    assert found["unitItems"][0]["contact"]["fullName"] == "Li Ming"
    assert (found["notes"], found["resellerReference"]) == ("n", "R-9")
    order = Order.objects.get()
    assert (order.language, order.market, order.name) == ("zh-Hans", "CN", "Anna Rossi")
    assert octo("PATCH", path, {"notes": None})["notes"] is None
    code, _ = octo.refused("PATCH", path, {"unitItems": units("adult")})
    assert (code, free(slot)) == ("UNPROCESSABLE_ENTITY", 8)


def test_bookings_are_found_by_reference_and_day(octo, two, slot, what):
    first = octo.confirmed(two, resellerReference="R-1")
    octo.booked(two, resellerReference="R-2")
    asked = {
        "resellerReference=R-1": 1,
        f"supplierReference={first['supplierReference']}": 1,
        f"localDate={slot.day}": 2,
        f"localDateStart={slot.day}&localDateEnd={slot.day}&resellerReference=R-2": 1,
        "resellerReference=R-3": 0,
    }
    for query, count in asked.items():
        assert len(octo.get(f"bookings?{query}")) == count, query
    for query in ("", "?localDateStart=2026-01-01", "?localDate=x", "?resellerReference="):
        assert octo.refused("GET", f"bookings{query}") == ("BAD_REQUEST", {})


def test_a_list_of_bookings_needs_as_many_queries_as_one(
    octo, two, slot, django_assert_max_num_queries
):
    for _ in range(4):
        octo.confirmed(two)
    with django_assert_max_num_queries(16):
        assert len(octo.get(f"bookings?localDate={slot.day}")) == 4


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_booking_is_named(octo, method):
    for uuid in ("invalidUUID", str(uuid4())):
        assert octo.refused(method, f"bookings/{uuid}") == (
            "INVALID_BOOKING_UUID", {"uuid": uuid},
        )  # fmt: skip


def test_no_mail_goes_to_the_resellers_traveller_unless_it_is_asked_for(octo, two, walk):
    booked = octo.confirmed(two)
    octo.post(f"bookings/{booked['uuid']}/cancel")
    run_jobs("sell")
    assert mail.outbox == []
    held = octo.booked(two)
    path = f"bookings/{held['uuid']}/confirm"
    octo.post(path, {"contact": ROSSI, "emailReceipt": True})
    run_jobs("sell")
    (letter,) = mail.outbox
    assert letter.to == [ROSSI["emailAddress"]]
    assert "/orders/" not in letter.body


def test_who_travelled_is_forgotten_with_the_order(octo, two):
    booked = octo.confirmed(
        {**two, "unitItems": [{"unitId": "adult", "contact": ROSSI}]}, notes="allergic to nuts"
    )
    Order.objects.update(forget_after=clock.today() - timedelta(days=1))
    assert services.forget_expired() == 1
    kept = str(ResellerBooking.objects.values().get()) + str(Order.objects.values().get())
    for each in ("Anna", "Rossi", "anna@", "nuts"):
        assert each not in kept
    found = octo.get(f"bookings/{booked['uuid']}")
    assert found["contact"]["fullName"] is None


def test_nothing_personal_is_logged_or_told(octo, two, caplog, monkeypatch):
    def broken(*args, **options):
        raise RuntimeError(str(ROSSI))

    held = octo.booked(two, contact=ROSSI)
    with caplog.at_level(logging.DEBUG):
        monkeypatch.setattr(services, "charge", broken)
        path = f"bookings/{held['uuid']}/confirm"
        code, _ = octo.refused("POST", path, {"contact": ROSSI}, status=500)
    assert code == "INTERNAL_SERVER_ERROR"
    assert "RuntimeError" in caplog.text
    assert "Rossi" not in caplog.text
    assert "Rossi" not in str(list(Fact.objects.values()))


def test_a_sample_operators_sales_are_told_as_simulated(octo, two, guide):
    guide.is_demo = True
    guide.save()
    assert octo.confirmed(two)["testMode"]
    assert Fact.objects.get(kind="sale.paid").detail["simulated"]


def test_free_of_charge_is_confirmed_too(octo, two, walk, slot):
    services.set_terms(walk.pk, [OptionTerms(units=[UnitTerms(price_minor=0)])])
    booked = octo.confirmed(two)
    assert booked["pricing"]["retail"] == 0
    assert octo.post(f"bookings/{booked['uuid']}/cancel")["cancellation"]["refund"] == "NONE"
    assert free(slot) == 10


class TestToken:
    def test_it_is_stored_as_a_hash_only(self, reseller):
        made, token = reseller
        assert token not in str(Reseller.objects.values().get(pk=made.pk))
        assert token.startswith("octo_")

    def test_without_a_good_one_nothing_is_told(self, octo, reseller):
        for header in ("", "Bearer", "Bearer x", f"Basic {octo.token}", "Bearer \u00e9"):
            code, _ = octo.refused("GET", "products", Authorization=header)
            assert code == "UNAUTHORIZED"
        reseller[0].active = False
        reseller[0].save()
        assert octo.refused("GET", "products")[0] == "FORBIDDEN"

    @pytest.mark.parametrize("status", [400, 401, 403])
    def test_the_status_is_a_setting(self, octo, settings, status):
        settings.OCTO_AUTH_STATUS = status
        octo.token = "x"
        assert octo.refused("GET", "products", status=status)[0] == "UNAUTHORIZED"

    def test_who_asks_too_often_waits(self, octo, monkeypatch):
        from belvedere.sell.octo import views

        monkeypatch.setattr(views, "A_MINUTE", 1)
        octo.get("supplier")
        octo.refused("GET", "supplier", status=429)
        assert octo.answer["Retry-After"] == "60"

    def test_who_guesses_waits(self, octo, monkeypatch):
        from belvedere.sell.octo import views

        monkeypatch.setattr(views, "MISSES", 2)
        octo.token = "x"
        for status in (400, 400, 429):
            octo.refused("GET", "supplier", status=status)


def test_other_methods_and_addresses_are_answered_in_json(octo):
    octo.refused("PUT", "products", status=405)
    assert octo.answer["Allow"] == "GET"
    answer = octo.client.post("/octo/nothing/here")
    assert (answer.status_code, answer.json()["error"]) == (404, "BAD_REQUEST")


def test_the_sale_sees_no_difference(octo, two):
    octo.confirmed(two)
    assert queries.invariants() == []
    assert queries.sales([Product.objects.get().pk])
