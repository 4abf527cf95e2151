"""The few statements that every verb shares: states by conditional UPDATE, pools in order.

Locks are always taken in this order: payment, hold, order, seller orders, voucher, pools by
id. The pools come last because they are what everybody wants (ADR-0003).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F

from belvedere.journal import services as journal
from belvedere.sell import registry
from belvedere.sell.models import Allotment, Hold, HoldLine, Order, Payment, SellerOrder
from belvedere.sell.rules import SoldOut
from belvedere.sell.rules.shares import divided
from belvedere.shared.money import Amount


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
    """Take places from pools; the last statements of a transaction.

    Args:
        lines: Pool and quantity, summed and in the order of `rules.summed`.

    Raises:
        SoldOut: A pool has fewer. The caller's transaction must be rolled back.

    """
    for pool, quantity in lines:
        free = Allotment.objects.filter(pk=pool, capacity__gte=F("taken") + quantity)
        if not free.update(taken=F("taken") + quantity):
            raise SoldOut("Fewer places are free than were asked for.", field="quantity")


def give(lines: Iterable[tuple[int, int]]) -> None:
    """Put places back; the last statements of a transaction that moved the hold's state."""
    for pool, quantity in lines:
        Allotment.objects.filter(pk=pool).update(taken=F("taken") - quantity)


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
        if more > 0:
            take([(pool, more)])
        elif more < 0:
            give([(pool, -more)])


def pools(hold_id: int, part: int | None = None) -> list[tuple[int, int]]:
    """Return what a hold holds, or one part of it, in locking order."""
    lines = HoldLine.objects.filter(hold_id=hold_id, live=True).order_by("allotment_id")
    if part is not None:
        lines = lines.filter(seller_order=part)
    return list(lines.values_list("allotment_id", "quantity"))


def told(order: Order, part: int | None = None) -> list[Told]:
    """Return what facts say of an order, product by product, or of one part of it."""
    rows = (
        HoldLine.objects.filter(hold=order.hold_id)
        .order_by("seller_order__position", "pk")
        .values_list(
            "seller_order",
            "allotment__product__slug",
            "allotment__product__operator__area__slug",
            "quantity",
            "total_minor",
        )
    )
    if part is not None:
        rows = rows.filter(seller_order=part)
    found: dict[tuple[int, str], Told] = {}
    for of, product, area, quantity, minor in rows:
        before = found.get((of, product), Told(of, product, area, 0, 0))
        found[of, product] = Told(
            of, product, area, before.quantity + quantity, before.minor + minor
        )
    return list(found.values())


def tell(
    kind: str,
    order: Order,
    *,
    about: list[Told] | None = None,
    quantity: int | None = None,
    amount: Amount | None = None,
    **detail: Any,
) -> None:
    """Record what happened to an order, with what every fact of an order carries.

    One fact for each product, so that each operator's and each area's figures are its own.

    Args:
        kind: Of the fact.
        order: Which order.
        about: Its products; all of them when None.
        quantity: How many places, of all products together; all of the order's when None.
        amount: How much money of all, in the order's currency; the prices when None.
        detail: What else is known.

    """
    rows = told(order) if about is None else about
    weights = [each.minor for each in rows]
    if amount is None:
        minors = weights
    else:
        # What costs nothing weighs by its places, so that nothing is divided by nothing.
        minors = divided(amount.minor, weights if sum(weights) else [1] * len(rows))
    for at, each in enumerate(rows):
        journal.record(
            kind,
            f"order:{order.pk}",
            source=order.source,
            market=order.market,
            area=each.area,
            product=each.product,
            quantity=each.quantity if quantity is None else (quantity if at == 0 else 0),
            amount=Amount(minors[at], order.currency),
            **detail,
        )


def known_of(payment: Payment) -> dict[str, Any]:
    """Return what a fact of money says of its payment: its key, and whether it is pretended."""
    pretended = registry.is_simulated(payment.provider)
    paid = payment.amount
    exchanged = {"paid_minor": paid.minor, "paid_currency": paid.currency}
    return {
        "payment": payment.pk,
        **({"simulated": True} if pretended else {}),
        **(exchanged if paid.currency != payment.order.currency else {}),
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
