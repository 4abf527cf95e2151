"""Giving money back: never more than came in, and once however often it is tried."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Sum

from belvedere.sell import registry
from belvedere.sell.models import Order, Payment, Refund, RefundShare, SellerOrder, Split
from belvedere.sell.rules import OtherBody, TooMuch
from belvedere.sell.rules.shares import divided, step
from belvedere.sell.services import _moves, book
from belvedere.sell.services.finalise import later
from belvedere.shared import clock
from belvedere.shared.errors import BadInput, NotAuthorised, Refused
from belvedere.shared.money import Amount

_OPEN = [Refund.State.REQUESTED, Refund.State.SENT]


@transaction.atomic
def request_refund(
    payment_id: int,
    minor: int,
    *,
    part_id: int | None = None,
    reason: str = Refund.Reason.DESK,
    tell: bool = True,
    key: UUID | None = None,
    note: str = "",
    by: int | None = None,
    by_hand: str = "",
) -> Refund:
    """Ask for money of a payment to be given back; it is sent by a job.

    What the agency still keeps for the buyer goes first; what a seller has earned already is
    taken back from the seller.

    Args:
        payment_id: Key of the payment.
        minor: How much the buyer gets, in minor units of the order's currency. In another
            one the buyer gets the same share of what was paid. What the agency paid of it
            goes back to the agency besides.
        part_id: Key of the part of the order that it is for; when empty it is spread over
            all, in proportion to what each has left.
        reason: Why.
        tell: Whether the traveller gets a mail about it.
        key: The asker's idempotency key, which becomes the provider's; a new one when empty.
        note: Why, in the office's words.
        by: Key of the user who asks.
        by_hand: Reference of money that somebody has given back outside already: it is noted
            as done, and the provider is not asked.

    Raises:
        OtherBody: The key was used for another refund.
        TooMuch: More than what was paid less what went or goes back.
        BadInput: Nothing was paid, or the amount is not positive.

    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if twin := asked_before(payment, minor, key):
        return twin
    if payment.state != Payment.State.CAPTURED or minor < 1:
        raise BadInput("There is nothing to give back.", field="amount")
    if _going_back(payment) + minor > payment.value_minor:
        raise TooMuch("More would go back than was paid.", field="amount")
    order = Order.objects.select_for_update().get(pk=payment.order_id)
    refund = _give_back(
        payment,
        order,
        _spread(payment, minor, part_id),
        reason,
        key=key or uuid4(),
        note=note,
        by_id=by,
        by_hand=by_hand,
    )
    assert refund is not None  # noqa: S101  The buyer gets at least one unit.
    if tell:
        later("sell.tell_refund", refund_id=refund.pk)
    return _ended(refund, Refund.State.DONE) if by_hand else refund


def asked_before(payment: Payment, minor: int, key: UUID | None) -> Refund | None:
    """Return the refund that was asked for with the same key; the payment is locked.

    Raises:
        OtherBody: The key was used for another refund.

    """
    twin = Refund.objects.filter(key=key).first() if key else None
    if twin and (twin.payment_id, twin.value_minor) != (payment.pk, minor):
        raise OtherBody("This key was used before for something else.")
    return twin


@transaction.atomic
def undo(
    payment_id: int, part_id: int, value: int, *, reason: str, tell: bool = True
) -> Refund | None:
    """Let so much of a part's price go back to who paid it: the buyer, and the agency.

    Args:
        payment_id: Key of the payment that confirms the order.
        part_id: Key of the part.
        value: How much of its price, in minor units of the order's currency.
        reason: Why.
        tell: Whether the traveller gets a mail about it.

    Returns:
        The refund, or None when the buyer has paid nothing of it.

    Raises:
        TooMuch: More than what has not gone back yet.

    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    order = Order.objects.select_for_update().get(pk=payment.order_id)
    splits = Split.objects.select_for_update(of=("self",)).select_related("seller_order")
    split = splits.get(payment=payment, seller_order=part_id)
    part = split.seller_order
    if value > part.total_minor - part.refunded_minor:
        raise TooMuch("More would go back than was paid.", field="amount")
    refund = _give_back(payment, order, [(part, split, value)] if value else [], reason)
    if refund and tell:
        later("sell.tell_refund", refund_id=refund.pk)
    return refund


Share = tuple[SellerOrder, Split, int]
"""A part, its split of the payment, and how much of the part's price goes back."""


