"""What the office reads of one buyer's order before it gives money back.

The only place where staff of an area read a buyer's name: who answers for the money finds the
order of somebody who asks for it, by what that person says of themselves.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from belvedere.sell import registry
from belvedere.sell.models import Order, Payment, Refund, SellerOrder
from belvedere.sell.ports import Awaited, ByHand, Owed, Stray
from belvedere.shared.money import Amount

LEAST = 2
"""Letters that a search needs: a Chinese name has two."""


@dataclass(frozen=True)
class Happened:
    """One line of an order's story.

    Attributes:
        at: When.
        kind: `placed`, `paid`, `refused`, `problem`, `cancelled`, `asked` or `refunded`.
        amount: How much, in the money it moved in.
        refund: The refund it is about.
        provider: Key of the way to pay.

    """

    at: datetime
    kind: str
    amount: Amount | None = None
    refund: Refund | None = None
    provider: str = ""


def paid_orders(operator_ids: Iterable[int]) -> QuerySet[Order]:
    """Return the orders with money in them of which some operators serve a part.

    Also those for which another amount has come than was asked for: a person is called.
    """
    paid = Payment.objects.filter(
        Q(state=Payment.State.CAPTURED) | ~Q(problem=""), order=OuterRef("pk")
    )
    found = Order.objects.filter(Exists(paid), parts__operator__in=list(operator_ids))
    return found.distinct().order_by("-pk")


def find(text: str, operator_ids: Iterable[int]) -> QuerySet[Order]:
    """Return paid orders by their number, or by part of the buyer's name, phone or e-mail."""
    wanted = " ".join(text.split())
    if len(wanted) < LEAST:
        return Order.objects.none()
    by = Q(number__icontains=wanted) | Q(name__icontains=wanted) | Q(email__icontains=wanted)
    digits = re.sub(r"\D", "", wanted)
    if len(digits) >= 4 and not re.search(r"[^\d\s+().-]", wanted):
        by |= Q(phone__contains=digits.lstrip("0"))
    return paid_orders(operator_ids).filter(by)


def parts_of(order: Order, operator_ids: Iterable[int]) -> list[SellerOrder]:
    """Return the parts of an order that some operators serve, each with what it sold."""
    found = order.parts.filter(operator__in=list(operator_ids)).select_related("operator")
    return list(found.prefetch_related("lines__allotment__product"))


def is_confirmed_by_money(order: Order) -> bool:
    """Say whether money for the service is there; what came late goes back by itself."""
    return order.payments.filter(confirms=True).exists()


def story(order: Order) -> list[Happened]:
    """Return what has happened to an order and its money, in order."""
    found = [Happened(order.created_at, "placed", order.total)]
    for each in order.payments.prefetch_related("refunds__by"):
        found += _of_payment(each)
    if order.cancelled_at:
        found.append(Happened(order.cancelled_at, "cancelled"))
    return sorted(found, key=lambda each: each.at)


def _of_payment(payment: Payment) -> list[Happened]:
    found = []
    if payment.captured_at:
        how = {"amount": payment.amount, "provider": payment.provider}
        found.append(Happened(payment.captured_at, "paid", **how))  # type: ignore[arg-type]
    elif payment.state == Payment.State.FAILED:
        found.append(Happened(payment.created_at, "refused", payment.amount))
    if payment.problem:
        at = payment.checked_at or payment.created_at
        found.append(Happened(at, "problem", payment.amount))
    for each in payment.refunds.all():
        found.append(Happened(each.requested_at, "asked", each.amount, each))
        if each.done_at:
            found.append(Happened(each.done_at, "refunded", each.amount, each))
    return found


@dataclass(frozen=True)
class Counter:
    """What of one way to pay people note by hand, as far as somebody may see it."""

    key: str
    name: str
    awaited: list[tuple[Awaited, Order]]
    owed: list[tuple[Owed, Order]]
    strays: list[Stray]


def counters(operator_ids: Sequence[int]) -> list[Counter]:
    """Return the ways to pay that are noted by hand, with what waits of some operators' orders.

    Money that nobody was asked for belongs to no area yet: every head sees it.
    """
    return [_counter(key, way, operator_ids) for key, way in registry.by_hand().items()]


def _counter(key: str, way: ByHand, operator_ids: Sequence[int]) -> Counter:
    awaited, owed = way.awaited(), way.owed()
    references = [each.reference for each in awaited] + [each.reference for each in owed]
    orders = orders_by(key, references, operator_ids)
    return Counter(
        key=key,
        name=str(registry.installed()[key].spec.name),
        awaited=[
            (each, orders[each.reference]) for each in awaited if each.reference in orders
        ],
        owed=[(each, orders[each.reference]) for each in owed if each.reference in orders],
        strays=way.strays(),
    )


def orders_by(
    key: str, references: Sequence[str], operator_ids: Sequence[int]
) -> dict[str, Order]:
    """Return whose money goes by some references, of orders that some operators serve."""
    rows = Payment.objects.filter(
        provider=key,
        remote_id__in=references,
        order__parts__operator__in=operator_ids,
    ).select_related("order")
    return {each.remote_id: each.order for each in rows.distinct()}
