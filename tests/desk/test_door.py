"""The door without a connection: nothing is lost, and each scan counts once."""

import hashlib
import json
from uuid import uuid4

import pytest
from django.urls import reverse

from belvedere.sell.models import Redemption, Voucher
from belvedere.sell.rules import clean_code

CUT = """if (sessionStorage.getItem("cut"))
  window.fetch = () => Promise.reject(new TypeError("There is no connection."));"""


def send(client, *scans):
    return client.post(
        reverse("desk:door-sync"), json.dumps(list(scans)), content_type="application/json"
    )


def scanned(voucher, **changes):
    day = voucher.line.allotment.day.isoformat()
    return {"code": voucher.code, "key": str(uuid4()), "quantity": 1, "day": day, **changes}


def test_the_telephone_keeps_hashes_of_todays_vouchers_and_no_names(enter, anna, book):
    voucher = book(quantity=3)
    book(days=1)
    answer = enter(anna).get(reverse("desk:door-book"))
    assert "李明" not in answer.content.decode()
    assert voucher.code not in answer.content.decode()
    known = hashlib.sha256(clean_code(voucher.code).encode()).hexdigest()
    assert list(answer.json()["vouchers"]) == [known]
    assert answer.json()["vouchers"][known]["left"] == 3


def test_what_was_scanned_without_a_connection_counts_once(enter, anna, book):
    voucher, client = book(quantity=3), enter(anna)
    scan = scanned(voucher)
    for _ in range(3):
        answer = send(client, scan, scanned(voucher, key=scan["key"]))
        assert [each["taken"] for each in answer.json()["scans"]] == [True, True]
    voucher.refresh_from_db()
    assert (voucher.redeemed, Redemption.objects.count()) == (1, 1)


def test_guests_of_yesterday_that_were_scanned_yesterday_are_taken(enter, anna, book):
    voucher = book(days=0)
    from datetime import timedelta

    allotment = voucher.line.allotment
    allotment.day -= timedelta(days=1)
    allotment.save()
    (told,) = send(enter(anna), scanned(voucher)).json()["scans"]
    assert told["taken"]


def test_a_day_long_ago_or_to_come_is_not_believed(enter, anna, book):
    voucher = book(days=3)
    (told,) = send(enter(anna), scanned(voucher)).json()["scans"]
    assert not told["taken"]
    assert told["said"]


def test_another_operators_voucher_is_said_and_the_others_are_taken(
    enter, anna, book, casentino
):
    mine, client = book(), enter(anna)
    told = send(client, scanned(mine, code="NOSUCHCODE"), scanned(mine)).json()["scans"]
    assert [each["taken"] for each in told] == [False, True]


@pytest.mark.parametrize(
    "body", ["", "{}", "[1]", '[{"code": "x"}]', '[{"code": 1, "key": "x"}]']
)
def test_rubbish_is_refused_and_changes_nothing(enter, anna, body):
    answer = enter(anna).post(reverse("desk:door-sync"), body, content_type="application/json")
    assert answer.status_code == 400
    assert not Redemption.objects.exists()


def test_only_operators_have_a_door(enter, editor):
    assert enter(editor).get(reverse("desk:door-book")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_guide_in_the_forest_lets_guests_in_and_it_is_sent_later(
    open_page, client, live, anna, book
):
    voucher = book()
    client.force_login(anna)
    page = open_page("/")
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live.url}]
    )
    page.goto(reverse("desk:scan"))
    page.wait_for_selector("[data-door][data-ready]", state="attached")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    # Chromium leaves what a worker lets through to the network as it is: cut that in the page.
    page.add_init_script(CUT)
    page.evaluate("sessionStorage.setItem('cut', '1')")
    page.context.set_offline(True)
    page.context.route("**/scan/**", lambda route: route.abort())
    page.reload()
    page.fill("input[name=code]", voucher.code)
    page.click("[data-scan] button[type=submit].btn-primary")
    verdict = page.locator("[data-verdict]")
    verdict.wait_for()
    assert "verdict-yes" in verdict.get_attribute("class")
    assert page.locator("[data-waiting] strong").inner_text() == "1"
    page.fill("input[name=code]", voucher.code)
    page.click("[data-scan] button[type=submit].btn-primary")
    page.wait_for_selector(".verdict-no")
    assert Voucher.objects.get(pk=voucher.pk).redeemed == 0
    page.evaluate("sessionStorage.removeItem('cut')")
    page.context.unroute("**/scan/**")
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("[data-door][data-ready]", state="attached")
    assert page.locator("[data-waiting]").is_hidden()
    assert Voucher.objects.get(pk=voucher.pk).redeemed == 2
    assert Redemption.objects.count() == 1
