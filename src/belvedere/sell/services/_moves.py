"""The few statements that every verb shares: states by conditional UPDATE, pools in order.

Locks are always taken in this order: payment, hold, order, seller orders, voucher, pools by
id, discounts by id. The pools come late because they are what everybody wants (ADR-0003).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction

from belvedere.journal import services as journal
from belvedere.sell import registry
from belvedere.sell.models import Hold, HoldLine, Order, Payment, SellerOrder
from belvedere.sell.queries import lately
from belvedere.sell.rules import SoldOut
from belvedere.sell.rules.shares import divided
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.journal.models import Fact


_TAKE = """
UPDATE sell_allotment SET taken = taken + %(quantity)s
WHERE id = %(pool)s AND taken + %(quantity)s <= capacity
"""
_FREE_SLOTS = "UPDATE sell_slot SET line_id = NULL WHERE line_id = ANY(%(lines)s)"
_GIVE = """
WITH back AS (
  SELECT allotment_id, sum(quantity) AS quantity FROM sell_holdline
  WHERE id = ANY(%(lines)s) GROUP BY 1
), locked AS (
  SELECT a.id, back.quantity FROM sell_allotment a JOIN back ON back.allotment_id = a.id
  ORDER BY a.id FOR UPDATE OF a
)
UPDATE sell_allotment a SET taken = a.taken - locked.quantity
FROM locked WHERE a.id = locked.id
"""


@dataclass(frozen=True)
class Told:
    """What a fact says of one product of an order."""

    part: int
    product: str
    area: str
    quantity: int
    minor: int


def move_hold(hold_id: int, *, out_of: Iterable[str], to: str, **also: Any) -> bool:
    """Change a hold's state if it is one of `out_of`. False: somebody else was first."""
    held = Hold.objects.filter(pk=hold_id, state__in=list(out_of))
    return held.update(state=to, **also) == 1


def move_order(order_id: int, *, out_of: Iterable[str], to: str, **also: Any) -> bool:
    """Change the state of an order and of its parts if it is one of `out_of`."""
    states = list(out_of)
    found = Order.objects.filter(pk=order_id, state__in=states)
    if found.update(state=to, **also) != 1:
        return False
    SellerOrder.objects.filter(order=order_id, state__in=states).update(state=to)
    return True


def take(lines: Iterable[tuple[int, int]]) -> None:
    """Take places from pools, one after the other; the last statements of a transaction.

    Args:
        lines: Pool and quantity, summed and in the order of `rules.summed`.

    Raises:
        SoldOut: A pool has fewer. The caller's transaction must be rolled back.

    """
    with connection.cursor() as cursor:
        for pool, quantity in lines:
            cursor.execute(_TAKE, {"pool": pool, "quantity": quantity})
            if not cursor.rowcount:
                raise SoldOut("Fewer places are free than were asked for.", field="quantity")


def give(lines: Sequence[int]) -> None:
    """Put the places of lines back; the last statements of a transaction.

    Each pool is changed once, in the order of their keys. Numbered places are free again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FREE_SLOTS, {"lines": list(lines)})
        cursor.execute(_GIVE, {"lines": list(lines)})
    transaction.on_commit(lately.forget)


def shift(before: Mapping[int, int], after: Mapping[int, int]) -> None:
    """Exchange places taken before for others, pool by pool in locking order.

    Args:
        before: Places that are taken now, by pool.
        after: Places that shall be taken, by pool.

    Raises:
        SoldOut: A pool has fewer. The caller's transaction must be rolled back.

    """
    for pool in sorted({*before, *after}):
        more = after.get(pool, 0) - before.get(pool, 0)
        if more:
            take([(pool, more)])  # Less than nothing gives back.


def pools(hold_id: int) -> list[tuple[int, int]]:
    """Return what a hold holds, in locking order."""
    lines = HoldLine.objects.filter(hold_id=hold_id, live=True).order_by("allotment_id")
    return list(lines.values_list("allotment_id", "quantity"))


class Row(NamedTuple):
    """One line of an order, with what vouchers and facts say of it."""

    line: int
    part: int
    product: str
    area: str
    day: date | None
    start: time | None
    quantity: int
    minor: int


def rows(order: Order, part: int | None = None) -> list[Row]:
    """Return the lines of an order, or of one part of it."""
    lines = HoldLine.objects.filter(hold=order.hold_id).order_by("seller_order__position", "pk")
    if part is not None:
        lines = lines.filter(seller_order=part)
    return [
        Row(*each)
        for each in lines.values_list(
            "pk",
            "seller_order",
            "allotment__product__slug",
            "allotment__product__operator__area__slug",
            "allotment__day",
            "allotment__start",
            "quantity",
            "total_minor",
        )
    ]


def by_product(lines: Iterable[Row]) -> list[Told]:
    """Return what facts say of lines, product by product."""
    found: dict[tuple[int, str], Told] = {}
    for each in lines:
        key = each.part, each.product
        before = found.get(key, Told(each.part, each.product, each.area, 0, 0))
        found[key] = Told(
            each.part,
            each.product,
            each.area,
            before.quantity + each.quantity,
            before.minor + each.minor,
        )
    return list(found.values())


def told(order: Order, part: int | None = None) -> list[Told]:
    """Return what facts say of an order, product by product, or of one part of it."""
    return by_product(rows(order, part))


def tell(kind: str, order: Order, **options: Any) -> None:
    """Record what happened to an order; arguments as of `facts`."""
    journal.record_all(facts(kind, order, **options))


def facts(
    kind: str,
    order: Order,
    *,
    about: Sequence[Told] | None = None,
    quantity: int | None = None,
    amount: Amount | None = None,
    **detail: Any,
) -> list["Fact"]:
    """Make what happened to an order into facts, with what every fact of an order carries.

    One fact for each product, so that each operator's and each area's figures are its own.

    Args:
        kind: Of the fact.
        order: Which order.
        about: Its products; all of them when None.
        quantity: How many places, of all products together; all of the order's when None.
        amount: How much money of all, in the order's currency; the prices when None.
        detail: What else is known.

    """
    products = told(order) if about is None else about
    weights = [each.minor for each in products]
    known: dict[str, Any] = {"discount": order.discount_id} if order.discount_id else {}
    known |= detail
    if amount is None:
        minors = weights
    else:
        # What costs nothing weighs by its places, so that nothing is divided by nothing.
        minors = divided(amount.minor, weights if sum(weights) else [1] * len(products))
    return [
        journal.fact(
            kind,
            f"order:{order.pk}",
            source=order.source,
            market=order.market,
            area=each.area,
            product=each.product,
            quantity=each.quantity if quantity is None else (quantity if at == 0 else 0),
            amount=Amount(minors[at], order.currency),
            **known,
        )
        for at, each in enumerate(products)
    ]


def known_of(payment: Payment, order: Order) -> dict[str, Any]:
    """Return what a fact of money says of its payment: its key, and whether it is pretended."""
    pretended = registry.is_simulated(payment.provider)
    paid = payment.amount
    exchanged = {"paid_minor": paid.minor, "paid_currency": paid.currency}
    return {
        "payment": payment.pk,
        **({"simulated": True} if pretended else {}),
        **(exchanged if paid.currency != order.currency else {}),
    }


def next_number() -> str:
    """Return the next order number: B26-00042."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_char(now() AT TIME ZONE 'Europe/Rome', '\"B\"YY-')"
            " || lpad(nextval('sell_order_number')::text, 5, '0')"
        )
        number: str = cursor.fetchone()[0]
    return number
