"""What the refunds desk shows: orders by what their buyers say, with their parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from belvedere.desk.queries.experiences import titles
from belvedere.sell.queries import refunds as reading
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.sell.models import Order, SellerOrder

SHOWN = 20


@dataclass(frozen=True)
class Part:
    """A part of an order as the refunds desk shows it.

    Attributes:
        part: The seller's part.
        what: Titles of what it sold.
        back: What has been asked to go back.
        left: What still can.
        paid: Whether money for the service is there.
        may_call_off: Whether its places can be freed as well.

    """

    part: "SellerOrder"
    what: list[str]
    back: Amount
    left: Amount
    paid: bool
    may_call_off: bool


def found(text: str, operator_ids: Sequence[int]) -> "list[Order]":
    """Return the youngest orders that a search finds."""
    return list(reading.find(text, operator_ids)[:SHOWN])


def parts(order: "Order", operator_ids: Sequence[int], language: str) -> list[Part]:
    """Return the parts of an order that somebody may give back."""
    rows = reading.parts_of(order, operator_ids)
    paid = reading.is_confirmed_by_money(order)
    products = [line.allotment.product for each in rows for line in each.lines.all()]
    named = titles(products, language)
    return [
        Part(
            part=each,
            what=[named[line.allotment.product_id] for line in each.lines.all()],
            back=Amount(each.back_minor, order.currency),
            left=Amount(each.left_minor * paid, order.currency),
            paid=paid,
            may_call_off=each.state == each.State.CONFIRMED,
        )
        for each in rows
    ]
