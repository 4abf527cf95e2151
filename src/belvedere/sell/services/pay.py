"""Sending a buyer to the provider: prepare under a lock, then talk with no lock held."""

from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Greatest, Now

from belvedere.sell import registry
from belvedere.sell.models import Hold, Order, Payment, PaymentEvent
from belvedere.sell.ports import Payments
from belvedere.sell.rules import NotHeld
from belvedere.sell.services.finalise import confirm, give_up, later
from belvedere.sell.services.hold import after
from belvedere.shared import clock
from belvedere.shared.errors import NotAuthorised, Refused

TIME_TO_PAY = timedelta(minutes=15)
GRACE = timedelta(minutes=2)


def pay(order_id: int, *, back: str, provider: str = "") -> Payment:
    """Open a payment, or find the open one, and return where the buyer goes on.

    The hold is extended first, so that nobody loses the places while paying. No transaction
    is open while the provider is asked; if the answer is lost, the same call (or the poller)
    repeats it with the same key.

    Args:
        order_id: Key of the order.
        back: Address to which the provider sends the browser afterwards.
        provider: Key of the way to pay; the first one when empty.

    Raises:
        NotHeld: The places are no longer held: nothing is charged.
        RemoteError: The provider could not be asked. Nothing is lost: ask again.

    """
    payment = _prepare(order_id, back, provider or registry.default_provider())
    return open_at_provider(payment) if payment.state in Payment.OPEN else payment


def open_at_provider(payment: Payment) -> Payment:
    """Make the payment known to the provider, once by its key."""
    if payment.remote_id:
        return payment
    connector: Payments = registry.provider(payment.provider)
    order = payment.order
    try:
        remote = connector.open(
            payment.amount,
            key=str(payment.key),
            reference=f"Belvedere {payment.pk}",
            back=payment.back,
            until=payment.until,
            language=order.language,
        )
    except (Refused, NotAuthorised):
        give_up(payment.pk)
        raise
    with transaction.atomic():
        Payment.objects.filter(pk=payment.pk, remote_id="").update(
            remote_id=remote.remote_id, redirect=remote.redirect, qr=remote.qr
        )
        Payment.objects.filter(pk=payment.pk, state=Payment.State.CREATED).update(
            state=Payment.State.PENDING
        )
        if _adopt(payment, remote.remote_id):
            later("sell.finalise", payment_id=payment.pk)
    payment.refresh_from_db()
    return payment


def _adopt(payment: Payment, remote_id: str) -> int:
    """Give a payment the notices that came before we knew its id."""
    orphans = PaymentEvent.objects.filter(
        provider=payment.provider, remote_id=remote_id, payment=None
    )
    return orphans.update(payment=payment)


@transaction.atomic
def _prepare(order_id: int, back: str, provider: str) -> Payment:
    # An open payment is locked before the hold, as everywhere.
    list(Payment.objects.select_for_update().filter(order=order_id, state__in=Payment.OPEN))
    order = Order.objects.select_related("hold").get(pk=order_id)
    paying = Hold.objects.filter(
        pk=order.hold_id,
        state__in=[Hold.State.HELD, Hold.State.PAYING],
        expires_at__gt=Now(),
    ).update(state=Hold.State.PAYING)
    if not paying or Order.objects.get(pk=order_id).state != Order.State.PLACED:
        raise NotHeld("The places are no longer held.")
    opened = Payment.objects.filter(order=order_id, state__in=Payment.OPEN).first()
    return opened or _new(order, back, provider)


def _new(order: Order, back: str, provider: str) -> Payment:
    time = TIME_TO_PAY + registry.takes(provider)
    Hold.objects.filter(pk=order.hold_id).update(
        pay_deadline=after(time),
        expires_at=Greatest("expires_at", after(time + GRACE)),
    )
    until = Hold.objects.get(pk=order.hold_id).pay_deadline or clock.now()
    payment = Payment(
        order=order,
        provider=provider,
        key=uuid4(),
        amount_minor=order.total_minor,
        currency=order.currency,
        back=back,
        until=until,
        created_at=clock.now(),
    )
    if not order.total_minor:  # Nothing to pay is paid already.
        payment.state = Payment.State.CAPTURED
        payment.captured_at = clock.now()
    payment.save()
    if payment.state == Payment.State.CAPTURED:
        confirm(payment)
    return payment
