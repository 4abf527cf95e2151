"""What follows from the provider's word: the same for notice, return page and poller."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models.functions import Greatest, Now
from procrastinate.contrib.django import app

from belvedere.journal import services as journal
from belvedere.sell import ports, registry, rules
from belvedere.sell.models import (
    Delivery,
    Hold,
    Order,
    Payment,
    Refund,
    SellerOrder,
    Split,
)
from belvedere.sell.rules import SoldOut
from belvedere.sell.rules.discounts import NoDiscount
from belvedere.sell.rules.shares import divided
from belvedere.sell.services import _discounts, _moves, book
from belvedere.sell.services.hold import LONGEST, after
from belvedere.shared import clock
from belvedere.shared.money import Amount

TRY_AGAIN = timedelta(minutes=10)
_VOUCHERS = """
INSERT INTO sell_voucher (order_id, line_id, code, quantity, redeemed)
SELECT %s, line, code, quantity, 0
FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS drawn(line, code, quantity)
ON CONFLICT (code) DO NOTHING RETURNING line_id
"""
_MEANS = {
    ports.PaymentStage.OPEN: Payment.State.PENDING,
    ports.PaymentStage.PAID: Payment.State.CAPTURED,
    ports.PaymentStage.REFUNDED: Payment.State.CAPTURED,
    ports.PaymentStage.FAILED: Payment.State.FAILED,
    ports.PaymentStage.CLOSED: Payment.State.CLOSED,
}


def finalise(payment_id: int) -> Payment:
    """Ask the provider how far a payment is, and let follow what must.

    It may be called any number of times, by anybody, at the same moment: what follows is one
    transaction behind the payment's lock. Killed anywhere, it leaves nothing or all, and the
    next call goes on.

    Raises:
        RemoteError: The provider could not be asked. Nothing was changed.

    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.state == Payment.State.CAPTURED or not payment.remote_id:
        return payment
    return settle(payment_id, registry.provider(payment.provider).read(payment.remote_id))


def close(payment_id: int) -> Payment:
    """Close a payment at the provider, unless it was paid in the meantime.

    Until the provider has said that it is closed, the places stay held.

    Raises:
        RemoteError: The provider could not be asked, or closes nothing so soon after the
            opening. Nothing was changed.

    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.state not in Payment.OPEN or not payment.remote_id:
        return payment
    registry.wait_to_close(payment.provider, payment.created_at)
    return settle(payment_id, registry.provider(payment.provider).cancel(payment.remote_id))


@transaction.atomic
def settle(payment_id: int, said: ports.Payment) -> Payment:
    """Write down what the provider said, and let follow what must, in one transaction."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.checked_at = clock.now()
    then = _MEANS[said.stage]
    if then == Payment.State.CAPTURED and said.amount != payment.amount:
        # Neither service nor refund can be right: a person must look.
        payment.problem = "amount_differs"
    elif rules.climbs(payment.state, then):
        payment.state = then
        _FOLLOWS[then](payment)
        if then == Payment.State.CAPTURED:
            return payment  # `take_in` has saved it.
    payment.save()
    return payment


@transaction.atomic
def give_up(payment_id: int) -> None:
    """Mark a payment that the provider would not even open as refused."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if rules.climbs(payment.state, Payment.State.FAILED):
        payment.state = Payment.State.FAILED
        _failed(payment)
        payment.save()


def take_in(payment: Payment) -> None:
    """Let follow what must when money came in, and save it. The payment's lock is held."""
    payment.state = Payment.State.CAPTURED
    payment.captured_at = clock.now()
    held = Hold.objects.select_for_update().get(order=payment.order_id)
    order = Order.objects.select_for_update().get(pk=payment.order_id)
    rows = _moves.rows(order)
    facts = _moves.facts(
        "sale.paid",
        order,
        about=_moves.by_product(rows),
        amount=Amount(payment.value_minor, order.currency),
        **_moves.known_of(payment, order),
    )
    refund = _confirm(payment, held, order, rows, facts)
    journal.record_all(facts)
    parts = list(SellerOrder.objects.filter(order=order)) if payment.confirms else []
    weights = [each.due_minor for each in parts]
    shares = divided(payment.amount_minor, weights) if parts else []
    Split.objects.bulk_create(
        Split(payment=payment, seller_order=part, amount_minor=minor)
        for part, minor in zip(parts, shares, strict=True)
    )
    book.captured(payment, order, parts)
    if refund:
        back = book.Back(None, refund.value_minor, refund.value_minor)
        simulated = registry.is_simulated(payment.provider)
        book.refund_requested([back], order, str(refund.pk), simulated)
    payment.save()


def _confirm(
    payment: Payment, held: Hold, order: Order, rows: list[_moves.Row], facts: list[Any]
) -> Refund | None:
    """Give the buyer what was paid for, or the money back; adds what is to be told."""
    if order.state in Order.SOLD or held.state == Hold.State.CANCELLED:
        return _return_money(payment, order, Refund.Reason.DOUBLE, rows, facts)
    if held.state in (Hold.State.HELD, Hold.State.PAYING):
        _moves.move_hold(held.pk, out_of=[held.state], to=Hold.State.CONFIRMED)
        facts += _serve(payment, order, rows)
        return None
    reason = Refund.Reason.LATE
    if order.state != Order.State.CANCELLED:
        try:
            facts += _take_again(payment, held, order, rows)
        except SoldOut:
            pass
        except NoDiscount:
            reason = Refund.Reason.DISCOUNT
        else:
            return None
        payment.confirms = False
        order.refresh_from_db()
    return _return_money(payment, order, reason, rows, facts)


