"""Giving places back to the stock: by a buyer's wish, by the clock, by cancellation."""

from django.db import connection, transaction

from belvedere.journal import services as journal
from belvedere.sell import rules
from belvedere.sell.models import (
    Delivery,
    Hold,
    HoldLine,
    Order,
    Payment,
    Refund,
    SellerOrder,
    Voucher,
)
from belvedere.sell.queries.goods import goods_minor
from belvedere.sell.rules import NotCancellable
from belvedere.sell.services import _discounts, _moves, book
from belvedere.sell.services.finalise import close, later
from belvedere.sell.services.refund import undo
from belvedere.sell.services.waiting import free
from belvedere.shared import clock

BATCH = 20_000


def release(order_id: int) -> bool:
    """Give up an order that nobody has paid for. False when it was over already.

    An open payment is closed at the provider first, so that it cannot be paid afterwards.

    Raises:
        RemoteError: The provider could not be asked; nothing was changed.
        NotCancellable: It was paid in the meantime.

    """
    for payment in Payment.objects.filter(order=order_id, state__in=Payment.OPEN):
        if close(payment.pk).state == Payment.State.CAPTURED:
            raise NotCancellable("The order has been paid in the meantime.")
    return _drop(order_id, Hold.State.RELEASED, Order.State.CANCELLED, "sale.released")


def release_expired(limit: int = 1_000_000) -> int:
    """Free the places of holds whose time is over, by the database's clock.

    Holds that are being paid are left alone until the provider has said that they cannot be
    paid any more (`settle_open_payments`). Any number of processes may run this at once.

    Returns:
        How many holds were freed.

    """
    freed = 0
    while freed < limit:
        batch = _expire_batch(min(BATCH, limit - freed))
        freed += batch
        if batch < BATCH:
            break
    return freed


