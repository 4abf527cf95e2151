"""Filters of the desk's templates: `{% load desk %}`."""

from datetime import date

from babel.dates import format_skeleton
from django import template

from belvedere.territory.rules.agreements import Moment

register = template.Library()


@register.filter
def short_day(day: date | None, language: str = "it") -> str:
    """Write a day in short, without the year: "mar 24 nov", "11月24日周二"."""
    if day is None:
        return ""
    return format_skeleton("MMMEd", day, locale=(language or "it").replace("-", "_"))


@register.filter
def day(value: date | None, language: str = "it") -> str:
    """Write a day without its weekday: "7 dicembre 2026"; nothing for none."""
    return Moment(value).text(language or "it") if value else ""
