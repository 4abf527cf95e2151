"""Giving money of one part back, at the office's wish: what would follow, then doing it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from belvedere.sell.models import Hold, Payment, Refund, SellerOrder, Split
from belvedere.sell.rules import TooMuch
from belvedere.sell.services import book
from belvedere.sell.services.refund import (
    asked_before,
    in_paid_money,
    reaching,
    request_refund,
)
from belvedere.sell.services.release import cancel
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount


@dataclass(frozen=True)
class Outlook:
    """What would follow if money of a part were given back now.

    Attributes:
        value: What the buyer gets, in the order's currency.
        paid: The same in the currency that was paid.
        discount: What comes back besides of a discount that the agency paid.
        kept: How much of both the agency still keeps for the buyer: nobody has earned it.
        seller: What is taken back from the seller.
        commission: What the agency gives up of its commission, without VAT.
        vat: The VAT on that.

    """

    value: Amount
    paid: Amount
    discount: Amount
    kept: Amount
    seller: Amount
    commission: Amount
    vat: Amount


def outlook(part_id: int, minor: int) -> Outlook:
    """Say what would follow; nothing is changed.

    Args:
        part_id: Key of the part of an order.
        minor: How much the buyer gets, in minor units of the order's currency.

    Raises:
        TooMuch: More than is left of the part.
        BadInput: The order was not paid, or the amount is not positive.

    """
    part = SellerOrder.objects.select_related("order").get(pk=part_id)
    split = Split.objects.filter(
        seller_order=part, payment__confirms=True, payment__state=Payment.State.CAPTURED
    ).select_related("payment")
    found = split.first()
    if found is None or minor < 1:
        raise BadInput("There is nothing to give back.", field="amount")
    if minor > part.left_minor:
        raise TooMuch("More would go back than was paid.", field="amount")
    price = reaching(part, minor)
    kept = min(price, part.kept_minor)
    paid = in_paid_money(part, found, minor)
    seller, commission, vat = book.taken_back(part, part.delivered_minor, price - kept)
    currency = part.order.currency
    return Outlook(
        value=Amount(minor, currency),
        paid=Amount(paid, found.payment.currency),
        discount=Amount(price - minor, currency),
        kept=Amount(kept, currency),
        seller=Amount(seller, currency),
        commission=Amount(commission, currency),
        vat=Amount(vat, currency),
    )


@transaction.atomic
def give_back(
    part_id: int,
    minor: int,
    *,
    key: UUID,
    note: str,
    by: int | None = None,
    by_hand: str = "",
    call_off: bool = False,
) -> Refund:
    """Give money of a part back, and call the part off if asked for. Once for each key.

    Args:
        part_id: Key of the part of an order.
        minor: How much, in minor units of the order's currency.
        key: The asker's idempotency key.
        note: Why, in the office's words.
        by: Key of the user.
        by_hand: Reference of money that was given back outside already.
        call_off: Also free the places: only together with all that is left of the part.

    Raises:
        TooMuch: More than is left of the part.
        NotCancellable: It cannot be called off: somebody has been let in, goods were sent.
        OtherBody: The key was used for another refund.
        BadInput: The order was not paid, or only some is given back of what is called off.

    """
    part = SellerOrder.objects.get(pk=part_id)
    payments = Payment.objects.select_for_update().filter(order=part.order_id, confirms=True)
    payment = payments.first()
    if payment is None:
        raise BadInput("There is nothing to give back.", field="amount")
    if twin := asked_before(payment, minor, key):
        return twin
    Hold.objects.select_for_update().get(order=part.order_id)  # Before the order, always.
    part.refresh_from_db()
    if call_off and minor != part.left_minor:
        raise BadInput("What is called off goes back whole.", field="amount")
    refund = request_refund(
        payment.pk,
        minor,
        part_id=part.pk,
        key=key,
        note=note,
        by=by,
        by_hand=by_hand,
        tell=not call_off,  # The mail about the cancellation says it.
    )
    if call_off:
        cancel(part.order_id, part.pk)
    return refund
