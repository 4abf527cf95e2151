"""Booking for a reseller. Each verb locks the booking's row first, then as the sale does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

import phonenumbers
from django.db import transaction

from belvedere.sell import account, rules, services
from belvedere.sell.models import Allotment, Hold, Order, Reseller, ResellerBooking
from belvedere.sell.octo import catalogue, ids, slots
from belvedere.sell.octo.bodies import (
    CANCELLED,
    CONFIRMED,
    EXPIRED,
    ON_HOLD,
    REDEEMED,
    cancellable,
    line_of,
    status,
)
from belvedere.sell.octo.catalogue import Asked
from belvedere.sell.octo.problems import no_booking, of, unprocessable
from belvedere.sell.octo.reading import Changes, Reservation, UnitItem
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.rules.tariff import Option
from belvedere.sell.services import Wanted
from belvedere.sell.services._cart import MINUTES
from belvedere.sell.services.hold import LONGEST
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import preferred

COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)
MOST_MINUTES = int(LONGEST.total_seconds() // 60)
NOT_ASKED_HERE = {"allowMarketing"}
"""Contact fields that OCTO's Contact has no place for."""


def reserve(reseller: Reseller, asked: Reservation, language: str) -> ResellerBooking:
    """Set places aside, and write the booking in the same transaction.

    The same UUID and body give the same booking, whatever has become of it.

    Raises:
        Problem: Something is unknown, sold out, restricted or too late; nothing was changed.

    """
    body = rules.fingerprint(asdict(asked))
    if asked.uuid and (before := _before(reseller, asked.uuid, body)):
        return before
    ware = catalogue.ware(reseller.operator_id, asked.product, Asked())
    option = ware.option(asked.option)
    slot = slots.find(ware, asked.slot)
    if not asked.items:
        raise unprocessable("A booking has at least one unit.")
    if asked.currency and asked.currency not in ware.currencies:
        raise unprocessable(f"There are no prices in {asked.currency}.")
    wanted = _wanted(option, slot, asked.items)
    items, guests = _named(option, asked.items, ResellerBooking())

    def also(order: Order) -> None:
        ResellerBooking.objects.create(
            reseller=reseller,
            hold_id=order.hold_id,
            body=body,
            reference=asked.reference,
            notes=asked.notes,
            contact=dict(asked.contact),
            unit_items=items,
            guests=guests,
            updated_at=clock.now(),
        )
        _introduce(order, asked.contact)

    try:
        made = services.hold(
            [wanted],
            client_key=asked.uuid or uuid4(),
            source=reseller.source,
            language=_language(asked.contact) or language,
            currency=asked.currency,
            minutes=min(asked.minutes or MINUTES, MOST_MINUTES),
            also=also,
        )
    except services.OtherBody as error:
        raise no_booking(str(asked.uuid)) from error
    except BadInput as error:
        raise of(error) from error
    found = _before(reseller, made.client_key, body)
    if found is None:
        raise no_booking(str(made.client_key))
    return found


def confirm(reseller: Reseller, uuid: str, wished: Changes) -> ResellerBooking:
    """Confirm a booking; the reseller owes its price from now on. Again, it is the same.

    Raises:
        Problem: Its time is over, or something that is required is missing.

    """
    with transaction.atomic():
        booking = _locked(reseller, uuid)
        now = status(booking)
        if now in (CONFIRMED, REDEEMED):
            return booking
        if now != ON_HOLD:
            raise unprocessable(_over(now))
        _exchange(booking, wished)
        _write(booking, wished)
        booking = find(reseller, uuid)
        _require(booking)
        key = account.key_of(reseller.pk, pretended=reseller.operator.is_demo)
        try:
            services.charge(booking.hold.order.pk, key)
        except BadInput as error:
            raise of(error) from error
    return find(reseller, uuid)


def change(reseller: Reseller, uuid: str, wished: Changes) -> ResellerBooking:
    """Change a booking: who travels and what is noted, and, while it is held, what is booked.

    Raises:
        Problem: It cannot be changed any more, or not in this way; nothing was changed.

    """
    with transaction.atomic():
        booking = _locked(reseller, uuid)
        if not cancellable(booking):
            raise unprocessable(_over(status(booking)))
        _exchange(booking, wished)
        _write(booking, wished)
        if wished.minutes and status(booking) == ON_HOLD:
            _longer(booking.hold_id, wished.minutes)
    return find(reseller, uuid)


