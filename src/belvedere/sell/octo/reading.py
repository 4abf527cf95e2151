"""Understanding what a reseller sends: types and shapes, before anything is looked up."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, QueryDict
from django.http.request import RawPostDataException, UnreadablePostError

from belvedere.sell.octo.problems import bad_request, no_unit, unprocessable

Body = Mapping[str, Any]
LARGEST = 256 * 1024
MOST_DAYS = 366
MOST_IDS = 200
MOST_UNITS = 500
CONTACT = {
    "fullName": 200,
    "firstName": 100,
    "lastName": 100,
    "emailAddress": 254,
    "phoneNumber": 60,
    "postalCode": 30,
    "country": 60,
    "notes": 2000,
}
"""OCTO's Contact, and how many characters each field may have; `locales` stands beside them."""


def body(request: HttpRequest) -> dict[str, Any]:
    """Read a request's JSON object; an empty body is an empty object."""
    try:
        raw = request.body
    except (RequestDataTooBig, RawPostDataException, UnreadablePostError) as error:
        raise bad_request("The body cannot be read.") from error
    if len(raw) > LARGEST:
        raise bad_request(f"The body has more than {LARGEST} bytes.")
    if not raw.strip():
        return {}
    try:
        found = json.loads(raw, parse_constant=_not_json)
        _clean(found)
    except (ValueError, RecursionError) as error:
        raise bad_request("The body is not JSON in UTF-8.") from error
    if not isinstance(found, dict):
        raise bad_request("The body is not a JSON object.")
    return found


def clean(text: str) -> str:
    """Return a text that can be stored: without NUL and half characters."""
    if "\0" in text:
        raise bad_request("There is a NUL character in it.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise bad_request("There is half a character in it.") from error
    return text


def _clean(value: Any) -> None:
    if isinstance(value, str):
        clean(value)
    for each in value if isinstance(value, list | dict) else ():
        _clean(each)
        if isinstance(value, dict):
            _clean(value[each])


def _not_json(constant: str) -> None:
    raise ValueError(constant)


def text(given: Body, key: str, most: int = 255) -> str | None:
    """Return a text, or None when there is none."""
    value = given.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise bad_request(f"{key} must be a string.")
    if len(value) > most:
        raise bad_request(f"{key} has more than {most} characters.")
    return value


def flag(given: Body, key: str) -> bool:
    """Return a boolean; False when there is none."""
    value = given.get(key)
    if value is not None and not isinstance(value, bool):
        raise bad_request(f"{key} must be true or false.")
    return bool(value)


def day(given: Body | QueryDict, key: str) -> date | None:
    """Return a day, or None when there is none."""
    value = given.get(key)
    if value is None:
        return None
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        found = date.fromisoformat(value)
        if not 1900 < found.year < 9000:
            raise ValueError
    except ValueError as error:
        raise bad_request(f"{key} must be a date: YYYY-MM-DD.") from error
    return found


def span(given: Body | QueryDict) -> tuple[date, date] | None:
    """Return the first and the last day asked for, or None when there are none."""
    one, first, last = (
        day(given, key) for key in ("localDate", "localDateStart", "localDateEnd")
    )
    if one and (first or last):
        raise bad_request("Give localDate, or localDateStart and localDateEnd.")
    if one:
        return one, one
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise bad_request("localDateStart and localDateEnd go together.")
    if last < first:
        raise bad_request("localDateEnd is before localDateStart.")
    if last - first >= timedelta(days=MOST_DAYS):
        raise bad_request(f"At most {MOST_DAYS} days at once.")
    return first, last


def minutes(given: Body) -> int | None:
    """Return for how long something is to be held, or None when nothing is said."""
    value = given.get("expirationMinutes")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise bad_request("expirationMinutes must be a whole number, at least 1.")
    return min(value, 24 * 60)


def uuid(given: Body, key: str = "uuid") -> UUID | None:
    """Return a UUID, or None when there is none."""
    value = text(given, key)
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError as error:
        raise bad_request(f"{key} must be a UUID.") from error


def ids(given: Body, key: str) -> list[str]:
    """Return a list of names, which may be absent."""
    value = given.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise bad_request(f"{key} must be a list of strings.")
    if len(value) > MOST_IDS:
        raise bad_request(f"At most {MOST_IDS} of {key} at once.")
    return value


def units(given: Body) -> dict[str, int]:
    """Return how many of each unit availability is asked for; empty when nothing is said."""
    found: dict[str, int] = {}
    for each in _objects(given, "units") or []:
        name, quantity = text(each, "id"), each.get("quantity")
        if name is None:
            raise no_unit(name)
        if isinstance(quantity, bool) or not isinstance(quantity, int):
            raise bad_request("quantity must be a whole number.")
        if not 0 <= quantity <= 10_000:
            raise bad_request("quantity must be between 0 and 10000.")
        found[name] = found.get(name, 0) + quantity
    return {name: quantity for name, quantity in found.items() if quantity}


def contact(given: Body) -> dict[str, Any]:
    """Return what is said of a person: only OCTO's fields, and only those that are given."""
    value = given.get("contact")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request("contact must be an object.")
    found: dict[str, Any] = {
        key: said
        for key, most in CONTACT.items()
        if (said := text(value, key, most)) is not None
    }
    if found.get("emailAddress"):
        try:
            validate_email(found["emailAddress"])
        except ValidationError as error:
            raise bad_request("contact.emailAddress is not an e-mail address.") from error
    if value.get("locales") is not None:
        found["locales"] = [each[:35] for each in ids(value, "locales")]
    if not found.get("fullName"):
        whole = " ".join(filter(None, (found.get("firstName"), found.get("lastName"))))
        found |= {"fullName": whole} if whole else {}
    return found


@dataclass(frozen=True)
class UnitItem:
    """One unit that is booked, as the reseller names it."""

    unit: str
    uuid: str = ""
    reference: str | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)


