"""Giving places back to the stock: by a buyer's wish, by the clock, by cancellation."""

from django.db import connection, transaction
from django.db.models.functions import Now

from belvedere.sell import rules
from belvedere.sell.models import Hold, Order, Payment, Refund, Voucher
from belvedere.sell.rules import NotCancellable
from belvedere.sell.services import _moves
from belvedere.sell.services.finalise import close, later
from belvedere.sell.services.refund import request_refund
from belvedere.shared import clock

BATCH = 200


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


def release_expired(limit: int = 10_000) -> int:
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


def cancel(order_id: int) -> Refund | None:
    """Call a paid order off, under the terms that stood when it was placed.

    Returns:
        The refund, or None when the terms give nothing back.

    Raises:
        NotCancellable: It is not confirmed, or somebody has been let in with it.

    """
    with transaction.atomic():
        payments = Payment.objects.select_for_update().filter(order=order_id, confirms=True)
        payment = payments.first()
        order = Order.objects.select_related("hold").get(pk=order_id)
        refunded = None
        if not _moves.move_hold(
            order.hold_id, out_of=[Hold.State.CONFIRMED], to=Hold.State.CANCELLED
        ):
            raise NotCancellable("There is nothing to cancel.")
        order = Order.objects.select_for_update().get(pk=order_id)
        used = Voucher.objects.select_for_update().filter(order=order, redeemed__gt=0)
        if used.exists() or order.state != Order.State.CONFIRMED:
            raise NotCancellable("Somebody has been let in with this voucher already.")
        order.state = Order.State.CANCELLED
        order.cancelled_at = clock.now()
        order.save()
        back = rules.given_back(order.total_minor, order.free_until, clock.now())
        _moves.tell("sale.cancelled", order, given_back=back)
        if back and payment:
            refunded = request_refund(
                payment.pk, back, reason=Refund.Reason.CANCELLED, tell=False
            )
        later("sell.tell_cancelled", order_id=order.pk)
        _moves.give(_moves.pools(order.hold_id))
    return refunded


@transaction.atomic
def _drop(order_id: int, hold_state: str, order_state: str, fact: str) -> bool:
    order = Order.objects.get(pk=order_id)
    if not _moves.move_hold(order.hold_id, out_of=[Hold.State.HELD], to=hold_state):
        return False
    _moves.move_order(order_id, out_of=[Order.State.DRAFT, Order.State.PLACED], to=order_state)
    _moves.tell(fact, order)
    _moves.give(_moves.pools(order.hold_id))
    return True


@transaction.atomic
def _expire_batch(size: int) -> int:
    due = list(
        Hold.objects.select_for_update(skip_locked=True)
        .filter(state=Hold.State.HELD, expires_at__lt=Now())
        .order_by("pk")
        .values_list("pk", flat=True)[:size]
    )
    if not due:
        return 0
    Hold.objects.filter(pk__in=due).update(state=Hold.State.EXPIRED)
    orders = Order.objects.filter(hold__in=due).order_by("pk")
    orders.filter(state__in=[Order.State.DRAFT, Order.State.PLACED]).update(
        state=Order.State.EXPIRED
    )
    for order in orders:
        _moves.tell("sale.expired", order)
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, {"holds": due})
    return len(due)


_GIVE = """
WITH back AS (
  SELECT allotment_id, sum(quantity) AS quantity FROM sell_holdline
  WHERE hold_id = ANY(%(holds)s) GROUP BY 1
), locked AS (
  SELECT a.id, back.quantity FROM sell_allotment a JOIN back ON back.allotment_id = a.id
  ORDER BY a.id FOR UPDATE OF a
)
UPDATE sell_allotment a SET taken = a.taken - locked.quantity
FROM locked WHERE a.id = locked.id
"""
