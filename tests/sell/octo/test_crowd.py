"""Many programs of one reseller at the same moment, on real threads and over real HTTP."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from belvedere.journal.models import Fact
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Hold, Payment, Reseller, ResellerBooking
from belvedere.sell.octo.ids import slot_id
from belvedere.testing.jobs import run_jobs
from tests.sell.octo.conftest import ROSSI, Caller, free
from tests.sell.octo.schemas import wrong

pytestmark = pytest.mark.django_db(transaction=True)


def crowd(token, *calls):
    """Make all calls at the same moment; returns status and body of each."""
    gate = threading.Barrier(len(calls))

    def one(call):
        method, path, body = call
        try:
            gate.wait(30)
            answer = Client().generic(
                method, f"/octo/{path}", json.dumps(body), content_type="application/json",
                headers={"Authorization": f"Bearer {token}"},
            )  # fmt: skip
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def good(answers):
    assert {status for status, _ in answers} <= {200, 400}, answers
    return [body for status, body in answers if status == 200]


def units(count):
    return [{"unitId": "adult"}] * count


def test_forty_reservations_of_two_share_ten_places(octo, two, slot, reseller):
    got = []
    for _ in range(2):
        got += crowd(reseller[1], *[("POST", "bookings", two)] * 20)
    assert (len(good(got)), free(slot)) == (5, 0)
    refused = {body["error"] for status, body in got if status == 400}
    assert refused == {"UNPROCESSABLE_ENTITY"}


def test_one_uuid_from_many_programs_is_one_booking(octo, two, slot, reseller):
    got = crowd(reseller[1], *[("POST", "bookings", {**two, "uuid": str(uuid4())})] * 12)
    assert len(good(got)) == 12
    assert len({body["uuid"] for body in good(got)}) == 1
    assert (free(slot), ResellerBooking.objects.count()) == (8, 1)


def test_confirming_at_once_is_owed_once(octo, two, slot, reseller):
    path = f"bookings/{octo.booked(two)['uuid']}/confirm"
    got = crowd(reseller[1], *[("POST", path, {"contact": ROSSI})] * 10)
    assert len(good(got)) == 10
    assert Payment.objects.count() == Fact.objects.filter(kind="sale.paid").count() == 1


def test_confirming_cancelling_and_expiring_at_once_is_one_of_them(octo, two, slot, reseller):
    for _ in range(4):
        held = octo.booked(two)
        path = f"bookings/{held['uuid']}"
        over = Now() + timedelta(milliseconds=20)
        Hold.objects.filter(client_key=held["uuid"]).update(expires_at=over)
        crowd(
            reseller[1],
            ("POST", f"{path}/confirm", {"contact": ROSSI}),
            ("POST", f"{path}/cancel", {}),
            ("POST", f"{path}/confirm", {"contact": ROSSI}),
            ("DELETE", path, {}),
        )
        services.release_expired()
        ended = octo.get(path)["status"]
        assert ended in ("CANCELLED", "EXPIRED", "CONFIRMED")
        assert free(slot) == (8 if ended == "CONFIRMED" else 10)
        if ended == "CONFIRMED":
            octo.post(f"{path}/cancel")
        run_jobs("sell")
        assert queries.invariants() == []


def test_growing_moving_and_extending_at_once_never_oversells(
    octo, two, slot, reseller, tomorrow
):
    later = Allotment.objects.get(day=tomorrow + timedelta(days=1))
    names = [slot_id(each.on, each.start) for each in (slot, later)]
    held = [octo.booked(two, availabilityId=names[n % 2])["uuid"] for n in range(6)]
    for size in (4, 1, 3):
        calls = []
        for at, uuid in enumerate(held):
            wish = {"unitItems": units(size), "availabilityId": names[(at + size) % 2]}
            calls.append(("PATCH", f"bookings/{uuid}", wish))
            calls.append(("POST", f"bookings/{uuid}/extend", {"expirationMinutes": 60}))
        calls += [("POST", "bookings", {**two, "availabilityId": each}) for each in names]
        good(crowd(reseller[1], *calls))
        for each in (slot, later):
            assert free(each) >= 0
        assert queries.invariants() == []


def test_one_booking_changed_by_many_is_whole(octo, two, slot, reseller):
    path = f"bookings/{octo.booked(two)['uuid']}"
    calls = [("PATCH", path, {"unitItems": units(n)}) for n in range(1, 9)]
    calls += [("POST", f"{path}/confirm", {"contact": {}, "unitItems": units(5)})] * 2
    good(crowd(reseller[1], *calls))
    ended = octo.get(path)
    assert ended["status"] == "CONFIRMED"
    assert free(slot) == 10 - len(ended["unitItems"])


def test_the_whole_life_over_real_http(live, slot, guide, tariffed, tomorrow):
    _, token = services.make_reseller(guide.pk, "Da lontano")
    headers = {"Authorization": f"Bearer {token}", "Octo-Capabilities": "octo/pricing"}
    base = f"{live.url}/octo"
    with httpx.Client(headers=headers, timeout=60, follow_redirects=False) as shop:
        assert shop.get(f"{base}/supplier").json()["endpoint"] == base
        (product,) = shop.get(f"{base}/products").json()
        what = {"productId": product["id"], "optionId": product["options"][0]["id"]}
        day = {"localDate": tomorrow.isoformat()}
        (start,) = shop.post(f"{base}/availability/", json={**what, **day}).json()
        held = shop.post(
            f"{base}/bookings",
            json={
                **what,
                "uuid": str(uuid4()),
                "availabilityId": start["id"],
                "unitItems": units(2),
                "expirationMinutes": 30,
            },
        )
        assert (held.status_code, held.headers["Octo-Capabilities"]) == (200, "octo/pricing")
        path = f"{base}/bookings/{held.json()['uuid']}"
        shop.post(f"{path}/extend", json={"expirationMinutes": 60})
        grown = shop.patch(path, json={"unitItems": units(3)})
        assert grown.json()["pricing"]["retail"] == 7500
        booked = shop.post(f"{path}/confirm", json={"contact": ROSSI, "resellerReference": "A"})
        assert booked.json()["status"] == "CONFIRMED"
        link = booked.json()["voucher"]["deliveryOptions"][0]["deliveryValue"]
        assert httpx.get(link).status_code == 200
        code = link.rsplit("/", 1)[-1]
        assert services.redeem(code, operator_id=guide.pk, any_day=True).quantity == 3
        (found,) = shop.get(f"{base}/bookings", params={"resellerReference": "A"}).json()
        assert found["status"] == "REDEEMED"
        assert wrong("Booking", found) == []
        assert shop.post(f"{path}/cancel").json()["error"] == "UNPROCESSABLE_ENTITY"
    run_jobs("sell")
    assert free(slot) == 7


def test_another_operators_reseller_sees_its_own_only(client, octo, two, casentino):
    from belvedere.territory.models import Operator

    other = Operator.objects.create(area=casentino, name="Fattoria", slug="fattoria")
    stranger = Caller(client, services.make_reseller(other.pk, "Altri")[1])
    assert stranger.get("products") == []
    assert stranger.get("supplier")["id"] == "fattoria"
    assert stranger.refused("POST", "bookings", two)[0] == "INVALID_PRODUCT_ID"
    assert Reseller.objects.count() == 2
