"""Prices and restrictions of what is sold: pure arithmetic on frozen values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount


class NotAllowed(BadInput):
    """The units asked for break a restriction of the option: too few, too many, alone.

    Attributes:
        rule: `least`, `most`, `unit_least`, `unit_most` or `alone`; pages translate it.
        limit: The number that the rule names; 0 for `alone`.
        unit: Type of the unit that it is about; empty for the whole booking.
        others: Types of which one must come along.

    """

    def __init__(
        self,
        message: str,
        rule: str,
        *,
        limit: int = 0,
        unit: str = "",
        others: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, field="quantity")
        self.rule, self.limit, self.unit, self.others = rule, limit, unit, others


class NoPrice(BadInput):
    """There is no price in this currency for this day and market."""


@dataclass(frozen=True)
class Season:
    """One line of a price list."""

    minor: int
    currency: str
    market: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Unit:
    """Who one price is for, with its restrictions. `prices` in the order they were made."""

    id: int
    type: str
    price: Amount
    places: int = 1
    min_age: int = 0
    max_age: int = 120
    id_required: bool = False
    min_quantity: int | None = None
    max_quantity: int | None = None
    accompanied_by: tuple[int, ...] = ()
    prices: tuple[Season, ...] = ()


@dataclass(frozen=True)
class Option:
    """One way of buying a product."""

    id: int
    product: int
    name: str = "Standard"
    cutoff_minutes: int = 0
    min_units: int = 1
    max_units: int | None = None
    opens: time | None = None
    closes: time | None = None
    vat_percent: float = 22.0
    contact_fields: tuple[str, ...] = ()
    units: tuple[Unit, ...] = field(default=())

    def unit(self, key: int) -> Unit:
        """Return one of its units.

        Raises:
            BadInput: It has no such unit.

        """
        for each in self.units:
            if each.id == key:
                return each
        raise BadInput("There is no such unit.", field="unit")


def price_of(unit: Unit, day: date | None, market: str = "", currency: str = "") -> Amount:
    """Return what one unit costs on a day, for a buyer of a market, in a currency.

    The buyer's market comes before all markets, a shorter season before a longer one, what
    was added later before what was added earlier; without any, the unit's own price.

    Args:
        unit: With its price list.
        day: Of the service; None for goods.
        market: ISO 3166; empty when nobody knows.
        currency: ISO 4217; empty: that of the unit's own price.

    Raises:
        NoPrice: It has no price in that currency.

    >>> summer = Season(3000, "EUR", first=date(2026, 6, 1), last=date(2026, 8, 31))
    >>> feast = Season(4000, "EUR", first=date(2026, 8, 15), last=date(2026, 8, 15))
    >>> china = Season(2800, "EUR", market="CN")
    >>> yuan = Season(19900, "CNY")
    >>> adult = Unit(1, "ADULT", Amount(2500), prices=(summer, feast, china, yuan))
    >>> price_of(adult, date(2026, 5, 1)).minor, price_of(adult, date(2026, 7, 1)).minor
    (2500, 3000)
    >>> price_of(adult, date(2026, 8, 15)).minor, price_of(adult, date(2026, 8, 15), "CN").minor
    (4000, 2800)
    >>> price_of(adult, None, currency="CNY")
    Amount(minor=19900, currency='CNY')
    >>> price_of(adult, None, currency="JPY")
    Traceback (most recent call last):
    ...
    belvedere.sell.rules.tariff.NoPrice: There is no price in JPY.

    """
    currency = currency or unit.price.currency
    fitting = [
        (bool(each.market), -_days(each), at, each)
        for at, each in enumerate(unit.prices)
        if each.currency == currency
        and each.market in ("", market)
        and _within(day, each.first, each.last)
    ]
    if fitting:
        best = max(fitting, key=lambda found: found[:3])[3]
        return Amount(best.minor, best.currency)
    if unit.price.currency == currency:
        return unit.price
    raise NoPrice(f"There is no price in {currency}.", field="currency")


def lowest(option: Option, day: date | None) -> Amount:
    """Return the least that one unit costs on a day, of those that may come without another.

    A child who comes with an adult only is not what a day costs from.

    >>> winter = Season(2000, "EUR", first=date(2026, 2, 1), last=date(2026, 2, 28))
    >>> adult = Unit(1, "ADULT", Amount(2500), prices=(winter,))
    >>> child = Unit(2, "CHILD", Amount(900), accompanied_by=(1,))
    >>> walk = Option(1, 1, units=(adult, child))
    >>> lowest(walk, date(2026, 2, 7)).minor, lowest(walk, date(2026, 3, 7)).minor
    (2000, 2500)
    """
    alone = [each for each in option.units if not each.accompanied_by] or option.units
    return min((price_of(each, day) for each in alone), key=lambda price: price.minor)


def check(option: Option, wanted: Mapping[int, int]) -> None:
    """Refuse what the option's restrictions forbid.

    Args:
        option: The way of buying.
        wanted: How many of each unit.

    Raises:
        NotAllowed: Says which restriction.
        BadInput: A unit is not the option's, or none is asked for.

    >>> adult, child = Unit(1, "ADULT", Amount(1)), Unit(2, "CHILD", Amount(1),
    ...     accompanied_by=(1,), max_quantity=3)
    >>> walk = Option(1, 1, units=(adult, child), max_units=6)
    >>> check(walk, {1: 2, 2: 1})
    >>> check(walk, {2: 1})
    Traceback (most recent call last):
    ...
    belvedere.sell.rules.tariff.NotAllowed: CHILD comes with ADULT only.
    >>> check(walk, {1: 1, 2: 4})
    Traceback (most recent call last):
    ...
    belvedere.sell.rules.tariff.NotAllowed: At most 3 of CHILD.
    >>> check(walk, {1: 7})
    Traceback (most recent call last):
    ...
    belvedere.sell.rules.tariff.NotAllowed: At most 6 in one booking.

    """
    if not wanted or any(quantity < 1 for quantity in wanted.values()):
        raise BadInput("At least one unit is needed.", field="quantity")
    every = sum(wanted.values())
    if every < option.min_units:
        least = option.min_units
        raise NotAllowed(f"At least {least} in one booking.", "least", limit=least)
    if option.max_units is not None and every > option.max_units:
        most = option.max_units
        raise NotAllowed(f"At most {most} in one booking.", "most", limit=most)
    for key, quantity in wanted.items():
        _check_unit(option, option.unit(key), quantity, wanted)


def _check_unit(option: Option, unit: Unit, quantity: int, wanted: Mapping[int, int]) -> None:
    least, most, kind = unit.min_quantity, unit.max_quantity, unit.type
    if least is not None and quantity < least:
        raise NotAllowed(f"At least {least} of {kind}.", "unit_least", limit=least, unit=kind)
    if most is not None and quantity > most:
        raise NotAllowed(f"At most {most} of {kind}.", "unit_most", limit=most, unit=kind)
    if unit.accompanied_by and not set(unit.accompanied_by) & set(wanted):
        others = tuple(option.unit(each).type for each in unit.accompanied_by)
        said = f"{kind} comes with {' or '.join(others)} only."
        raise NotAllowed(said, "alone", unit=kind, others=others)


def places(option: Option, wanted: Mapping[int, int]) -> int:
    """Return how many places the units take.

    >>> family = Unit(1, "FAMILY", Amount(1), places=4)
    >>> places(Option(1, 1, units=(family,)), {1: 2})
    8
    """
    return sum(option.unit(key).places * quantity for key, quantity in wanted.items())


def _within(day: date | None, first: date | None, last: date | None) -> bool:
    if day is None:
        return first is None and last is None
    return (first is None or first <= day) and (last is None or day <= last)


def _days(season: Season) -> int:
    if season.first is None or season.last is None:
        return 1_000_000
    return (season.last - season.first).days


def default_of(options: Iterable[Option], product: int) -> Option:
    """Return the option that is meant when nobody chose one.

    Raises:
        BadInput: The product cannot be bought yet: it has none.

    """
    for each in options:
        if each.product == product and each.units:
            return each
    raise BadInput("This is not on sale.", field="product")
