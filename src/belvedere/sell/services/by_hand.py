"""What people note of money where no provider tells: this has come, that has gone back."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from belvedere.sell import registry
from belvedere.sell.models import Payment, Refund
from belvedere.sell.ports import Awaited, ByHand
from belvedere.sell.services.finalise import finalise
from belvedere.sell.services.notify import notice
from belvedere.sell.services.refund import send_refund
from belvedere.shared import clock
from belvedere.shared.errors import BadInput, RemoteError
from belvedere.shared.money import Amount


@dataclass(frozen=True)
class NotedMoney:
    """What came of a note.

    Attributes:
        number: Of the note.
        reference: Without spaces.
        payment: None if we know none of this reference.
        awaited: How much of what was asked for has come by now.

    """

    number: int
    reference: str
    payment: Payment | None
    awaited: Awaited


def note_money(
    provider: str,
    reference: str,
    amount: Amount,
    *,
    by: str,
    day: date | None = None,
    line: str = "",
) -> NotedMoney:
    """Note money that has come, and let follow what must.

    Noted is noted, even when the payment cannot be settled at once: the poller does it.

    Args:
        provider: Key of a way to pay of which people note what has come.
        reference: As the payer wrote it.
        amount: How much.
        by: Who notes it.
        day: On which day it was booked; today when empty.
        line: The statement's number for it, when two of a day are alike.

    Raises:
        BadInput: The reference or the amount cannot be, or it was noted before.

    """
    way = _way(provider)
    if amount.minor < 1:
        raise BadInput("The amount is not positive.", field="amount")
    told = way.came(reference, amount, by=by, day=day or clock.today(), line=line)
    event = notice(provider, told)
    if event.payment_id:
        with suppress(RemoteError):
            finalise(event.payment_id)
    known = Payment.objects.filter(provider=provider, remote_id=told.remote_id)
    payment = known.select_related("order").first()
    number = int(told.event_id.rpartition("-")[2])
    return NotedMoney(number, told.remote_id, payment, way.so_far(told.remote_id))


def note_returned(provider: str, number: int, *, by: str) -> str:
    """Note that money was sent back by hand, and return the reference it belongs to.

    Raises:
        BadInput: Nothing of this number waits to be sent back.

    """
    way = _way(provider)
    reference = way.went(number, by=by)
    sent = Refund.objects.filter(
        payment__provider=provider, payment__remote_id=reference, state=Refund.State.SENT
    )
    for refund in sent:
        with suppress(RemoteError):  # The poller asks again within a minute.
            send_refund(refund.pk)
    return reference


def note_stray(provider: str, text: str, amount: Amount, *, by: str, day: date) -> int:
    """Keep money that nobody was asked for; the same text, amount and day are kept once."""
    return _way(provider).stray(text, amount, by=by, day=day)


def note_settled(provider: str, number: int, *, by: str) -> None:
    """Note that a person has seen to money that nobody was asked for.

    Raises:
        BadInput: Nothing of this number waits.

    """
    _way(provider).settled(number, by=by)


def _way(provider: str) -> ByHand:
    way = registry.by_hand().get(provider)
    if way is None:
        raise BadInput("This way to pay is not set up.", field="provider")
    return way
