"""Taking in what providers tell, and asking them when they tell nothing."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from belvedere.sell.models import Hold, Payment, PaymentEvent, Refund
from belvedere.sell.ports import Notice
from belvedere.sell.services.finalise import close, finalise, later
from belvedere.sell.services.pay import open_at_provider
from belvedere.sell.services.refund import send_refund
from belvedere.shared import clock
from belvedere.shared.errors import RemoteError

log = logging.getLogger(__name__)
_OFTEN = timedelta(seconds=20)
_SELDOM = timedelta(minutes=10)
_LATEST = timedelta(days=2)
_STORE = """
INSERT INTO sell_paymentevent (provider, event_id, remote_id, payment_id, received_at, times)
VALUES (%s, %s, %s, (SELECT id FROM sell_payment WHERE provider = %s AND remote_id = %s), %s, 1)
ON CONFLICT (provider, event_id) DO UPDATE SET times = sell_paymentevent.times + 1
RETURNING id, times
"""


@transaction.atomic
def notice(provider: str, given: Notice) -> PaymentEvent:
    """Store a verified notice, once by its id, and queue the reading of its payment.

    A notice of a payment that we do not know is kept as an orphan until the payment's row
    appears. A repeated one is counted, and nothing else follows from it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            [
                provider,
                given.event_id,
                given.remote_id,
                provider,
                given.remote_id,
                clock.now(),
            ],
        )
        pk, times = cursor.fetchone()
    event = PaymentEvent.objects.get(pk=pk)
    if times == 1 and event.payment_id:
        later("sell.finalise", payment_id=event.payment_id)
    return event


def settle_open_payments() -> int:
    """Ask the providers about every payment and refund whose end we do not know.

    Open payments of holds whose time is over are closed; refused and closed ones are read
    for two days more, because money can still arrive. One provider that does not answer
    stops nobody else.

    Returns:
        How many payments and refunds were asked about.

    """
    asked = 0
    for payment in _unsettled():
        asked += _tried(_ask, payment.pk)
    open_refunds = Refund.objects.filter(
        Q(tried_at=None) | Q(tried_at__lt=Now() - _OFTEN),
        state__in=[Refund.State.REQUESTED, Refund.State.SENT],
    )
    for refund in open_refunds:
        asked += _tried(send_refund, refund.pk)
    return asked


def _unsettled() -> list[Payment]:
    opened = Q(state__in=Payment.OPEN) & (Q(checked_at=None) | Q(checked_at__lt=Now() - _OFTEN))
    over = Q(
        state__in=[Payment.State.FAILED, Payment.State.CLOSED],
        created_at__gt=Now() - _LATEST,
        checked_at__lt=Now() - _SELDOM,
    )
    found = Payment.objects.filter(opened | over, problem="")
    return list(found[:500])


def _ask(payment_id: int) -> None:
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if payment.state in Payment.OPEN:
        payment = open_at_provider(payment)
    expired = Hold.objects.filter(order=payment.order_id, expires_at__lt=Now()).exists()
    if expired and payment.state in Payment.OPEN:
        close(payment.pk)
    else:
        finalise(payment.pk)


def _tried(ask: Callable[[int], object], pk: int) -> int:
    try:
        ask(pk)
    except RemoteError as error:
        log.warning("%s %s: %s", ask.__name__, pk, type(error).__name__)
    return 1
