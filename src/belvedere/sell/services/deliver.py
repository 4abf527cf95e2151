"""The way of goods to the buyer: packed, sent, delivered; or back again, with the money."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from belvedere.sell import rules
from belvedere.sell.models import (
    Allotment,
    Carrier,
    Delivery,
    HoldLine,
    Order,
    Payment,
    Refund,
    SellerOrder,
    Voucher,
    Withdrawal,
)
from belvedere.sell.queries import goods as reading
from belvedere.sell.services import _moves, book
from belvedere.sell.services.finalise import later
from belvedere.sell.services.refund import undo
from belvedere.sell.services.release import cancel, fold
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

State = Delivery.State


class NotThere(BadInput):
    """The goods are not where this could be done with them."""


@transaction.atomic
def pack(part_id: int) -> Delivery:
    """Say that the goods of a part are packed, or ready to be collected.

    Raises:
        NotThere: They have left already, or the order was called off.

    """
    order, part, found = _locked(part_id)
    _move(found, (State.WAITING, State.RETURNED), State.PACKED, packed_at=clock.now())
    _tell("sale.packed", order, part)
    return found


@transaction.atomic
def ship(part_id: int, *, tracking: str = "", carrier: str = "") -> Delivery:
    """Say that the goods of a part are with the carrier. From now on it cannot be called off.

    Args:
        part_id: Key of the part.
        tracking: The carrier's number, to follow the parcel.
        carrier: Key of the carrier, when it is another one than was promised.

    Raises:
        NotThere: They have left already, are collected, or the order was called off.
        BadInput: A tracked parcel without its number, or no such carrier.

    """
    order, part, found = _locked(part_id)
    if found.collect:
        raise NotThere(_("This is collected in person: nothing is sent."))
    tracking = "".join(tracking.split()).upper()[:40]
    if carrier:
        other = Carrier.objects.filter(key=carrier).first()
        if other is None:
            raise BadInput(_("Choose one of the carriers in the list."), field="carrier")
        found.carrier = other
    if not tracking and _tracked(found):
        raise BadInput(
            _("Write the number on the carrier's receipt: with it the buyer follows it."),
            field="tracking",
        )
    now = clock.now()
    _move(
        found,
        (State.WAITING, State.PACKED, State.RETURNED),
        State.SENT,
        sent_at=now,
        packed_at=found.packed_at or now,
        tracking=tracking,
        carrier=found.carrier,
    )
    _tell("sale.sent", order, part)
    later("sell.tell_sent", delivery_id=found.pk)
    return found


@transaction.atomic
def deliver(part_id: int) -> Delivery:
    """Say that the buyer has the goods. Their money is earned: `book.delivered`.

    Saying it again changes nothing.

    Raises:
        NotThere: They were not sent, and are not collected in person.

    """
    order, part, found = _locked(part_id)
    if found.state == State.DELIVERED:
        return found
    here = (State.WAITING, State.PACKED, State.SENT) if found.collect else (State.SENT,)
    forget = clock.today() + rules.KEPT
    _move(found, here, State.DELIVERED, delivered_at=clock.now(), forget_after=forget)
    order.forget_after = max(forget, order.forget_after or forget)
    order.save(update_fields=["forget_after"])
    minor = reading.goods_minor([part.pk])[part.pk]
    earned = min(minor, part.kept_minor)
    part.delivered_minor += earned
    part.state = Order.State.REDEEMED if _let_in(part) else Order.State.PARTLY_REDEEMED
    part.save(update_fields=["state", "delivered_minor"])
    fold(order, order.hold)
    _tell("sale.delivered", order, part)
    paid = Payment.objects.filter(order=order, confirms=True).values_list("provider", flat=True)
    book.delivered(part, order, earned, f"delivered:{part.pk}:goods", paid[0])
    return found


@transaction.atomic
def bring_back(part_id: int) -> Delivery:
    """Say that a parcel came back to its maker without having reached the buyer.

    It can be sent again, or called off: then all the money goes back.

    Raises:
        NotThere: It is not on its way.

    """
    order, part, found = _locked(part_id)
    _move(found, (State.SENT,), State.RETURNED, returned_at=clock.now())
    _tell("sale.came_back", order, part)
    return found


@transaction.atomic
def withdraw(part_id: int) -> Withdrawal:
    """Take down that the buyer withdraws from the purchase of goods. Asking again is the same.

    Raises:
        NotThere: The 14 days are over, the goods were not sent, or were made to measure.

    """
    order, part, found = _locked(part_id)
    before = Withdrawal.objects.filter(delivery=found).first()
    if before:
        return before
    if reading.withdrawable_until(found) is None:
        raise NotThere(_("These goods can no longer be sent back."))
    made = Withdrawal.objects.create(delivery=found, asked_at=clock.now())
    _tell("sale.withdrawn", order, part)
    later("sell.tell_withdrawal", withdrawal_id=made.pk)
    return made


@transaction.atomic
def answer_withdrawal(
    withdrawal_id: int, *, accept: bool, reason: str = "", by: int | None = None
) -> Withdrawal:
    """Accept or refuse a withdrawal. Accepted, the goods are awaited.

    Raises:
        NotThere: It has been answered.
        BadInput: A refusal without its reason.

    """
    reason = " ".join(reason.split())[:300]
    if not accept and not reason:
        raise BadInput(_("Say why: the buyer reads it."), field="reason")
    moved = Withdrawal.objects.filter(pk=withdrawal_id, state=Withdrawal.State.ASKED).update(
        state=Withdrawal.State.ACCEPTED if accept else Withdrawal.State.REFUSED,
        reason="" if accept else reason,
        decided_at=clock.now(),
        decided_by=by,
    )
    if not moved:
        raise NotThere(_("This has been answered already."))
    found = Withdrawal.objects.select_related("delivery__seller_order__order").get(
        pk=withdrawal_id
    )
    part = found.delivery.seller_order
    _tell("sale.withdrawal_answered", part.order, part, accepted=accept)
    later("sell.tell_withdrawal", withdrawal_id=found.pk)
    return found


@transaction.atomic
def take_back(withdrawal_id: int, *, sellable: bool = False) -> Refund | None:
    """Say that goods sent back have arrived: price and sending go back to the buyer.

    Args:
        withdrawal_id: Key of an accepted withdrawal.
        sellable: Whether they can be sold again; then they are in stock again.

    Raises:
        NotThere: It was not accepted, or is done.

    Returns:
        The refund, or None when a discount had paid for all of it.

    """
    wish = Withdrawal.objects.select_related("delivery__seller_order").get(pk=withdrawal_id)
    part_id = wish.delivery.seller_order_id
    order_id = wish.delivery.seller_order.order_id
    payment = Payment.objects.select_for_update().get(order=order_id, confirms=True)
    order, part, found = _locked(part_id)
    wish = Withdrawal.objects.select_for_update().get(pk=withdrawal_id)
    if wish.state != Withdrawal.State.ACCEPTED:
        raise NotThere(_("These goods are not awaited."))
    came = found.state == State.DELIVERED
    _move(found, (State.SENT, State.DELIVERED), State.RETURNED, returned_at=clock.now())
    _tell("sale.returned", order, part)
    if came:
        refund = _pay_back(payment, part)
        if sellable:
            _restock(part)
    else:  # It never reached the buyer: as if it had been called off.
        refund = cancel(order.pk, part.pk)  # Goods not delivered are paid back whole.
    wish.state, wish.refund = Withdrawal.State.DONE, refund
    wish.save(update_fields=["state", "refund"])
    return refund


def _pay_back(payment: Payment, part: SellerOrder) -> Refund | None:
    goods = reading.goods_minor([part.pk])[part.pk]
    value = min(goods, part.total_minor - part.refunded_minor)
    return undo(payment.pk, part.pk, value, reason=Refund.Reason.RETURNED)


def _restock(part: SellerOrder) -> None:
    for pool, quantity in _goods(part):
        Allotment.objects.filter(pk=pool).update(capacity=F("capacity") + quantity)


def _goods(part: SellerOrder) -> Iterable[tuple[int, int]]:
    lines = HoldLine.objects.filter(seller_order=part, allotment__day=None)
    return lines.order_by("allotment_id").values_list("allotment_id", "quantity")


def _locked(part_id: int) -> tuple[Order, SellerOrder, Delivery]:
    order_id = SellerOrder.objects.values_list("order", flat=True).get(pk=part_id)
    order = (
        Order.objects.select_for_update(of=("self",)).select_related("hold").get(pk=order_id)
    )
    part = SellerOrder.objects.select_for_update().get(pk=part_id)
    found = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("carrier")
        .filter(seller_order=part)
        .first()
    )
    if found is None or part.state not in Order.SOLD:
        raise NotThere(_("There is nothing to send."))
    return order, part, found


def _move(found: Delivery, out_of: Iterable[str], to: str, **also: object) -> None:
    moved = Delivery.objects.filter(pk=found.pk, state__in=list(out_of))
    if not moved.update(state=to, **also):
        raise NotThere(
            _("This cannot be done now: the parcel is “%(state)s”.")
            % {"state": found.get_state_display()}
        )
    found.state = to
    for key, value in also.items():
        setattr(found, key, value)


def _tracked(found: Delivery) -> bool:
    if found.carrier is None:
        return False
    return bool(found.carrier.rates.filter(zone=found.zone, tracked=True).exists())


def _let_in(part: SellerOrder) -> bool:
    """Say whether all that is shown at a door of this part has been used."""
    left = Voucher.objects.filter(line__seller_order=part, redeemed__lt=F("quantity"))
    return not left.exists()


def _tell(kind: str, order: Order, part: SellerOrder, **detail: Any) -> None:
    goods = set(
        HoldLine.objects.filter(seller_order=part, allotment__day=None).values_list(
            "allotment__product__slug", flat=True
        )
    )
    about = [each for each in _moves.told(order, part.pk) if each.product in goods]
    _moves.tell(kind, order, about=about, part=part.pk, **detail)


__all__ = [
    "NotThere",
    "answer_withdrawal",
    "bring_back",
    "deliver",
    "pack",
    "ship",
    "take_back",
    "withdraw",
]
