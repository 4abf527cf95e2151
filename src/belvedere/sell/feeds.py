"""An operator's starts as an iCalendar feed (RFC 5545) that a telephone subscribes to."""

from datetime import UTC, timedelta

from belvedere.offer import queries as offer
from belvedere.sell.models import Allotment, CalendarFeed
from belvedere.sell.papers import escaped, folded
from belvedere.sell.rules import begins
from belvedere.shared import clock

BEFORE, AHEAD = timedelta(days=31), timedelta(days=365)
LANGUAGE = "it"


def ics(feed: CalendarFeed) -> str:
    """Write the starts of an operator, each with how many of its places are taken. No names."""
    today = clock.today()
    rows = list(
        Allotment.objects.filter(
            product__operator=feed.operator_id,
            day__gte=today - BEFORE,
            day__lte=today + AHEAD,
            capacity__gt=0,
        ).select_related("product")
    )
    titles = offer.texts({each.product for each in rows}, LANGUAGE, ["title"])
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Belvedere//sell//EN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(feed.operator.name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
    ]
    for each in rows:
        said = titles.get((each.product_id, "title"))
        lines += _event(each, said.value if said else each.product.slug)
    return "".join(folded(each) for each in [*lines, "END:VCALENDAR"])


def _event(row: Allotment, title: str) -> list[str]:
    stamp = f"{clock.now():%Y%m%dT%H%M%SZ}"
    return [
        "BEGIN:VEVENT",
        f"UID:start-{row.pk}@belvedere",
        f"DTSTAMP:{stamp}",
        *_when(row),
        f"SUMMARY:{escaped(f'{title} · {row.taken}/{row.capacity}')}",
        f"TRANSP:{'OPAQUE' if row.taken else 'TRANSPARENT'}",
        "END:VEVENT",
    ]


def _when(row: Allotment) -> list[str]:
    if row.start is None:
        return [f"DTSTART;VALUE=DATE:{row.on:%Y%m%d}"]
    first = begins(row.on, row.start).astimezone(UTC)
    last = first + timedelta(minutes=row.product.duration_minutes or 60)
    return [f"DTSTART:{first:%Y%m%dT%H%M%SZ}", f"DTEND:{last:%Y%m%dT%H%M%SZ}"]
