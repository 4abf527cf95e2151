"""Bookings as OCTO writes them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from belvedere.sell import papers
from belvedere.sell.models import Hold, HoldLine, Order, ResellerBooking, Voucher
from belvedere.sell.octo import catalogue, ids
from belvedere.sell.octo.catalogue import Asked, Json, Ware, pricing
from belvedere.sell.octo.reading import CONTACT
from belvedere.sell.octo.slots import Wish, slot_body

ON_HOLD, CONFIRMED, REDEEMED = "ON_HOLD", "CONFIRMED", "REDEEMED"
EXPIRED, CANCELLED = "EXPIRED", "CANCELLED"
_STATES = {
    Hold.State.HELD: ON_HOLD,
    Hold.State.PAYING: ON_HOLD,
    Hold.State.CONFIRMED: CONFIRMED,
    Hold.State.EXPIRED: EXPIRED,
    Hold.State.RELEASED: CANCELLED,
    Hold.State.CANCELLED: CANCELLED,
}


def status(booking: ResellerBooking) -> str:
    """Return OCTO's BookingStatus. What has lapsed is expired, swept up or not."""
    if booking.lapsed:
        return EXPIRED
    if booking.hold.order.state == Order.State.REDEEMED:
        return REDEEMED
    return _STATES[booking.hold.state]  # type: ignore[index]


def cancellable(booking: ResellerBooking) -> bool:
    """Say whether it can be called off, and therefore changed."""
    now = status(booking)
    return now == ON_HOLD or (
        now == CONFIRMED and booking.hold.order.state == Order.State.CONFIRMED
    )


def line_of(booking: ResellerBooking) -> HoldLine:
    """Return its one line: a booking is of one start."""
    line: HoldLine = booking.hold.lines.all()[0]
    return line


def bookings(found: Iterable[ResellerBooking], asked: Asked) -> list[Json]:
    """Write bookings as `whole` brings them; the tariff of all is one query more."""
    listed = list(found)
    products = {
        line.allotment.product_id: line.allotment.product for line in map(line_of, listed)
    }
    known = {each.product.pk: each for each in catalogue.with_terms(products.values(), Asked())}
    return [_body(each, known[line_of(each).allotment.product_id], asked) for each in listed]


def booking(found: ResellerBooking, asked: Asked) -> Json:
    """Write one booking."""
    return bookings([found], asked)[0]


def _body(found: ResellerBooking, ware: Ware, asked: Asked) -> Json:
    line, hold, order = line_of(found), found.hold, found.hold.order
    now = status(found)
    units = {each.unit_id: each for each in line.items.all()}
    option = next(
        each for each in ware.options if set(units) <= {unit.id for unit in each.units}
    )
    plain = Asked(tuple(each for each in asked.capabilities if each != catalogue.CONTENT))
    wish = Wish(ware, option, units={}, currency="", asked=plain)
    slot = slot_body(line.allotment, wish)
    voucher: Voucher | None = getattr(line, "voucher", None)
    redeemed = _redeemed(voucher) if now == REDEEMED else None
    vat = option.vat_percent
    body: Json = {
        "id": str(hold.client_key),
        "uuid": str(hold.client_key),
        "testMode": found.reseller.operator.is_demo,
        "resellerReference": found.reference or None,
        "supplierReference": order.number,
        "status": now,
        "utcCreatedAt": ids.utc(hold.created_at),
        "utcUpdatedAt": ids.utc(_updated(found, redeemed)),
        "utcExpiresAt": ids.utc(hold.expires_at) if now in (ON_HOLD, EXPIRED) else None,
        "utcRedeemedAt": redeemed and ids.utc(redeemed),
        "utcConfirmedAt": ids.utc(order.confirmed_at) if order.confirmed_at else None,
        "productId": ware.product.slug,
        "optionId": ids.option_id(option.id),
        "cancellable": cancellable(found),
        "cancellation": _cancellation(found, line, now),
        "freesale": False,
        "availabilityId": slot["id"],
        "availability": slot,
        "contact": contact_body(found.contact),
        "notes": found.notes,
        "deliveryMethods": ["VOUCHER"],
        "voucher": _voucher(voucher, redeemed, shown=now in (CONFIRMED, REDEEMED)),
        "unitItems": [
            _unit_item(found, each, units[each["unit"]].unit.type, now, redeemed)
            for each in found.unit_items
        ],
    }
    if asked.pricing:
        body["pricing"] = pricing(line.total_minor, line.currency, vat)
        for item, each in zip(body["unitItems"], found.unit_items, strict=True):
            item["pricing"] = pricing(units[each["unit"]].price_minor, line.currency, vat)
    return body


def _unit_item(
    found: ResellerBooking,
    item: Mapping[str, Any],
    kind: str,
    now: str,
    redeemed: datetime | None,
) -> Json:
    return {
        "uuid": item["uuid"],
        "resellerReference": item.get("reference"),
        "supplierReference": None,
        "unitId": ids.unit_id(kind),
        "status": now,
        "utcRedeemedAt": redeemed and ids.utc(redeemed),
        "contact": contact_body(found.guests.get(item["uuid"], {})),
        "ticket": None,
    }


def contact_body(known: Mapping[str, Any]) -> Json:
    """Write a person, with null for what nobody said."""
    return {
        **{key: known.get(key) for key in CONTACT},
        "emailAddress": known.get("emailAddress") or None,
        "locales": known.get("locales", []),
    }


def _voucher(found: Voucher | None, redeemed: datetime | None, *, shown: bool) -> Json:
    options = []
    if found and shown:
        path = reverse("sell:voucher-pdf", args=[found.code])
        options = [
            {"deliveryFormat": "QRCODE", "deliveryValue": papers.link(found)},
            {"deliveryFormat": "PDF_URL", "deliveryValue": f"{settings.PUBLIC_URL}{path}"},
        ]
    return {
        "redemptionMethod": "DIGITAL",
        "utcRedeemedAt": redeemed and ids.utc(redeemed),
        "deliveryOptions": options,
    }


def _redeemed(found: Voucher | None) -> datetime | None:
    times = [each.at for each in found.redemptions.all()] if found else []
    return max(times, default=None)


def _cancellation(found: ResellerBooking, line: HoldLine, now: str) -> Json | None:
    if now not in (CANCELLED, EXPIRED):
        return None
    part, order = line.seller_order, found.hold.order
    refund = "NONE"  # Of a hold nothing was owed.
    if now == CANCELLED and order.confirmed_at and part.refunded_minor:
        refund = "FULL" if part.refunded_minor == part.total_minor else "PARTIAL"
    ended = order.cancelled_at or found.cancelled_at or found.hold.expires_at
    return {
        "refund": refund,
        "reason": found.reason or None,
        "utcCancelledAt": ids.utc(ended),
    }


def _updated(found: ResellerBooking, redeemed: datetime | None) -> datetime:
    order = found.hold.order
    times = [found.updated_at, order.confirmed_at, order.cancelled_at, redeemed]
    if found.lapsed:
        times.append(found.hold.expires_at)
    return max(each for each in times if each)