@transaction.atomic
def cancel(order_id: int, part_id: int | None = None) -> Refund | None:
    """Call a paid order off, or one operator's part of it, under the terms of its placing.

    What is not given back has been earned by the seller. A discount stays used: the order was
    paid with it.

    Args:
        order_id: Key of the order.
        part_id: Key of the part; everything that is still to come when empty. A part of a
            package takes the other parts of it along.

    Returns:
        The refund, or None when the terms give nothing back.

    Raises:
        NotCancellable: It is not confirmed, somebody has been let in with it, or its goods
            are on their way.

    """
    payments = Payment.objects.select_for_update().filter(order=order_id, confirms=True)
    payment = payments.first()
    held = Hold.objects.select_for_update().get(order=order_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    if held.state != Hold.State.CONFIRMED or payment is None:
        raise NotCancellable("There is nothing to cancel.")
    parts = _cancellable(order, part_id)
    refunds = [
        refund for part in parts if (refund := _call_off(order, part, payment)) is not None
    ]
    whole = fold(order, held)
    later("sell.tell_cancelled", order_id=order.pk, part_ids=[each.pk for each in parts])
    lines = HoldLine.objects.filter(seller_order__in=parts, live=True)
    given = list(lines.values_list("pk", flat=True))
    lines.update(live=False)
    if whole:
        _moves.move_hold(held.pk, out_of=[Hold.State.CONFIRMED], to=Hold.State.CANCELLED)
    free(given)
    return refunds[-1] if refunds else None


def fold(order: Order, held: Hold) -> bool:
    """Work out an order's state from its parts. True: all of it has been called off."""
    states = set(SellerOrder.objects.filter(order=order).values_list("state", flat=True))
    left = states - {Order.State.CANCELLED}
    if not left:
        order.state = Order.State.CANCELLED
        order.cancelled_at = clock.now()
    elif left == {Order.State.REDEEMED}:
        order.state = Order.State.REDEEMED
    elif left & {Order.State.REDEEMED, Order.State.PARTLY_REDEEMED}:
        order.state = Order.State.PARTLY_REDEEMED
    else:
        order.state = Order.State.CONFIRMED
    order.save(update_fields=["state", "cancelled_at"])
    return not left


def _cancellable(order: Order, part_id: int | None) -> list[SellerOrder]:
    found = SellerOrder.objects.select_for_update().filter(order=order).order_by("pk")
    if part_id is not None:
        one = found.get(pk=part_id)
        # A package was bought as one and is called off as one.
        of = {"package": one.package_id, "package_day": one.package_day}
        found = found.filter(**of) if one.package_id else found.filter(pk=part_id)
    parts = [each for each in found if each.state != Order.State.CANCELLED]
    used = Voucher.objects.select_for_update().filter(
        order=order, line__seller_order__in=parts, redeemed__gt=0
    )
    if used.exists() or any(each.state != Order.State.CONFIRMED for each in parts):
        raise NotCancellable("Somebody has been let in with this voucher already.")
    gone = Delivery.objects.filter(seller_order__in=parts)
    if gone.exclude(state__in=Delivery.AT_HOME).exists():
        raise NotCancellable("The goods have been sent already.")
    if not parts:
        raise NotCancellable("There is nothing to cancel.")
    return parts


def _call_off(order: Order, part: SellerOrder, payment: Payment) -> Refund | None:
    part.state = Order.State.CANCELLED
    part.cancelled_at = clock.now()
    part.save(update_fields=["state", "cancelled_at"])
    kept = part.kept_minor
    goods = goods_minor([part.pk]).get(part.pk, 0)  # Not sent yet: all of it goes back.
    places = rules.given_back(part.total_minor - goods, part.free_until, clock.now())
    value = min(kept, goods + places)
    about = _moves.told(order, part.pk)
    back = part.buyers(value)
    _moves.tell("sale.cancelled", order, about=about, part=part.pk, given_back=back)
    refund = undo(payment.pk, part.pk, value, reason=Refund.Reason.CANCELLED, tell=False)
    part.refresh_from_db()
    if kept > value:
        part.delivered_minor += kept - value
        part.save(update_fields=["delivered_minor"])
        key = f"delivered:{part.pk}:cancelled"
        book.delivered(part, order, kept - value, key, payment.provider)
    return refund


@transaction.atomic
def _drop(order_id: int, hold_state: str, order_state: str, fact: str) -> bool:
    order = Order.objects.get(pk=order_id)
    if not _moves.move_hold(order.hold_id, out_of=[Hold.State.HELD], to=hold_state):
        return False
    _moves.move_order(order_id, out_of=[Order.State.DRAFT, Order.State.PLACED], to=order_state)
    rows = _moves.rows(order)
    _moves.tell(fact, order, about=_moves.by_product(rows))
    free([each.line for each in rows])
    if order.discount_id:
        _discounts.give([order.hold_id])
    return True


@transaction.atomic
def _expire_batch(size: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, {"size": size})
        due = [hold for (hold,) in cursor.fetchall()]
        if not due:
            return 0
        cursor.execute(_EXPIRE_ORDERS, {"holds": due})
        cursor.execute(_LINES, {"holds": due})
        lines = [line for (line,) in cursor.fetchall()]
    journal.record_from(_EXPIRED, {"holds": due})
    free(lines)
    _discounts.give(due)
    return len(due)


_EXPIRE = """
WITH due AS (
  SELECT id FROM sell_hold WHERE state = 'held' AND expires_at < statement_timestamp()
  ORDER BY expires_at LIMIT %(size)s FOR UPDATE SKIP LOCKED
)
UPDATE sell_hold h SET state = 'expired' FROM due WHERE h.id = due.id RETURNING h.id
"""
# Who changes an order that is not paid has locked its hold before, as we have.
_EXPIRE_ORDERS = """
WITH over AS (
  UPDATE sell_order SET state = 'expired'
  WHERE hold_id = ANY(%(holds)s) AND state IN ('draft', 'placed') RETURNING id
)
UPDATE sell_sellerorder s SET state = 'expired' FROM over
WHERE s.order_id = over.id AND s.state IN ('draft', 'placed')
"""
_LINES = "SELECT id FROM sell_holdline WHERE hold_id = ANY(%(holds)s) AND live"
_EXPIRED = """
SELECT 'order:' || o.id, 'sale.expired', o.source, o.market, area.slug, product.slug,
  sum(l.quantity), sum(l.total_minor)::bigint, o.currency
FROM sell_holdline l JOIN sell_order o ON o.hold_id = l.hold_id
JOIN sell_allotment a ON a.id = l.allotment_id
JOIN offer_product product ON product.id = a.product_id
JOIN territory_operator operator ON operator.id = product.operator_id
JOIN territory_area area ON area.id = operator.area_id
WHERE l.hold_id = ANY(%(holds)s) AND l.live
GROUP BY o.id, l.seller_order_id, product.slug, area.slug ORDER BY o.id, product.slug
"""
