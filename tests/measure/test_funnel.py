"""The funnel: from the followed link to the redeemed voucher."""

from datetime import timedelta

import pytest
from django.db import connection

from belvedere.journal import services
from belvedere.measure.queries import funnel, funnels_by
from belvedere.measure.rules import Funnel, Places
from belvedere.shared import clock
from belvedere.shared.money import Amount
from tests.measure.conftest import LETTER, POSTER

STEPS = ("held", "paid", "confirmed", "redeemed")


def test_an_empty_journal_is_an_empty_funnel(db):
    assert funnel() == Funnel()
    assert funnels_by("source") == {}


def test_each_step_counts_orders_and_places(order, followed):
    followed(POSTER, 5)
    order(1, *STEPS, source=POSTER, quantity=2)
    order(2, "held", "paid", "confirmed", source=POSTER, quantity=3)
    order(3, "held", "expired", source=POSTER, quantity=4)
    found = funnel()
    assert (found.followed, found.held, found.paid, found.confirmed, found.redeemed) == (
        5, 3, 2, 2, 1,
    )  # fmt: skip
    assert found.places == Places(held=9, paid=5, confirmed=5, redeemed=2)


def test_an_order_redeemed_in_two_goes_is_one_order(order):
    order(1, "held", "paid", "confirmed", quantity=4)
    order(1, "redeemed", "redeemed", quantity=2)
    found = funnel()
    assert (found.redeemed, found.places.redeemed) == (1, 4)


def test_what_was_only_simulated_is_counted_apart(order, followed):
    followed(POSTER, 3)
    order(1, *STEPS, source=POSTER, minor=5000)
    order(2, *STEPS, source=POSTER, minor=2500, simulated=True)
    real, pretended = funnel(simulated=False), funnel(simulated=True)
    assert (real.followed, real.held, real.redeemed, real.revenue) == (3, 1, 1, (Amount(5000),))
    assert (pretended.followed, pretended.held, pretended.redeemed) == (0, 1, 1)
    assert pretended.revenue == (Amount(2500),)
    assert funnels_by("source", simulated=True)[POSTER].paid == 1
    assert funnel().paid == 2


def test_revenue_is_net_of_refunds_and_currencies_are_not_added(order):
    order(1, "paid", minor=5000)
    order(2, "paid", minor=2500)
    order(2, "cancelled", "refunded", minor=2500)
    services.record("sale.paid", "order:3", amount=Amount(19500, "CNY"))
    assert funnel().revenue == (Amount(19500, "CNY"), Amount(5000, "EUR"))
    assert funnel().cancelled == 1


def test_each_source_has_its_own_funnel_and_none_is_hidden(order, followed):
    followed(POSTER, 2)
    followed("unknown")
    order(1, *STEPS, source=POSTER)
    order(2, "held", "paid", source=LETTER)
    order(3, "held", "paid")
    found = funnels_by("source")
    assert set(found) == {POSTER, LETTER, "unknown", ""}
    assert found[POSTER].redeemed == 1
    assert found[""].paid == 1
    assert sum(each.paid for each in found.values()) == funnel().paid


def test_a_product_shows_only_what_concerns_it(order):
    order(1, *STEPS, product="walk")
    order(2, *STEPS, product="loom")
    assert funnel(products=["walk"]).paid == 1
    assert funnels_by("product", sources=[""])["loom"].redeemed == 1
    assert funnel(products=[]) == Funnel()


def test_a_period_counts_a_step_when_it_happened(order, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(days=40))
    order(1, "held", "paid", "confirmed")
    monkeypatch.setattr(clock, "now", lambda: now)
    order(1, "redeemed")
    lately = funnel(since=now - timedelta(days=30), until=now + timedelta(seconds=1))
    assert (lately.paid, lately.redeemed) == (0, 1)
    assert funnel(until=now - timedelta(days=30)).paid == 1


def test_median_and_p90_are_of_the_confirmed_orders_that_came_by_a_link(order):
    for number, seconds in enumerate([60, 120, 180, 240, 600]):
        order(number, "confirmed", source=POSTER, seconds=seconds)
    order(9, "confirmed")
    found = funnel()
    assert (found.median_seconds, found.timed) == (180, 5)
    assert found.p90_seconds == pytest.approx(456)


def test_all_sources_together_need_two_queries(order, django_assert_num_queries):
    for number in range(12):
        order(number, *STEPS, source=POSTER if number % 2 else LETTER)
    with django_assert_num_queries(2):
        funnels_by("source")


def test_the_figures_agree_with_a_plain_count_of_the_journal(order):
    for number in range(7):
        order(number, *STEPS[: number % 5], source=POSTER, minor=1000 + number)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(amount_minor) FROM journal_fact WHERE kind = 'sale.paid'"
        )
        paid, minor = cursor.fetchone()
    found = funnel()
    assert (found.paid, found.revenue) == (paid, (Amount(minor),))
