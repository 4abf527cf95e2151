"""Putting places on sale, and changing how many there are."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from itertools import islice
from typing import Any

from django.db import IntegrityError, connection, transaction

from belvedere.sell.models import Allotment, Hold, HoldLine, Slot
from belvedere.sell.queries import lately
from belvedere.sell.rules import StillTaken
from belvedere.sell.services.set_terms import set_terms
from belvedere.sell.services.waiting import serve_lists
from belvedere.shared.errors import BadInput

_PUT = """
INSERT INTO sell_allotment AS a (product_id, day, start, capacity, taken, mode)
VALUES (%s, %s, %s, %s, 0, coalesce(%s, 'counter'))
ON CONFLICT (product_id, day, start)
DO UPDATE SET capacity = EXCLUDED.capacity, mode = coalesce(%s, a.mode)
RETURNING id, mode
"""
_MORE = """
INSERT INTO sell_slot (allotment_id, name, position)
SELECT %(allotment)s, name, position
FROM unnest(%(names)s::text[]) WITH ORDINALITY AS wanted(name, position)
ON CONFLICT (allotment_id, name) DO UPDATE SET position = EXCLUDED.position
"""


@transaction.atomic
def offer_places(
    product_id: int,
    days: Iterable[date],
    *,
    start: time | None = None,
    capacity: int,
    mode: str = "",
    names: Sequence[str] = (),
) -> int:
    """Say how many places a product has at a start, on each of some days.

    Saying it again with another capacity changes it, for all the days or for none. Who waits
    for a place that is added now is offered it.

    Args:
        product_id: Key of the product.
        days: The days.
        start: Local time; None when it is for the whole day.
        capacity: How many places; 0 closes the start.
        mode: How they are given out, as of `Allotment.Mode`; empty: as before.
        names: What stands on the seats, in mode `slots`; empty: their numbers, from 1.

    Returns:
        How many days were written.

    Raises:
        StillTaken: A capacity is lower than what is held or sold; says by whom.

    """
    if capacity < 0:
        raise BadInput("A capacity is zero or more.", field="capacity")
    if names and len(set(names)) != capacity:
        raise BadInput("There are as many places as names of seats.", field="names")
    wanted = sorted(set(days))
    pools: list[int] = []
    set_terms(product_id)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for day in wanted:  # In order, so that two who write the same days never block.
                values: list[Any] = [product_id, day, start, capacity, mode or None]
                cursor.execute(_PUT, [*values, mode or None])
                pool, now = cursor.fetchone()
                pools.append(pool)
                _number(pool, names, capacity if now == Allotment.Mode.SLOTS else 0)
    except IntegrityError as error:
        holders = _holders(product_id, wanted, start, capacity)
        if not holders:
            raise BadInput("There is no such product.", field="product") from error
        raise StillTaken(
            f"More than {capacity} places are taken: {'; '.join(holders)}.", holders=holders
        ) from error
    serve_lists(pools)
    transaction.on_commit(lately.forget)
    return len(wanted)


def _number(allotment_id: int, names: Sequence[str], capacity: int) -> None:
    """Give an allotment so many seats: of these names, or those it has, and further numbers.

    Raises:
        StillTaken: Somebody has a seat that would be gone, or a place without a number.

    """
    slots = Slot.objects.filter(allotment=allotment_id)
    had = list(slots.values_list("name", flat=True))
    numbers = (str(n) for n in range(1, len(had) + capacity + 1) if str(n) not in had)
    wanted = list(names) or (had + list(islice(numbers, capacity)))[:capacity]
    if not had and not capacity:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MORE, {"allotment": allotment_id, "names": wanted})
    gone = slots.exclude(name__in=wanted)
    seated = list(gone.exclude(line=None).values_list("name", flat=True))
    if seated:
        raise StillTaken(f"Seats are taken: {', '.join(seated)}.", holders=seated)
    gone.delete()
    lines = HoldLine.objects.filter(
        allotment=allotment_id, hold__state__in=Hold.LIVE, live=True, slots=None
    )
    if capacity and lines.exists():
        raise StillTaken("Places without a number are taken already.", holders=[])


def stock(product_id: int, pieces: int) -> Allotment:
    """Say how many pieces of a good there are: those in stock, or those that can be made.

    Raises:
        StillTaken: Fewer than are held or sold and not yet sent.

    """
    if pieces < 0:
        raise BadInput("A stock is zero or more.", field="pieces")
    set_terms(product_id)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_PUT, [product_id, None, None, pieces, None, None])
    except IntegrityError as error:
        taken = Allotment.objects.filter(product=product_id, day=None).values_list(
            "taken", flat=True
        )
        if not taken:
            raise BadInput("There is no such product.", field="product") from error
        raise StillTaken(f"{taken[0]} pieces are held or sold.", holders=[]) from error
    return Allotment.objects.get(product=product_id, day=None)


def restock(product_id: int, left: int) -> Allotment:
    """Say how many pieces of a good can be bought from now on, besides those held or sold."""
    with transaction.atomic():
        known = Allotment.objects.select_for_update().filter(product=product_id, day=None)
        taken = known.values_list("taken", flat=True)
        return stock(product_id, left + (taken[0] if taken else 0))


def set_capacity(allotment_id: int, capacity: int) -> None:
    """Change the capacity of one start.

    Raises:
        StillTaken: It is lower than what is held or sold; says by whom.

    """
    found = Allotment.objects.get(pk=allotment_id)
    if found.day is None:
        stock(found.product_id, capacity)
    else:
        offer_places(found.product_id, [found.day], start=found.start, capacity=capacity)


def _holders(product_id: int, days: list[date], start: time | None, capacity: int) -> list[str]:
    lines = HoldLine.objects.filter(
        allotment__product_id=product_id,
        allotment__day__in=days,
        allotment__start=start,
        allotment__taken__gt=capacity,
        hold__state__in=Hold.LIVE,
        live=True,
    ).select_related("allotment", "hold__order")
    return [
        f"{line.allotment.day:%Y-%m-%d}: {line.quantity} ({line.hold.order})" for line in lines
    ]
