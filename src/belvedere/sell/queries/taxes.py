"""The tourist tax: what is asked where somebody sleeps, and what an order owes on the spot."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from belvedere.sell.models import HoldLine, Order, TouristTax
from belvedere.sell.rules.taxes import Guests, Rate, due, rate_of
from belvedere.shared import clock
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.territory.models import Municipality

STAY = "stay"


@dataclass(frozen=True)
class Asked:
    """What is asked in one municipality per person and night, or of a whole order."""

    municipality: str
    amount: Amount
    most_nights: int | None = None
    free_under: int = 0
    source: str = ""


def asked_at(products: "Iterable[Product]", night: date | None = None) -> list[Asked]:
    """Return what is asked per person and night of who sleeps in some stays.

    Args:
        products: Any; those that are no stays are passed over.
        night: The day that the night begins on; today when empty.

    """
    stays = [each for each in products if each.kind == STAY and _town(each)]
    rows = _rows(stays)
    found: dict[tuple[str, int], Asked] = {}
    for each in stays:
        town = _town(each)
        if town is None:
            continue
        known = {_rate(row): row for row in rows.get(town.pk, [])}
        rate = rate_of(known, each.accommodation, night or clock.today())
        if rate and rate.minor:
            row = known[rate]
            found[town.name, row.pk] = Asked(
                town.name, row.rate, row.most_nights, row.free_under, row.source
            )
    return list(found.values())


def tax_of(order: Order) -> list[Asked]:
    """Return what the nights of an order owe on the spot, by municipality.

    How old somebody is, is told by the units; what the municipality asks is read by the day
    of each night, so that a change of its rules shows in orders that lie ahead.
    """
    lines = (
        HoldLine.objects.filter(hold=order.hold_id, allotment__product__kind=STAY, live=True)
        .select_related(
            "allotment__product__operator__municipality",
            "allotment__product__place__municipality",
        )
        .prefetch_related("items__unit")
    )
    products, nights = {}, defaultdict(list)
    for line in lines:
        product = line.allotment.product
        products[product.pk] = product
        guests = [
            Guests(item.quantity * item.unit.places, item.unit.min_age, item.unit.max_age)
            for item in line.items.all()
        ]
        nights[product.pk].append((line.allotment.on, guests))
    rows = _rows(products.values())
    sums: dict[str, Amount] = {}
    for pk, product in products.items():
        town = _town(product)
        if town is None:
            continue
        known = rows.get(town.pk, [])
        minor = due([_rate(row) for row in known], product.accommodation, nights[pk])
        if minor:
            amount = Amount(minor, known[0].currency)
            sums[town.name] = sums[town.name] + amount if town.name in sums else amount
    return [Asked(name, amount) for name, amount in sums.items()]


def tax_rows(municipalities: Iterable[int]) -> list[TouristTax]:
    """Return the table's lines of some municipalities."""
    found = TouristTax.objects.filter(municipality__in=list(municipalities))
    return list(found.select_related("municipality"))


def _town(product: "Product") -> "Municipality | None":
    """Return where a stay lies: its place's municipality, or its operator's."""
    place = product.place
    return (place.municipality if place else None) or product.operator.municipality


def _rows(products: "Iterable[Product]") -> dict[int, list[TouristTax]]:
    towns = {town.pk for each in products if (town := _town(each))}
    if not towns:
        return {}
    found: dict[int, list[TouristTax]] = defaultdict(list)
    for each in TouristTax.objects.filter(municipality__in=towns):
        found[each.municipality_id].append(each)
    return found


def _rate(row: TouristTax) -> Rate:
    return Rate(
        minor=row.minor,
        currency=row.currency,
        accommodation=row.accommodation,
        first_day=row.first_day,
        last_day=row.last_day,
        most_nights=row.most_nights,
        free_under=row.free_under,
    )
