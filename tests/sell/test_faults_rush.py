"""Faults of a rush: retries, clocks that are wrong, carts in any order, releases at once."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now

from belvedere.journal.models import Fact
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Hold, Order, Waiting
from belvedere.sell.ports import PaymentStage
from belvedere.sell.services import Buyer
from belvedere.shared import clock
from belvedere.testing.jobs import run_jobs
from tests.sell.test_faults import killed_after, sweep, wrong

pytestmark = pytest.mark.django_db(transaction=True)


def many(threads, calls):
    """Make calls by so many threads, each with a connection of its own."""
    calls = list(calls)

    def share(mine):
        found = []
        try:
            for call in mine:
                try:
                    found.append(call())
                except Exception as error:
                    found.append(error)
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(share, [calls[at::threads] for at in range(threads)])
        return [each for part in parts for each in part]


def test_a_retry_after_a_lost_answer_is_the_same_hold(start, li):
    key = uuid4()
    through, statements = False, 0
    while not through:  # Killed at every statement, even after the commit was sent.
        through = killed_after(
            statements,
            lambda: services.hold([(start.pk, 2)], buyer=li, client_key=key),
        )
        statements += 1
        start.refresh_from_db()
        assert start.taken in (0, 2)
    again = [services.hold([(start.pk, 2)], buyer=li, client_key=key) for _ in range(3)]
    assert len({each.pk for each in again}) == 1
    with pytest.raises(services.OtherBody):
        services.hold([(start.pk, 1)], buyer=li, client_key=key)
    start.refresh_from_db()
    assert start.taken == 2
    assert queries.invariants() == []


def test_every_buyer_who_retries_at_once_has_one_hold(start, li):
    keys = [uuid4() for _ in range(6)]
    calls = [
        lambda key=key: services.hold([(start.pk, 2)], buyer=li, client_key=key)
        for key in keys * 4
    ]
    random.Random(5).shuffle(calls)
    got = many(12, calls)
    assert wrong(got) == []
    start.refresh_from_db()
    assert Hold.objects.count() * 2 == start.taken == 10
    assert queries.invariants() == []


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_server_whose_clock_is_wrong_frees_nothing_early_and_nothing_late(
    book, till, start, monkeypatch, minutes
):
    """The clock of the application is moved; the database's alone decides what is over."""
    fresh, due = book(2), book(3)
    Hold.objects.filter(pk=due.hold_id).update(expires_at=Now() - timedelta(seconds=1))
    wrong_clock = lambda: datetime.now(UTC) + timedelta(minutes=minutes)  # noqa: E731
    monkeypatch.setattr(clock, "now", wrong_clock)
    assert services.release_expired() == 1
    fresh.hold.refresh_from_db()
    due.hold.refresh_from_db()
    assert (fresh.hold.state, due.hold.state) == ("held", "expired")
    with pytest.raises(services.NotHeld):
        services.pay(due.pk, back="")
    payment = services.pay(fresh.pk, back="")
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        told = cursor.fetchone()[0]
    assert timedelta(minutes=14) < payment.until - told < timedelta(minutes=16)
    late = services.hold([(start.pk, 1)]).expires_at - told
    assert timedelta(minutes=14) < late < timedelta(minutes=16)
    till.says(payment.remote_id, PaymentStage.PAID)
    assert services.finalise(payment.pk).order.state == "confirmed"
    monkeypatch.undo()
    assert queries.invariants() == []


def test_two_hundred_carts_in_any_order_never_block_each_other(walk, tomorrow):
    for minute in range(20):
        services.offer_places(walk.pk, [tomorrow], start=time(9, minute), capacity=60)
    pools = list(Allotment.objects.values_list("pk", flat=True))
    dice = random.Random(11)
    carts = [[(pools[0], 1), (pools[1], 1)] for _ in range(60)]
    carts += [[(pools[1], 1), (pools[0], 1)] for _ in range(60)]
    carts += [[(pools[0], 1), (pools[0], 2)] for _ in range(20)]
    carts += [[(pool, 1) for pool in dice.sample(pools, 20)] for _ in range(60)]
    dice.shuffle(carts)
    got = many(16, [lambda cart=cart: services.hold(cart) for cart in carts])
    assert wrong(got) == []  # A deadlock would be among them.
    assert sum(isinstance(each, Hold) for each in got) > 40
    assert max(Allotment.objects.values_list("taken", flat=True)) == 60
    assert queries.invariants() == []


def test_released_by_everybody_at_once_places_come_back_once(book, till, start):
    ended = threading.Event()
    clock_watch = threading.Timer(8, ended.set)  # As often as it can in this time.
    clock_watch.start()
    rounds = 0
    while not ended.is_set() and rounds < 300:
        orders = [book(2) for _ in range(5)]
        Hold.objects.filter(state="held").update(expires_at=Now() - timedelta(seconds=1))
        calls = [lambda pk=order.pk: services.release(pk) for order in orders for _ in range(2)]
        calls += [services.release_expired] * 4
        random.Random(rounds).shuffle(calls)
        got = many(8, calls)
        assert wrong(got) == []
        start.refresh_from_db()
        assert start.taken == 0
        rounds += 1
    clock_watch.cancel()
    over = Fact.objects.filter(kind__in=["sale.released", "sale.expired"]).count()
    assert over == Order.objects.count() == rounds * 5
    assert queries.invariants() == []


def test_a_stampede_sells_what_there_is_and_serves_the_list_in_order(till, walk, tomorrow):
    """Two hundred want twenty places, half never pay; forty of the others wait."""
    services.offer_places(walk.pk, [tomorrow], start=time(9, 30), capacity=20)
    start = Allotment.objects.get(product=walk)

    def buy(number):
        buyer = Buyer(f"Guest {number}", email=f"guest{number}@example.org")
        order = services.hold([(start.pk, 1)], buyer=buyer).order
        if number % 2:
            pay(order)
        return order

    def pay(order):
        payment = services.pay(order.pk, back="")
        till.says(payment.remote_id, PaymentStage.PAID)
        services.finalise(payment.pk)

    got = many(16, [lambda number=number: buy(number) for number in range(200)])
    assert wrong(got) == []
    assert sum(isinstance(each, Order) for each in got) == 20
    listed = [
        services.enlist((start.pk, 1), buyer=Buyer(f"Late {n}", email=f"late{n}@example.org"))
        for n in range(40)
    ]
    while Order.objects.filter(state="confirmed").count() < 20:
        Hold.objects.filter(state="held").update(expires_at=Now() - timedelta(seconds=1))
        sweep()
        offered = Waiting.objects.exclude(hold=None).order_by("pk")
        for waiting in offered.filter(hold__state="held"):
            if waiting.pk % 3:
                pay(waiting.hold.order)
        # First come, first served: whoever was asked stands before whoever was not.
        assert [each.pk for each in offered] == [each.pk for each in listed[: len(offered)]]
    start.refresh_from_db()
    assert start.taken == 20
    run_jobs("sell")
    assert queries.invariants() == []
