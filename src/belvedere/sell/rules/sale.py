"""The arithmetic of a sale: terms, codes, states. Pure: no database, no clock."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from belvedere.shared.errors import BadInput

ROME = ZoneInfo("Europe/Rome")
PURPOSE = "booking: to hold the place, to reach you if something changes, to pay back"
KEPT = timedelta(days=60)
# No letter or digit that people mistake for another, and no vowel that makes words.
CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 9
_RANK = {"created": 0, "pending": 1, "failed": 2, "closed": 2, "captured": 3}


class SoldOut(BadInput):
    """Fewer places are free than were asked for. Nothing was changed."""


class Queued(BadInput):
    """Others wait in line for this start: who wants a place asks for a turn."""


class OtherBody(BadInput):
    """The key was used before for something else (422)."""


class NotHeld(BadInput):
    """The hold is no longer live: too late to place, to pay or to extend."""


class NoWay(BadInput):
    """The way to pay does not take the currency."""


class NotCancellable(BadInput):
    """The order cannot be called off any more."""


class StillTaken(BadInput):
    """A capacity below what is taken. `holders` says who has the places."""

    def __init__(self, message: str, *, holders: list[str]) -> None:
        super().__init__(message, field="capacity")
        self.holders = holders


class TooMuch(BadInput):
    """More would go back than came in."""


class NotRedeemable(BadInput):
    """Base of the reasons why nobody is let in with a code."""


class UnknownVoucher(NotRedeemable):
    """There is no such code."""


class AlreadyRedeemed(NotRedeemable):
    """All places of the voucher have been used."""


class NotYours(NotRedeemable):
    """The voucher is for another operator."""


class NotToday(NotRedeemable):
    """The voucher is for another day."""


class Cancelled(NotRedeemable):
    """The order was called off."""


def fingerprint(body: Mapping[str, Any]) -> str:
    """Return what tells one body from another, whatever the order of its keys.

    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    >>> fingerprint({"a": 1}) == fingerprint({"a": 2})
    False
    """
    text = json.dumps(body, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def summed(lines: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sum quantities per pool and put the pools in the order in which they are locked.

    >>> summed([(7, 1), (3, 2), (7, 2)])
    [(3, 2), (7, 3)]
    >>> summed([(7, 0)])
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: At least one place is needed.
    """
    sums: dict[int, int] = {}
    for pool, quantity in lines:
        if quantity < 1:
            raise BadInput("At least one place is needed.", field="quantity")
        sums[pool] = sums.get(pool, 0) + quantity
    if not sums:
        raise BadInput("At least one place is needed.", field="quantity")
    return sorted(sums.items())


def climbs(now: str, then: str) -> bool:
    """Say whether a payment may go from one state to another: a late word never undoes money.

    >>> climbs("pending", "captured"), climbs("failed", "captured")
    (True, True)
    >>> climbs("captured", "failed"), climbs("failed", "pending"), climbs("failed", "closed")
    (False, False, False)
    """
    return _RANK[then] > _RANK[now]


def begins(day: date, start: time | None) -> datetime:
    """Return the moment at which something starts; a whole day starts at midnight.

    >>> begins(date(2026, 7, 1), time(9, 30)).isoformat()
    '2026-07-01T09:30:00+02:00'
    """
    return datetime.combine(day, start or time(), ROME)


def ahead(day: date | None, start: time | None, now: datetime) -> bool:
    """Say whether a start is still ahead; a whole day is until it ends, goods always are.

    >>> noon = datetime(2026, 7, 1, 12, tzinfo=ROME)
    >>> ahead(noon.date(), time(9, 30), noon), ahead(noon.date(), None, noon)
    (False, True)
    """
    if day is None:
        return True
    lasts = timedelta() if start else timedelta(days=1)
    return begins(day, start) + lasts > now


def free_until(day: date, start: time | None, hours: int) -> datetime:
    """Return until when a cancellation costs nothing.

    >>> free_until(date(2026, 7, 3), time(9, 30), 48).isoformat()
    '2026-07-01T09:30:00+02:00'
    """
    return begins(day, start) - timedelta(hours=hours)


def given_back(total: int, free_until: datetime | None, now: datetime) -> int:
    """Return how much of a total (minor units) a cancellation now gives back.

    What has no such moment are goods: until they are sent, all of it.

    >>> noon = datetime(2026, 7, 1, 12, tzinfo=ROME)
    >>> given_back(5000, noon + timedelta(hours=1), noon), given_back(5000, noon, noon)
    (5000, 0)
    """
    return total if free_until is None or now < free_until else 0


def seconds_from_link(followed_at: datetime | None, now: datetime) -> int | None:
    """Return how long the way from the link to this moment was; None if nobody knows.

    >>> noon = datetime(2026, 7, 1, 12, tzinfo=ROME)
    >>> seconds_from_link(noon - timedelta(minutes=3), noon), seconds_from_link(None, noon)
    (180, None)
    """
    return max(0, round((now - followed_at).total_seconds())) if followed_at else None


def token_hash(token: str) -> str:
    """Return what is stored of a token: it has 256 random bits, so no salt is needed.

    >>> len(token_hash("octo_x")), token_hash("octo_x") == token_hash("octo_y")
    (64, False)
    """
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def new_code() -> str:
    """Return a voucher code: 28^9, some ten million million of them, so none is guessed.

    >>> len(new_code()), set(new_code()) <= set(CODE_ALPHABET)
    (9, True)
    """
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def clean_code(text: str) -> str:
    """Read a code as people type it, or out of the link in its QR code.

    >>> clean_code(" k7w-m3q xpz "), clean_code("https://example.org/v/K7WM3QXPZ")
    ('K7WM3QXPZ', 'K7WM3QXPZ')
    """
    last = text.strip().rstrip("/").rsplit("/", 1)[-1]
    return "".join(each for each in last.upper() if each.isalnum())[:12]


def spaced(code: str) -> str:
    """Write a code for people.

    >>> spaced("K7WM3QXPZ")
    'K7W-M3Q-XPZ'
    """
    return "-".join(code[at : at + 3] for at in range(0, len(code), 3))


def phone(text: str, language: str) -> str:
    """Read a telephone number and write it as E.164.

    Without a country code it is read as Italian on the Italian pages, and refused elsewhere.

    >>> phone("333 123 4567", "it"), phone("+86 139 1234 5678", "zh-Hans")
    ('+393331234567', '+8613912345678')
    >>> phone("0086 13912345678", "zh-Hans")
    '+8613912345678'
    >>> phone("139 1234 5678", "zh-Hans")
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: country code
    >>> phone("+39 12", "it")
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: not a number
    """
    text = text.strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    default = "IT" if language == "it" else None
    if not text.startswith("+") and default is None:
        raise BadInput("country code", field="phone")
    try:
        number = phonenumbers.parse(text, default)
    except phonenumbers.NumberParseException as error:
        raise BadInput("not a number", field="phone") from error
    if not phonenumbers.is_valid_number(number):
        raise BadInput("not a number", field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def market(number: str) -> str:
    """Guess the buyer's country (ISO 3166) by an E.164 number; empty when it says nothing.

    >>> market("+8613912345678"), market("+393331234567"), market("")
    ('CN', 'IT', '')
    """
    if not number:
        return ""
    found = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return found if found and len(found) == 2 and found.isalpha() else ""
