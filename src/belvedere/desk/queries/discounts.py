"""Discounts as the desk shows them: what each takes off, how much of it is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from belvedere.desk.queries.agreements import writable_areas
from belvedere.desk.queries.experiences import titles
from belvedere.desk.queries.results import source_words
from belvedere.offer import queries as catalogue
from belvedere.publish import queries as publish
from belvedere.sell import queries as sales
from belvedere.shared.clock import ROME
from belvedere.shared.money import Amount
from belvedere.shared.numbers import number
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.sell.models import Discount
    from belvedere.territory.models import Operator

MOST = 200


@dataclass(frozen=True)
class Gauge:
    """How much of a limit is used, in words and as a bar.

    Attributes:
        words: "3 of 10", or "3" without a limit.
        width: Percent of the limit; None without one.

    """

    words: str
    width: float | None


@dataclass(frozen=True)
class DiscountRow:
    """One discount in the list.

    Attributes:
        discount: The discount.
        state: running, waiting, over or used_up.
        off: What it takes off, in words.
        only: What it is only for, in words; empty: for everything.
        piece: The piece that it belongs to, as people know it; empty if none.
        uses: How often it was used.
        spent: How much it has taken off.
        minded: Whether who looks may stop it.
        last_day: The last on which it is valid; None: until it is stopped.

    """

    discount: "Discount"
    state: str
    off: str
    only: str
    piece: str
    uses: Gauge
    spent: Gauge
    minded: bool
    last_day: date | None


def funded_by(operator: "Operator") -> "QuerySet[Discount]":
    """Return the discounts that a business funds."""
    return sales.discounts().filter(operator=operator, funded_by="seller")


def minded(user: Any) -> "QuerySet[Discount]":
    """Return the discounts that somebody may stop: of the areas they promote or head."""
    return sales.discounts().filter(area__in=writable_areas(user))


def discount_rows(user: Any, language: str) -> list[DiscountRow]:
    """Return the discounts that somebody may read: minded, or funded by their business."""
    areas = {each.pk for each in writable_areas(user)}
    own = Q(operator__in=territory.operators_of(user), funded_by="seller")
    found = sales.discounts().filter(Q(area__in=areas) | own)
    rows = list(found.select_related("operator", "product", "area")[:MOST])
    named = titles([each.product for each in rows if each.product], language)
    pieces = source_words({each.source for each in rows if each.source})
    return [
        DiscountRow(
            discount=each,
            state=_state(each),
            off=_off(each, language),
            only=_only(each, named),
            piece=pieces.get(each.source, ""),
            uses=_gauge(each.used, each.max_uses, str(each.used), str(each.max_uses)),
            spent=_gauge(
                each.spent_minor,
                each.budget_minor,
                each.spent.text(language),
                each.budget.text(language) if each.budget else "",
            ),
            minded=each.area_id in areas,
            last_day=_last_day(each),
        )
        for each in rows
    ]


def discount_choices(user: Any, language: str) -> dict[str, list[tuple[Any, str]]]:
    """Return what the form of a new discount offers: only what is of one's own areas."""
    products = list(catalogue.visible_to(user).filter(state="on_sale")[:MOST])
    codes = publish.codes(publish.actions(user).filter(campaign__in=publish.promoted_by(user)))
    pieces = source_words({code for each in codes.values() for code in each})
    sellers = territory.visible_to(user).operators.order_by("name")
    return {
        "area": [(each.pk, each.name) for each in writable_areas(user)],
        "operator": [("", _("All of them")), *sellers.values_list("pk", "name")],
        "product": [("", _("All of them")), *_sorted(titles(products, language).items())],
        "source": [("", _("To none")), *_sorted(pieces.items())],
    }


def _sorted(choices: Iterable[tuple[Any, str]]) -> list[tuple[Any, str]]:
    return sorted(choices, key=lambda each: each[1])


def _state(each: Any) -> str:
    if each.over:
        return "over"
    if not each.begun:
        return "waiting"
    out_of_uses = each.max_uses is not None and each.used >= each.max_uses
    least = each.amount_minor or 1
    broke = each.budget_minor is not None and each.spent_minor + least > each.budget_minor
    return "used_up" if out_of_uses or broke else "running"


def _last_day(each: "Discount") -> date | None:
    if each.valid_until is None:
        return None
    return (each.valid_until.astimezone(ROME) - timedelta(seconds=1)).date()


def _off(each: "Discount", language: str) -> str:
    if each.percent is not None:
        return pgettext("discount", "%(percent)s%% less") % {
            "percent": number(each.percent.normalize(), language)
        }
    amount = Amount(each.amount_minor or 0, each.currency).text(language)
    return pgettext("discount", "%(amount)s less") % {"amount": amount}


def _only(each: "Discount", named: dict[int, str]) -> str:
    if each.product:
        return named[each.product.pk]
    return each.operator.name if each.operator else ""


def _gauge(used: int, most: int | None, words: str, limit: str) -> Gauge:
    if most is None:
        return Gauge(_("%(used)s, without a limit") % {"used": words}, None)
    said = pgettext("discount", "%(used)s of %(limit)s") % {"used": words, "limit": limit}
    return Gauge(said, 100 * used / most if most else 100.0)
