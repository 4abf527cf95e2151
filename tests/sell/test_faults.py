"""What goes wrong at the worst moment, on a real PostgreSQL with real threads."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from belvedere.journal.models import Fact
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Hold, Order, Payment, PaymentEvent, Refund
from belvedere.sell.ports import Notice, PaymentStage
from belvedere.shared.errors import BadInput
from belvedere.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


def crowd(*calls):
    """Make all the calls at the same moment; returns what each returned or raised."""
    gate = threading.Barrier(len(calls))

    def one(call):
        try:
            gate.wait(20)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def wrong(results):
    """Return what nobody should ever see."""
    return [
        each
        for each in results
        if isinstance(each, Exception) and not isinstance(each, BadInput)
    ]


def sweep():
    services.settle_open_payments()
    services.release_expired()
    run_jobs("sell")


def let_expire():
    Hold.objects.update(expires_at=Now() - timedelta(seconds=1))


def test_twenty_buyers_share_ten_places(start):
    got = crowd(*[lambda: services.hold([(start.pk, 1)]) for _ in range(20)])
    start.refresh_from_db()
    assert wrong(got) == []
    assert sum(isinstance(each, Hold) for each in got) == start.taken == 10
    assert sum(isinstance(each, services.SoldOut) for each in got) == 10
    assert queries.invariants() == []


def test_one_key_from_many_clicks_is_one_hold(start):
    key = uuid4()
    got = crowd(*[lambda: services.hold([(start.pk, 2)], client_key=key) for _ in range(12)])
    start.refresh_from_db()
    assert len({each.pk for each in got}) == 1
    assert start.taken == 2


def test_carts_in_opposite_order_never_block_each_other(walk, tomorrow):
    for hour in range(8, 13):
        services.offer_places(walk.pk, [tomorrow], start=time(hour), capacity=15)
    pools = list(Allotment.objects.values_list("pk", flat=True))
    dice = random.Random(7)
    carts = [[(pool, 1) for pool in dice.sample(pools, 3)] for _ in range(24)]
    carts += [cart[::-1] + cart[:1] for cart in carts]
    got = []
    for at in range(0, len(carts), 16):
        got += crowd(*[lambda cart=cart: services.hold(cart) for cart in carts[at : at + 16]])
    assert wrong(got) == []
    assert queries.invariants() == []


def test_one_capture_told_by_fifty_notices_at_once_is_one_order(paid):
    payment = paid()

    def same():
        services.notice("till", Notice("e1", payment.remote_id))
        return services.finalise(payment.pk)

    def another(number):
        services.notice("till", Notice(f"e{number}", payment.remote_id))
        return services.finalise(payment.pk)

    got = []
    for _ in range(2):
        got += crowd(
            *[same for _ in range(13)], *[lambda n=n: another(n) for n in range(2, 14)]
        )
    run_jobs("sell")
    assert wrong(got) == []
    assert Fact.objects.filter(kind="sale.paid").count() == 1
    assert Fact.objects.filter(kind="sale.confirmed").count() == 1
    assert PaymentEvent.objects.get(event_id="e1").times == 26
    assert queries.invariants() == []


def test_sweeper_buyer_and_closing_provider_release_once(book, till, start):
    for _ in range(6):
        order = book(3)
        payment = services.pay(order.pk, back="")
        let_expire()
        got = crowd(
            services.release_expired,
            services.release_expired,
            lambda order=order: services.release(order.pk),
            lambda payment=payment: services.close(payment.pk),
            services.settle_open_payments,
        )
        assert wrong(got) == []
        sweep()
        start.refresh_from_db()
        assert start.taken == 0
        assert queries.invariants() == []


def test_expiry_and_payment_in_the_same_moment_end_in_an_order_or_a_refund(
    book, till, start, li
):
    dice = random.Random(3)
    for _ in range(10):
        order = book(dice.randint(1, 3))
        payment = services.pay(order.pk, back="")
        let_expire()
        todo = [
            lambda p=payment: till.says(p.remote_id, PaymentStage.PAID),
            lambda p=payment: services.finalise(p.pk),
            lambda p=payment: services.close(p.pk),
            services.release_expired,
            lambda: services.hold([(start.pk, 8)], buyer=li),
        ]
        dice.shuffle(todo)
        assert wrong(crowd(*todo)) == []
        till.says(payment.remote_id, PaymentStage.PAID)
        services.finalise(payment.pk)
        run_jobs("sell")
        order.refresh_from_db()
        ended = (order.state, order.money)
        assert ended in {("confirmed", "paid"), ("expired", "refunded")}
        assert queries.invariants() == []
        let_expire()
        services.release_expired()
        if order.state == "confirmed":
            services.cancel(order.pk)
            run_jobs("sell")


def test_two_refunds_of_sixty_percent_at_once_are_one(confirmed, till):
    payment = confirmed().payments.get()
    got = crowd(*[lambda: services.request_refund(payment.pk, 3000) for _ in range(6)])
    assert wrong(got) == []
    assert sum(isinstance(each, Refund) for each in got) == 1
    (refund,) = Refund.objects.all()
    crowd(*[lambda: services.send_refund(refund.pk) for _ in range(6)])
    assert till.payments[payment.remote_id].refunded_minor == 3000
    assert Fact.objects.filter(kind="sale.refunded").count() == 1
    assert queries.invariants() == []


def test_many_doors_let_a_voucher_in_once(confirmed, guide):
    voucher = confirmed().vouchers.get()
    door = lambda: services.redeem(  # noqa: E731
        voucher.code, operator_id=guide.pk, any_day=True
    )
    got = crowd(*[door for _ in range(8)])
    assert wrong(got) == []
    assert sum(isinstance(each, services.Redeemed) for each in got) == 1
    assert queries.invariants() == []


def test_cancelling_and_being_let_in_at_once_is_one_of_them(confirmed, guide, start):
    for _ in range(4):
        order = confirmed(1)
        voucher = order.vouchers.get()
        got = crowd(
            lambda order=order: services.cancel(order.pk),
            lambda code=voucher.code: services.redeem(code, operator_id=guide.pk, any_day=True),
        )
        assert wrong(got) == []
        assert sum(isinstance(each, BadInput) for each in got) == 1
        assert queries.invariants() == []


class Killed(DatabaseError):
    """The process ended here."""


def killed_after(statements, call):
    """Make a call that dies at the n-th statement; returns whether it got through."""
    count = 0

    def guard(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count > statements:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(guard):
        try:
            call()
        except Killed:
            return False
    return True


@pytest.mark.parametrize("late", [False, True])
def test_killed_at_any_statement_a_sale_is_whole_or_goes_on(paid, till, start, late):
    through, statements = False, 0
    while not through:
        payment = paid(1)
        if late:
            Payment.objects.filter(pk=payment.pk).update(state="closed")
            Hold.objects.filter(order=payment.order).update(state="held")
            let_expire()
            services.release_expired()
        through = killed_after(
            statements, lambda payment=payment: services.finalise(payment.pk)
        )
        statements += 1
        assert queries.invariants() == []
        services.finalise(payment.pk)
        order = Order.objects.get(pk=payment.order_id)
        assert (order.state, order.money) == ("confirmed", "paid")
        assert queries.invariants() == []
        services.cancel(order.pk)
    assert statements > 10
    run_jobs("sell")
    assert queries.invariants() == []


def test_killed_at_any_statement_a_hold_takes_all_or_nothing(start, li):
    through, statements = False, 0
    while not through:
        key = uuid4()
        call = lambda key=key: services.hold(  # noqa: E731
            [(start.pk, 1)], client_key=key, buyer=li
        )
        through = killed_after(statements, call)
        statements += 1
        assert queries.invariants() == []
        assert services.release(call().order.pk)
    assert statements > 5


def test_killed_at_any_statement_a_refund_is_sent_once(confirmed, till):
    through, statements, sent = False, 0, 0
    while not through:
        payment = confirmed(1).payments.get()
        refund = services.request_refund(payment.pk, 2500)
        through = killed_after(
            statements, lambda refund=refund: services.send_refund(refund.pk)
        )
        statements, sent = statements + 1, sent + 1
        services.send_refund(refund.pk)
        assert till.payments[payment.remote_id].refunded_minor == 2500
        assert queries.invariants() == []
        order = Order.objects.get(pk=payment.order_id)
        assert order.money == "refunded"
        Allotment.objects.update(capacity=30)
    assert len(till.refunds) == sent


@pytest.mark.parametrize("seed", range(8))
def test_events_in_any_order_or_lost_end_the_same(book, till, seed):
    order = book(1)
    payment = services.pay(order.pk, back="")
    stages = [PaymentStage.FAILED, PaymentStage.PAID, PaymentStage.OPEN]
    dice = random.Random(seed)
    dice.shuffle(stages)
    for number, stage in enumerate(stages):
        till.says(payment.remote_id, stage)
        if dice.random() < 0.6:
            services.notice("till", Notice(f"e{number}", payment.remote_id))
        if dice.random() < 0.6:
            run_jobs("sell")
    till.says(payment.remote_id, PaymentStage.PAID)
    Payment.objects.update(checked_at=Now() - timedelta(hours=1))
    sweep()
    order.refresh_from_db()
    assert (order.state, order.money) == ("confirmed", "paid")
    assert queries.invariants() == []
