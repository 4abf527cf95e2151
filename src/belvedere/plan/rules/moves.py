"""How budgets would move after what was traced. Pure: no database, no clock.

The figure behind every move is the traced cost of an order: money spent divided by the paid
orders that carry a code of the action. It is evidence of grade D: somebody passed through
the action, which doesn't say that they would not have come without it. So nothing moves on
few orders or small differences, an action without traces is not punished, a tenth of each
budget stays where it is, and a person decides on every move.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, Protocol

from belvedere.plan.ports import Evidence
from belvedere.shared.money import Amount

FEWEST = 3
"""Fewer traced orders than these say nothing about an action's cost."""
TIMES = 2
"""Money moves only where an order costs at least so many times as much as elsewhere."""
KEPT = 10
"""One part in so many of each budget stays where it is, for exploration."""

Word = Literal["stop", "keep", "test"]
Reason = Literal["dear_and_loses", "dear", "best", "near", "no_cost", "no_trace", "few_orders"]


@dataclass(frozen=True)
class Line:
    """One planned action and its budget."""

    key: str
    budget: Amount


@dataclass(frozen=True)
class Verdict:
    """What the traces suggest for an action, and why.

    Attributes:
        key: Of the planned action.
        word: Stop, keep, or test: what isn't proven is tested, neither praised nor punished.
        reason: Why, as a key of a sentence.
        spent: What it cost.
        orders: Paid orders that carry its codes.
        cost: Traced cost of an order; None where it isn't known.

    """

    key: str
    word: Word
    reason: Reason
    spent: Amount
    orders: int
    cost: Amount | None


@dataclass(frozen=True)
class Shift:
    """Money that would go from one action to another, with the figures that suggest it."""

    giver: str
    taker: str
    amount: Amount
    giver_cost: Amount
    taker_cost: Amount
    giver_orders: int
    taker_orders: int


class Moving(Protocol):
    """Whatever says from where to where money goes: a `Shift`, or a move that was kept."""

    @property
    def giver(self) -> str:
        """Return the key of the action that gives."""

    @property
    def taker(self) -> str:
        """Return the key of the action that receives."""

    @property
    def amount(self) -> Amount:
        """Return how much."""


@dataclass(frozen=True)
class Proposed:
    """A verdict for each action, and the moves."""

    verdicts: tuple[Verdict, ...]
    shifts: tuple[Shift, ...]


