"""Whose wishes fit what is free: the same for a line of turns and for a waiting list."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import uuid4

from belvedere.journal.rules import Touch
from belvedere.sell.models import Turn, Waiting
from belvedere.sell.services._cart import MINUTES, Buyer, Cart, Starts, Wanted, priced
from belvedere.shared.errors import BadInput

Wish = TypeVar("Wish", Turn, Waiting)


def fitting(
    wishes: Iterable[Wish], left: int, cart: Callable[[Wish], Cart | None]
) -> list[tuple[Wish, Cart]]:
    """Return the wishes that are granted, in order; who wants more than is left is passed.

    Args:
        wishes: The first who asked comes first.
        left: How many places are free.
        cart: Gives what a wish comes to today; None when it is no longer for sale.

    """
    granted = []
    for each in wishes:
        made = cart(each) if each.places <= left else None
        if made:
            left -= each.places
            granted.append((each, made))
    return granted


def cart_of(
    wish: Turn | Waiting,
    found: Starts,
    *,
    market: str,
    currency: str = "",
    body: str = "",
    touch: Touch | None = None,
    minutes: int = MINUTES,
) -> Cart | None:
    """Return what a wish comes to at today's price; None when it is no longer for sale."""
    units: dict[Any, int] = wish.units
    asked = Wanted(wish.allotment_id, {int(key): n for key, n in units.items()})
    try:
        lines = priced(found, [asked], market, currency)
    except BadInput:
        return None
    return Cart(
        key=uuid4(),
        body=body,
        lines=lines,
        quote=found.quote(lines[0].currency),
        buyer=Buyer(wish.name, wish.phone, wish.email),
        touch=touch,
        language=wish.language,
        market=market,
        minutes=minutes,
    )
