"""Charging an order to a reseller's account: payment and confirmation in one transaction."""

from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now

from belvedere.sell.models import Hold, Order, Payment
from belvedere.sell.rules import NotHeld
from belvedere.sell.services import _moves
from belvedere.sell.services.finalise import take_in
from belvedere.shared import clock


@transaction.atomic
def charge(order_id: int, account: str) -> Payment:
    """Confirm an order whose money is owed by a reseller.

    No provider has to be asked, so nothing lies between the money and the places: they are
    the same transaction.

    Args:
        order_id: Key of the order; it may still be a draft.
        account: Key of the account, as `sell.account.key_of` writes it.

    Raises:
        NotHeld: The places are no longer held, by the database's clock.

    """
    held = Hold.objects.select_for_update().filter(
        order=order_id, state=Hold.State.HELD, expires_at__gt=Now()
    )
    if not list(held):
        raise NotHeld("The places are no longer held.")
    _moves.move_order(order_id, out_of=[Order.State.DRAFT], to=Order.State.PLACED)
    order = Order.objects.select_for_update().get(pk=order_id)
    key = uuid4()
    payment = Payment.objects.create(
        order=order,
        provider=account,
        key=key,
        remote_id=str(key),
        amount_minor=order.total_minor,
        currency=order.currency,
        value_minor=order.total_minor,
        until=clock.now(),
        created_at=clock.now(),
    )
    take_in(payment)
    return payment