def _give_back(
    payment: Payment, order: Order, shares: Sequence[Share], reason: str, **more: Any
) -> Refund | None:
    buyers = [part.buyers(value) for part, _split, value in shares]
    amounts = [
        in_paid_money(part, split, minor)
        for (part, split, _value), minor in zip(shares, buyers, strict=True)
    ]
    refund = None
    if any(buyers):
        by_hand = more.get("by_hand", "")
        refund = Refund.objects.create(
            payment=payment,
            state=Refund.State.SENT if by_hand else Refund.State.REQUESTED,
            amount_minor=sum(amounts),
            currency=payment.currency,
            value_minor=sum(buyers),
            reason=reason,
            requested_at=clock.now(),
            **{"key": uuid4(), **more},
        )
        order.money = Order.Money.REFUND_DUE
        order.save(update_fields=["money"])
        if not by_hand:
            later("sell.send_refund", refund_id=refund.pk)
    key, simulated = _key(refund, shares), registry.is_simulated(payment.provider)
    kept = []
    for (part, split, value), amount, minor in zip(shares, amounts, buyers, strict=True):
        if refund and minor:
            RefundShare.objects.create(
                refund=refund, seller_order=part, amount_minor=amount, value_minor=minor
            )
            split.refunded_minor += amount
            split.save(update_fields=["refunded_minor"])
        kept.append(_take_back(part, order, value, key, simulated))
    book.refund_requested(kept, order, key, simulated)
    return refund


def _key(refund: Refund | None, shares: Sequence[Share]) -> str:
    """Return what the ledger calls it: by the refund, or by how far a part has gone back."""
    if refund:
        return str(refund.pk)
    return "-".join(f"{part.pk}.{part.refunded_minor + value}" for part, _, value in shares)


def _spread(payment: Payment, minor: int, part_id: int | None) -> list[Share]:
    """Say how much of which part's price goes back so that the buyer gets an amount."""
    splits = Split.objects.filter(payment=payment).select_related("seller_order")
    found = list(splits.select_for_update().order_by("seller_order"))
    if part_id is not None:
        found = [each for each in found if each.seller_order_id == part_id]
    parts = [each.seller_order for each in found]
    left = [each.left_minor for each in parts]
    if sum(left) < minor:
        raise TooMuch("More would go back than was paid.", field="amount")
    values = divided(minor, left)
    return [
        (each.seller_order, each, reaching(each.seller_order, minor))
        for each, minor in zip(found, values, strict=True)
        if minor
    ]


