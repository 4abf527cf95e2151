"""Letting somebody in with a voucher."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from belvedere.sell import rules
from belvedere.sell.models import Delivery, Order, Payment, Redemption, SellerOrder, Voucher
from belvedere.sell.rules import (
    AlreadyRedeemed,
    Cancelled,
    NotToday,
    NotYours,
    UnknownVoucher,
)
from belvedere.sell.rules.shares import step
from belvedere.sell.services import _moves, book
from belvedere.sell.services.earn import is_closed
from belvedere.sell.services.release import fold
from belvedere.shared import clock
from belvedere.shared.errors import BadInput


@dataclass(frozen=True)
class Redeemed:
    """Who was let in, as the operator reads it."""

    number: str
    name: str
    quantity: int
    left: int
    product: str
    day: date
    start: time | None
    at: datetime
    language: str


@transaction.atomic
def redeem(
    code: str,
    *,
    operator_id: int,
    quantity: int | None = None,
    key: UUID | None = None,
    by: int | None = None,
    any_day: bool = False,
    on: date | None = None,
) -> Redeemed:
    """Let in the guests of a voucher, all that are left or some of them.

    Args:
        code: As typed, or the link that the QR code holds.
        operator_id: Whose door it is.
        quantity: How many come now; all that are left when empty.
        key: Of this scan; the same scan sent again counts once and answers the same.
        by: Key of the user who scans.
        any_day: Let in guests of another day too, by the operator's own decision.
        on: The day on which they came, of what was read without a connection; today when
            empty.

    Raises:
        UnknownVoucher, NotYours, Cancelled, NotToday, AlreadyRedeemed: Why not, in a
            sentence in the active language. Nothing was changed.
        BadInput: More come than are left.

    """
    found = Voucher.objects.filter(code=rules.clean_code(code)).values_list("pk", "order_id")
    if not found:
        raise UnknownVoucher(_("There is no voucher with this code."), field="code")
    pk, order_id = found[0]
    order = (
        Order.objects.select_for_update(of=("self",)).select_related("hold").get(pk=order_id)
    )
    voucher = (
        Voucher.objects.select_for_update(of=("self",))
        .select_related("line__allotment__product__operator__area")
        .get(pk=pk)
    )
    before = voucher.redemptions.filter(key=key).first() if key else None
    if before:
        return _read(order, voucher, before)
    _check(order, voucher, operator_id, any_day, on or clock.today())
    left = voucher.quantity - voucher.redeemed
    coming = left if quantity is None else quantity
    if not 1 <= coming <= left:
        raise BadInput(
            _("%(left)s places of this voucher are left.") % {"left": left}, field="quantity"
        )
    return _let_in(order, voucher, coming, key, by)


def _let_in(
    order: Order, voucher: Voucher, coming: int, key: UUID | None, by: int | None
) -> Redeemed:
    voucher.redeemed += coming
    voucher.save(update_fields=["redeemed"])
    made = Redemption.objects.create(
        voucher=voucher, quantity=coming, at=clock.now(), key=key, by_id=by
    )
    line = voucher.line
    part = SellerOrder.objects.select_for_update().get(pk=line.seller_order_id)
    every = order.vouchers.filter(line__seller_order=part).values_list("quantity", "redeemed")
    done = all(quantity == redeemed for quantity, redeemed in every) and not awaits_goods(part)
    part.state = Order.State.REDEEMED if done else Order.State.PARTLY_REDEEMED
    before = voucher.redeemed - coming
    minor = step(line.total_minor, before, voucher.redeemed, voucher.quantity)
    # Once the day is closed its visits are earned; what is kept then is for goods.
    earned = 0 if is_closed(part.pk) else min(minor, part.kept_minor)
    part.delivered_minor += earned
    part.save(update_fields=["state", "delivered_minor"])
    fold(order, order.hold)
    allotment = line.allotment
    about = [
        _moves.Told(part.pk, allotment.product.slug, allotment.product.operator.area.slug,
                    coming, minor)
    ]  # fmt: skip
    _moves.tell("sale.redeemed", order, about=about, redemption=made.pk)
    paid = Payment.objects.filter(order=order, confirms=True).values_list("provider", flat=True)
    book.delivered(part, order, earned, f"delivered:{part.pk}:{made.pk}", paid[0])
    return _read(order, voucher, made)


def awaits_goods(part: SellerOrder) -> bool:
    """Say whether goods of a part have not reached the buyer yet."""
    found = Delivery.objects.filter(seller_order=part)
    return found.exclude(state=Delivery.State.DELIVERED).exists()


def _check(
    order: Order, voucher: Voucher, operator_id: int, any_day: bool, today: date
) -> None:
    allotment = voucher.line.allotment
    if allotment.product.operator_id != operator_id:
        raise NotYours(_("This voucher is for another operator."), field="code")
    if order.state not in Order.SOLD or not voucher.line.live:
        raise Cancelled(_("This booking was cancelled."), field="code")
    if voucher.redeemed == voucher.quantity:
        last = voucher.redemptions.latest("pk")
        when = date_format(localtime(last.at), "j F Y, H:i")
        raise AlreadyRedeemed(
            _("This voucher was used already: %(when)s.") % {"when": when}, field="code"
        )
    if not any_day and allotment.day != today:
        day = date_format(allotment.on, "j F Y")
        raise NotToday(
            _("This voucher is for another day: %(day)s.") % {"day": day}, field="code"
        )


def _read(order: Order, voucher: Voucher, made: Redemption) -> Redeemed:
    allotment = voucher.line.allotment
    return Redeemed(
        number=order.number or "",
        name=order.name,
        quantity=made.quantity,
        left=voucher.quantity - voucher.redeemed,
        product=allotment.product.slug,
        day=allotment.on,
        start=allotment.start,
        at=made.at,
        language=order.language,
    )
