"""Putting places on sale, and changing how many there are."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.db import IntegrityError, connection, transaction

from belvedere.sell.models import Allotment, Hold, HoldLine
from belvedere.sell.rules import StillTaken
from belvedere.sell.services.set_terms import set_terms
from belvedere.shared.errors import BadInput

_PUT = """
INSERT INTO sell_allotment (product_id, day, start, capacity, taken) VALUES (%s, %s, %s, %s, 0)
ON CONFLICT (product_id, day, start) DO UPDATE SET capacity = EXCLUDED.capacity
"""


@transaction.atomic
def offer_places(
    product_id: int, days: Iterable[date], *, start: time | None = None, capacity: int
) -> int:
    """Say how many places a product has at a start, on each of some days.

    Saying it again with another capacity changes it, for all the days or for none.

    Args:
        product_id: Key of the product.
        days: The days.
        start: Local time; None when it is for the whole day.
        capacity: How many places; 0 closes the start.

    Returns:
        How many days were written.

    Raises:
        StillTaken: A capacity is lower than what is held or sold; says by whom.

    """
    if capacity < 0:
        raise BadInput("A capacity is zero or more.", field="capacity")
    wanted = sorted(set(days))
    set_terms(product_id)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for day in wanted:  # In order, so that two who write the same days never block.
                values: list[Any] = [product_id, day, start, capacity]
                cursor.execute(_PUT, values)
    except IntegrityError as error:
        holders = _holders(product_id, wanted, start, capacity)
        if not holders:
            raise BadInput("There is no such product.", field="product") from error
        raise StillTaken(
            f"More than {capacity} places are taken: {'; '.join(holders)}.", holders=holders
        ) from error
    return len(wanted)


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
            cursor.execute(_PUT, [product_id, None, None, pieces])
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
