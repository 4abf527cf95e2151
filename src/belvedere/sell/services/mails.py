"""Mail to travellers and operators, each in their language."""

from collections.abc import Iterable

from babel.dates import format_date
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from belvedere.offer import queries as offer
from belvedere.sell import papers
from belvedere.sell.models import (
    Delivery,
    Hold,
    HoldLine,
    Order,
    Refund,
    ResellerBooking,
    Seller,
    SellerOrder,
    Voucher,
    Waiting,
    Withdrawal,
)
from belvedere.sell.paper_words import FIELDS
from belvedere.sell.queries import dac7
from belvedere.sell.queries.taxes import tax_of
from belvedere.shared import clock
from belvedere.shared.languages import DEFAULT, code, locale
from belvedere.shared.money import Amount

Facts = list[tuple[str, str]]
_BOOKED = gettext_lazy(
    "The places are taken and paid. The guests show a voucher with a QR code."
)
Attached = tuple[str, bytes, str]


def tell_traveller(order_id: int) -> None:
    """Mail the voucher to the traveller, once; without an address there is nothing to do."""
    order = _order(order_id)
    resold = _resold(order)
    if not order.email or order.traveller_told_at or order.state not in Order.SOLD:
        return
    if resold and not resold.sends_receipt:  # The reseller sends it.
        return
    vouchers = order.vouchers.exists()
    with override(code(order.language)):
        title = {"title": _title(order, order.language)}
        _send(
            order.email,
            order.language,
            (_("Your voucher: %(title)s") if vouchers else _("Your order: %(title)s")) % title,
            [
                _("Your booking is confirmed and paid. Show the voucher at the start."),
                *([_kept(order)] if not resold else []),
            ]
            if vouchers
            else [_("Your order is paid. We write again when it is on its way.")],
            _facts(order, order.language),
            link="" if resold else _link(order),
            link_text=_("Your booking, with the voucher and how to get there")
            if vouchers
            else _("Your order, and where the goods are"),
            attached=[
                (f"{order.number}.pdf", papers.pdf(each), "application/pdf")
                for each in Voucher.objects.filter(order=order)
            ],
        )
    Order.objects.filter(pk=order.pk).update(traveller_told_at=clock.now())


def tell_operators(order_id: int) -> None:
    """Mail each operator what is theirs, once; the desk shows it in any case."""
    order = _order(order_id)
    for part in order.parts.select_related("operator").filter(state__in=Order.SOLD):
        if not part.operator.email or part.operator_told_at:
            continue
        goods = Delivery.objects.filter(seller_order=part).exists()
        with override(code(DEFAULT)):
            reach = order.phone or order.email
            _send(
                part.operator.email,
                DEFAULT,
                (_("To send: %(title)s") if goods else _("New booking: %(title)s"))
                % {"title": _title(order, DEFAULT, part)},
                [
                    _("It is paid. Pack it, and write the number of the parcel on your desk.")
                    if goods
                    else str(_BOOKED)
                ],
                [
                    *_facts(order, DEFAULT, part),
                    (_("Contact"), reach),
                    (_("Language"), order.language),
                ],
            )
        SellerOrder.objects.filter(pk=part.pk).update(operator_told_at=clock.now())


def tell_offer(waiting_id: int) -> None:
    """Mail somebody on a waiting list that places are held for them, once."""
    waiting = Waiting.objects.select_related("hold__order").get(pk=waiting_id)
    if not waiting.email or waiting.told_at or not waiting.hold:
        return
    if waiting.hold.state != Hold.State.HELD:
        return
    order = waiting.hold.order
    until = localtime(waiting.hold.expires_at)
    with override(code(waiting.language)):
        leave = reverse("sell-pages:waiting", args=[waiting.token])
        _send(
            waiting.email,
            waiting.language,
            _("A place has come free: %(title)s") % {"title": _title(order, waiting.language)},
            [
                _("They are held for you until %(time)s, Italian time. Pay before then:")
                % {"time": f"{until:%H:%M}"},
                _("afterwards the next on the list is asked. Nothing has been charged."),
                _("You no longer want them, or no mail of this list: %(link)s")
                % {"link": settings.PUBLIC_URL + leave},
            ],
            _facts(order, waiting.language),
            link=_link(order),
            link_text=_("See the total and pay"),
        )
    Waiting.objects.filter(pk=waiting_id).update(told_at=clock.now())


