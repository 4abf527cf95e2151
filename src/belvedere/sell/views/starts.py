"""The starts of a product as a buyer chooses among them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date, format_skeleton
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belvedere.journal import queries as journal
from belvedere.journal.rules import UNKNOWN, Touch, touch
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment
from belvedere.sell.rules.tariff import Option, price_of
from belvedere.shared import clock
from belvedere.shared.languages import locale
from belvedere.shared.money import Amount

AHEAD = timedelta(days=90)
MOST = timedelta(days=400)


def ahead(product: Any, until: date | None = None) -> list[Any]:
    """Return the coming starts of a product, sold out or not; of a package, its days.

    Args:
        product: An `offer` product.
        until: A day of next season; what lies within three months is there in any case.

    """
    today = clock.today()
    last = max(today + AHEAD, min(until or today, today + MOST))
    if product.kind == product.Kind.PACKAGE:
        days = [today + timedelta(days=each) for each in range((last - today).days + 1)]
        return list(queries.arrivals(queries.packages([product.pk]).values(), days))
    found = queries.free_days(product.pk, today, last)
    return [each for each in found if queries.is_ahead(each)]


def until(request: HttpRequest) -> date | None:
    """Return the day that an address or a form asks for, if it is further than usual."""
    asked = request.POST.get("when") or request.GET.get("day") or request.GET.get("when") or ""
    try:
        day = date.fromisoformat(asked[:10])
    except ValueError:
        return None
    return day if day > clock.today() + AHEAD else None


def wanted(start: Any, units: Mapping[int, int]) -> services.Wanted | services.WantedPackage:
    """Return what `hold` is asked for: units of a start, or of a package from a day on."""
    if isinstance(start, queries.Arrival):
        return services.WantedPackage(start.product_id, start.day, units)
    return services.Wanted(start.pk, units)


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


def prices(option: Option, rows: list[Allotment]) -> dict[int, Amount]:
    """Return what one of each unit costs, by its key, on the first of some starts."""
    day = rows[0].day if rows else None
    return {unit.id: price_of(unit, day) for unit in option.units}


def touched(request: HttpRequest) -> Touch | None:
    """Return the source code that a form has brought, or that it was none of ours."""
    text = request.POST.get("s", "")
    known = journal.known_touch(text)
    return known or (Touch(UNKNOWN) if touch(text, clock.now()) else None)
