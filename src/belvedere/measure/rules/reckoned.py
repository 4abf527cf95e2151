"""What official counts say of two objectives, and when they say nothing. Pure: no database.

Each answer carries the municipalities that it is of. Where they don't suffice there is no
value but a reason; nothing is estimated (ADR-0014).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from belvedere.measure.rules.flows import Block

TEN = 10
OFF_SEASON = (1, 2, 3, 11, 12)
"""January to March and November and December of one calendar year, that a plan is of."""
NOTHING, SMALL, FEW, UNCLEAR, MONTHS = "nothing", "small", "few", "unclear", "months"
"""Why there is no value: no single municipality is shown; the area has no more than ten; no
more than ten are shown; what is counted together may be among the ten; a month is lacking."""


@dataclass(frozen=True)
class Reckoned:
    """A figure reckoned from what one provider shows, with who is in it.

    Attributes:
        value: Percent of nights, or nights; None where it can't be reckoned honestly.
        counted: Codes of the municipalities whose guests are in it.
        hidden: Codes of the area's other municipalities, masked or never listed.
        months: The months that are shown, of a figure by month.
        reason: Why there is no value; empty if there is one.
        provider: Key of who counted.
        year: The year.
        rest: Nights published of the masked municipalities together, that are in it.

    """

    value: Decimal | None
    counted: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    months: tuple[int, ...] = ()
    reason: str = ""
    provider: str = ""
    year: int = 0
    rest: int = 0


def outside_the_ten(
    blocks: Sequence[Block], members: Collection[str], rest: int = 0
) -> Reckoned:
    """Return the share of nights outside the ten most visited municipalities of an area.

    What is published together (a pair counted as one, the masked ones of a province) is
    outside the ten if it has no more nights than the tenth; if it has more, nobody knows.

    >>> towns = [Block(frozenset([f"{n:06}"]), 100 - n) for n in range(12)]
    >>> codes = [code for each in towns for code in each.codes]
    >>> found = outside_the_ten(towns, codes)
    >>> found.value, len(found.counted), len(found.hidden)
    (Decimal('15.8'), 12, 0)
    >>> found = outside_the_ten([*towns, Block(frozenset(["x"]), None)], [*codes, "x"], 21)
    >>> found.value, sorted(found.hidden)
    (Decimal('17.3'), ['x'])
    >>> outside_the_ten([*towns, Block(frozenset(["x"]), None)], [*codes, "x"], 92).reason
    'unclear'
    >>> outside_the_ten([*towns, Block(frozenset("xy"), 99)], [*codes, "x", "y"]).reason
    'unclear'
    >>> [outside_the_ten(towns[:some], codes[:all_]).reason for some, all_ in ((9, 12), (9, 9), (0, 12))]
    ['few', 'small', 'nothing']

    Args:
        blocks: What the year publishes of the area's municipalities.
        members: Codes of all of them.
        rest: Nights published of the masked ones together.

    """  # noqa: E501
    shown = [each for each in blocks if each.nights is not None]
    counted = frozenset(code for each in shown for code in each.codes)
    hidden = frozenset(members) - counted
    nights = sum(each.nights or 0 for each in shown) + rest
    single = sorted((each.nights or 0 for each in shown if len(each.codes) == 1), reverse=True)
    reason = ""
    if not nights:
        reason = NOTHING
    elif len(members) <= TEN:
        reason = SMALL
    elif len(counted) <= TEN or len(single) < TEN:
        reason = FEW
    elif max((each.nights or 0 for each in shown if len(each.codes) > 1), default=0) > (
        single[TEN - 1]
    ) or (rest > single[TEN - 1]):
        reason = UNCLEAR
    if reason:
        return Reckoned(None, counted, hidden, reason=reason, rest=rest)
    share = Decimal(100 * (nights - sum(single[:TEN]))) / nights
    value = share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return Reckoned(value, counted, hidden, rest=rest)


def off_season(months: Mapping[int, Sequence[Block]], members: Collection[str]) -> Reckoned:
    """Return the nights from January to March, in November and in December of one year.

    A municipality is in it if each of the five months shows it, else in none of them: a sum
    over sets that change would be no figure.

    >>> shown = lambda **nights: [Block(frozenset([code]), n) for code, n in nights.items()]
    >>> year = {month: shown(a=10, b=5, c=None) for month in OFF_SEASON}
    >>> found = off_season(year, "abcd")
    >>> found.value, sorted(found.counted), sorted(found.hidden), found.months
    (Decimal('75'), ['a', 'b'], ['c', 'd'], (1, 2, 3, 11, 12))
    >>> found = off_season(year | {2: shown(a=10, b=None)}, "abcd")
    >>> found.value, sorted(found.counted)
    (Decimal('50'), ['a'])
    >>> found = off_season({1: year[1], 2: year[2], 3: year[3]}, "abcd")
    >>> found.value, found.reason, found.months
    (None, 'months', (1, 2, 3))
    >>> off_season({}, "abcd").reason
    'nothing'

    Args:
        months: What each month publishes of the area's municipalities.
        members: Codes of all of them.

    """
    shown = {
        month: {each.codes: each.nights for each in months[month] if each.nights is not None}
        for month in OFF_SEASON
        if month in months
    }
    seen = tuple(month for month in OFF_SEASON if shown.get(month))
    kept = set.intersection(*(set(shown[month]) for month in seen)) if seen else set()
    counted = frozenset(code for codes in kept for code in codes)
    hidden = frozenset(members) - counted
    reason = "" if len(seen) == len(OFF_SEASON) and kept else MONTHS if kept else NOTHING
    if reason:
        return Reckoned(None, counted, hidden, seen, reason)
    nights = sum(shown[month][codes] for month in seen for codes in kept)
    return Reckoned(Decimal(nights), counted, hidden, seen)
