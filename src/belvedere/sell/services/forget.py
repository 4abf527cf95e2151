"""Forgetting who bought, when the purpose has ended."""

from django.db.models import Q

from belvedere.sell.models import Delivery, Hold, Order, Withdrawal
from belvedere.shared import clock


def forget_expired() -> int:
    """Blank name, telephone, e-mail and address of the orders whose time has come.

    An order whose places are held, whose money is on its way back, or whose goods are not
    where they belong waits: its purpose has not ended. Returns how many orders were blanked.
    """
    open_goods = Delivery.objects.filter(seller_order__state__in=Order.SOLD).exclude(
        Q(state=Delivery.State.DELIVERED) | Q(state=Delivery.State.RETURNED)
    )
    open_wishes = Withdrawal.objects.filter(
        state__in=[Withdrawal.State.ASKED, Withdrawal.State.ACCEPTED]
    )
    waiting = Order.objects.filter(
        Q(parts__delivery__in=open_goods) | Q(parts__delivery__withdrawal__in=open_wishes)
    )
    waits = (
        Q(money=Order.Money.REFUND_DUE)
        | Q(hold__state__in=[Hold.State.HELD, Hold.State.PAYING])
        | Q(pk__in=waiting.values("pk"))
    )
    now = clock.now()
    Delivery.objects.filter(forget_after__lt=clock.today(), forgotten_at=None).exclude(
        seller_order__order__in=Order.objects.filter(waits)
    ).update(
        name="", street="", extra="", postcode="", city="", region="", phone="",
        forgotten_at=now,
    )  # fmt: skip
    due = Order.objects.filter(forget_after__lt=clock.today(), forgotten_at=None)
    return Order.objects.filter(pk__in=due.exclude(waits).values("pk")).update(
        name="", phone="", email="", forgotten_at=now
    )
