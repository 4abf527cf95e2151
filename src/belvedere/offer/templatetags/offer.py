"""Printing texts with their language and status: `{% load offer %}`."""

import json
import re
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from belvedere.offer import words
from belvedere.offer.rules import Said
from belvedere.shared.languages import locale
from belvedere.theme.templatetags.belvedere import tongue

register = template.Library()

UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@register.simple_tag
def said(text: Said | str | None) -> SafeString | str:
    """Print a text; where it is in another language than the page, say so to the machine."""
    if not isinstance(text, Said):
        return str(text or "")
    if text.foreign:
        return format_html("<span {}>{}</span>", tongue(text.language), text.value)
    return text.value


@register.simple_tag
def paragraphs(text: Said | None) -> SafeString:
    """Print a plain text in paragraphs: an empty line parts two, a line end breaks one."""
    if not text:
        return SafeString("")
    parts = [each for each in re.split(r"\n\s*\n", text.value) if each.strip()]
    lang = format_html(" {}", tongue(text.language)) if text.foreign else ""
    return format_html_join(
        "\n",
        "<p{}>{}</p>",
        (
            (
                lang,
                format_html_join(SafeString("<br>"), "{}", ((line,) for line in _lines(each))),
            )
            for each in parts
        ),
    )


@register.simple_tag
def mark(text: Said | None) -> SafeString:
    """Print a badge where the words are a machine's, older than the original, or foreign."""
    if not isinstance(text, Said):
        return SafeString("")
    notes = []
    if text.foreign:
        notes.append(words.IN_LANGUAGE.get(text.language, text.language))
    if text.machine:
        notes.append(_("translated by machine"))
    if text.outdated:
        notes.append(_("the original has changed since"))
    if text.status == "proposed":
        notes.append(_("to be approved"))
    return format_html_join(" ", '<span class="badge">{}</span>', ((each,) for each in notes))


@register.simple_tag
def json_ld(thing: dict[str, Any]) -> SafeString:
    """Print schema.org data, so that nothing in it can end the script element."""
    text = json.dumps(thing, ensure_ascii=False).translate(UNSAFE)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))


@register.filter
def place_kind(kind: str) -> str:
    """Say what a place is."""
    return words.place_kind(kind)


@register.filter
def duration(minutes: int | None) -> str:
    """Say how long something takes."""
    return words.duration(minutes) if minutes else ""


@register.filter
def short_day(day: date | None, language: str = "it") -> str:
    """Write a day briefly: "sab 28 nov", "11月28日周六"."""
    return format_skeleton("MMMEd", day, locale=locale(language)) if day else ""


def _lines(text: str) -> list[str]:
    return text.strip().split("\n")
