"""The end of the day: what nobody came for has been earned as well."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from belvedere.sell.models import Entry, Order, Payment, SellerOrder, Voucher
from belvedere.sell.rules.shares import step
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
        .exclude(lines__allotment__day__gte=last)
        .exclude(Exists(_closed(OuterRef("pk"))))
        .filter(total_minor__gt=F("delivered_minor") + F("refunded_minor"))
        .order_by("pk")
        .distinct()
    )
    keys = list(open_parts.values_list("pk", "order")[:limit])
    return sum(_close(part, order) for part, order in keys)


def is_closed(part_id: int) -> bool:
    """Say whether the seller has earned the visits of a part by the end of their day."""
    return _closed(Value(part_id)).exists()


def _closed(part: Any) -> QuerySet[Entry]:
    key = Concat(Value("delivered:"), Cast(part, CharField()), Value(":day"))
    return Entry.objects.filter(key=key)


@transaction.atomic
def _close(part_id: int, order_id: int) -> bool:
    payment = Payment.objects.select_for_update().get(order=order_id, confirms=True)
    order = Order.objects.select_for_update().get(pk=order_id)
    part = SellerOrder.objects.select_for_update().get(pk=part_id)
    earned = min(_not_used(part), part.kept_minor)
    if not earned or part.state not in Order.SOLD or is_closed(part_id):
        return False
    part.delivered_minor += earned
    part.save(update_fields=["delivered_minor"])
    book.delivered(part, order, earned, f"delivered:{part.pk}:day", payment.provider)
    return True


def _not_used(part: SellerOrder) -> int:
    """Return what the places cost that nobody has come for; goods are not among them."""
    vouchers = Voucher.objects.filter(line__seller_order=part).select_related("line")
    return sum(
        step(each.line.total_minor, each.redeemed, each.quantity, each.quantity)
        for each in vouchers
    )