def extend(reseller: Reseller, uuid: str, minutes: int | None) -> ResellerBooking:
    """Let a booking wait longer, up to two hours after it was made; never shorter.

    Raises:
        Problem: It is not held any more.

    """
    with transaction.atomic():
        booking = _locked(reseller, uuid)
        if status(booking) != ON_HOLD:
            raise unprocessable(_over(status(booking)))
        _longer(booking.hold_id, minutes or MINUTES)
        ResellerBooking.objects.filter(pk=booking.pk).update(updated_at=clock.now())
    return find(reseller, uuid)


def cancel(reseller: Reseller, uuid: str, reason: str) -> ResellerBooking:
    """Call a booking off, under the terms of its making. Again, it is the same.

    Raises:
        Problem: It has expired, or somebody has been let in with it.

    """
    refund = None
    with transaction.atomic():
        booking = _locked(reseller, uuid)
        now = status(booking)
        if now == CANCELLED:
            return booking
        if not cancellable(booking):
            raise unprocessable(_over(now))
        ResellerBooking.objects.filter(pk=booking.pk).update(
            reason=reason, cancelled_at=clock.now(), updated_at=clock.now()
        )
        order = booking.hold.order
        try:
            if now == CONFIRMED:
                refund = services.cancel(order.pk)
            elif not services.release(order.pk):
                raise unprocessable(_over(EXPIRED))
        except BadInput as error:
            raise of(error) from error
    if refund:  # An account needs no network: what is owed is right at once.
        services.send_refund(refund.pk)
    return find(reseller, uuid)


def find(reseller: Reseller, uuid: str) -> ResellerBooking:
    """Return one of a reseller's bookings.

    Raises:
        Problem: There is none of this UUID, or it is another reseller's.

    """
    try:
        key = UUID(uuid)
    except ValueError as error:
        raise no_booking(uuid) from error
    found: ResellerBooking | None = (
        ResellerBooking.objects.whole().filter(reseller=reseller, hold__client_key=key).first()
    )
    if found is None:
        raise no_booking(uuid)
    return found


def _before(reseller: Reseller, key: UUID, body: str) -> ResellerBooking | None:
    """Return the booking of a UUID that was used before, for the same."""
    hold = Hold.objects.filter(client_key=key).first()
    if hold is None:
        return None
    found: ResellerBooking | None = (
        ResellerBooking.objects.whole().filter(reseller=reseller, hold=hold, body=body).first()
    )
    if found is None:
        raise no_booking(str(key))
    return found


def _locked(reseller: Reseller, uuid: str) -> ResellerBooking:
    """Lock a booking, so that its verbs follow each other, and read it as it is then."""
    found = find(reseller, uuid)
    list(ResellerBooking.objects.select_for_update().filter(pk=found.pk))
    return find(reseller, uuid)


def _over(now: str) -> str:
    return {
        EXPIRED: of(services.NotHeld("")).message,
        CONFIRMED: of(services.NotCancellable("")).message,
        REDEEMED: of(services.NotCancellable("")).message,
    }.get(now, f"This booking is {now}.")


def _wanted(option: Option, slot: Allotment, items: Sequence[UnitItem]) -> Wanted:
    counted = Counter(catalogue.unit(option, each.unit).id for each in items)
    return Wanted(slot.pk, dict(counted))


def _exchange(booking: ResellerBooking, wished: Changes) -> None:
    """Let a hold be of something else, if something else is wished."""
    if not wished.exchanges:
        return
    line = line_of(booking)
    had = {each.unit_id: each.quantity for each in line.items.all()}
    product = wished.product or line.allotment.product.slug
    ware = catalogue.ware(booking.reseller.operator_id, product, Asked())
    option = ware.option(wished.option or ids.option_id(_option_of(booking).id))
    slot = slots.find(ware, wished.slot or ids.slot_id(line.allotment.on, line.allotment.start))
    asked = wished.items if wished.items is not None else _items_of(booking)
    wanted = _wanted(option, slot, asked)
    if (wanted.allotment, dict(wanted.units)) != (line.allotment_id, had):
        if status(booking) != ON_HOLD:
            raise unprocessable(
                "Units and time of a confirmed booking stay: cancel it and book again."
            )
        try:
            services.change(booking.hold.order.pk, [wanted], market="")
        except BadInput as error:
            raise of(error) from error
    booking.unit_items, booking.guests = _named(option, asked, booking)


