"""The calendar of a product's free places: one month, day by day."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from belvedere.offer.models import Product
from belvedere.offer.ports import Free, booking
from belvedere.shared import clock, months
from belvedere.shared.money import Amount

MONTHS = 12
"""How many months ahead a calendar can be turned."""


@dataclass(frozen=True)
class CalendarDay:
    """One day of a calendar, with the starts that can be booked or waited for."""

    day: date
    today: bool = False
    chosen: bool = False
    starts: list[Free] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Return the day as addresses name it."""
        return self.day.isoformat()

    @property
    def state(self) -> str:
        """Say how it stands: `free`, `few`, `waiting` (a list of it), `full` or `none`."""
        free = sum(each.free for each in self.starts)
        if free:
            return "few" if free * 2 < sum(each.capacity for each in self.starts) else "free"
        if any(each.waiting_url for each in self.starts):
            return "waiting"
        return "full" if self.starts else "none"

    @property
    def price(self) -> Amount | None:
        """Return the day's lowest price, in the seller's money."""
        return min((each.price for each in self._open), key=_minor, default=None)

    @property
    def about(self) -> Amount | None:
        """Return the same in the reader's own money, rounded: a quote is only about."""
        also = [each.also for each in self._open if each.also]
        return min(also, key=_minor).rounded() if also else None

    @property
    def _open(self) -> list[Free]:
        return [each for each in self.starts if each.free]


@dataclass(frozen=True)
class Calendar:
    """A month of a product. A day of another month is None in its weeks."""

    first: date
    name: str
    heads: list[tuple[str, str]]
    weeks: list[list[CalendarDay | None]]
    before: date | None
    after: date | None
    chosen: CalendarDay | None

    @property
    def before_key(self) -> str:
        """Return the month before as addresses name it."""
        return f"{self.before:%Y-%m}" if self.before else ""

    @property
    def after_key(self) -> str:
        """Return the month after it as addresses name it."""
        return f"{self.after:%Y-%m}" if self.after else ""

    @property
    def any(self) -> bool:
        """Say whether anything is held in this month."""
        return any(day and day.starts for week in self.weeks for day in week)


def calendar(
    product: Product, *, month: str = "", day: str = "", language: str, source: str = ""
) -> Calendar:
    """Return a month of free places: two queries of the seller.

    Args:
        product: On sale.
        month: "2026-12"; what is no month, or too far, is this one. Empty: the day's month.
        day: The chosen day, "2026-12-05"; another month's is no choice.
        language: BCP 47 of the page.
        source: What `?s=` carried.

    """
    today = clock.today()
    first = months.asked(month or day[:7], today, ahead=MONTHS)
    after = months.beside(first, 1)
    weeks = months.weeks(first, language)
    found: dict[date, list[Free]] = {}
    for each in booking().calendar(
        product.slug, first, after - timedelta(days=1), source=source, language=language
    ):
        found.setdefault(each.day, []).append(each)

    def shown(each: date) -> CalendarDay | None:
        if each.month != first.month:
            return None
        chosen = each.isoformat() == day
        return CalendarDay(each, each == today, chosen, found.get(each, []))

    days = [[shown(each) for each in week] for week in weeks]
    picked = (each for week in days for each in week if each and each.chosen)
    return Calendar(
        first=first,
        name=months.name(first, language),
        heads=months.heads(language),
        weeks=days,
        before=months.beside(first, -1) if first > today else None,
        after=after if after <= months.beside(today.replace(day=1), MONTHS) else None,
        chosen=next(picked, None),
    )


def _minor(amount: Amount) -> int:
    return amount.minor
