"""The end of the day: what nobody came for has been earned as well."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from belvedere.sell.models import Order, Payment, SellerOrder
from belvedere.sell.services import book
from belvedere.shared import clock

AFTER = timedelta(days=1)
"""How long after the visit a seller can still let somebody in before the day is closed."""


def close_days(limit: int = 1_000) -> int:
    """Earn for the sellers what is still kept of visits that are over.

    A place that was paid and not used has been kept free for its buyer: the seller has earned
    it, as the terms say. The order's state stays what it is: nobody was let in.

    Returns:
        How many parts were closed.

    """
    last = clock.today() - AFTER
    open_parts = (
        SellerOrder.objects.filter(state__in=Order.SOLD, lines__allotment__day__lt=last)
        .exclude(Q(lines__allotment__day__gte=last) | Q(lines__allotment__day=None))
        .filter(total_minor__gt=F("delivered_minor") + F("refunded_minor"))
        .order_by("pk")
        .distinct()
    )
    keys = list(open_parts.values_list("pk", "order")[:limit])
    return sum(_close(part, order) for part, order in keys)


@transaction.atomic
def _close(part_id: int, order_id: int) -> bool:
    payment = Payment.objects.select_for_update().get(order=order_id, confirms=True)
    order = Order.objects.select_for_update().get(pk=order_id)
    part = SellerOrder.objects.select_for_update().get(pk=part_id)
    kept = part.kept_minor
    if not kept or part.state not in Order.SOLD:
        return False
    part.delivered_minor += kept
    part.save(update_fields=["delivered_minor"])
    book.delivered(part, order, kept, f"delivered:{part.pk}:day", payment.provider)
    return True
