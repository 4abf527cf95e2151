"""What a visitor has put aside to buy together: a list in their session, and nothing else.

The basket takes no places: a start is held when the basket is sent. It keeps keys and
numbers, no person.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from belvedere.offer import queries as offer
from belvedere.sell import queries, rules
from belvedere.sell.models import Allotment, Unit
from belvedere.sell.rules.tariff import Option, check, places, price_of
from belvedere.sell.services import Wanted, WantedPackage
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

NAME = "basket"
MOST = 20
Some = Wanted | WantedPackage
Key = int | tuple[int, date]


@dataclass(frozen=True)
class Line:
    """One start in the basket, as the page shows it.

    Attributes:
        allotment: The start; of a package, its arrival.
        title: What it is called in the page's language.
        units: Label of each unit, how many, and what they cost together.
        total: Of all units.
        trouble: Why it cannot be bought any more; empty when it can.

    """

    allotment: Allotment | queries.Arrival
    title: offer.Said | None
    units: tuple[tuple[str, int, Amount], ...]
    total: Amount
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        """Say whether it is sent, not visited."""
        return self.allotment.day is None

    @property
    def key(self) -> Key:
        """Return what tells it from the others in the basket."""
        if isinstance(self.allotment, queries.Arrival):
            return self.allotment.product_id, self.allotment.day
        return self.allotment.pk

    @property
    def name(self) -> str:
        """Return its key as it stands in addresses: 12, or 5-2026-07-01 of a package."""
        return _name(self.key)


def wanted(request: HttpRequest) -> list[Some]:
    """Return what is in the basket; whatever is not a basket's line is passed over."""
    found: list[Some] = []
    for each in request.session.get(NAME, []):
        try:
            units = {int(key): int(count) for key, count in each["units"].items()}
            if "package" in each:
                day = date.fromisoformat(each["day"])
                found.append(WantedPackage(int(each["package"]), day, units))
            else:
                found.append(Wanted(int(each["allotment"]), units))
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    return found[:MOST]


def put(request: HttpRequest, line: Some) -> None:
    """Put units of a start into the basket; those of the same start are replaced."""
    others = [each for each in wanted(request) if _key(each) != _key(line)]
    _keep(request, [*others, line])


def drop(request: HttpRequest, name: str) -> None:
    """Take a line out of the basket, by its name in addresses."""
    _keep(request, [each for each in wanted(request) if _name(_key(each)) != name])


def empty(request: HttpRequest) -> None:
    """Forget the basket."""
    request.session.pop(NAME, None)


def lines(request: HttpRequest, language: str, market: str = "") -> list[Line]:
    """Return the basket as the page shows it, with the prices of today.

    Args:
        request: Whose session holds it.
        language: BCP 47 of the page.
        market: ISO 3166 of the buyer, when it is known.

    """
    asked = wanted(request)
    bundled = [each for each in asked if isinstance(each, WantedPackage)]
    known = queries.packages({each.package for each in bundled})
    arriving = {
        (each.product_id, each.day): each
        for each in queries.arrivals(known.values(), [each.day for each in bundled])
    }
    allotments = Allotment.objects.select_related("product__operator").in_bulk(
        [each.allotment for each in asked if isinstance(each, Wanted)]
    )
    products = {each.product_id: each.product for each in allotments.values()}
    products |= {key: each.product for key, each in known.items()}
    options = queries.tariff(products)
    titles = offer.texts(products.values(), language)
    found = []
    for each in asked:
        start: Allotment | queries.Arrival | None
        if isinstance(each, Wanted):
            start = allotments.get(each.allotment)
        elif each.package in known:
            gone = queries.Arrival(known[each.package].product, each.day, 0, 0)
            start = arriving.get((each.package, each.day), gone)
        else:
            start = None
        option = _option(options, start, each)
        if start and option:
            title = titles.get((start.product_id, "title"))
            found.append(_line(start, option, each, title, market))
    return found


def _key(line: Some) -> Key:
    return line.allotment if isinstance(line, Wanted) else (line.package, line.day)


def _name(key: Key) -> str:
    return f"{key[0]}-{key[1]:%Y-%m-%d}" if isinstance(key, tuple) else str(key)


def _keep(request: HttpRequest, lines: list[Some]) -> None:
    request.session[NAME] = [_kept(each) for each in lines[-MOST:]]


def _kept(line: Some) -> dict[str, Any]:
    units = {str(key): count for key, count in line.units.items()}
    if isinstance(line, Wanted):
        return {"allotment": line.allotment, "units": units}
    return {"package": line.package, "day": line.day.isoformat(), "units": units}


def _option(
    options: list[Option], allotment: Allotment | queries.Arrival | None, asked: Some
) -> Option | None:
    for each in options:
        keys = {unit.id for unit in each.units}
        if allotment and each.product == allotment.product_id and set(asked.units) <= keys:
            return each
    return None


def _line(
    allotment: Allotment | queries.Arrival,
    option: Option,
    asked: Some,
    title: Any,
    market: str,
) -> Line:
    names = dict(Unit.Type.choices)
    units = []
    for key, count in asked.units.items():
        unit = option.unit(key)
        price = price_of(unit, allotment.day, market) * count
        units.append((str(names[unit.type]), count, price))
    total = sum((price.minor for _, _, price in units), 0)
    return Line(
        allotment=allotment,
        title=title,
        units=tuple(units),
        total=Amount(total, allotment.product.currency),
        trouble=_trouble(allotment, option, asked),
    )


def _trouble(allotment: Allotment | queries.Arrival, option: Option, asked: Some) -> str:
    if isinstance(allotment, queries.Arrival):
        if not allotment.capacity:
            return "gone"  # It, or a part of it, is off sale or over.
        # Places are counted in packages: each part's are counted when they are taken.
        needed = -(-places(option, asked.units) // option.units[0].places)
        return "" if allotment.free >= needed else "sold_out"
    if allotment.product.state != allotment.product.State.ON_SALE:
        return "gone"
    if not rules.ahead(allotment.day, allotment.start, clock.now()):
        return "over"
    try:
        check(option, asked.units)
    except BadInput:
        return "gone"
    return "" if allotment.free >= places(option, asked.units) else "sold_out"