def _items_of(booking: ResellerBooking) -> list[UnitItem]:
    kinds = {each.unit_id: each.unit.type for each in line_of(booking).items.all()}
    return [
        UnitItem(ids.unit_id(kinds[each["unit"]]), each["uuid"], each.get("reference"))
        for each in booking.unit_items
    ]


def _named(
    option: Option, asked: Sequence[UnitItem], booking: ResellerBooking
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the unit items of a booking, and who they are for; known ones keep their names."""
    references = {each["uuid"]: each.get("reference") for each in booking.unit_items}
    items, guests = [], {}
    for each in asked:
        key = each.uuid or str(uuid4())
        unit = catalogue.unit(option, each.unit)
        reference = each.reference if each.reference is not None else references.get(key)
        items.append({"uuid": key, "unit": unit.id, "reference": reference})
        who = {**booking.guests.get(key, {}), **each.contact}
        if who:
            guests[key] = who
    return items, guests


def _write(booking: ResellerBooking, wished: Changes) -> None:
    """Write down who travels and what is noted."""
    booking.contact = {**booking.contact, **wished.contact}
    if wished.notes is not None or wished.clears_notes:
        booking.notes = wished.notes
    if wished.reference is not None:
        booking.reference = wished.reference
    booking.sends_receipt = booking.sends_receipt or wished.sends_receipt
    booking.updated_at = clock.now()
    booking.save(
        update_fields=[
            *("contact", "notes", "reference", "sends_receipt", "updated_at"),
            *("unit_items", "guests"),
        ]
    )
    if wished.contact:
        order = Order.objects.get(hold=booking.hold_id)
        _introduce(order, booking.contact)


def _introduce(order: Order, contact: Mapping[str, Any]) -> None:
    """Tell the order who comes: the operator's list of guests reads it there."""
    if not contact:
        return
    country = str(contact.get("country") or "").upper()
    phone = _phone(str(contact.get("phoneNumber") or ""))
    order.name = " ".join(str(contact.get("fullName") or "").split())[:120]
    order.email = contact.get("emailAddress") or ""
    order.phone = phone
    order.market = country if country in COUNTRIES else rules.market(phone)
    order.language = _language(contact) or order.language
    order.purpose = rules.PURPOSE
    order.save(update_fields=["name", "email", "phone", "market", "language", "purpose"])


def _phone(text: str) -> str:
    """Return a telephone number as E.164; empty when it is none: the reseller keeps it."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _language(contact: Mapping[str, Any]) -> str:
    """Return the first language of a traveller that we speak; empty when there is none."""
    return preferred(",".join(each.replace("_", "-") for each in contact.get("locales", [])))


def _require(booking: ResellerBooking) -> None:
    """Refuse a confirmation without the contact that the operator asks for, or too late."""
    option, line = _option_of(booking), line_of(booking)
    lacking = [
        each
        for each in option.contact_fields
        if each not in NOT_ASKED_HERE and not booking.contact.get(each)
    ]
    if lacking:
        raise unprocessable(f"The contact lacks {', '.join(lacking)}.")
    start = line.allotment
    if ids.cutoff(start.on, start.start, option.cutoff_minutes) <= clock.now():
        raise unprocessable("It is too late for this start.")


def _option_of(booking: ResellerBooking) -> Option:
    line = line_of(booking)
    units = {each.unit_id for each in line.items.all()}
    for each in tariff([line.allotment.product_id]):
        if units <= {unit.id for unit in each.units}:
            return each
    raise unprocessable("What was booked is not sold in this way any more.")


def _longer(hold_id: int, minutes: int) -> None:
    try:
        services.extend(hold_id, minutes=minutes)
    except BadInput as error:
        raise of(error) from error
