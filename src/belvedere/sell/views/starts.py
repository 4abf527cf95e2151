"""The starts of a product as a buyer chooses among them."""

from datetime import timedelta

from babel.dates import format_date, format_skeleton
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belvedere.journal import queries as journal
from belvedere.journal.rules import UNKNOWN, Touch, touch
from belvedere.sell import queries
from belvedere.sell.models import Allotment
from belvedere.shared import clock
from belvedere.shared.languages import locale

AHEAD = timedelta(days=90)


def ahead(product_id: int) -> list[Allotment]:
    """Return the coming starts of a product, sold out or not."""
    today = clock.today()
    found = queries.free_days(product_id, today, today + AHEAD)
    return [each for each in found if queries.is_ahead(each)]


def value(row: Allotment) -> str:
    """Return a start as it stands in a form: 2026-07-01T09:30."""
    return f"{row.day:%Y-%m-%d}T{row.start:%H:%M}" if row.start else f"{row.day:%Y-%m-%d}"


# How we write a day in short; elsewhere as CLDR does.
_DAYS = {"it": "EEE d MMM", "en": "EEE d MMM", "zh-Hans": "M月d日 EEE"}


def label(row: Allotment, language: str) -> str:
    """Return a start as people read it, with what is left."""
    pattern, spoken = _DAYS.get(language), locale(language)
    day = (
        format_date(row.day, pattern, locale=spoken)
        if pattern
        else format_skeleton("MMMEd", row.day, locale=spoken)
    )
    when = f"{day}, {row.start:%H:%M}" if row.start else day
    if not row.free:
        return " · ".join((when, _("sold out")))
    left = ngettext("%(n)s place", "%(n)s places", row.free) % {"n": row.free}
    return f"{when} · {left}"


def touched(request: HttpRequest) -> Touch | None:
    """Return the source code that a form has brought, or that it was none of ours."""
    text = request.POST.get("s", "")
    known = journal.known_touch(text)
    return known or (Touch(UNKNOWN) if touch(text, clock.now()) else None)