def tell_sent(delivery_id: int) -> None:
    """Mail the buyer that the goods are on their way, with the number to follow them."""
    found = Delivery.objects.select_related("seller_order__order__hold", "carrier").get(
        pk=delivery_id
    )
    part = found.seller_order
    order = part.order
    if not order.email or found.state != Delivery.State.SENT:
        return
    with override(code(order.language)):
        number = [(_("Number of the parcel"), found.tracking)] if found.tracking else []
        carrier = [(_("Carrier"), found.carrier.name)] if found.carrier else []
        _send(
            order.email,
            order.language,
            _("On its way: %(title)s") % {"title": _title(order, order.language, part)},
            [_("The maker has handed your parcel to the carrier.")],
            [*_facts(order, order.language, part), *carrier, *number],
            link=_link(order),
            link_text=_("Your order, and where the goods are"),
        )


def tell_withdrawal(withdrawal_id: int) -> None:
    """Mail a withdrawal to the maker, or its answer to the buyer."""
    wish = Withdrawal.objects.select_related(
        "delivery__seller_order__order__hold", "delivery__seller_order__operator__seller"
    ).get(pk=withdrawal_id)
    part = wish.delivery.seller_order
    order = part.order
    if wish.state == Withdrawal.State.ASKED:
        if part.operator.email:
            with override(code(DEFAULT)):
                _send(
                    part.operator.email,
                    DEFAULT,
                    _("Goods to be sent back: %(title)s")
                    % {"title": _title(order, DEFAULT, part)},
                    [_("The buyer withdraws from the purchase. Answer on your desk.")],
                    _facts(order, DEFAULT, part),
                )
        return
    if not order.email:
        return
    with override(code(order.language)):
        said = [_("The maker awaits the goods. When they are there, all your money goes back.")]
        if wish.state == Withdrawal.State.REFUSED:
            said = [_("Your wish to send the goods back was refused:"), wish.reason]
        _send(
            order.email,
            order.language,
            _("Sending back: %(title)s") % {"title": _title(order, order.language, part)},
            said,
            _facts(order, order.language, part),
            link=_link(order),
            link_text=_("Your order, and where the goods are"),
        )