def later(task: str, **arguments: Any) -> None:
    """Queue a job of this stage, in the caller's transaction."""
    later_all((task, arguments))


def later_all(*jobs: tuple[str, dict[str, Any]]) -> None:
    """Queue jobs of this stage in one statement, in the caller's transaction."""
    app.job_manager.batch_defer_jobs(
        [
            app.configure_task(task, queue="sell").make_new_job(**arguments)
            for task, arguments in jobs
        ]
    )


def _failed(payment: Payment) -> None:
    _moves.tell("sale.refused", payment.order, payment=payment.pk, reason="provider")
    # Somebody whose card was refused may try another one, for a while.
    Hold.objects.filter(
        order=payment.order_id, state=Hold.State.PAYING, created_at__gt=Now() - LONGEST
    ).update(expires_at=Greatest("expires_at", after(TRY_AGAIN)))
    _back(payment)


def _back(payment: Payment) -> None:
    """Return a hold that is no longer being paid to HELD, for the time that is left.

    One whose time is over goes with the next sweep: a moment, and one path less.
    """
    hold_id = Order.objects.values_list("hold", flat=True).get(pk=payment.order_id)
    _moves.move_hold(hold_id, out_of=[Hold.State.PAYING], to=Hold.State.HELD)


def _waits(payment: Payment) -> None:
    """Nothing follows from a payment that is still open."""


def _take_again(
    payment: Payment, held: Hold, order: Order, rows: list[_moves.Row]
) -> list[Any]:
    """Take the places of an expired hold again, and its discount.

    Raises:
        SoldOut: The places are gone, or it has begun.
        NoDiscount: Others have used the discount up: it cannot be had at what was paid.

    """
    if not all(rules.ahead(each.day, each.start, clock.now()) for each in rows):
        raise SoldOut("It has begun already.")
    with transaction.atomic():
        _moves.move_hold(
            held.pk,
            out_of=[Hold.State.EXPIRED, Hold.State.RELEASED],
            to=Hold.State.CONFIRMED,
        )
        facts = _serve(payment, order, rows)
        _moves.take(_moves.pools(held.pk))
        if order.discount_id:
            _discounts.take(order.discount_id, order.discount_minor, promised=True)
    return facts


def _serve(payment: Payment, order: Order, rows: list[_moves.Row]) -> list[Any]:
    """Confirm the order; returns the facts that are to be recorded."""
    payment.confirms = True
    now = clock.now()
    order.state = Order.State.CONFIRMED
    order.money = Order.Money.PAID
    order.number = _moves.next_number()
    order.confirmed_at = now
    days = [each.day for each in rows if each.day]
    order.forget_after = max(days, default=clock.today()) + rules.KEPT
    order.save(update_fields=["state", "money", "number", "confirmed_at", "forget_after"])
    SellerOrder.objects.filter(order=order).update(state=order.state)
    Delivery.objects.filter(seller_order__order=order).update(forget_after=order.forget_after)
    _give_vouchers(order, [each for each in rows if each.day])  # Goods are sent, not shown.
    later_all(
        ("sell.tell_traveller", {"order_id": order.pk}),
        ("sell.tell_operators", {"order_id": order.pk}),
    )
    seconds = rules.seconds_from_link(order.followed_at, now)
    known: dict[str, Any] = {} if seconds is None else {"seconds_from_link": seconds}
    return _moves.facts("sale.confirmed", order, about=_moves.by_product(rows), **known)


def _give_vouchers(order: Order, rows: list[_moves.Row]) -> None:
    """Give each line its voucher; a code that somebody has already is drawn again."""
    waiting = {each.line: each.quantity for each in rows}
    while waiting:
        codes = [rules.new_code() for _ in waiting]
        with connection.cursor() as cursor:
            cursor.execute(_VOUCHERS, [order.pk, [*waiting], codes, [*waiting.values()]])
            for (line,) in cursor.fetchall():
                del waiting[line]


def _return_money(
    payment: Payment, order: Order, reason: str, rows: list[_moves.Row], facts: list[Any]
) -> Refund:
    refund = Refund.objects.create(
        payment=payment,
        key=uuid4(),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        value_minor=payment.value_minor,
        reason=reason,
        requested_at=clock.now(),
    )
    if order.state not in Order.SOLD:
        Order.objects.filter(pk=order.pk).update(money=Order.Money.REFUND_DUE)
    facts += _moves.facts(
        "sale.refused",
        order,
        about=_moves.by_product(rows),
        amount=Amount(payment.value_minor, order.currency),
        payment=payment.pk,
        reason=reason,
    )
    later_all(
        ("sell.send_refund", {"refund_id": refund.pk}),
        ("sell.tell_refund", {"refund_id": refund.pk}),
    )
    return refund


_FOLLOWS: dict[str, Callable[[Payment], None]] = {
    Payment.State.CAPTURED: take_in,
    Payment.State.FAILED: _failed,
    Payment.State.CLOSED: _back,
    Payment.State.PENDING: _waits,
}
