"""Packages in a cart: which starts they take, and what each part costs of the price."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from belvedere.sell import rules
from belvedere.sell.queries.packages import Package, packages, starts_of
from belvedere.sell.rules.packages import Gap, Part, chosen, divided_price
from belvedere.sell.rules.sale import SoldOut
from belvedere.sell.rules.tariff import NotAllowed, check, price_of
from belvedere.sell.services._cart import Bought, Line
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount


@dataclass(frozen=True)
class WantedPackage:
    """Units of one package from one day on. `units` is how many of each, by its key."""

    package: int
    day: date
    units: Mapping[int, int]


def apart(lines: Iterable[Any]) -> tuple[list[WantedPackage], list[Any]]:
    """Return the packages that are asked for, summed by their day, and everything else."""
    sums: dict[tuple[int, date], dict[int, int]] = {}
    others = []
    for each in lines:
        if not isinstance(each, WantedPackage):
            others.append(each)
            continue
        units = sums.setdefault((each.package, each.day), {})
        for unit, quantity in each.units.items():
            units[unit] = units.get(unit, 0) + quantity
    found = [WantedPackage(*key, units) for key, units in sorted(sums.items())]
    return found, others


def lines(
    asked: Sequence[WantedPackage], market: str, currency: str, *, beside: Sequence[Line] = ()
) -> list[Line]:
    """Return the lines of some packages: one for each part and each of its days.

    Args:
        asked: What is wanted.
        market: ISO 3166 of the buyer.
        currency: ISO 4217; empty: that of the packages.
        beside: The lines of everything else in the same cart.

    Raises:
        SoldOut: A part has too few places.
        NotAllowed: The units break a restriction of the package or of a part.
        BadInput: It is not for sale: there is no such package, it or a part is off sale or
            over, or it is in another currency than the rest.

    """
    known = packages({each.package for each in asked})
    found: list[Line] = []
    for each in asked:
        package = known.get(each.package)
        if package is None or not package.on_sale or package.option is None:
            raise BadInput("This is not on sale.", field="product")
        found += _lines(package, each, market, currency)
    every = {price.currency for line in (*beside, *found) for price in line.prices.values()}
    if found and len(every) > 1:
        raise BadInput("One order is in one currency.", field="currency")
    return found


def prices(bought: Iterable[Line]) -> dict[tuple[int, date], Amount]:
    """Return what each package costs, by its key and day."""
    sums: dict[tuple[int, date], Amount] = {}
    for each in bought:
        if each.bought:
            key = each.bought.package, each.bought.day
            minor = Amount(each.minor, each.currency)
            sums[key] = sums[key] + minor if key in sums else minor
    return sums


def _lines(package: Package, asked: WantedPackage, market: str, currency: str) -> list[Line]:
    option, units = package.terms, dict(asked.units)
    check(option, units)
    needed = {part.id: _needed(package, part, units) for part in package.parts}
    starts = starts_of(package.parts, asked.day, asked.day)
    now = clock.now()
    found = chosen(package.parts, starts, asked.day, lambda part: needed[part.id], now)
    if isinstance(found, Gap):
        if found.why == "sold_out":
            raise SoldOut("Fewer places are free than were asked for.", field="quantity")
        raise BadInput("This package cannot be had on this day.", field="start")
    # A stay has no hour: it comes after what is done on its day.
    first = min(
        found, key=lambda each: (each[1].on, bool(each[0].nights), each[1].start or time.min)
    )[1]
    closes = now + timedelta(minutes=option.cutoff_minutes)
    if not rules.ahead(first.day, first.start, closes):
        raise BadInput("This has started already.", field="start")
    hours = package.product.free_cancellation_hours
    bought = Bought(
        package.product.pk, asked.day, hours, rules.free_until(first.on, first.start, hours)
    )
    costs = {
        key: divided_price(
            package.parts,
            option,
            [(part, start.on) for part, start in found],
            price_of(option.unit(key), asked.day, market, currency),
            market,
        )
        for key in units
    }
    return [
        Line(
            allotment=start,
            option=replace(
                option,
                units=tuple(
                    replace(unit, places=part.places(unit.places)) for unit in option.units
                ),
            ),
            units=units,
            prices={key: costs[key][at] for key in units},
            percent=Decimal(str(part.option.vat_percent)),
            bought=bought,
        )
        for at, (part, start) in enumerate(found)
    ]


def _needed(package: Package, part: Part, units: Mapping[int, int]) -> int:
    """Return how many places a part needs, or refuse what its own option forbids."""
    places = sum(
        part.places(package.terms.unit(key).places) * count for key, count in units.items()
    )
    number = places // part.option.units[0].places
    least, most = part.option.min_units, part.option.max_units
    if number < least:
        raise NotAllowed(f"At least {least} in one booking.", "least", limit=least)
    if most is not None and number > most:
        raise NotAllowed(f"At most {most} in one booking.", "most", limit=most)
    return places