def tell_refund(refund_id: int) -> None:
    """Mail that money goes back, and why."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    order = _order(refund.payment.order_id)
    if not order.email or _resold(order):
        return
    with override(code(order.language)):
        why = {
            Refund.Reason.LATE: _(
                "When the money arrived, the time to pay was over and the places had gone to"
                " somebody else. There is no booking."
            ),
            Refund.Reason.DISCOUNT: _(
                "When the money arrived, the time to pay was over and others had used the"
                " discount up. There is no booking."
            ),
            Refund.Reason.RETURNED: _("The goods you sent back have arrived."),
            Refund.Reason.DOUBLE: _("One payment was enough; the other one goes back to you."),
        }.get(refund.reason, "")  # type: ignore[call-overload]
        amount = refund.amount.text(order.language)
        back = _("We are giving %(amount)s back, the way you paid. You need not do anything.")
        _send(
            order.email,
            order.language,
            _("Your money is on its way back: %(amount)s") % {"amount": amount},
            [each for each in (why, back % {"amount": amount}) if each],
            _facts(order, order.language),
            link=_link(order),
            link_text=_("Your booking"),
        )


def tell_missing(operator_id: int, year: int) -> None:
    """Ask a seller for what the yearly report lacks, with the page where it is said."""
    seller = Seller.objects.select_related("operator").get(operator=operator_id)
    found = dac7.report(year, [operator_id], simulated=settings.DEMO)
    missing = [each for of in found for each in of.lacks]
    if not seller.operator.email or not missing:
        return
    with override(code(DEFAULT)):
        lacks = [str(FIELDS[each]) for each in missing]
        _send(
            seller.operator.email,
            DEFAULT,
            _("Missing for the yearly report %(year)s") % {"year": year},
            [
                _("By law we tell the tax office every January what was sold through us"
                  " (DAC7). Something of yours is missing: %(what)s.")
                % {"what": ", ".join(lacks)},
                _("Please say it on your desk. After two reminders and sixty days the law asks"
                  " us to stop your sales."),
            ],
            [],
            link=f"{settings.PUBLIC_URL}/desk/",
            link_text=_("Say what is missing"),
        )  # fmt: skip


def tell_cancelled(order_id: int, part_ids: list[int] | None = None) -> None:
    """Mail a cancellation to the traveller and to the operators whose parts it concerns."""
    order = _order(order_id)
    parts = list(order.parts.select_related("operator").filter(pk__in=part_ids or []))
    if not part_ids:
        parts = list(order.parts.select_related("operator"))
    if order.email and not _resold(order):
        _tell_traveller_cancelled(order, parts)
    for part in parts:
        if part.operator.email:
            with override(code(DEFAULT)):
                _send(
                    part.operator.email,
                    DEFAULT,
                    _("Cancelled: %(title)s") % {"title": _title(order, DEFAULT, part)},
                    [_("The traveller cancelled. The places are on sale again.")],
                    _facts(order, DEFAULT, part),
                )


def _tell_traveller_cancelled(order: Order, parts: list[SellerOrder]) -> None:
    refunds = Refund.objects.filter(
        shares__seller_order__in=parts,
        reason__in=[Refund.Reason.CANCELLED, Refund.Reason.DESK],
    ).distinct()
    only = parts[0] if len(parts) == 1 else None
    with override(code(order.language)):
        said = _("It was cancelled after the free period: nothing is given back.")
        if refunds:
            back = Amount(sum(each.amount_minor for each in refunds), refunds[0].currency)
            amount = back.text(order.language)
            said = _("We are giving %(amount)s back, the way you paid.") % {"amount": amount}
        _send(
            order.email,
            order.language,
            _("Cancelled: %(title)s") % {"title": _title(order, order.language, only)},
            [_("Your booking is cancelled."), said],
            _facts(order, order.language, only),
            link=_link(order),
            link_text=_("Your booking"),
        )


def _resold(order: Order) -> ResellerBooking | None:
    """Return the reseller's booking of an order: its traveller is the reseller's."""
    found: ResellerBooking | None = ResellerBooking.objects.filter(hold=order.hold_id).first()
    return found


def _order(order_id: int) -> Order:
    return Order.objects.select_related("hold").get(pk=order_id)


def _lines(order: Order, part: SellerOrder | None) -> list[HoldLine]:
    lines = order.hold.lines.select_related("allotment__product", "seller_order__package")
    return list(lines.filter(seller_order=part) if part else lines)


def _title(order: Order, language: str, part: SellerOrder | None = None) -> str:
    """Return what it is about: the first thing or package, and how many others."""
    slugs = {}
    for each in _lines(order, part):
        package = None if part else each.seller_order.package
        product = package or each.allotment.product
        slugs[product.slug] = product
    first, *others = slugs.values()
    said = offer.words(first, language).get("title")
    title = said.value if said else first.slug
    return f"{title} + {len(others)}" if others else title


def _facts(order: Order, language: str, part: SellerOrder | None = None) -> Facts:
    lines = _lines(order, part)
    spoken = locale(language)
    number = [(_("Number"), order.number)] if order.number else []
    days = [each for each in lines if each.allotment.day]
    when = "; ".join(
        format_date(each.allotment.day, "full", locale=spoken)
        + (f", {each.allotment.start:%H:%M}" if each.allotment.start else "")
        for each in days
    )
    return [
        *number,
        *([(_("When"), when)] if when else []),
        *([(_("Guests"), str(max(each.quantity for each in days)))] if days else []),
        (_("Name"), order.name),
        *_discount(order, language, part, lines),
        (_("Total"), (part or order).total.text(language)),
        *([] if part else _on_the_spot(order, language)),
    ]


def _on_the_spot(order: Order, language: str) -> Facts:
    """Return what the traveller pays where they sleep."""
    return [
        (
            _("To pay on the spot"),
            _("%(amount)s, tourist tax of %(town)s, not in the total")
            % {"amount": each.amount.text(language), "town": each.municipality},
        )
        for each in tax_of(order)
    ]


def _discount(
    order: Order, language: str, part: SellerOrder | None, lines: list[HoldLine]
) -> Facts:
    """Say what a discount takes off an order or, if its seller funds it, off a part."""
    if not order.discount:
        return []
    minor = sum(each.discount_minor for each in lines) if part else order.discount_minor
    less = Amount(-minor, order.currency).text(language)
    return [(_("Discount %(code)s") % {"code": order.discount.code}, less)] if minor else []


def _kept(order: Order) -> str:
    """Say where the vouchers can be kept on a telephone."""
    link = settings.PUBLIC_URL + reverse("sell-pages:vouchers", args=[order.token])
    return _("On your telephone, without a connection too: %(link)s") % {"link": link}


def _link(order: Order) -> str:
    return settings.PUBLIC_URL + reverse("sell-pages:order", args=[order.token])


def _send(
    to: str,
    language: str,
    subject: str,
    paragraphs: list[str],
    facts: Facts,
    *,
    link: str = "",
    link_text: str = "",
    attached: Iterable[Attached] = (),
) -> None:
    context = {
        "language": language,
        "subject": subject,
        "paragraphs": paragraphs,
        "facts": facts,
        "link": link,
        "link_text": link_text,
    }
    mail = EmailMultiAlternatives(
        subject.replace("\n", " "), render_to_string("sell/mail/letter.txt", context), to=[to]
    )
    mail.attach_alternative(render_to_string("sell/mail/letter.html", context), "text/html")
    for name, content, kind in attached:
        mail.attach(name, content, kind)
    mail.send()