def reaching(part: SellerOrder, minor: int) -> int:
    """Return how much of a part's price goes back when the buyer gets so much: the least."""
    buyers = part.back_minor + minor
    return -(-buyers * part.total_minor // part.due_minor) - part.refunded_minor


def in_paid_money(part: SellerOrder, split: Split, minor: int) -> int:
    """Return the same share of what was paid; steps add up to the whole."""
    before = part.back_minor
    return step(split.amount_minor, before, before + minor, part.due_minor)


def _take_back(
    part: SellerOrder, order: Order, value: int, key: str, simulated: bool
) -> book.Back:
    """Take a value out of a part; return what of it was still kept for the buyer."""
    still = min(value, part.kept_minor)
    kept = book.Back(part, still, part.buyers(still))
    earned = book.Back(part, value - still, part.buyers(value) - kept.buyers)
    part.refunded_minor += value
    part.delivered_minor -= earned.minor
    part.save(update_fields=["refunded_minor", "delivered_minor"])
    if earned.minor:
        book.returned_by_seller(earned, order, key, simulated)
    return kept


def send_refund(refund_id: int) -> Refund:
    """Have the provider give the money back. The refund's key makes a repetition harmless.

    Raises:
        TryLater, OutcomeUnknown: The poller repeats it with the same key.

    """
    sent = Refund.objects.filter(pk=refund_id, state__in=_OPEN)
    if not sent.update(state=Refund.State.SENT, tried_at=clock.now()):
        return Refund.objects.get(pk=refund_id)
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    connector = registry.provider(refund.payment.provider)
    try:
        connector.refund(refund.payment.remote_id, refund.amount, key=str(refund.key))
    except (Refused, NotAuthorised):
        return _ended(refund, Refund.State.FAILED)
    return _ended(refund, Refund.State.DONE)


def retry_refund(refund_id: int) -> Refund:
    """Send a failed refund again, with the same key."""
    Refund.objects.filter(pk=refund_id, state=Refund.State.FAILED).update(
        state=Refund.State.REQUESTED
    )
    return send_refund(refund_id)


@transaction.atomic
def note_refund(refund_id: int, reference: str, *, by: int | None = None) -> Refund:
    """Note that people have given back by hand what the provider would not.

    Args:
        refund_id: Key of a failed refund.
        reference: Where it is found again: the bank's number, a receipt.
        by: Key of the user who notes it.

    Raises:
        BadInput: There is no reference, or the refund has not failed.

    """
    if not reference.strip():
        raise BadInput("A reference is needed.", field="reference")
    refund = Refund.objects.get(pk=refund_id)
    Payment.objects.select_for_update().get(pk=refund.payment_id)
    failed = Refund.objects.filter(pk=refund_id, state=Refund.State.FAILED)
    if not failed.update(state=Refund.State.SENT, by_hand=reference.strip(), by_id=by):
        raise BadInput("This refund has not failed.", field="reference")
    refund.refresh_from_db()
    return _ended(refund, Refund.State.DONE)


@transaction.atomic
def _ended(refund: Refund, state: str) -> Refund:
    payment = Payment.objects.select_for_update().get(pk=refund.payment_id)
    moved = Refund.objects.filter(pk=refund.pk, state=Refund.State.SENT).update(
        state=state, done_at=clock.now() if state == Refund.State.DONE else None
    )
    refund.refresh_from_db()
    if moved and state == Refund.State.DONE:
        order = Order.objects.select_for_update().get(pk=payment.order_id)
        order.money = _money(order)
        order.save(update_fields=["money"])
        known = _moves.known_of(payment, order)
        book.refund_done(refund, order)
        value = Amount(refund.value_minor, order.currency)
        known = {**known, "refund": refund.pk, "by_hand": bool(refund.by_hand)}
        _moves.tell("sale.refunded", order, about=_about(refund, order), amount=value, **known)
    return refund


def _about(refund: Refund, order: Order) -> list[_moves.Told]:
    """Return the products that a refund concerns, weighed by its shares."""
    of = dict(refund.shares.values_list("seller_order", "value_minor"))
    found = []
    for part, value in of.items():
        rows = _moves.told(order, part)
        weights = [each.minor for each in rows]
        minors = divided(value, weights if sum(weights) else [1] * len(rows))
        found += [replace(row, minor=minor) for row, minor in zip(rows, minors, strict=True)]
    return found or _moves.told(order)


def _going_back(payment: Payment) -> int:
    """Return what goes or went back; a failed refund too: a person will send it again."""
    return payment.refunds.aggregate(sum=Sum("value_minor"))["sum"] or 0


def _money(order: Order) -> str:
    """Work out the money status from what was captured and what has come back."""
    of_order = Refund.objects.filter(payment__order=order)
    if of_order.exclude(state=Refund.State.DONE).exists():
        return Order.Money.REFUND_DUE
    back = of_order.aggregate(sum=Sum("value_minor"))["sum"] or 0
    captured = Payment.objects.filter(order=order, state=Payment.State.CAPTURED)
    paid = captured.aggregate(sum=Sum("value_minor"))["sum"] or 0
    if back >= paid:
        return Order.Money.REFUNDED
    if paid - back >= order.total_minor:  # Only what was paid twice went back.
        return Order.Money.PAID
    return Order.Money.PARTLY_REFUNDED
