"""Sending a buyer to the provider: prepare under a lock, then talk with no lock held."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Case, QuerySet, Value, When

from belvedere.sell import registry, rules
from belvedere.sell.models import HoldLine, Order, Payment, PaymentEvent
from belvedere.sell.ports import Device, Payments
from belvedere.sell.rules import NotHeld, NoWay
from belvedere.sell.services.finalise import give_up, later, take_in
from belvedere.shared import clock
from belvedere.shared.errors import NotAuthorised, Refused
from belvedere.shared.money import Amount

TIME_TO_PAY = timedelta(minutes=15)
GRACE = timedelta(minutes=2)
_PAYING = """
UPDATE sell_hold SET state = 'paying',
  pay_deadline = greatest(pay_deadline, statement_timestamp() + %s),
  expires_at = greatest(expires_at, statement_timestamp() + %s)
WHERE id = %s AND state IN ('held', 'paying') AND expires_at > statement_timestamp()
RETURNING pay_deadline
"""


def pay(
    order_id: int,
    *,
    back: str,
    provider: str = "",
    currency: str = "",
    device: Device | None = None,
) -> Payment:
    """Open a payment, or find the open one, and return where the buyer goes on.

    The hold is extended first, so that nobody loses the places while paying. No transaction
    is open while the provider is asked; if the answer is lost, the same call (or the poller)
    repeats it with the same key.

    Args:
        order_id: Key of the order.
        back: Address to which the provider sends the browser afterwards.
        provider: Key of the way to pay; the first one when empty.
        currency: ISO 4217 in which the buyer pays; empty: the order's, or, where the way to
            pay doesn't take it, that of the order's quote.
        device: What the buyer pays with.

    Raises:
        NotHeld: The places are no longer held: nothing is charged.
        NoWay: The way to pay takes neither currency.
        RemoteError: The provider could not be asked. Nothing is lost: ask again.

    """
    payment = _prepare(order_id, back, provider, currency, device)
    return open_at_provider(payment, device) if payment.state in Payment.OPEN else payment


def ways(order: Order) -> list[tuple[str, Amount]]:
    """Return the ways to pay an order, with what is paid by each, the best first.

    A way that is made for the buyer's market comes first, and there the buyer's own money.
    """
    found = []
    amounts = [each for each in (order.total, order.about) if each]
    if order.about and order.market == "CN":
        amounts.reverse()
    for key in registry.offered(market=order.market, ahead=_left(order)):
        takes = registry.currencies(key)
        found += [(key, each) for each in amounts if each.currency in takes]
    return found


def _left(order: Order) -> timedelta:
    """Return how long it is until the first of what is bought begins; goods wait."""
    lines = HoldLine.objects.filter(hold=order.hold_id).select_related("allotment")
    starts = [
        rules.begins(each.allotment.on, each.allotment.start)
        for each in lines
        if each.allotment.day
    ]
    return min(starts) - clock.now() if starts else timedelta.max


def open_at_provider(payment: Payment, device: Device | None = None) -> Payment:
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
            device=device,
        )
    except (Refused, NotAuthorised):
        give_up(payment.pk)
        raise
    opened = Case(
        When(state=Payment.State.CREATED, then=Value(Payment.State.PENDING)), default="state"
    )
    with transaction.atomic():
        Payment.objects.filter(pk=payment.pk, remote_id="").update(
            remote_id=remote.remote_id,
            redirect=remote.redirect,
            qr=remote.qr,
            bridge=dict(remote.bridge),
            state=opened,
        )
        if _adopt(payment, remote.remote_id):
            later("sell.finalise", payment_id=payment.pk)
    payment.refresh_from_db(fields=["remote_id", "redirect", "qr", "bridge", "state"])
    return payment


def _adopt(payment: Payment, remote_id: str) -> int:
    """Give a payment the notices that came before we knew its id."""
    orphans = PaymentEvent.objects.filter(
        provider=payment.provider, remote_id=remote_id, payment=None
    )
    return orphans.update(payment=payment)


@transaction.atomic
def _prepare(
    order_id: int, back: str, provider: str, currency: str, device: Device | None
) -> Payment:
    # An open payment is locked before the hold, as everywhere.
    opened = _open(order_id).select_for_update().first()
    order = Order.objects.select_related("hold", "quote").get(pk=order_id)
    way = _way(order, provider, currency)
    until = _paying(order.hold_id, TIME_TO_PAY + _takes(opened.provider if opened else way[0]))
    if until is None or order.state != Order.State.PLACED:
        raise NotHeld("The places are no longer held.")
    # Who pressed twice finds here what the first click has opened.
    opened = opened or _open(order_id).first()
    return opened or _new(order, back, way, device, until)


def _takes(provider: str) -> timedelta:
    return registry.takes(provider) if provider else timedelta(0)


def _open(order_id: int) -> QuerySet[Payment]:
    return Payment.objects.filter(order=order_id, state__in=Payment.OPEN)


def _paying(hold_id: int, time: timedelta) -> datetime | None:
    """Let the places wait while they are paid; returns until when, or None: they are gone."""
    with connection.cursor() as cursor:
        times: list[Any] = [time, time + GRACE]
        cursor.execute(_PAYING, [*times, hold_id])
        row = cursor.fetchone()
    return row[0] if row else None


def _way(order: Order, provider: str, currency: str) -> tuple[str, Amount]:
    """Return how the order is paid: the way asked for, or the first one that there is."""
    found = ways(order)
    for key, amount in found:
        if provider in ("", key) and currency in ("", amount.currency):
            return key, amount
    if not found and not order.total_minor:
        return "", order.total
    if not found:
        raise NotAuthorised("No way to pay is set up.")
    raise NoWay("This way to pay does not take this currency.", field="currency")


def _new(
    order: Order, back: str, way: tuple[str, Amount], device: Device | None, until: datetime
) -> Payment:
    provider, amount = way
    payment = Payment(
        order=order,
        provider=provider,
        key=uuid4(),
        amount_minor=amount.minor,
        currency=amount.currency,
        value_minor=order.total_minor,
        back=back,
        until=until,
        created_at=clock.now(),
    )
    payment.save()
    if not order.total_minor:  # Nothing to pay is paid already.
        take_in(payment)
    return payment
