"""Source codes and how they travel in links. Pure: no database, no clock."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# No letter or digit that people mistake for another when they read it off a poster.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
UNKNOWN = "unknown"
_SHAPE = re.compile(r"^b-[2-9a-hjkmnp-z]{4,12}$")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
REMEMBERED = timedelta(days=30)


def is_code(text: str) -> bool:
    """Say whether a text has the shape of a source code.

    >>> is_code("b-7f3k"), is_code("b-7F3K"), is_code("<script>")
    (True, False, False)
    """
    return bool(_SHAPE.match(text))


@dataclass(frozen=True)
class Touch:
    """Somebody came by a source at a moment. `followed_at` is None when nobody knows when."""

    code: str
    followed_at: datetime | None = None


def token(code: str, followed_at: datetime) -> str:
    """Write a touch for `?s=` and hidden fields: the code and the second, nothing personal.

    >>> token("b-7f3k", datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    'b-7f3k.znkuy'
    """
    seconds = int((followed_at - _EPOCH).total_seconds())
    digits = ""
    while seconds > 0:
        seconds, rest = divmod(seconds, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return f"{code}.{digits}" if digits else code


def touch(text: str, now: datetime) -> Touch | None:
    """Read what `token` wrote. None if there is no code in it.

    A moment in the future or older than thirty days is not believed, but the code is.

    >>> when = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    >>> touch("b-7f3k.znkuy", when).followed_at == when
    True
    >>> touch("b-7f3k", when)
    Touch(code='b-7f3k', followed_at=None)
    >>> touch("'; drop table", when) is None
    True
    """
    code, _, digits = text.strip().lower().partition(".")
    if not is_code(code):
        return None
    if not digits or len(digits) > 8 or any(each not in ALPHABET for each in digits):
        return Touch(code)
    seconds = 0
    for each in digits:
        seconds = seconds * len(ALPHABET) + ALPHABET.index(each)
    followed_at = _EPOCH + timedelta(seconds=seconds)
    return Touch(code, followed_at if now - REMEMBERED <= followed_at <= now else None)
