"""The few statements that every verb shares: states by conditional UPDATE, pools in order.

Locks are always taken in this order: payment, hold, order, voucher, pools by id. The pools
come last because they are what everybody wants (ADR-0003).
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import F

from belvedere.journal import services as journal
from belvedere.sell import registry
from belvedere.sell.models import Allotment, Hold, HoldLine, Order, Payment
from belvedere.sell.rules import SoldOut
from belvedere.shared.money import Amount


def move_hold(hold_id: int, *, out_of: Iterable[str], to: str, **also: Any) -> bool:
    """Change a hold's state if it is one of `out_of`. False: somebody else was first."""
    held = Hold.objects.filter(pk=hold_id, state__in=list(out_of))
    return held.update(state=to, **also) == 1


def move_order(order_id: int, *, out_of: Iterable[str], to: str, **also: Any) -> bool:
    """Change an order's state if it is one of `out_of`."""
    found = Order.objects.filter(pk=order_id, state__in=list(out_of))
    return found.update(state=to, **also) == 1


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


def pools(hold_id: int) -> list[tuple[int, int]]:
    """Return what a hold holds, in locking order."""
    lines = HoldLine.objects.filter(hold_id=hold_id).order_by("allotment_id")
    return list(lines.values_list("allotment_id", "quantity"))


def tell(
    kind: str,
    order: Order,
    *,
    quantity: int | None = None,
    amount: Amount | None = None,
    **detail: Any,
) -> None:
    """Record a fact of the sale, with what every fact of an order carries."""
    line = (
        HoldLine.objects.filter(hold_id=order.hold_id)
        .select_related("allotment__product__operator__area")
        .first()
    )
    product = line.allotment.product if line else None
    if quantity is None:
        quantity = sum(each for _, each in pools(order.hold_id))
    journal.record(
        kind,
        f"order:{order.pk}",
        source=order.source,
        market=order.market,
        area=product.operator.area.slug if product else "",
        product=product.slug if product else "",
        quantity=quantity,
        amount=amount if amount is not None else order.total,
        **detail,
    )


def known_of(payment: Payment) -> dict[str, Any]:
    """Return what a fact of money says of its payment: its key, and whether it is pretended."""
    pretended = registry.is_simulated(payment.provider)
    return {"payment": payment.pk, **({"simulated": True} if pretended else {})}


def next_number() -> str:
    """Return the next order number: B26-00042."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_char(now() AT TIME ZONE 'Europe/Rome', '\"B\"YY-')"
            " || lpad(nextval('sell_order_number')::text, 5, '0')"
        )
        number: str = cursor.fetchone()[0]
    return number
