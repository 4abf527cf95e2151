"""The waiting list of a sold-out start: what comes free is offered to the first in it.

It is offered in the transaction that frees it, so that no place goes back to a stampede.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet

from belvedere.journal import services as journal
from belvedere.journal.rules import Touch
from belvedere.sell import rules
from belvedere.sell.models import Allotment, Waiting
from belvedere.sell.rules import SoldOut
from belvedere.sell.services import _modes, _moves
from belvedere.sell.services._cart import (
    Buyer,
    Cart,
    Line,
    Starts,
    Wanted,
    priced,
    proper,
    starts,
    summed,
)
from belvedere.sell.services._wishes import cart_of, fitting
from belvedere.sell.services._write import write
from belvedere.sell.services.finalise import later_all
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import DEFAULT

MINUTES = 30  # an offer stands
AT_ONCE = 50
PURPOSE = "waiting list: to offer you a place that comes free"
_LISTED = """
SELECT DISTINCT w.allotment_id FROM sell_waiting w
JOIN sell_holdline l ON l.allotment_id = w.allotment_id
WHERE l.id = ANY(%s) AND w.hold_id IS NULL AND w.left_at IS NULL AND w.forgotten_at IS NULL
ORDER BY 1
"""


@transaction.atomic
def enlist(
    line: tuple[int, int] | Wanted,
    *,
    buyer: Buyer,
    touch: Touch | None = None,
    language: str = DEFAULT,
) -> Waiting:
    """Put somebody on the waiting list of a start. Who is on it keeps the earlier place.

    Args:
        line: Key of the allotment and how many of the product's first unit, or `Wanted`.
        buyer: Who waits, and how they are reached.
        touch: The piece that brought them.
        language: BCP 47.

    Raises:
        BadInput: There are enough places, or it is not for sale.

    """
    known = proper(buyer, language)
    asked = summed([line])
    (wish,) = priced(starts([asked[0].allotment]), asked, rules.market(known.phone), "")
    start = wish.allotment
    if start.day is None or start.capacity < wish.places:
        raise BadInput("There is no waiting list for this.", field="start")
    if start.free >= wish.places:
        raise BadInput("There are places: they can be booked.", field="quantity")
    contact = {"email": known.email} if known.email else {"phone": known.phone}
    before = _listed(start.pk).filter(**contact).first()
    if before:
        return before
    made = Waiting.objects.create(
        token=secrets.token_urlsafe(18),
        allotment_id=start.pk,
        quantity=sum(wish.units.values()),
        units=dict(wish.units),
        places=wish.places,
        name=known.name,
        phone=known.phone,
        email=known.email,
        language=language,
        source=touch.code if touch else "",
        asked_at=clock.now(),
        purpose=PURPOSE,
        forget_after=start.on + timedelta(days=1),
    )
    _tell("sale.awaited", made, wish)
    return made


@transaction.atomic
def leave(waiting_id: int) -> bool:
    """Take somebody off the list and forget who it was. False: they had left already.

    An offer that stands is given up by `release`, as any hold.
    """
    left = Waiting.objects.filter(pk=waiting_id, left_at=None).update(
        left_at=clock.now(), name="", phone="", email="", forgotten_at=clock.now()
    )
    if left:
        journal.record("sale.unlisted", f"waiting:{waiting_id}")
    return bool(left)


def free(lines: Sequence[int]) -> None:
    """Put the places of lines back, or rather into the hands of those who wait for them.

    The last step of a transaction that has moved the state of the lines' holds.
    """
    _moves.give(lines)
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [list(lines)])
        wanted = [pool for (pool,) in cursor.fetchall()]
    for pool in wanted:
        offer(pool)


def serve_lists(allotment_ids: Iterable[int] | None = None) -> int:
    """Offer what is free to who waits for it: a list that began while a place came free.

    Args:
        allotment_ids: Only these; None: all that are ahead.

    Returns:
        How many offers were made.

    """
    due = Allotment.objects.filter(
        waiting__hold=None,
        waiting__left_at=None,
        waiting__forgotten_at=None,
        waiting__pk__isnull=False,
        taken__lt=F("capacity"),
        day__gte=clock.today(),
    )
    if allotment_ids is not None:
        due = due.filter(pk__in=list(allotment_ids))
    return sum(
        offer(pool) for pool in due.order_by("pk").values_list("pk", flat=True).distinct()
    )


def offer(allotment_id: int) -> int:
    """Hold what is free of a start for the first on its list whose wishes it fits.

    Returns:
        How many offers were made.

    """
    try:
        with transaction.atomic():
            return _offer(allotment_id)
    except SoldOut:  # Taken by somebody else meanwhile.
        return 0


def _offer(allotment_id: int) -> int:
    waiting = list(
        _listed(allotment_id).order_by("pk").select_for_update(skip_locked=True)[:AT_ONCE]
    )
    found = starts([allotment_id])
    free_now = found.allotments[allotment_id].free
    chosen = fitting(waiting, free_now, lambda each: _cart(each, found))
    if not chosen:
        return 0
    holds = write([cart for _, cart in chosen])
    for (each, _), made in zip(chosen, holds, strict=True):
        each.hold = made
    Waiting.objects.bulk_update([each for each, _ in chosen], ["hold"])
    later_all(*(("sell.tell_offer", {"waiting_id": each.pk}) for each, _ in chosen))
    _modes.seat(holds, found.allotments.values(), patient=False)
    _moves.take([(allotment_id, sum(each.places for each, _ in chosen))])
    return len(chosen)


def _listed(allotment_id: int) -> QuerySet[Waiting]:
    """Return who waits for a start and has had no offer yet."""
    return Waiting.objects.filter(
        allotment=allotment_id, hold=None, left_at=None, forgotten_at=None
    )


def _cart(waiting: Waiting, found: Starts) -> Cart | None:
    """Return what somebody waits for, at today's price; None when it is no longer for sale."""
    return cart_of(
        waiting,
        found,
        market=rules.market(waiting.phone),
        touch=Touch(waiting.source) if waiting.source else None,
        minutes=MINUTES,
    )


def _tell(kind: str, waiting: Waiting, line: Line) -> None:
    product = line.allotment.product
    journal.record(
        kind,
        f"waiting:{waiting.pk}",
        source=waiting.source,
        market=rules.market(waiting.phone),
        area=product.operator.area.slug,
        product=product.slug,
        quantity=waiting.places,
    )
