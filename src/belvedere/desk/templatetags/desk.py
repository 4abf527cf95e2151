"""Filters of the desk's templates: `{% load desk %}`."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel.dates import format_skeleton
from django import template

from belvedere.shared import numbers, transfers
from belvedere.shared.languages import LANGUAGES, locale
from belvedere.territory.rules.agreements import Moment

register = template.Library()
OWN_NAMES = {each.tag: each.name for each in LANGUAGES}


@register.filter(expects_localtime=True)
def short_day(day: date | None, language: str = "it") -> str:
    """Write a day in short, without the year: "mar 24 nov", "11月24日周二"."""
    if day is None:
        return ""
    return format_skeleton("MMMEd", day, locale=locale(language or "it"))


@register.filter(expects_localtime=True)
def day(value: date | None, language: str = "it") -> str:
    """Write a day without its weekday: "7 dicembre 2026"; nothing for none."""
    return Moment(value).text(language or "it") if value else ""


@register.filter
def grouped(reference: str) -> str:
    """Write a long number in groups of four, as it stands on paper."""
    return transfers.spaced(reference)


@register.filter
def own_name(language: str) -> str:
    """Return what a language calls itself: "Italiano", "简体中文"."""
    return OWN_NAMES.get(language, language)


@register.filter
def figure(number: float | Decimal | None, language: str = "it") -> str:
    """Write a count or a stay in the manner of a language: "249.086", "3,1"; a dash if none."""
    return numbers.number(number, language or "it")


@register.filter
def change(percent: Decimal | None, language: str = "it") -> str:
    """Write how much something grew, with its sign: "+41,9%"; a dash if none."""
    return numbers.growth(percent, language or "it")


@register.filter
def among(key: str, names: Mapping[str, str]) -> str:
    """Return what a key is called among some names; the key itself when it has none."""
    return names.get(key, key)
