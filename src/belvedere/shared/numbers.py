"""Numbers as people read them, in the manner of each language (BCP 47)."""

from decimal import Decimal

from babel.numbers import format_decimal, format_percent

from belvedere.shared.languages import locale

NONE = "–"


def number(value: float | Decimal | None, language: str) -> str:
    """Write a number; a dash where there is none.

    >>> number(21805, "it"), number(21805, "en"), number(21805, "zh-Hans")
    ('21.805', '21,805', '21,805')
    >>> number(Decimal("1.1"), "it"), number(Decimal("1.1"), "zh-Hans"), number(None, "it")
    ('1,1', '1.1', '–')
    """
    return NONE if value is None else str(format_decimal(value, locale=locale(language)))


def percent(part: int, whole: int, language: str) -> str:
    """Write a share in whole percent.

    >>> percent(102, 249, "en"), percent(1, 3, "it"), percent(1, 3, "zh-Hans")
    ('41%', '33%', '33%')
    """
    return str(format_percent(Decimal(part) / whole, "0%", locale=locale(language)))


def growth(value: Decimal | None, language: str) -> str:
    """Write by how many percent something grew, with its sign; a dash where nobody knows.

    >>> growth(Decimal("41.9"), "it"), growth(Decimal("-17.6"), "en")
    ('+41,9%', '−17.6%')
    >>> growth(Decimal(1240), "zh-Hans"), growth(Decimal(0), "it"), growth(None, "it")
    ('+1,240.0%', '0,0%', '–')
    """
    if value is None:
        return NONE
    pattern = "+#,##0.0%;−#,##0.0%" if value else "0.0%"
    return str(format_percent(value / 100, pattern, locale=locale(language)))
