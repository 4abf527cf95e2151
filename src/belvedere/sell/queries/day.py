"""The starts of a day and who comes to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F, QuerySet
from django.urls import reverse

from belvedere.sell.models import (
    Allotment,
    CalendarFeed,
    Hold,
    HoldLine,
    Order,
    Slot,
    Voucher,
)
from belvedere.sell.rules import ahead, spaced
from belvedere.shared import clock

if TYPE_CHECKING:
    pass


def free_days(product_id: int, first: date, last: date) -> list[Allotment]:
    """Return the starts of one product between two days, both included, in order."""
    rows = Allotment.objects.filter(product=product_id, day__gte=first, day__lte=last)
    return list(rows.select_related("product").order_by("day", "start"))


def starts_between(operator_id: int, first: date, last: date) -> list[Allotment]:
    """Return an operator's starts between two days, both included, in order: one query."""
    rows = Allotment.objects.filter(
        product__operator=operator_id, day__range=(first, last), capacity__gt=0
    )
    order = ("day", F("start").asc(nulls_first=True), "product__slug")
    return list(rows.select_related("product").order_by(*order))


@dataclass(frozen=True)
class Guest:
    """One booking on an operator's list of a day."""

    number: str
    name: str
    quantity: int
    redeemed: int
    product: str
    product_id: int
    start: time | None
    state: str
    code: str
    language: str
    phone: str
    email: str


def guests(operator_id: int, day: date) -> list[Guest]:
    """Return who comes to an operator on a day, by start, in one query."""
    rows = (
        Voucher.objects.filter(
            line__allotment__product__operator=operator_id,
            line__allotment__day=day,
            line__seller_order__state__in=Order.SOLD,
        )
        .select_related("order", "line__seller_order", "line__allotment__product")
        .order_by(F("line__allotment__start").asc(nulls_first=True), "pk")
    )
    return [
        Guest(
            number=each.order.number or "",
            name=each.order.name,
            quantity=each.quantity,
            redeemed=each.redeemed,
            product=each.line.allotment.product.slug,
            product_id=each.line.allotment.product_id,
            start=each.line.allotment.start,
            state=each.line.seller_order.state,
            code=spaced(each.code),
            language=each.order.language,
            phone=each.order.phone,
            email=each.order.email,
        )
        for each in rows
    ]


def live_holds(allotment_ids: Iterable[int]) -> QuerySet[HoldLine]:
    """Return the lines that hold places of some allotments."""
    return HoldLine.objects.filter(
        allotment__in=list(allotment_ids), hold__state__in=Hold.LIVE, live=True
    ).select_related("hold__order", "allotment")


def modes() -> list[tuple[str, str]]:
    """Return the ways in which places are given out, with what people call them."""
    return [(str(value), str(label)) for value, label in Allotment.Mode.choices]


def seats(hold_id: int) -> str:
    """Return what stands on the seats of a hold; empty when its places have no numbers."""
    found = Slot.objects.filter(line__hold=hold_id).order_by("allotment", "position")
    return ", ".join(found.values_list("name", flat=True))


def is_ahead(row: Allotment) -> bool:
    """Say whether a start is still ahead; a whole day is until it ends."""
    return ahead(row.day, row.start, clock.now())


def calendar_address(operator_id: int) -> str:
    """Return the secret address of an operator's calendar; empty before there is one."""
    feed = CalendarFeed.objects.filter(operator=operator_id).first()
    return settings.PUBLIC_URL + reverse("sell:calendar", args=[feed.token]) if feed else ""
