"""The tags and filters that every stage's templates may use: `{% load belvedere %}`."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from unicodedata import bidirectional
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from babel import Locale
from babel.dates import format_date
from django import template
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.context import Context
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from belvedere.theme import art as scenes
from belvedere.theme import icons
from belvedere.theme import qr as codes

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw a line icon; with a label it speaks, without it is decoration.

    Raises:
        KeyError: No such icon.

    """
    drawing = SafeString(icons.drawings()[name])
    look = "icon mirrored" if name in icons.MIRRORED else "icon"
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" {} role="img" aria-label="{}">{}</svg>',
            look,
            icons.STROKES,
            label,
            drawing,
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" {} aria-hidden="true">{}</svg>',
        look,
        icons.STROKES,
        drawing,
    )


@register.simple_tag
def art(theme: str, seed: object = "") -> SafeString:
    """Draw the scene of a theme, varied by a seed such as the product's slug."""
    return SafeString(scenes.svg(theme, str(seed)))


@register.simple_tag
def qr(text: str, title: str = "", level: str = "m") -> SafeString:
    """Draw a QR code that fills the room it is given."""
    return codes.svg(text, title=title, level=level)


@register.simple_tag
def link(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named page, or nothing where no such page is installed."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.filter
def with_source(url: str, source: str = "") -> str:
    """Carry the visitor's source token on a link of ours."""
    if not source or not url:
        return url or ""
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "s"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("s", source)])))


@register.filter
def bdi(text: object) -> SafeString | str:
    """Set a name apart where it could run against its sentence (HTML's `bdi`)."""
    words = "" if text is None else str(text)
    if translation.get_language_bidi() or any(
        bidirectional(each) in ("R", "AL") for each in words
    ):
        return format_html("<bdi>{}</bdi>", words)
    return words


@register.filter
def money(amount: Any, language: str = "it") -> SafeString | str:
    """Write an amount of money in the manner of a language."""
    return bdi(amount.text(language or "it")) if amount is not None else ""


@register.filter
def short_money(amount: Any, language: str = "it") -> str:
    """Write an amount where there is little room: "25 €", not "25,00 €"."""
    return str(amount.short(language or "it")) if amount is not None else ""


@register.filter(expects_localtime=True)
def long_day(day: date | datetime | None, language: str = "it") -> str:
    """Write a day in full: "domenica 24 novembre 2026", "2026年11月24日星期日"."""
    if not day:
        return ""
    return format_date(day, "full", locale=(language or "it").replace("-", "_"))


@register.filter
def direction(language: str) -> str:
    """Return how the script of a language runs: "ltr" or "rtl" (CLDR, by Babel)."""
    return Locale.parse((language or "it").replace("-", "_")).text_direction


@register.filter
def tongue(language: str) -> SafeString:
    """Write `lang` for words in a language, and `dir` where they run against the page."""
    if not language:
        return SafeString("")
    way = direction(language)
    if (way == "rtl") == translation.get_language_bidi():
        return format_html('lang="{}"', language)
    return format_html('lang="{}" dir="{}"', language, way)


@register.simple_tag(takes_context=True)
def alternates(context: Context) -> list[dict[str, Any]]:
    """Return this page in every language.

    Each is a dict: `tag`, `name`, `url` (path, for hreflang), `switch` (path and query, for
    the reader), `here`, `written` (people write content in it: search engines are told),
    `read` (a person has read the interface), and `exact`: false when this page has no
    versions and the switch leads to the home pages. The view may give `alternates`, a list
    of (tag, url).
    """
    request, spoken = context.get("request"), context.get("languages") or ()
    given = dict(context.get("alternates") or ())
    path = request.path if request else ""
    urls = given or _versions(escape_uri_path(path), [(each.tag, each.code) for each in spoken])
    exact = len(set(urls.values())) == len(urls)
    query = _query(request) if request and exact else ""
    return [
        {
            "tag": each.tag,
            "name": each.name,
            "url": urls[each.tag],
            "switch": urls[each.tag] + query if exact else _home(each.code),
            "here": each.tag == context.get("language"),
            "written": each.written,
            "read": each.read,
            "exact": exact,
        }
        for each in spoken
        if each.tag in urls
    ]


def _versions(path: str, spoken: list[tuple[str, str]]) -> dict[str, str]:
    """Return the path in each language: they differ by their first part alone.

    Whether it has versions at all is asked once: `translate_url` looks through all addresses.
    """
    here = translation.get_language()
    other = next((code for _tag, code in spoken if code != here), here)
    if translate_url(path, other) == path:
        return dict.fromkeys((tag for tag, _code in spoken), path)
    rest = path.removeprefix(_prefix(here))
    return {tag: f"{_prefix(code)}{rest}" for tag, code in spoken}


def _prefix(code: str) -> str:
    return "/" if code == settings.LANGUAGE_CODE else f"/{code}/"


def _query(request: HttpRequest) -> str:
    """Return what the reader had chosen, without the source token, which travels apart."""
    chosen = [(key, value) for key, value in parse_qsl(request.GET.urlencode()) if key != "s"]
    return f"?{urlencode(chosen)}" if chosen else ""


def _home(code: str) -> str:
    with translation.override(code):
        try:
            return reverse("wagtail_serve", args=("",))
        except NoReverseMatch:
            return "/"


@register.filter
def under(path: str | None, url: str) -> bool:
    """Say whether a path lies at or under an address of ours."""
    return bool(url and path) and str(path).startswith(url)


@register.filter
def elided(paginator: Paginator, number: int) -> Iterator[int | str]:
    """Return the page numbers worth showing around one of them."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
