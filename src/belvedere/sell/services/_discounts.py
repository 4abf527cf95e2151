"""A discount within a sale: found, reckoned, taken with the places, given back with them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from belvedere.journal.rules import UNKNOWN, Touch
from belvedere.sell.models import Discount
from belvedere.sell.queries.discounts import discounts
from belvedere.sell.rules.discounts import NoDiscount, NotOff, clean, off
from belvedere.sell.rules.shares import divided
from belvedere.sell.services._cart import Line

_TAKE = """
UPDATE sell_discount SET used = used + %(uses)s, spent_minor = spent_minor + %(minor)s
WHERE id = %(discount)s
  AND (max_uses IS NULL OR used + %(uses)s <= max_uses)
  AND (budget_minor IS NULL OR spent_minor + %(minor)s <= budget_minor)
  AND (%(promised)s OR (stopped_at IS NULL AND valid_from <= statement_timestamp()
    AND (valid_until IS NULL OR valid_until > statement_timestamp())))
"""
# NO KEY: an order that is being written refers to the row, and must not be waited for.
_GIVE = """
WITH back AS (
  SELECT discount_id, count(*) AS uses, sum(discount_minor) AS minor FROM sell_order
  WHERE hold_id = ANY(%(holds)s) AND discount_id IS NOT NULL GROUP BY 1
), locked AS (
  SELECT d.id, back.uses, back.minor FROM sell_discount d JOIN back ON back.discount_id = d.id
  ORDER BY d.id FOR NO KEY UPDATE OF d
)
UPDATE sell_discount d
SET used = d.used - locked.uses, spent_minor = d.spent_minor - locked.minor
FROM locked WHERE d.id = locked.id
"""


def find(code: str) -> Discount:
    """Return the discount of a code as typed.

    Raises:
        NoDiscount: There is none.

    """
    found = discounts().filter(code=clean(code)).first()
    if found is None:
        raise NoDiscount(NotOff.UNKNOWN)
    return found


def reduced(discount: Discount, lines: Sequence[Line]) -> list[Line]:
    """Return lines with what a discount takes off each, by the largest remainder.

    Of a seller's own the price is less; of the agency's it stays, and a part of it is paid by
    the agency.

    Args:
        discount: As `queries.discounts` gives it.
        lines: What is wanted, priced.

    Raises:
        NoDiscount: It is not for these, or not now; says why.

    """
    prices = [each.minor if _is_for(discount, each) else 0 for each in lines]
    minor = off(discount.percent, discount.amount_minor, prices)
    if not minor or lines[0].currency != discount.currency:
        raise NoDiscount(NotOff.OTHER)
    if sum(prices) < discount.minimum_minor:
        raise NoDiscount(NotOff.TOO_LITTLE, discount.minimum_minor, discount.currency)
    refuse(discount, minor)
    shares = divided(minor, prices)
    by_seller = discount.funded_by == Discount.FundedBy.SELLER
    return [
        replace(line, off=share) if by_seller else replace(line, from_agency=share)
        for line, share in zip(lines, shares, strict=True)
    ]


def refuse(discount: Discount, minor: int) -> None:
    """Refuse, before anything is written, a discount that has no chance.

    Raises:
        NoDiscount: It has not begun, is over, or is used up; says which.

    """
    if discount.over:  # type: ignore[attr-defined]
        raise NoDiscount(NotOff.OVER)
    if not discount.begun:  # type: ignore[attr-defined]
        raise NoDiscount(NotOff.NOT_YET)
    uses, budget = discount.max_uses, discount.budget_minor
    if uses is not None and discount.used >= uses:
        raise NoDiscount(NotOff.USED_UP)
    if budget is not None and discount.spent_minor + minor > budget:
        raise NoDiscount(NotOff.USED_UP)


def led_by(touch: Touch | None, discount: Discount | None) -> Touch | None:
    """Return what led a buyer here: the link they followed, or else the discount's piece.

    Who followed one of our links was led by it, whatever code is typed later; who came by none
    has read the code where that piece hangs.
    """
    if discount and discount.source and (touch is None or touch.code == UNKNOWN):
        return Touch(discount.source)
    return touch


def take(discount_id: int, minor: int, *, uses: int = 1, promised: bool = False) -> None:
    """Take a discount, in one conditional UPDATE; the last statement of a transaction.

    Args:
        discount_id: Its key.
        minor: What it takes off all the orders together.
        uses: How many orders.
        promised: The orders are paid at this price: only the limits count, not the time.

    Raises:
        NoDiscount: It is used up or over. The caller's transaction must be rolled back.

    """
    asked = {"discount": discount_id, "minor": minor, "uses": uses, "promised": promised}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, asked)
        taken = cursor.rowcount
    if not taken:
        if not promised:
            refuse(discounts().get(pk=discount_id), minor)
        raise NoDiscount(NotOff.USED_UP)


def give(hold_ids: Sequence[int]) -> None:
    """Give back the discounts of orders that come to nothing; after the pools.

    Called once for each hold, in the transaction that has moved its state. What was paid keeps
    its discount, also when it is called off later.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, {"holds": list(hold_ids)})


def _is_for(discount: Discount, line: Line) -> bool:
    product = line.allotment.product
    bought_as = line.bought.package if line.bought else product.pk
    return (
        discount.operator_id in (None, product.operator_id)
        and discount.product_id in (None, bought_as)
        and _lies_in(product.operator.area, discount.area_id)
    )


def _lies_in(area: Any, other_id: int) -> bool:
    while area is not None and area.pk != other_id:
        area = area.parent
    return area is not None
