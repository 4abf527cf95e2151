"""The yearly report on sellers, read from the ledger: figures, who is in it, what lacks."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import ExtractYear

from belvedere.offer import queries as offer
from belvedere.sell.models import Account, Entry, HoldLine, Posting, Seller, SellerOrder
from belvedere.sell.queries.papers import Party, party_of
from belvedere.sell.rules import dac7 as rules
from belvedere.sell.rules import papers
from belvedere.sell.rules.dac7 import Activity, Bucket, Left, Line, Move, Reported
from belvedere.shared import clock

CURRENCY = "EUR"
_KINDS = ("delivered", "returned", "chargeback")


@dataclass(frozen=True)
class Listing:
    """A property that is let: where it stands."""

    name: str
    address: str


@dataclass(frozen=True)
class OfSeller:
    """A year of one seller, as the report and the seller read it.

    Attributes:
        operator: The business.
        seller: What it has said of itself, or None.
        party: The same as it stands on papers.
        rows: All that was credited, by activity; amounts are minor units of euros.
        told: The rows that are reported.
        left: Why nothing is reported; None when something is.
        lacks: Fields that the report needs and nobody has said.
        listings: Properties by key.
        foreign: Other currencies in which something was credited, which are in no row.

    """

    operator: Any
    seller: Seller | None
    party: Party
    rows: list[Reported]
    told: list[Reported]
    left: Left | None
    lacks: list[str]
    listings: dict[int, Listing]
    foreign: list[str]


def years(operators: Collection[int], *, simulated: bool = False) -> list[int]:
    """Return the years in which something was earned, the last first."""
    found = (
        Entry.objects.filter(
            kind="delivered", simulated=simulated, postings__operator__in=operators
        )
        .annotate(year=ExtractYear("at", tzinfo=clock.ROME))
        .values_list("year", flat=True)
        .order_by("-year")
        .distinct()
    )
    return list(found)


def report(year: int, operators: Collection[int], *, simulated: bool = False) -> list[OfSeller]:
    """Return the year of each seller who earned something in it, by name.

    Args:
        year: Of the calendar, in Italy.
        operators: Keys of the sellers.
        simulated: Of money that never moved, for a demo; else of real money alone.

    """
    earned = _entries(operators, simulated).filter(kind="delivered", at__year=year)
    parts = list(
        SellerOrder.objects.filter(postings__entry__in=earned)
        .select_related("operator__seller", "order")
        .order_by("operator__name", "pk")
        .distinct()
    )
    moves = _moves([each.pk for each in parts], simulated)
    lines, products = _lines([each.pk for each in parts])
    of: dict[Any, list[list[Bucket]]] = defaultdict(list)
    foreign: dict[Any, set[str]] = defaultdict(set)
    for part in parts:
        if part.order.currency != CURRENCY:
            foreign[part.operator].add(part.order.currency)
            of.setdefault(part.operator, [])
            continue
        of[part.operator].append(rules.buckets(lines[part.pk], moves[part.pk]))
    return [
        _of_seller(operator, rules.reported(found, year), products, sorted(foreign[operator]))
        for operator, found in of.items()
    ]


def _of_seller(
    operator: Any, rows: list[Reported], products: dict[int, Any], foreign: list[str]
) -> OfSeller:
    seller = getattr(operator, "seller", None)
    party = party_of(seller)
    told, left = rules.left_out(party, rows)
    listings = {each.listing: _listing(products[each.listing]) for each in rows if each.listing}
    lacks = papers.lacks_for_report(party, seller.birth_date if seller else None)
    if any(not listings[each.listing].address for each in told if each.listing):
        lacks.append("listing")
    lacks = [*([] if left else lacks), *(["currency"] if foreign else [])]
    return OfSeller(operator, seller, party, rows, told, left, lacks, listings, foreign)


def _listing(product: Any) -> Listing:
    said = offer.words(product, product.language)
    address = said["address"].value if "address" in said else product.meeting_point
    return Listing(said["title"].value if "title" in said else product.slug, address)


def _entries(operators: Collection[int], simulated: bool) -> Any:
    return Entry.objects.filter(
        kind__in=_KINDS, simulated=simulated, postings__operator__in=operators
    )


def _moves(parts: list[int], simulated: bool) -> dict[int, list[Move]]:
    """Return what the ledger says of parts, by time: all of it, whatever the year."""
    fees = Q(account__in=[Account.COMMISSION, Account.VAT])
    rows = (
        Posting.objects.filter(
            seller_order__in=parts, entry__kind__in=_KINDS, entry__simulated=simulated
        )
        .values("seller_order", "entry", "entry__at", "entry__key", "entry__kind")
        .annotate(net=Sum("amount_minor", filter=Q(account=Account.PAYABLE)),
                  fees=Sum("amount_minor", filter=fees))
        .order_by("entry__at", "entry")
    )  # fmt: skip
    found: dict[int, list[Move]] = defaultdict(list)
    for each in rows:
        at = each["entry__at"].astimezone(clock.ROME)
        found[each["seller_order"]].append(
            Move(
                year=at.year,
                quarter=(at.month + 2) // 3,
                net=-(each["net"] or 0),
                fees=-(each["fees"] or 0),
                goods=_goods(each["entry__kind"], each["entry__key"]),
            )
        )
    return found


def _goods(kind: str, key: str) -> bool | None:
    """Say whether an entry is about goods, visits, or both; its key tells (`services.book`)."""
    if kind != "delivered" or key.endswith(":before"):
        return None
    return key.endswith(":goods")


def _lines(parts: list[int]) -> tuple[dict[int, list[Line]], dict[int, Any]]:
    found: dict[int, list[Line]] = defaultdict(list)
    products = {}
    lines = HoldLine.objects.filter(seller_order__in=parts).select_related("allotment__product")
    for each in lines.order_by("pk"):
        product = each.allotment.product
        activity = rules.activity_of(product.kind)
        listing = product.pk if activity == Activity.PROPERTY else 0
        found[each.seller_order_id].append(Line(activity, listing, each.total_minor))
        products[product.pk] = product
    return found, products
