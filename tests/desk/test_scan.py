"""The door: green for who comes in, red for who doesn't, and a reason."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse

from belvedere.desk import reading
from belvedere.shared import clock
from belvedere.territory.models import Operator
from belvedere.theme import qr
from tests.desk.conftest import account
from tests.sell.conftest import till  # noqa: F401  The fixture.


def scan(client, code, **more):
    return client.post(reverse("desk:scan"), {"code": code, **more})


def test_a_voucher_lets_its_guests_in(enter, anna, book):
    voucher = book()
    page = scan(enter(anna), voucher.code)
    assert page.status_code == 200
    assert "verdict-yes" in page.content.decode()
    assert "李明" in page.content.decode()
    assert "你好" in page.content.decode()


def test_the_short_link_of_the_qr_code_is_understood(enter, anna, book):
    page = scan(enter(anna), f"https://casentino.example/v/{book().code}")
    assert "verdict-yes" in page.content.decode()


def test_the_second_time_it_says_when_it_was_used(enter, anna, book):
    voucher, client = book(), enter(anna)
    scan(client, voucher.code)
    page = scan(client, voucher.code)
    assert page.status_code == 409
    assert "verdict-no" in page.content.decode()
    assert str(clock.today().year) in page.context["problem"]


def test_the_same_scan_sent_twice_counts_once(enter, anna, book):
    voucher, client = book(), enter(anna)
    key = "5f1c2f5e-5d0f-4b57-9d4e-0a1b2c3d4e5f"
    scan(client, voucher.code, key=key)
    assert scan(client, voucher.code, key=key).status_code == 200
    assert voucher.redemptions.count() == 1


def test_only_some_of_them_come(enter, anna, book):
    voucher = book(quantity=3)
    page = scan(enter(anna), voucher.code, quantity="2")
    assert page.context["redeemed"].left == 1


def test_another_operators_voucher_is_refused(enter, casentino, book):
    weaver = Operator.objects.create(area=casentino, name="Bottega", slug="bottega")
    page = scan(enter(account("weaver", "operator", weaver)), book().code)
    assert "verdict-no" in page.content.decode()
    assert "李明" not in page.content.decode()


def test_another_days_guests_come_in_only_if_the_operator_says_so(enter, anna, book):
    voucher, client = book(days=3), enter(anna)
    page = scan(client, voucher.code)
    assert page.context["another_day"]
    assert scan(client, voucher.code, any_day="1").status_code == 200


@pytest.mark.parametrize("code", ["", "NOSUCHCODE"])
def test_no_code_and_no_such_code_say_what_to_do(enter, anna, db, code):
    assert scan(enter(anna), code).status_code in (409, 422)


def test_a_photograph_of_the_code_does_as_well(enter, anna, book):
    voucher = book()
    file = io.BytesIO(qr.png(f"https://casentino.example/v/{voucher.code}", 6))
    file.name = "voucher.png"
    page = scan(enter(anna), "", photograph=file)
    assert "verdict-yes" in page.content.decode()


def test_a_photograph_without_a_code_says_so(enter, anna, photograph):
    page = scan(enter(anna), "", photograph=photograph)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["photograph"]


def test_what_is_no_picture_has_no_code():
    assert reading.qr(io.BytesIO(b"no picture")) == ""


def test_todays_list_says_who_comes_and_who_is_in(enter, anna, book):
    first, client = book(name="Anna Weber", language="en"), enter(anna)
    book()
    scan(client, first.code)
    (group,) = client.get(reverse("desk:today")).context["groups"]
    assert (group.places, group.arrived) == (4, 2)
    assert {each.name for each in group.guests} == {"Anna Weber", "李明"}


def test_other_days_have_their_own_list_and_nonsense_is_today(enter, anna, book):
    book(days=1)
    client = enter(anna)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert client.get(reverse("desk:today"), {"day": "boh"}).context["groups"] == []
    assert len(client.get(reverse("desk:today"), {"day": tomorrow}).context["groups"]) == 1


def test_the_list_needs_the_same_queries_for_one_and_for_many(
    enter, anna, book, django_assert_max_num_queries
):
    client = enter(anna)
    for number in range(6):
        book(name=f"Ospite {number}", quantity=1)
    with django_assert_max_num_queries(22):
        client.get(reverse("desk:today"))
