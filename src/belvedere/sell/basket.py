"""What a visitor has put aside to buy together: a list in their session, and nothing else.

The basket takes no places: a start is held when the basket is sent. It keeps keys and
numbers, no person.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from belvedere.offer import queries as offer
from belvedere.sell import queries, rules
from belvedere.sell.models import Allotment, Unit
from belvedere.sell.rules.tariff import Option, check, places, price_of
from belvedere.sell.services import Wanted
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

NAME = "basket"
MOST = 20


@dataclass(frozen=True)
class Line:
    """One start in the basket, as the page shows it.

    Attributes:
        allotment: The start.
        title: What it is called in the page's language.
        units: Label of each unit, how many, and what they cost together.
        total: Of all units.
        trouble: Why it cannot be bought any more; empty when it can.

    """

    allotment: Allotment
    title: offer.Said | None
    units: tuple[tuple[str, int, Amount], ...]
    total: Amount
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        """Say whether it is sent, not visited."""
        return self.allotment.day is None


def wanted(request: HttpRequest) -> list[Wanted]:
    """Return what is in the basket; whatever is not a basket's line is passed over."""
    found = []
    for each in request.session.get(NAME, []):
        try:
            units = {int(key): int(count) for key, count in each["units"].items()}
            found.append(Wanted(int(each["allotment"]), units))
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    return found[:MOST]


def put(request: HttpRequest, line: Wanted) -> None:
    """Put units of a start into the basket; those of the same start are replaced."""
    others = [each for each in wanted(request) if each.allotment != line.allotment]
    _keep(request, [*others, line])


def drop(request: HttpRequest, allotment: int) -> None:
    """Take a start out of the basket."""
    _keep(request, [each for each in wanted(request) if each.allotment != allotment])


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
    allotments = Allotment.objects.select_related("product__operator").in_bulk(
        [each.allotment for each in asked]
    )
    options = queries.tariff({each.product_id for each in allotments.values()})
    products = [each.product for each in allotments.values()]
    titles = offer.texts(products, language)
    found = []
    for each in asked:
        allotment = allotments.get(each.allotment)
        option = _option(options, allotment, each)
        if allotment and option:
            title = titles.get((allotment.product_id, "title"))
            found.append(_line(allotment, option, each, title, market))
    return found


def _keep(request: HttpRequest, lines: list[Wanted]) -> None:
    request.session[NAME] = [
        {"allotment": each.allotment, "units": {str(k): n for k, n in each.units.items()}}
        for each in lines[-MOST:]
    ]


def _option(options: list[Option], allotment: Allotment | None, asked: Wanted) -> Option | None:
    for each in options:
        keys = {unit.id for unit in each.units}
        if allotment and each.product == allotment.product_id and set(asked.units) <= keys:
            return each
    return None


def _line(allotment: Allotment, option: Option, asked: Wanted, title: Any, market: str) -> Line:
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


def _trouble(allotment: Allotment, option: Option, asked: Wanted) -> str:
    if allotment.product.state != allotment.product.State.ON_SALE:
        return "gone"
    if not rules.ahead(allotment.day, allotment.start, clock.now()):
        return "over"
    try:
        check(option, asked.units)
    except BadInput:
        return "gone"
    return "" if allotment.free >= places(option, asked.units) else "sold_out"
