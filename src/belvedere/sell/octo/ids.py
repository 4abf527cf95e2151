"""Names of options, units and starts: stable, and telling nothing of our own keys."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from belvedere.sell.rules import ROME, begins

_OURS = UUID("6f3a4a0e-6c1b-4a7e-9a40-2f1d5a0c7be4")


def option_id(key: int) -> str:
    """Return the name of an option. The same option keeps it whatever becomes of the list.

    >>> option_id(1) == option_id(1) != option_id(2)
    True
    """
    return str(uuid5(_OURS, f"option:{key}"))


def unit_id(kind: str) -> str:
    """Return the name of a unit: an option has one of each type.

    >>> unit_id("ADULT")
    'adult'
    """
    return kind.lower()


def slot_id(day: date, start: time | None) -> str:
    """Return the name of a start: its moment, as local time; a whole day is its midnight.

    >>> slot_id(date(2026, 7, 1), time(9, 30)), slot_id(date(2026, 12, 1), None)
    ('2026-07-01T09:30:00+02:00', '2026-12-01T00:00:00+01:00')
    """
    return begins(day, start).isoformat(timespec="seconds")


def moment(text: str) -> datetime | None:
    """Read what `slot_id` wrote; None when it is something else.

    >>> moment("2026-07-01T09:30:00+02:00").hour, moment("2026-07-01T07:30:00Z").hour
    (9, 9)
    >>> moment("yesterday") is None, moment("2026-07-01T09:30:00") is None
    (True, True)
    >>> moment("0001-01-01T00:00:00+09:00") is None
    True
    """
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(ROME) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None


def ends(day: date, start: time | None, minutes: int | None) -> datetime:
    """Return the moment at which something ends, as local time.

    >>> ends(date(2026, 10, 25), time(1, 30), 120).isoformat()
    '2026-10-25T02:30:00+01:00'
    >>> ends(date(2026, 7, 1), None, 90).isoformat()
    '2026-07-02T00:00:00+02:00'
    """
    if start is None:
        return begins(day + timedelta(days=1), None)
    end = begins(day, start).astimezone(UTC) + timedelta(minutes=minutes or 0)
    return end.astimezone(ROME)


def cutoff(day: date, start: time | None, minutes: int) -> datetime:
    """Return the moment from which no more is sold; what is for a whole day is until it ends.

    >>> utc(cutoff(date(2026, 7, 1), time(9, 30), 60)), utc(cutoff(date(2026, 7, 1), None, 0))
    ('2026-07-01T06:30:00Z', '2026-07-01T22:00:00Z')
    """
    last = begins(day, start) if start else begins(day + timedelta(days=1), None)
    return last.astimezone(UTC) - timedelta(minutes=minutes)


def utc(when: datetime) -> str:
    """Write a moment as OCTO does.

    >>> utc(datetime(2026, 7, 1, 9, 30, 12, 345, tzinfo=ROME))
    '2026-07-01T07:30:12Z'
    """
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
