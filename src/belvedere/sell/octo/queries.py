"""Reading what a reseller asks for."""

from collections.abc import Mapping
from typing import Any

from belvedere.sell.models import Reseller, ResellerBooking
from belvedere.sell.octo import reading
from belvedere.sell.octo.problems import bad_request
from belvedere.sell.rules import token_hash

MOST = 500
"""OCTO has no pages: so many bookings, the newest, are the most that one answer has."""


def reseller(token: str) -> Reseller | None:
    """Return whose token it is, active or not; None when it is nobody's."""
    found = Reseller.objects.select_related("operator__municipality")
    return found.filter(token_hash=token_hash(token)).first()


def bookings(owner: Reseller, wished: Mapping[str, Any]) -> list[ResellerBooking]:
    """Return a reseller's bookings that match all of what is wished, the newest first.

    Raises:
        Problem: Nothing is wished.

    """
    names = ("resellerReference", "supplierReference")
    given = {each: reading.clean(wished[each]) for each in names if wished.get(each)}
    days = reading.span(wished)
    if not given and not days:
        raise bad_request("Give resellerReference, supplierReference or localDate.")
    found = ResellerBooking.objects.whole().filter(reseller=owner)
    if "resellerReference" in given:
        found = found.filter(reference=given["resellerReference"])
    if "supplierReference" in given:
        found = found.filter(hold__order__number=given["supplierReference"])
    if days:
        found = found.filter(hold__lines__allotment__day__range=days).distinct()
    return list(found[:MOST])
