"""An operator's month: what is held on each day, and how full it is."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from belvedere.desk.queries.experiences import titles
from belvedere.sell import queries as sales
from belvedere.shared import clock, months

if TYPE_CHECKING:
    from belvedere.sell.models import Allotment
    from belvedere.territory.models import Operator


@dataclass(frozen=True)
class DeskDay:
    """One day of an operator's month, with its starts and what each is called."""

    day: date
    today: bool
    starts: "list[tuple[Allotment, str]]" = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Say whether every place of the day is taken."""
        return bool(self.starts) and all(not start.free for start, _title in self.starts)


@dataclass(frozen=True)
class DeskMonth:
    """A month of an operator's own products; a day of another month is None in its weeks."""

    name: str
    heads: list[tuple[str, str]]
    weeks: list[list[DeskDay | None]]
    before: date
    after: date
    taken: int
    capacity: int


def month(operator: "Operator", asked: str, language: str) -> DeskMonth:
    """Return a month, a year back and a year ahead at most, in two queries.

    Args:
        operator: Whose starts.
        asked: "2026-12"; what is no month is this one.
        language: BCP 47.

    """
    today = clock.today()
    first = months.asked(asked, today, back=12)
    after = months.beside(first, 1)
    rows = sales.starts_between(operator.pk, first, after - timedelta(days=1))
    named = titles({each.product_id: each.product for each in rows}.values(), language)
    found: dict[Any, list[tuple[Allotment, str]]] = {}
    for each in rows:
        found.setdefault(each.day, []).append((each, named[each.product_id]))
    weeks = [
        [
            DeskDay(day, day == today, found.get(day, [])) if day.month == first.month else None
            for day in week
        ]
        for week in months.weeks(first, language)
    ]
    return DeskMonth(
        name=months.name(first, language),
        heads=months.heads(language),
        weeks=weeks,
        before=months.beside(first, -1),
        after=after,
        taken=sum(each.taken for each in rows),
        capacity=sum(each.capacity for each in rows),
    )
