"""Versions and what changed between them, in the words that people read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from belvedere.plan import rules
from belvedere.plan.models import ChannelKind, Expected, Indicator, PlannedAction
from belvedere.shared.languages import locale
from belvedere.shared.money import Amount
from belvedere.shared.numbers import NONE, number

# Reserved by ISO 3166 or by Unicode for what isn't a country.
_NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)


@dataclass(frozen=True)
class Said:
    """One change for people: what it is about, and each field before and after."""

    what: str
    kind: str
    title: str
    edits: tuple[tuple[str, str, str], ...]


def said(changes: Iterable[rules.Change], language: str) -> list[Said]:
    """Return changes with the names of fields, and values as a language writes them."""
    return [
        Said(
            what=each.what,
            kind=each.kind,
            title=_title(each, language),
            edits=tuple(
                (
                    _labels()[edit.name],
                    value(edit.name, edit.before, language),
                    value(edit.name, edit.after, language),
                )
                for edit in each.edits
            ),
        )
        for each in changes
    ]


def value(name: str, content: object, language: str) -> str:
    """Return the content of a field as a language writes it; a dash where there is none."""
    choices: dict[str, Any] = {"channel_kind": ChannelKind, "expected_unit": Expected}
    if content is None or content == "":
        return NONE
    if name in choices:
        return str(choices[name](content).label)
    if name == "market":
        return country(str(content), language)
    if isinstance(content, Amount):
        return content.text(language)
    if isinstance(content, date):
        return format_date(content, "medium", locale=locale(language))
    if isinstance(content, Decimal):
        return number(content, language)
    return str(content)


def country(code: str, language: str) -> str:
    """Return what a language calls a country of ISO 3166; all markets where there is none."""
    if not code:
        return _("all markets")
    return str(Locale.parse(locale(language)).territories.get(code, code))


def countries(language: str) -> list[tuple[str, str]]:
    """Return the countries of ISO 3166 and what a language calls them, by name."""
    names = Locale.parse(locale(language)).territories
    found = [
        (code, str(name))
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return sorted(found, key=lambda each: each[1])


def channel_kinds() -> list[tuple[str, str]]:
    """Return the kinds of channel: key and name in the language of the page."""
    return [(each.value, str(each.label)) for each in ChannelKind]


def indicators() -> list[tuple[str, str]]:
    """Return the indicators: key and name with its unit, in the language of the page."""
    return [(each.value, f"{each.label} ({each.unit})") for each in Indicator]


def expected_units() -> list[tuple[str, str]]:
    """Return in what a result is counted: key and name in the language of the page."""
    return [(each.value, str(each.label)) for each in Expected]


def indicator(key: str, market: str, language: str) -> str:
    """Return what an objective is about, with its market if it has one."""
    label = str(Indicator(key).label)
    return f"{label}, {country(market, language)}" if market else label


def period(action: PlannedAction, language: str) -> str:
    """Return the days of an action."""
    first, last = (
        format_date(each, "medium", locale=locale(language))
        for each in (action.starts_on, action.ends_on)
    )
    return first if first == last else f"{first} – {last}"


def expected(action: PlannedAction, language: str) -> str:
    """Return what an action is expected to bring."""
    if action.expected is None:
        return NONE
    return f"{number(action.expected, language)} {action.get_expected_unit_display()}"


def _title(change: rules.Change, language: str) -> str:
    if change.what == "action":
        return str(change.row["title"])
    return indicator(str(change.row["indicator"]), str(change.row["market"]), language)


def _labels() -> dict[str, str]:
    return {
        "baseline": pgettext("of an objective", "Now"),
        "target": pgettext("of an objective", "Target"),
        "provider": _("Who says so"),
        "title": _("Name"),
        "channel_kind": _("Channel"),
        "market": _("Market"),
        "starts_on": _("First day"),
        "ends_on": _("Last day"),
        "owner": _("Who looks after it"),
        "expected": _("Expected result"),
        "expected_unit": _("Counted in"),
        "budget": _("Budget"),
    }
