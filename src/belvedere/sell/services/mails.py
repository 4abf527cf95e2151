"""Mail to travellers and operators, each in their language."""

from collections.abc import Iterable

from babel.dates import format_date
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from belvedere.offer import queries as offer
from belvedere.sell import papers
from belvedere.sell.models import Order, Refund, Voucher
from belvedere.shared import clock
from belvedere.shared.languages import DEFAULT, code, locale

Facts = list[tuple[str, str]]
Attached = tuple[str, bytes, str]


def tell_traveller(order_id: int) -> None:
    """Mail the voucher to the traveller, once; without an address there is nothing to do."""
    order = _order(order_id)
    if not order.email or order.traveller_told_at or order.state not in Order.SOLD:
        return
    with override(code(order.language)):
        _send(
            order.email,
            order.language,
            _("Your voucher: %(title)s") % {"title": _title(order, order.language)},
            [_("Your booking is confirmed and paid. Show the voucher at the start.")],
            _facts(order, order.language),
            link=_link(order),
            link_text=_("Your booking, with the voucher and how to get there"),
            attached=[
                (f"{order.number}.pdf", papers.pdf(each), "application/pdf")
                for each in Voucher.objects.filter(order=order)
            ],
        )
    Order.objects.filter(pk=order.pk).update(traveller_told_at=clock.now())


def tell_operator(order_id: int) -> None:
    """Mail the booking to the operator, once; the desk shows it in any case."""
    order = _order(order_id)
    if not order.operator.email or order.operator_told_at or order.state not in Order.SOLD:
        return
    with override(code(DEFAULT)):
        facts = _facts(order, DEFAULT)
        reach = order.phone or order.email
        _send(
            order.operator.email,
            DEFAULT,
            _("New booking: %(title)s") % {"title": _title(order, DEFAULT)},
            [_("The places are taken and paid. The guests show a voucher with a QR code.")],
            [*facts, (_("Contact"), reach), (_("Language"), order.language)],
        )
    Order.objects.filter(pk=order.pk).update(operator_told_at=clock.now())


def tell_refund(refund_id: int) -> None:
    """Mail that money goes back, and why."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    order = _order(refund.payment.order_id)
    if not order.email:
        return
    with override(code(order.language)):
        why = {
            Refund.Reason.LATE: _(
                "When the money arrived, the time to pay was over and the places had gone to"
                " somebody else. There is no booking."
            ),
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


def tell_cancelled(order_id: int) -> None:
    """Mail a cancellation to the traveller and to the operator."""
    order = _order(order_id)
    refund = Refund.objects.filter(payment__order=order, reason="cancelled").first()
    if order.email:
        with override(code(order.language)):
            said = _("It was cancelled after the free period: nothing is given back.")
            if refund:
                amount = refund.amount.text(order.language)
                said = _("We are giving %(amount)s back, the way you paid.") % {
                    "amount": amount
                }
            _send(
                order.email,
                order.language,
                _("Cancelled: %(title)s") % {"title": _title(order, order.language)},
                [_("Your booking is cancelled."), said],
                _facts(order, order.language),
                link=_link(order),
                link_text=_("Your booking"),
            )
    if order.operator.email:
        with override(code(DEFAULT)):
            _send(
                order.operator.email,
                DEFAULT,
                _("Cancelled: %(title)s") % {"title": _title(order, DEFAULT)},
                [_("The traveller cancelled. The places are on sale again.")],
                _facts(order, DEFAULT),
            )


def _order(order_id: int) -> Order:
    return Order.objects.select_related("operator", "hold").get(pk=order_id)


def _title(order: Order, language: str) -> str:
    product = order.hold.lines.select_related("allotment__product")[0].allotment.product
    said = offer.words(product, language).get("title")
    return said.value if said else product.slug


def _facts(order: Order, language: str) -> Facts:
    lines = list(order.hold.lines.select_related("allotment"))
    spoken = locale(language)
    when = "; ".join(
        format_date(each.allotment.day, "full", locale=spoken)
        + (f", {each.allotment.start:%H:%M}" if each.allotment.start else "")
        for each in lines
    )
    number = [(_("Number"), order.number)] if order.number else []
    return [
        *number,
        (_("When"), when),
        (_("Guests"), str(max(each.quantity for each in lines))),
        (_("Name"), order.name),
        (_("Total"), order.total.text(language)),
    ]


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
