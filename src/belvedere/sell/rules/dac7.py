"""The yearly report on sellers (DAC7): what counts as what, when, and for whom nothing does.

Directive (EU) 2021/514 (annex V to directive 2011/16/EU), D.Lgs. 32/2023. Article and section
numbers below are those of annex V.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from belvedere.sell.rules import world
from belvedere.sell.rules.shares import divided, step

FEW_SALES = 30
SMALL_MINOR = 200_000  # Section I, B, 4, d: goods, under 30 sales and not above 2,000 euros.
QUARTERS = (1, 2, 3, 4)


class Activity(StrEnum):
    """What a seller does for the money; the elements of the OECD's DPI schema."""

    PROPERTY = "ImmovableProperty"
    SERVICES = "PersonalServices"
    GOODS = "SaleOfGoods"


_OF_KIND = {"stay": Activity.PROPERTY, "good": Activity.GOODS}


def activity_of(kind: str) -> Activity:
    """Return what a product of a kind counts as; whatever is led or served is a service.

    >>> [activity_of(each).value for each in ("stay", "good", "experience", "package")]
    ['ImmovableProperty', 'SaleOfGoods', 'PersonalServices', 'PersonalServices']
    """
    return _OF_KIND.get(kind, Activity.SERVICES)


@dataclass(frozen=True)
class Line:
    """What a part of an order has for sale: of which activity, at what price.

    Attributes:
        activity: What it counts as.
        listing: Key of the property that is let; 0 for everything else.
        minor: Its price in minor units, the weight by which money is divided.

    """

    activity: Activity
    listing: int
    minor: int


@dataclass(frozen=True)
class Move:
    """One entry of the ledger about a part of an order. Positive is for the seller.

    Attributes:
        year: Of the entry, in Italy.
        quarter: 1 to 4.
        net: What the seller was credited, minor units; negative when taken back.
        fees: Commission with its VAT that was kept; negative when given back.
        goods: It is about the goods of the part alone (True), the visits alone (False), or
            all of it (None).

    """

    year: int
    quarter: int
    net: int
    fees: int
    goods: bool | None = None


@dataclass(frozen=True)
class Bucket:
    """What was credited of a part for one activity at one time, less what was taken back."""

    year: int
    quarter: int
    activity: Activity
    listing: int
    net: int
    fees: int

    @property
    def gross(self) -> int:
        """Return what the buyer paid of it."""
        return self.net + self.fees


def buckets(lines: Sequence[Line], moves: Iterable[Move]) -> list[Bucket]:
    """Return what a part of an order was credited, by quarter and activity.

    What is taken back, by a refund or a chargeback, is taken from the quarter in which it
    was credited, the last one first: consideration that went back was none, and the number
    of activities falls with it. Nothing is lost: the sums are those of the moves.

    >>> walk = [Line(Activity.SERVICES, 0, 5000)]
    >>> moves = [Move(2026, 2, 4500, 500), Move(2026, 3, -2250, -250)]
    >>> [(each.quarter, each.net, each.fees) for each in buckets(walk, moves)]
    [(2, 2250, 250)]
    >>> both = [*walk, Line(Activity.GOODS, 0, 2500)]
    >>> found = buckets(both, [Move(2026, 1, 4500, 500, False), Move(2026, 4, 2250, 250, True)])
    >>> [(each.quarter, each.activity.value, each.net) for each in found]
    [(1, 'PersonalServices', 4500), (4, 'SaleOfGoods', 2250)]

    """
    found: list[Bucket] = []
    for move in moves:
        if move.net + move.fees > 0:
            found += _credited(lines, move)
        else:
            found = _taken_back(found, lines, move)
    return found


def _credited(lines: Sequence[Line], move: Move) -> list[Bucket]:
    of = [
        each
        for each in lines
        if move.goods is None or (each.activity == Activity.GOODS) == move.goods
    ] or list(lines)
    weights = [each.minor for each in of]
    if not sum(weights):
        weights = [1] * len(of)
    nets, fees = divided(move.net, weights), divided(move.fees, weights)
    return [
        Bucket(move.year, move.quarter, each.activity, each.listing, net, fee)
        for each, net, fee in zip(of, nets, fees, strict=True)
        if net or fee
    ]


def _taken_back(found: list[Bucket], lines: Sequence[Line], move: Move) -> list[Bucket]:
    gross = -(move.net + move.fees)
    left = list(found)
    done = 0
    for at in reversed(range(len(left))):
        take = min(max(left[at].gross, 0), gross - done)
        if take:
            left[at] = _less(left[at], move, done, done + take, gross)
            done += take
    if done < gross:  # More than was ever credited: the last bucket bears it.
        rest = Bucket(move.year, move.quarter, lines[0].activity, lines[0].listing, 0, 0)
        last = left.pop() if left else rest
        left.append(_less(last, move, done, gross, gross))
    return left


