"""The only place that asks what time it is, so that tests can say."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the present day as the calendar on the wall in Italy shows it."""
    return now().astimezone(ROME).date()