def unit_items(given: Body) -> list[UnitItem] | None:
    """Return the units that are booked, or None when nothing is said of them.

    Raises:
        Problem: The list is empty: a booking is of something.

    """
    listed = _objects(given, "unitItems")
    if listed is None:
        return None
    if not listed:
        raise unprocessable("A booking has at least one unit.")
    if len(listed) > MOST_UNITS:
        raise unprocessable(f"A booking has at most {MOST_UNITS} units.")
    found = [_unit_item(each) for each in listed]
    named = [each.uuid for each in found if each.uuid]
    if len(set(named)) < len(named):
        raise bad_request("Each of unitItems has its own uuid.")
    return found


def _unit_item(given: Body) -> UnitItem:
    name, key = text(given, "unitId"), uuid(given)
    if not name:
        raise no_unit(name)
    return UnitItem(
        unit=name,
        uuid=str(key) if key else "",
        reference=text(given, "resellerReference"),
        contact=contact(given),
    )


def _objects(given: Body, key: str) -> list[dict[str, Any]] | None:
    value = given.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise bad_request(f"{key} must be a list of objects.")
    return value


def currency(given: Body) -> str:
    """Return the currency asked for; empty when nothing is said."""
    return text(given, "currency", 3) or ""


@dataclass(frozen=True)
class Reservation:
    """What is to be set aside."""

    product: str | None
    option: str | None
    slot: str | None
    items: list[UnitItem]
    uuid: UUID | None
    minutes: int | None
    reference: str
    notes: str | None
    contact: Mapping[str, Any]
    currency: str


def reservation(given: Body) -> Reservation:
    """Read the body of POST /bookings."""
    return Reservation(
        product=text(given, "productId"),
        option=text(given, "optionId"),
        slot=text(given, "availabilityId"),
        items=unit_items(given) or [],
        uuid=uuid(given),
        minutes=minutes(given),
        reference=text(given, "resellerReference") or "",
        notes=text(given, "notes", 2000),
        contact=contact(given),
        currency=currency(given),
    )


@dataclass(frozen=True)
class Changes:
    """What is to become of a booking; None: it stays as it is."""

    product: str | None
    option: str | None
    slot: str | None
    items: list[UnitItem] | None
    minutes: int | None
    reference: str | None
    notes: str | None
    clears_notes: bool
    contact: Mapping[str, Any]
    sends_receipt: bool

    @property
    def exchanges(self) -> bool:
        """Say whether something else is to be booked."""
        return any((self.product, self.option, self.slot, self.items is not None))


def changes(given: Body) -> Changes:
    """Read the body of PATCH /bookings/{uuid}, and of its confirmation."""
    return Changes(
        product=text(given, "productId"),
        option=text(given, "optionId"),
        slot=text(given, "availabilityId"),
        items=unit_items(given),
        minutes=minutes(given),
        reference=text(given, "resellerReference"),
        notes=text(given, "notes", 2000),
        clears_notes="notes" in given and given["notes"] is None,
        contact=contact(given),
        sends_receipt=flag(given, "emailReceipt"),
    )
