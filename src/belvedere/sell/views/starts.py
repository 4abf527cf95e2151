"""The starts of a product as a buyer chooses among them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from babel.dates import format_date
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belvedere.journal import queries as journal
from belvedere.journal.rules import UNKNOWN, Touch, touch
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment
from belvedere.shared import clock
from belvedere.shared.languages import locale

AHEAD = timedelta(days=90)


def ahead(product: Any) -> list[Any]:
    """Return the coming starts of a product, sold out or not; of a package, its days."""
    today = clock.today()
    if product.kind == product.Kind.PACKAGE:
        days = [today + timedelta(days=each) for each in range(AHEAD.days + 1)]
        return list(queries.arrivals(queries.packages([product.pk]).values(), days))
    found = queries.free_days(product.pk, today, today + AHEAD)
    return [each for each in found if queries.is_ahead(each)]


def wanted(start: Any, units: Mapping[int, int]) -> services.Wanted | services.WantedPackage:
    """Return what `hold` is asked for: units of a start, or of a package from a day on."""
    if isinstance(start, queries.Arrival):
        return services.WantedPackage(start.product_id, start.day, units)
    return services.Wanted(start.pk, units)


def value(row: Allotment) -> str:
    """Return a start as it stands in a form: 2026-07-01T09:30."""
    return f"{row.day:%Y-%m-%d}T{row.start:%H:%M}" if row.start else f"{row.day:%Y-%m-%d}"


def label(row: Allotment, language: str) -> str:
    """Return a start as people read it, with what is left."""
    day = format_date(row.day, "EEE d MMM", locale=locale(language))
    if language == "zh-Hans":
        day = format_date(row.day, "M月d日 EEE", locale="zh_Hans")
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
