"""What follows from the provider's word: the same for notice, return page and poller."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models.functions import Greatest, Now
from procrastinate.contrib.django import app

from belvedere.sell import ports, registry, rules
from belvedere.sell.models import (
    Delivery,
    Hold,
    HoldLine,
    Order,
    Payment,
    Refund,
    SellerOrder,
    Split,
    Voucher,
)
from belvedere.sell.rules import SoldOut
from belvedere.sell.rules.shares import divided
from belvedere.sell.services import _moves, book
from belvedere.sell.services.hold import LONGEST, after
from belvedere.shared import clock
from belvedere.shared.money import Amount

TRY_AGAIN = timedelta(minutes=10)
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
    """Write down that money came in, and let follow what must. The payment's lock is held."""
    payment.captured_at = clock.now()
    payment.save()
    order = payment.order
    value = Amount(payment.value_minor, order.currency)
    _moves.tell("sale.paid", order, amount=value, **_moves.known_of(payment))
    refund = _confirm(payment)
    parts = list(SellerOrder.objects.filter(order=order)) if payment.confirms else []
    weights = [each.total_minor for each in parts]
    shares = divided(payment.amount_minor, weights) if parts else []
    Split.objects.bulk_create(
        Split(payment=payment, seller_order=part, amount_minor=minor)
        for part, minor in zip(parts, shares, strict=True)
    )
    book.captured(payment, order, parts)
    if refund:
        book.refund_requested(refund, order, [(None, refund.value_minor)])


def _confirm(payment: Payment) -> Refund | None:
    """Give the buyer what was paid for, or the money back."""
    held = Hold.objects.select_for_update().get(order=payment.order_id)
    order = Order.objects.select_for_update().get(pk=payment.order_id)
    if order.state in Order.SOLD or held.state == Hold.State.CANCELLED:
        return _return_money(payment, order, Refund.Reason.DOUBLE)
    if held.state in (Hold.State.HELD, Hold.State.PAYING):
        _moves.move_hold(held.pk, out_of=[held.state], to=Hold.State.CONFIRMED)
        _serve(payment, order)
        return None
    if order.state == Order.State.CANCELLED or not _take_again(payment, held, order):
        return _return_money(payment, order, Refund.Reason.LATE)
    return None


def later(task: str, **arguments: Any) -> None:
    """Queue a job of this stage, in the caller's transaction."""
    app.configure_task(task, queue="sell").defer(**arguments)


def _captured(payment: Payment) -> None:
    take_in(payment)


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


def _take_again(payment: Payment, held: Hold, order: Order) -> bool:
    """Take the places of an expired hold again; False when they are gone or it has begun."""
    lines = list(HoldLine.objects.filter(hold=held).select_related("allotment"))
    if not all(
        rules.ahead(each.allotment.day, each.allotment.start, clock.now()) for each in lines
    ):
        return False
    try:
        with transaction.atomic():
            _moves.move_hold(
                held.pk,
                out_of=[Hold.State.EXPIRED, Hold.State.RELEASED],
                to=Hold.State.CONFIRMED,
            )
            _serve(payment, order)
            _moves.take(_moves.pools(held.pk))
    except SoldOut:
        payment.confirms = False
        order.refresh_from_db()
        return False
    return True


def _serve(payment: Payment, order: Order) -> None:
    payment.confirms = True
    payment.save()
    now = clock.now()
    order.refresh_from_db()
    order.state = Order.State.CONFIRMED
    order.money = Order.Money.PAID
    order.number = _moves.next_number()
    order.confirmed_at = now
    lines = list(HoldLine.objects.filter(hold=order.hold_id).select_related("allotment"))
    days = [each.allotment.day for each in lines if each.allotment.day]
    order.forget_after = max(days, default=clock.today()) + rules.KEPT
    order.save()
    SellerOrder.objects.filter(order=order).update(state=order.state)
    Delivery.objects.filter(seller_order__order=order).update(forget_after=order.forget_after)
    for line in lines:
        if line.allotment.day:  # Goods are sent, not shown at a door.
            _voucher(order, line)
    seconds = rules.seconds_from_link(order.followed_at, now)
    known: dict[str, Any] = {} if seconds is None else {"seconds_from_link": seconds}
    _moves.tell("sale.confirmed", order, **known)
    later("sell.tell_traveller", order_id=order.pk)
    later("sell.tell_operators", order_id=order.pk)


def _voucher(order: Order, line: HoldLine) -> Voucher:
    while True:
        try:
            with transaction.atomic():
                return Voucher.objects.create(
                    order=order, line=line, code=rules.new_code(), quantity=line.quantity
                )
        except IntegrityError:
            if Voucher.objects.filter(line=line).exists():
                raise


def _return_money(payment: Payment, order: Order, reason: str) -> Refund:
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
    value = Amount(payment.value_minor, order.currency)
    _moves.tell("sale.refused", order, amount=value, payment=payment.pk, reason=reason)
    later("sell.send_refund", refund_id=refund.pk)
    later("sell.tell_refund", refund_id=refund.pk)
    return refund


_FOLLOWS: dict[str, Callable[[Payment], None]] = {
    Payment.State.CAPTURED: _captured,
    Payment.State.FAILED: _failed,
    Payment.State.CLOSED: _back,
    Payment.State.PENDING: _waits,
}
