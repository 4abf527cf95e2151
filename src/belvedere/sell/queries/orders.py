"""Orders and their vouchers, what was sold, and what a currency is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from belvedere.sell.models import (
    HoldLine,
    Order,
    Quote,
    Reseller,
    Voucher,
)
from belvedere.sell.rules import clean_code
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import User


@dataclass(frozen=True)
class Sales:
    """What a product has sold. Orders called off are not in it."""

    orders: int = 0
    places: int = 0
    redeemed: int = 0
    amounts: tuple[Amount, ...] = ()


def sales(product_ids: Iterable[int]) -> dict[int, Sales]:
    """Return what each of some products has sold; one without sales is absent."""
    rows = (
        HoldLine.objects.filter(
            allotment__product__in=list(product_ids), seller_order__state__in=Order.SOLD
        )
        .values("allotment__product", "currency")
        .annotate(
            orders=Count("hold", distinct=True),
            places=Sum("quantity"),
            let_in=Sum("voucher__redeemed"),
            minor=Sum("total_minor"),
        )
        .order_by("currency")
    )
    found: dict[int, Sales] = {}
    for row in rows:
        before = found.get(row["allotment__product"], Sales())
        found[row["allotment__product"]] = Sales(
            orders=before.orders + row["orders"],
            places=before.places + row["places"],
            redeemed=before.redeemed + (row["let_in"] or 0),
            amounts=(*before.amounts, Amount(row["minor"], row["currency"])),
        )
    return found


def latest_quote(currency: str) -> Quote | None:
    """Return what a currency is worth in yuan, by the latest quote that is kept."""
    return Quote.objects.filter(base=currency, quoted="CNY").first()


def order(token: str) -> Order | None:
    """Return the order of an unguessable link, or None."""
    found = Order.objects.select_related("hold__turn__discount", "quote", "discount")
    return found.filter(token=token).first()


def resellers(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of the resellers that some source codes stand for, by code."""
    return dict(Reseller.objects.filter(source__in=codes).values_list("source", "name"))


def voucher(text: str) -> Voucher | None:
    """Return the voucher of a code as typed or scanned, or None."""
    found = Voucher.objects.select_related(
        "order", "line__seller_order", "line__allotment__product__operator"
    )
    return found.filter(code=clean_code(text)).first()


def visible_to(user: "User") -> QuerySet[Order]:
    """Return the orders that somebody may read with the buyer's name: their own guests'.

    Staff of an area count sales by facts, where no person is; names are for who opens the
    door to them.
    """
    if not user.is_active:
        return Order.objects.none()
    if user.is_superuser:
        return Order.objects.all()
    mine = Q(
        parts__operator__memberships__user=user, parts__operator__memberships__role="operator"
    )
    return Order.objects.filter(mine).distinct()
