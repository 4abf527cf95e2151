"""Words of the trade that pages print: kinds of places, languages, policies."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

PLACE_KINDS = {
    "archaeological-site": gettext_lazy("Archaeological site"),
    "archive": gettext_lazy("Archive"),
    "castle": gettext_lazy("Castle"),
    "church": gettext_lazy("Church"),
    "ecomuseum": gettext_lazy("Ecomuseum"),
    "forest": gettext_lazy("Forest"),
    "hermitage": gettext_lazy("Hermitage"),
    "library": gettext_lazy("Library"),
    "monastery": gettext_lazy("Monastery"),
    "mountain": gettext_lazy("Mountain"),
    "museum": gettext_lazy("Museum"),
    "pass": gettext_lazy("Mountain pass"),
    "sanctuary": gettext_lazy("Sanctuary"),
    "spring": gettext_lazy("Spring"),
    "university": gettext_lazy("University"),
    "village": gettext_lazy("Village"),
}
IN_LANGUAGE = {
    "it": gettext_lazy("in Italian"),
    "en": gettext_lazy("in English"),
    "zh-Hans": gettext_lazy("in Chinese"),
}
TEXT_LABELS = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "description": gettext_lazy("Description"),
    "getting_there": gettext_lazy("How to get there without a car"),
    "address": gettext_lazy("Address"),
    "what_to_bring": gettext_lazy("What to bring"),
}


def place_kind(kind: str) -> str:
    """Return what a place is, in the page's language."""
    return str(PLACE_KINDS.get(kind) or kind.replace("-", " ").capitalize())


def cancellation(hours: int) -> str:
    """Return the cancellation policy in words."""
    if not hours:
        return _("Free cancellation until it starts: you get everything back.")
    if hours % 24 == 0 and hours >= 48:
        days = hours // 24
        return ngettext(
            "Free cancellation until %(n)s day before it starts: you get everything back.",
            "Free cancellation until %(n)s days before it starts: you get everything back.",
            days,
        ) % {"n": days}
    return ngettext(
        "Free cancellation until %(n)s hour before it starts: you get everything back.",
        "Free cancellation until %(n)s hours before it starts: you get everything back.",
        hours,
    ) % {"n": hours}


def duration(minutes: int) -> str:
    """Return how long something takes: "2 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
