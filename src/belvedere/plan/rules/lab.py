"""What may be written in a living lab, and the keys of what ideas become. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_CONTRIBUTION = 300
LONGEST_WORDS = 600
LONGEST_REASON = 300
LONGEST_KEY = 100
TABLES = 99
MOST_AT_ONCE = 30
PRODUCT, PLANNED = "product", "planned"

_SLUG = re.compile(r"^[a-z0-9]+(?:[-_.][a-z0-9]+)*$")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
_PHONE = re.compile(
    r"(?<![\d.,])(?:\+\d{1,3}(?:[ ./-]?\d){6,12}"  # with its country
    r"|3\d\d(?:[ ./-]?\d){7}"  # an Italian mobile
    r"|0\d{1,3}[ ./-]?\d{3}[ .-]?\d{2,5})(?!\d)"  # an Italian line: 0575 123 456
)


def tidy(text: str) -> str:
    """Put a sheet's words on one line.

    >>> tidy("  Un bus   la domenica ")
    'Un bus la domenica'
    """
    return " ".join(text.replace("\0", " ").split())  # PostgreSQL keeps no NUL.


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one of several texts.

    Attributes:
        line: Which of them, from 1.
        over: By how many characters it is too long; 0 if it isn't.
        personal: The telephone number or e-mail address in it; empty if there is none.

    """

    line: int
    over: int = 0
    personal: str = ""


def wrong(texts: Sequence[str]) -> list[Wrong]:
    """Return what is wrong with each of the texts; nothing, if they can be written down.

    >>> wrong(["Un bus la domenica", "x" * 312, "Scrivere a anna@example.org"])
    [Wrong(line=2, over=12, personal=''), Wrong(line=3, over=0, personal='anna@example.org')]
    """
    found = []
    for line, text in enumerate(map(tidy, texts), start=1):
        over = max(0, len(text) - LONGEST_CONTRIBUTION)
        who = "" if over else personal(text)
        if over or who:
            found.append(Wrong(line, over, who))
    return found


def personal(text: str) -> str:
    """Return the first e-mail address or telephone number in a text; empty if there is none.

    Names cannot be told from words: the form asks not to write them.

    >>> personal("chiamare 0575 123 456"), personal("333-1234567"), personal("+86 138001380")
    ('0575 123 456', '333-1234567', '+86 138001380')
    >>> personal("dal 2019 al 2024, 01/01/2026, 300.000.000 euro, 11.30-12.45")
    ''
    """
    found = _MAIL.search(text) or _PHONE.search(text)
    return found[0] if found else ""


def became(kind: str, name: str) -> str:
    """Return the stable key of what an idea became; empty if the name cannot be one.

    >>> became("product", "castagne-in-famiglia"), became("planned", "2027-fiera-monaco")
    ('product:castagne-in-famiglia', 'planned:2027-fiera-monaco')
    >>> became("planned", "Fiera di Monaco")
    ''
    """
    key = f"{kind}:{name}"
    return key if _SLUG.match(name) and len(key) <= LONGEST_KEY else ""


def split(key: str) -> tuple[str, str]:
    """Take a key apart: what kind of thing, and its name.

    >>> split("product:castagne-in-famiglia")
    ('product', 'castagne-in-famiglia')
    """
    kind, _, name = key.partition(":")
    return kind, name
