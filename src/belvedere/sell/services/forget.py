"""Forgetting who bought, when the purpose has ended."""

from django.db import transaction
from django.db.models import Q

from belvedere.sell.models import (
    Delivery,
    Hold,
    Order,
    ResellerBooking,
    Seller,
    Turn,
    Waiting,
    Withdrawal,
)
from belvedere.sell.rules.papers import forget_after
from belvedere.shared import clock


@transaction.atomic
def forget_expired() -> int:
    """Blank who ordered, stood in line or waited, when its time has come; a reseller's too.

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
    nobody = {"name": "", "phone": "", "email": ""}
    Waiting.objects.filter(forget_after__lt=clock.today(), forgotten_at=None).update(
        **nobody, forgotten_at=clock.now()
    )
    _forget_sellers()
    Turn.objects.filter(allotment__day__lt=clock.today()).exclude(name="").update(**nobody)
    due = Order.objects.filter(forget_after__lt=clock.today(), forgotten_at=None)
    gone = list(due.exclude(waits).values_list("pk", flat=True))
    ResellerBooking.objects.filter(hold__order__in=gone).update(
        contact={}, guests={}, notes=None, reason=""
    )
    return Order.objects.filter(pk__in=gone).update(**nobody, forgotten_at=clock.now())


def _forget_sellers() -> None:
    """Blank what the yearly report asked of people, ten years after the last year in it."""
    due = Seller.objects.filter(tax_forget_after__lt=clock.today()).exclude(birth_date=None)
    for each in due.select_for_update():
        last = each.operator.transfers.order_by("-at").values_list("at", flat=True).first()
        until = forget_after(last.year) if last else None
        if until and until >= clock.today():
            each.tax_forget_after = until
        else:
            each.birth_date, each.tax_code, each.tax_forget_after = None, "", None
        each.save(update_fields=["birth_date", "tax_code", "tax_forget_after"])