def _less(bucket: Bucket, move: Move, before: int, after: int, whole: int) -> Bucket:
    return replace(
        bucket,
        net=bucket.net - step(-move.net, before, after, whole),
        fees=bucket.fees - step(-move.fees, before, after, whole),
    )


@dataclass(frozen=True)
class Quarter:
    """What a seller did in a quarter with one activity. Minor units."""

    net: int = 0
    fees: int = 0
    activities: int = 0


@dataclass(frozen=True)
class Reported:
    """A year of one activity of a seller, of one listing if it is property."""

    activity: Activity
    listing: int
    quarters: tuple[Quarter, Quarter, Quarter, Quarter]

    @property
    def net(self) -> int:
        """Return the consideration of the year, minor units."""
        return sum(each.net for each in self.quarters)

    @property
    def fees(self) -> int:
        """Return what was kept in the year, minor units."""
        return sum(each.fees for each in self.quarters)

    @property
    def activities(self) -> int:
        """Return how many activities there were in the year."""
        return sum(each.activities for each in self.quarters)


def reported(parts: Iterable[Sequence[Bucket]], year: int) -> list[Reported]:
    """Add up the parts of a seller's orders for a year, by activity and listing.

    An order counts once as an activity, in the first quarter of which something is left.
    """
    sums: dict[tuple[Activity, int], list[list[int]]] = {}
    for part in parts:
        counted = set()
        for each in part:
            if each.year != year:
                continue
            key = each.activity, each.listing
            quarter = sums.setdefault(key, [[0, 0, 0] for _quarter in QUARTERS])
            cell = quarter[each.quarter - 1]
            cell[0] += each.net
            cell[1] += each.fees
            if key not in counted and each.gross > 0:
                cell[2] += 1
                counted.add(key)
    order = list(Activity)
    return [
        Reported(activity, listing, tuple(Quarter(*each) for each in cells))  # type: ignore[arg-type]
        for (activity, listing), cells in sorted(
            sums.items(), key=lambda each: (order.index(each[0][0]), each[0][1])
        )
    ]


def is_small(goods: Reported) -> bool:
    """Say whether sales of goods are so few and small that nobody reports them.

    >>> few = Reported(Activity.GOODS, 0, (Quarter(200_000, 0, 29),) + (Quarter(),) * 3)
    >>> is_small(few), is_small(replace(few, quarters=(Quarter(1, 0, 30),) + (Quarter(),) * 3))
    (True, False)
    """
    return (
        goods.activity == Activity.GOODS
        and goods.activities < FEW_SALES
        and goods.net <= SMALL_MINOR
    )


class Left(StrEnum):
    """Why a seller is not in the report."""

    PUBLIC = "public"
    SMALL = "small"
    ABROAD = "abroad"
    NOTHING = "nothing"


def left_out(
    seller: Mapping[str, str], rows: Sequence[Reported]
) -> tuple[list[Reported], Left | None]:
    """Return what is to be reported of a seller, and why nothing is.

    Public bodies are excluded (section I, B, 4, a), small sellers of goods too (d); who lives
    outside the Union is reported for property alone, which lies within it (section I, B, 3).

    >>> goods = Reported(Activity.GOODS, 0, (Quarter(5000, 500, 1),) + (Quarter(),) * 3)
    >>> left_out({"tax_form": "entity", "country": "IT"}, [goods])
    ([], <Left.SMALL: 'small'>)
    """
    if seller["tax_form"] == "public":
        return [], Left.PUBLIC
    kept = [each for each in rows if each.net or each.fees or each.activities]
    if not kept:
        return [], Left.NOTHING
    kept = [each for each in kept if not is_small(each)]
    if not kept:
        return [], Left.SMALL
    if seller["country"] not in world.UNION:
        kept = [each for each in kept if each.activity == Activity.PROPERTY]
    return (kept, None) if kept else ([], Left.ABROAD)


def whole(minor: int) -> int:
    """Round to whole units of money, as the schema asks: half up, away from zero.

    OECD, DPI XML schema 1.0, `MonAmnt_Type`: "in full units, i.e. without decimals".

    >>> whole(4550), whole(4549), whole(-4550)
    (46, 45, -46)
    """
    return int((Decimal(minor) / 100).quantize(Decimal(1), ROUND_HALF_UP))
