"""The receipt of an order on paper: what was bought of whom, what was paid, what went back."""

from typing import Any

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import override

from belvedere.offer import queries as offer
from belvedere.sell import registry
from belvedere.sell.models import Order, Payment, Refund
from belvedere.sell.papers import set_in
from belvedere.shared.languages import code, locale
from belvedere.shared.money import Amount
from belvedere.theme import pdf as paper


def pdf(order: Order, language: str) -> bytes:
    """Return a receipt of one A4 page or more; it is no invoice, and says so.

    Args:
        order: One that has been confirmed; what was called off since is marked.
        language: BCP 47 of the reader.

    """
    language = set_in(language)
    with override(code(language)):
        return paper.render("sell/receipt.html", _contents(order, language))


def _contents(order: Order, language: str) -> dict[str, Any]:
    lines = list(
        order.hold.lines.select_related("allotment__product", "seller_order__operator__seller")
        .prefetch_related("items__unit")
        .order_by("seller_order__position", "allotment__day", "allotment__start", "pk")
    )
    named = offer.texts([each.allotment.product for each in lines], language, ["title"])
    parts: dict[int, Any] = {}
    for each in lines:
        part = each.seller_order
        title = named.get((each.allotment.product_id, "title"))
        day = each.allotment.day
        row = {
            "line": each,
            "title": title,
            "day": format_date(day, "medium", locale=locale(language)) if day else "",
        }
        parts.setdefault(part.pk, {"part": part, "rows": []})["rows"].append(row)
    payments = list(order.payments.filter(state=Payment.State.CAPTURED).order_by("captured_at"))
    back = Refund.objects.filter(payment__order=order, state=Refund.State.DONE)
    return {
        "order": order,
        "parts": list(parts.values()),
        "vat": Amount(sum(each["part"].vat_minor for each in parts.values()), order.currency),
        "payments": [(_day(each.captured_at, language), each.amount) for each in payments],
        "refunds": [
            (_day(each.done_at, language), each.amount) for each in back.order_by("done_at")
        ],
        "simulated": any(registry.is_simulated(each.provider) for each in payments),
        "language": language,
    }


def _day(moment: Any, language: str) -> str:
    return format_date(timezone.localtime(moment).date(), "long", locale=locale(language))
