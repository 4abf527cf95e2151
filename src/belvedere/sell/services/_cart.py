"""What a buyer wants, read, checked and priced, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from belvedere.journal.rules import Touch
from belvedere.sell import rules
from belvedere.sell.models import (
    Allotment,
    Good,
    Quote,
)
from belvedere.sell.queries import lately
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.rules import SoldOut
from belvedere.sell.rules import vat as taxation
from belvedere.sell.rules.tariff import Option, check, default_of, places, price_of
from belvedere.sell.services import sending
from belvedere.sell.services.sending import Destination, Sending, Sold
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import DEFAULT
from belvedere.shared.money import Amount

MINUTES = 15


@dataclass(frozen=True)
class Buyer:
    """Who buys: a name, and a telephone number or an e-mail address."""

    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Wanted:
    """Units of one start: two adults and a child. `units` is how many of each, by its key."""

    allotment: int
    units: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Bought:
    """The package that a line is a part of, with the terms that hold for all of it.

    Attributes:
        package: Key of the product.
        day: Of the arrival.
        hours: Of free cancellation, before the first of its starts.
        until: The moment that makes.

    """

    package: int
    day: date
    hours: int
    until: datetime


@dataclass(frozen=True)
class Line:
    """One line as it will be written: what is taken, at which prices.

    `off` is what a discount of the seller's takes off the price, `from_agency` what the agency
    pays of the price for the buyer; in minor units.
    """

    allotment: Allotment
    option: Option
    units: Mapping[int, int]
    prices: Mapping[int, Amount]
    percent: Decimal
    good: Good | None = None
    off: int = 0
    from_agency: int = 0
    bought: Bought | None = None

    @property
    def places(self) -> int:
        """Return how many places its units take."""
        return places(self.option, self.units)

    @property
    def currency(self) -> str:
        """Return the currency of its prices."""
        return next(iter(self.prices.values())).currency

    @property
    def minor(self) -> int:
        """Return what it costs, in minor units."""
        full = sum(self.prices[key].minor * quantity for key, quantity in self.units.items())
        return full - self.off

    @property
    def vat(self) -> int:
        """Return the VAT within its price, in minor units."""
        return taxation.within(self.minor, self.percent)


@dataclass(frozen=True)
class Cart:
    """What one buyer wants, checked and priced: all that is needed to write it down.

    The buyer is as `proper` returns them.
    """

    key: UUID
    body: str
    lines: Sequence[Line]
    quote: int | None = None
    buyer: Buyer | None = None
    touch: Touch | None = None
    language: str = DEFAULT
    market: str = ""
    minutes: int = MINUTES
    sent: Mapping[int, Sending] = field(default_factory=dict)
    discount: int | None = None

    @property
    def minor(self) -> int:
        """Return what the buyer pays for all of it, sending included, in minor units."""
        sending_it = sum(each.minor for each in self.sent.values())
        return sum(each.minor - each.from_agency for each in self.lines) + sending_it

    @property
    def discounted(self) -> int:
        """Return how much less that is than without the discount."""
        return sum(each.off + each.from_agency for each in self.lines)

    @property
    def currency(self) -> str:
        """Return the currency of the order."""
        return self.lines[0].currency


def proper(buyer: Buyer, language: str) -> Buyer:
    """Return a buyer as they are written down: name in one line, number as E.164.

    Raises:
        BadInput: No name, neither telephone nor e-mail, or no telephone number.

    """
    name = " ".join(buyer.name.split())
    if not name:
        raise BadInput("A name is needed.", field="name")
    if not (buyer.phone or buyer.email):
        raise BadInput("A telephone number or an e-mail address is needed.", field="phone")
    phone = rules.phone(buyer.phone, language) if buyer.phone else ""
    return Buyer(name, phone, buyer.email.strip())


def fingerprint(
    asked: Sequence[Wanted],
    buyer: Buyer | None,
    destination: Destination | None = None,
    code: str = "",
    packages: Sequence[Any] = (),
) -> str:
    """Return what an idempotency key stands for."""
    return rules.fingerprint(
        {
            "lines": [(each.allotment, sorted(each.units.items())) for each in asked],
            "buyer": buyer and asdict(buyer),
            **({"destination": asdict(destination)} if destination else {}),
            **({"code": code} if code else {}),
            **({"packages": [asdict(each) for each in packages]} if packages else {}),
        }
    )


def summed(lines: Iterable[tuple[int, int] | Wanted]) -> list[Wanted]:
    """Sum what is asked for per allotment, in the order in which allotments are locked.

    Until the tariff is read, the product's first unit goes by the key 0.
    """
    sums: dict[int, dict[int, int]] = {}
    for each in lines:
        wanted = each if isinstance(each, Wanted) else Wanted(each[0], {0: each[1]})
        units = sums.setdefault(wanted.allotment, {})
        for unit, quantity in wanted.units.items():
            if quantity < 1:
                raise BadInput("At least one place is needed.", field="quantity")
            units[unit] = units.get(unit, 0) + quantity
    if not sums or not all(sums.values()):
        raise BadInput("At least one place is needed.", field="quantity")
    return [Wanted(pool, units) for pool, units in sorted(sums.items())]


@dataclass(frozen=True)
class Starts:
    """What must be known of some starts before anything is asked of them."""

    allotments: Mapping[int, Allotment]
    options: Sequence[Option]
    quotes: Mapping[str, int | None]

    def quote(self, currency: str) -> int | None:
        """Return the key of what a currency is worth in yuan today."""
        if currency in self.quotes:
            return self.quotes[currency]
        found = Quote.objects.filter(base=currency, quoted="CNY").values_list("pk", flat=True)
        return found.first()


def starts(allotment_ids: Iterable[int]) -> Starts:
    """Read starts with their product, operator, seller, area, today's quote and tariff.

    Raises:
        BadInput: One of them does not exist.

    """
    keys = list(allotment_ids)
    quote = Quote.objects.filter(base=OuterRef("product__currency"), quoted="CNY")
    found = (
        Allotment.objects.select_related(
            "product__operator__seller", "product__operator__area", "product__good"
        )
        .annotate(quote=Subquery(quote.values("pk")[:1]))
        .in_bulk(keys)
    )
    if len(found) < len(keys):
        raise BadInput("There is no such start.", field="start")
    return Starts(
        allotments=found,
        options=tariff({each.product_id for each in found.values()}),
        quotes={each.product.currency: each.quote for each in found.values()},
    )


def known(allotment_ids: Iterable[int]) -> Starts:
    """Return what `starts` read within the last second: enough to check and to price."""
    keys = tuple(allotment_ids)
    return lately.read(("starts", keys), lambda: starts(keys))


def priced(
    found: Starts,
    asked: Sequence[Wanted],
    market: str,
    currency: str,
    to: Destination | None = None,
) -> list[Line]:
    """Check before the transaction all that needs no lock, so that refusals are cheap."""
    lines = [
        _taxed(
            _line(found.allotments[each.allotment], each, found.options, market, currency), to
        )
        for each in asked
    ]
    if len({price.currency for line in lines for price in line.prices.values()}) > 1:
        raise BadInput("One order is in one currency.", field="currency")
    return lines


def refuse_sold_out(lines: Iterable[Line]) -> None:
    """Refuse, before anything is written, what has no chance.

    Raises:
        SoldOut: Fewer places were free a moment ago.

    """
    if any(each.allotment.free < each.places for each in lines):
        raise SoldOut("Fewer places are free than were asked for.", field="quantity")


def sendings(lines: Sequence[Line], to: Destination | None) -> dict[int, Sending]:
    """Reckon how each maker's goods are sent; by the maker's key."""
    goods: dict[int, list[Line]] = {}
    for each in lines:
        if each.good:
            goods.setdefault(each.allotment.product.operator_id, []).append(each)
    if not goods or to is None:
        return {}
    return {key: _sending(mine, to) for key, mine in goods.items()}


def _line(
    allotment: Allotment, asked: Wanted, options: Sequence[Option], market: str, currency: str
) -> Line:
    product = allotment.product
    if product.state != product.State.ON_SALE or product.kind == product.Kind.PACKAGE:
        raise BadInput("This is not on sale.", field="product")
    option = _option(options, product.pk, asked.units)
    first = option.units[0].id
    units: dict[int, int] = {}
    for key, quantity in asked.units.items():
        units[key or first] = units.get(key or first, 0) + quantity
    check(option, units)
    sold_until = clock.now() + timedelta(minutes=option.cutoff_minutes)
    if not rules.ahead(allotment.day, allotment.start, sold_until):
        raise BadInput("This has started already.", field="start")
    prices = {key: price_of(option.unit(key), allotment.day, market, currency) for key in units}
    percent = Decimal(str(option.vat_percent))
    return Line(allotment, option, units, prices, percent, getattr(product, "good", None))


def _taxed(line: Line, to: Destination | None) -> Line:
    """Return a line of goods at the price and VAT of where they go; any other as it is."""
    if line.good is None:
        return line
    seller = getattr(line.allotment.product.operator, "seller", None)
    prices, percent = {}, line.percent
    for key, price in line.prices.items():
        minor, percent = sending.taxes(seller, to, line.percent, price.minor)
        prices[key] = Amount(minor, price.currency)
    return replace(line, prices=prices, percent=percent)


def _sending(lines: Sequence[Line], to: Destination) -> Sending:
    sold = [
        Sold(each.good, each.places, each.minor, each.percent,
             Decimal(str(each.option.vat_percent)))
        for each in lines
        if each.good
    ]  # fmt: skip
    currency = next(iter(lines[0].prices.values())).currency
    return sending.sending(sold, to, lines[0].allotment.product.operator.seller, currency)


def _option(options: Sequence[Option], product: int, units: Mapping[int, int]) -> Option:
    """Return the option whose units are asked for; the first one when it goes without keys."""
    keys = set(units) - {0}
    for each in options:
        if keys and each.product == product and keys <= {unit.id for unit in each.units}:
            return each
    if keys:
        raise BadInput("There is no such unit.", field="unit")
    return default_of(options, product)
