"""Discounts: what a code is, what it takes off, and why it does not."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from belvedere.sell.rules.shares import part
from belvedere.shared.errors import BadInput

LONGEST = 24
_CODE = re.compile(r"[A-Z0-9-]{3,24}")


class NotOff(StrEnum):
    """Why a discount is not given."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    OVER = "over"
    USED_UP = "used_up"
    OTHER = "other"
    TOO_LITTLE = "too_little"


class NoDiscount(BadInput):
    """A discount is not given. Nothing was changed.

    Args:
        why: The reason.
        minimum: What must be bought for, in minor units, where that is the reason.
        currency: ISO 4217 of it.

    """

    def __init__(self, why: NotOff, minimum: int = 0, currency: str = "EUR") -> None:
        super().__init__(f"This discount is not given: {why}.", field="code")
        self.why, self.minimum, self.currency = why, minimum, currency


def clean(text: str) -> str:
    """Read a code as people type it.

    >>> clean(" demo 5 "), clean("Foreste-10"), clean("demo５")
    ('DEMO5', 'FORESTE-10', 'DEMO5')
    """
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def is_code(text: str) -> bool:
    """Say whether a clean text can be a code: 3 to 24 capital letters, digits and hyphens.

    >>> is_code("FORESTE-10"), is_code("A5"), is_code("CITTÀ5")
    (True, False, False)
    """
    return bool(_CODE.fullmatch(text))


def off(percent: Decimal | None, minor: int | None, prices: Sequence[int]) -> int:
    """Return what a discount takes off prices, in minor units; never more than they are.

    Args:
        percent: Of their sum, half a cent up; or None.
        minor: Off their sum; or None.
        prices: What it is for, in minor units.

    >>> off(Decimal(10), None, [5000, 55]), off(None, 500, [5000]), off(None, 500, [300])
    (506, 500, 300)

    """
    whole = sum(prices)
    wanted = part(whole, percent) if percent is not None else (minor or 0)
    return min(wanted, whole)