def traced_cost(spent: Amount, orders: int) -> Amount | None:
    """Return what each paid order cost that carries an action's code, half a cent up.

    Traced cost, not effect: some of these travellers would have come anyway, and others who
    saw the action booked without its link. None without an order or without any money.

    >>> traced_cost(Amount(45000), 7)
    Amount(minor=6429, currency='EUR')
    >>> traced_cost(Amount(45000), 0) is None, traced_cost(Amount(0), 7) is None
    (True, True)
    """
    if orders < 1 or spent.minor < 1:
        return None
    return Amount((2 * spent.minor + orders) // (2 * orders), spent.currency)


def propose(lines: Iterable[Line], evidence: Mapping[str, Evidence]) -> Proposed:
    """Return a verdict for each action, and how money would move between them.

    An action gives if its traced cost is at least `TIMES` that of another one of the same
    currency; both need `FEWEST` traced orders. It gives the dearer part: at twice the cost
    half of what may move, at four times three quarters; all of it if its orders brought less
    than it cost. A tenth of its budget stays. No action receives more than its own budget
    once again, because nobody has seen how it does with more. Budgets of different
    currencies never mix, and the sum of each stays the same to the cent.

    >>> fair, letter, tv = (Line(each, Amount(100000)) for each in ("fair", "letter", "tv"))
    >>> known = {
    ...     "fair": Evidence("fair", Amount(100000), 5, (Amount(60000),)),
    ...     "letter": Evidence("letter", Amount(20000), 10, (Amount(50000),)),
    ...     "tv": Evidence("tv", Amount(90000), 0),
    ... }
    >>> found = propose([fair, letter, tv], known)
    >>> [(each.key, each.word, each.reason) for each in found.verdicts]
    [('fair', 'stop', 'dear_and_loses'), ('letter', 'keep', 'best'), ('tv', 'test', 'no_trace')]
    >>> [(each.giver, each.taker, each.amount.minor) for each in found.shifts]
    [('fair', 'letter', 90000)]
    >>> after = shifted([fair, letter, tv], found.shifts)
    >>> [after[each].minor for each in ("fair", "letter", "tv")]
    [10000, 190000, 100000]

    Two orders are too few to say anything, whatever they cost.

    >>> known["fair"] = Evidence("fair", Amount(100000), 2)
    >>> found = propose([fair, letter, tv], known)
    >>> found.verdicts[0].reason, found.shifts
    ('few_orders', ())

    What nobody was told of is tested.

    >>> propose([fair], {}).verdicts[0].reason
    'no_cost'
    """
    lines = list(lines)
    told = {
        each.key: evidence.get(each.key, Evidence(each.key, Amount(0, each.budget.currency)))
        for each in lines
    }
    proven = [each for each in lines if _unproven(each, told[each.key]) is None]
    ratio = {each.key: _ratio(told[each.key]) for each in proven}
    proven.sort(key=lambda each: (ratio[each.key], each.key))
    verdicts = tuple(_verdict(each, told[each.key], proven, ratio) for each in lines)
    wholly = {each.key for each in verdicts if each.word == "stop"}
    return Proposed(verdicts, _shifts(proven, told, ratio, wholly))


def shifted(lines: Iterable[Line], shifts: Iterable[Moving]) -> dict[str, Amount]:
    """Return each action's budget after some of the moves; their sum stays the same.

    >>> move = Shift("a", "b", Amount(30), Amount(9), Amount(3), 4, 4)
    >>> shifted([Line("a", Amount(100)), Line("b", Amount(50))], [move])
    {'a': Amount(minor=70, currency='EUR'), 'b': Amount(minor=80, currency='EUR')}
    """
    found = {each.key: each.budget for each in lines}
    for each in shifts:
        found[each.giver] += each.amount * -1
        found[each.taker] += each.amount
    return found


def total(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """Add up amounts of money, each currency for itself.

    >>> total([Amount(500), Amount(250), Amount(100, "CNY")])
    (Amount(minor=100, currency='CNY'), Amount(minor=750, currency='EUR'))
    """
    found: dict[str, Amount] = {}
    for each in amounts:
        found[each.currency] = found.get(each.currency, Amount(0, each.currency)) + each
    return tuple(found[each] for each in sorted(found))


def later(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes the 28th where there is none.

    >>> later(date(2024, 2, 29), 1), later(date(2026, 4, 1), 1)
    (datetime.date(2025, 2, 28), datetime.date(2027, 4, 1))
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _ratio(evidence: Evidence) -> Fraction:
    return Fraction(evidence.spent.minor, evidence.orders)


def _unproven(line: Line, evidence: Evidence) -> Reason | None:
    """Say why an action's cost isn't known, or None if it is.

    >>> line = Line("fair", Amount(1000))
    >>> _unproven(line, Evidence("fair", Amount(0), 9))
    'no_cost'
    >>> _unproven(line, Evidence("fair", Amount(900, "CNY"), 9))
    'no_cost'
    >>> _unproven(line, Evidence("fair", Amount(900), 9)) is None
    True
    """
    if evidence.spent.minor < 1 or evidence.spent.currency != line.budget.currency:
        return "no_cost"
    if evidence.orders == 0:
        return "no_trace"
    return "few_orders" if evidence.orders < FEWEST else None


def _verdict(
    line: Line, evidence: Evidence, proven: list[Line], ratio: Mapping[str, Fraction]
) -> Verdict:
    word, reason = _judge(line, evidence, proven, ratio)
    cost = traced_cost(evidence.spent, evidence.orders)
    return Verdict(line.key, word, reason, evidence.spent, evidence.orders, cost)


def _judge(
    line: Line, evidence: Evidence, proven: list[Line], ratio: Mapping[str, Fraction]
) -> tuple[Word, Reason]:
    unproven = _unproven(line, evidence)
    if unproven:
        return "test", unproven
    same = [each for each in proven if each.budget.currency == line.budget.currency]
    best = ratio[same[0].key]
    if ratio[line.key] == best:
        return "keep", "best"
    if ratio[line.key] < TIMES * best:
        return "keep", "near"
    came = [each.minor for each in evidence.revenue if each.currency == line.budget.currency]
    others = [each for each in evidence.revenue if each.currency != line.budget.currency]
    # Revenue in another currency can't be compared, so it never makes an action stop.
    loses = sum(came) < evidence.spent.minor and not others
    return ("stop", "dear_and_loses") if loses else ("keep", "dear")


def _shifts(
    proven: list[Line],
    told: Mapping[str, Evidence],
    ratio: Mapping[str, Fraction],
    wholly: set[str],
) -> tuple[Shift, ...]:
    """Pair the dearest with the cheapest; `proven` comes sorted, cheapest first."""
    best: dict[str, Fraction] = {}
    for each in proven:
        best.setdefault(each.budget.currency, ratio[each.key])
    room = {
        each.key: each.budget.minor
        for each in proven
        if ratio[each.key] < TIMES * best[each.budget.currency]
    }
    found = []
    for giver in reversed([each for each in proven if each.key not in room]):
        left = _movable(giver, ratio, best[giver.budget.currency], giver.key in wholly)
        for taker in (each for each in proven if each.key in room):
            same = taker.budget.currency == giver.budget.currency
            far = ratio[giver.key] >= TIMES * ratio[taker.key]
            minor = min(left, room[taker.key]) if same and far else 0
            if minor:
                left -= minor
                room[taker.key] -= minor
                found.append(_shift(giver, taker, minor, told))
    return tuple(found)


def _movable(giver: Line, ratio: Mapping[str, Fraction], best: Fraction, wholly: bool) -> int:
    """Return how many minor units an action may give.

    >>> _movable(Line("fair", Amount(1005)), {"fair": Fraction(40)}, Fraction(10), False)
    678
    >>> _movable(Line("fair", Amount(1005)), {"fair": Fraction(40)}, Fraction(10), True)
    904
    """
    kept = -(-giver.budget.minor // KEPT)
    free = giver.budget.minor - kept
    return free if wholly else int(free * (1 - best / ratio[giver.key]))


def _shift(giver: Line, taker: Line, minor: int, told: Mapping[str, Evidence]) -> Shift:
    gave, took = told[giver.key], told[taker.key]
    return Shift(
        giver=giver.key,
        taker=taker.key,
        amount=Amount(minor, giver.budget.currency),
        giver_cost=traced_cost(gave.spent, gave.orders) or gave.spent,
        taker_cost=traced_cost(took.spent, took.orders) or took.spent,
        giver_orders=gave.orders,
        taker_orders=took.orders,
    )
