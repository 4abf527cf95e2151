"""Exchanging what a hold holds for something else, before it is paid."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models.functions import Now

from belvedere.sell.models import Hold, Order, Payment, Quote
from belvedere.sell.rules import NotHeld, SoldOut
from belvedere.sell.services import _moves
from belvedere.sell.services._cart import Line, Wanted, priced, starts, summed
from belvedere.sell.services._write import told, write_parts
from belvedere.shared.errors import BadInput


def change(
    order_id: int,
    lines: Iterable[tuple[int, int] | Wanted],
    *,
    market: str | None = None,
    currency: str = "",
) -> Order:
    """Hold other units, another start or another product, all of it or nothing.

    Prices, parts and terms are those of this moment, as for a new hold; the time that is
    left stays. What the hold has already counts as free for it.

    Args:
        order_id: Key of the order.
        lines: What shall be held from now on, as in `hold`.
        market: ISO 3166 of the buyer, for the price; the order's when None.
        currency: ISO 4217 of the prices; empty: the order's.

    Raises:
        SoldOut: Fewer places are free. Nothing was changed.
        NotHeld: The places are no longer held, or somebody is paying for them.
        NotAllowed, BadInput: As in `hold`.

    """
    asked = summed(lines)
    order = Order.objects.get(pk=order_id)
    own = dict(_moves.pools(order.hold_id))
    where = order.market if market is None else market
    wanted = _sellable(asked, where, currency or order.currency, own)
    with transaction.atomic():
        order = _locked(order_id)
        if order.discount_id:
            raise BadInput("What has a discount is not exchanged: release and hold again.")
        before, had = dict(_moves.pools(order.hold_id)), _moves.told(order)
        order.parts.all().delete()
        order.total_minor = sum(each.minor for each in wanted)
        order.currency = next(iter(wanted[0].prices.values())).currency
        order.quote = Quote.objects.filter(base=order.currency, quoted="CNY").first()
        order.save(update_fields=["total_minor", "currency", "quote"])
        write_parts(order, wanted)
        _moves.tell("sale.changed", order, about=_difference(had, told(wanted)))
        _moves.shift(before, {each.allotment.pk: each.places for each in wanted})
    return order


def _sellable(
    asked: Sequence[Wanted], market: str, currency: str, own: Mapping[int, int]
) -> list[Line]:
    """Check before the transaction all that needs no lock; one's own places count as free."""
    found = starts([each.allotment for each in asked])
    if any(each.mode == each.Mode.SLOTS for each in found.allotments.values()):
        raise BadInput("Numbered places are not exchanged: release and hold again.")
    lines = priced(found, asked, market, currency)
    for line in lines:
        if line.allotment.free + own.get(line.allotment.pk, 0) < line.places:
            raise SoldOut("Fewer places are free than were asked for.", field="quantity")
    return lines


def _locked(order_id: int) -> Order:
    """Lock payments, hold and order, in this order, if the places may still be exchanged."""
    paying = Payment.objects.select_for_update().filter(order=order_id)
    held = Hold.objects.select_for_update().filter(
        order=order_id, state=Hold.State.HELD, expires_at__gt=Now()
    )
    if list(paying) or not list(held):
        raise NotHeld("The places are no longer held.")
    return Order.objects.select_for_update().get(pk=order_id)


def _difference(
    before: Sequence[_moves.Told], after: Sequence[_moves.Told]
) -> list[_moves.Told]:
    """Return how much more or less of each product there is: `sale.held` and these add up."""
    found = {
        each.product: _moves.Told(0, each.product, each.area, -each.quantity, -each.minor)
        for each in before
    }
    for each in after:
        less = found.get(each.product, _moves.Told(0, each.product, each.area, 0, 0))
        found[each.product] = _moves.Told(
            0, each.product, each.area, less.quantity + each.quantity, less.minor + each.minor
        )
    return list(found.values())
