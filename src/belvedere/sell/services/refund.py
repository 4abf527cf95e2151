"""Giving money back: never more than came in, and once however often it is tried."""

from uuid import uuid4

from django.db import transaction
from django.db.models import Sum

from belvedere.sell import registry
from belvedere.sell.models import Order, Payment, Refund
from belvedere.sell.rules import TooMuch
from belvedere.sell.services import _moves
from belvedere.sell.services.finalise import later
from belvedere.shared import clock
from belvedere.shared.errors import BadInput, NotAuthorised, Refused

_OPEN = [Refund.State.REQUESTED, Refund.State.SENT]


@transaction.atomic
def request_refund(
    payment_id: int, minor: int, *, reason: str = Refund.Reason.DESK, tell: bool = True
) -> Refund:
    """Ask for money of a payment to be given back; it is sent by a job.

    Args:
        payment_id: Key of the payment.
        minor: How much, in minor units of the payment's currency.
        reason: Why.
        tell: Whether the traveller gets a mail about it.

    Raises:
        TooMuch: More than what was paid less what went or goes back.
        BadInput: Nothing was paid, or the amount is not positive.

    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.state != Payment.State.CAPTURED or minor < 1:
        raise BadInput("There is nothing to give back.", field="amount")
    if _going_back(payment) + minor > payment.amount_minor:
        raise TooMuch("More would go back than was paid.", field="amount")
    refund = Refund.objects.create(
        payment=payment,
        key=uuid4(),
        amount_minor=minor,
        currency=payment.currency,
        reason=reason,
        requested_at=clock.now(),
    )
    Order.objects.filter(pk=payment.order_id).update(money=Order.Money.REFUND_DUE)
    later("sell.send_refund", refund_id=refund.pk)
    if tell:
        later("sell.tell_refund", refund_id=refund.pk)
    return refund


def send_refund(refund_id: int) -> Refund:
    """Have the provider give the money back. The refund's key makes a repetition harmless.

    Raises:
        TryLater, OutcomeUnknown: The poller repeats it with the same key.

    """
    sent = Refund.objects.filter(pk=refund_id, state__in=_OPEN)
    if not sent.update(state=Refund.State.SENT, tried_at=clock.now()):
        return Refund.objects.get(pk=refund_id)
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    connector = registry.provider(refund.payment.provider)
    try:
        connector.refund(refund.payment.remote_id, refund.amount, key=str(refund.key))
    except (Refused, NotAuthorised):
        return _ended(refund, Refund.State.FAILED)
    return _ended(refund, Refund.State.DONE)


def retry_refund(refund_id: int) -> Refund:
    """Send a failed refund again, with the same key."""
    Refund.objects.filter(pk=refund_id, state=Refund.State.FAILED).update(
        state=Refund.State.REQUESTED
    )
    return send_refund(refund_id)


@transaction.atomic
def _ended(refund: Refund, state: str) -> Refund:
    payment = Payment.objects.select_for_update().get(pk=refund.payment_id)
    moved = Refund.objects.filter(pk=refund.pk, state=Refund.State.SENT).update(
        state=state, done_at=clock.now() if state == Refund.State.DONE else None
    )
    refund.refresh_from_db()
    if moved and state == Refund.State.DONE:
        order = Order.objects.select_for_update().get(pk=payment.order_id)
        order.money = _money(order)
        order.save(update_fields=["money"])
        known = _moves.known_of(payment)
        _moves.tell("sale.refunded", order, amount=refund.amount, refund=refund.pk, **known)
    return refund


def _going_back(payment: Payment) -> int:
    live = payment.refunds.exclude(state=Refund.State.FAILED)
    return live.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _money(order: Order) -> str:
    """Work out the money status from what was captured and what has come back."""
    of_order = Refund.objects.filter(payment__order=order)
    if of_order.exclude(state=Refund.State.DONE).exists():
        return Order.Money.REFUND_DUE
    back = of_order.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    captured = Payment.objects.filter(order=order, state=Payment.State.CAPTURED)
    paid = captured.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    if back >= paid:
        return Order.Money.REFUNDED
    if paid - back >= order.total_minor:  # Only what was paid twice went back.
        return Order.Money.PAID
    return Order.Money.PARTLY_REFUNDED
