"""Forgetting who bought, when the purpose has ended."""

from django.db import transaction
from django.db.models import Q

from belvedere.sell.models import Hold, Order, ResellerBooking, Turn, Waiting
from belvedere.shared import clock


@transaction.atomic
def forget_expired() -> int:
    """Blank who ordered, stood in line or waited, when its time has come; a reseller's too.

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
    gone = list(due.exclude(waits).values_list("pk", flat=True))
    ResellerBooking.objects.filter(hold__order__in=gone).update(
        contact={}, guests={}, notes=None, reason=""
    )
    return Order.objects.filter(pk__in=gone).update(**nobody, forgotten_at=clock.now())
