"""Filters of the desk's templates: `{% load desk %}`."""

from datetime import date
from decimal import Decimal

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from django import template

from belvedere.desk import rules
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


@register.filter
def figure(number: float | Decimal | None, language: str = "it") -> str:
    """Write a count or a stay in the manner of a language: "249.086", "3,1"; a dash if none."""
    if number is None:
        return "–"
    return rules.number(number, language or "it")


@register.filter
def change(percent: Decimal | None, language: str = "it") -> str:
    """Write how much something grew, with its sign: "+41,9 %"."""
    if percent is None:
        return "–"
    pattern = "+#,##0.0;−#,##0.0" if percent else "0.0"
    return f"{format_decimal(percent, pattern, locale=(language or 'it').replace('-', '_'))} %"
