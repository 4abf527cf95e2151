"""Forgetting who bought, when the purpose has ended."""

from django.db.models import Q

from belvedere.sell.models import Hold, Order, Turn, Waiting
from belvedere.shared import clock


def forget_expired() -> int:
    """Blank name, telephone and e-mail of orders and waiting lists whose time has come.

    An order whose places are held or whose money is on its way back waits: its purpose has
    not ended. Returns how many orders were blanked.
    """
    waits = Q(money=Order.Money.REFUND_DUE) | Q(
        hold__state__in=[Hold.State.HELD, Hold.State.PAYING]
    )
    nobody = {"name": "", "phone": "", "email": ""}
    Waiting.objects.filter(forget_after__lt=clock.today(), forgotten_at=None).update(
        **nobody, forgotten_at=clock.now()
    )
    Turn.objects.filter(allotment__day__lt=clock.today()).exclude(name="").update(**nobody)
    due = Order.objects.filter(forget_after__lt=clock.today(), forgotten_at=None)
    return Order.objects.filter(pk__in=due.exclude(waits).values("pk")).update(
        **nobody, forgotten_at=clock.now()
    )
