"""The papers of a parcel: the customs declaration CN 23, and the slip that lies inside."""

from django.utils.translation import override

from belvedere.offer import queries as offer
from belvedere.sell.models import Delivery, HoldLine
from belvedere.sell.papers import set_in
from belvedere.sell.rules import vat, world
from belvedere.shared.languages import code
from belvedere.shared.money import Amount
from belvedere.theme import pdf as paper


def cn23(found: Delivery) -> bytes:
    """Return the customs declaration of a parcel: the fields of form CN 23, in English.

    The fields are those of the Universal Postal Union's form; the sheet is ours, and the
    carrier's own web page or label may be asked for instead.
    """
    lines = [vat.CustomsLine(**each) for each in found.customs]
    net, minor = vat.totals(lines)
    part = found.seller_order
    currency = part.order.currency
    context = {
        "found": found,
        "seller": getattr(part.operator, "seller", None),
        "operator": part.operator,
        "order": part.order,
        "lines": [
            (each, f"{each.net / 1000:.3f}", Amount(each.minor, each.currency))
            for each in lines
        ],
        "net": f"{net / 1000:.3f}",
        "gross": f"{found.weight_g / 1000:.3f}",
        "value": Amount(minor, currency),
        "postage": found.price,
        "country": world.name(found.country, "en"),
        "language": "en",
    }
    with override("en"):
        return paper.render("sell/cn23.html", {**context, "paper": "A5", "margin": "8mm"})


def packing_slip(found: Delivery) -> bytes:
    """Return what lies in the parcel on paper, in the buyer's language, without prices."""
    part = found.seller_order
    language = set_in(part.order.language)
    lines = list(
        HoldLine.objects.filter(seller_order=part, allotment__day=None).select_related(
            "allotment__product"
        )
    )
    named = offer.texts([each.allotment.product for each in lines], language, ["title"])
    context = {
        "found": found,
        "seller": getattr(part.operator, "seller", None),
        "operator": part.operator,
        "order": part.order,
        "lines": [
            (
                each.quantity,
                named.get((each.allotment.product_id, "title"), each.allotment.product.slug),
            )
            for each in lines
        ],
        "country": world.name(found.country, language),
        "language": language,
    }
    with override(code(language)):
        return paper.render("sell/packing_slip.html", {**context, "paper": "A5"})
