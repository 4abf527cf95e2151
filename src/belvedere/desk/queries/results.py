"""What it brought: the observatory's figures beside the names that people know."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from belvedere.desk.queries.drawings import Drawing
from belvedere.desk.queries.experiences import titles
from belvedere.desk.queries.markets import paid_drawing
from belvedere.desk.rules import Bar, Period, bars
from belvedere.journal import queries as journal
from belvedere.journal.rules import UNKNOWN
from belvedere.measure import queries as measure
from belvedere.measure.rules import Funnel, together
from belvedere.offer import queries as catalogue
from belvedere.plan.rules import traced_cost
from belvedere.publish import queries as publish
from belvedere.sell import queries as selling
from belvedere.shared.clock import ROME
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.publish.models import Action

STEPS = ("followed", "held", "paid", "confirmed", "redeemed")


@dataclass(frozen=True)
class Line:
    """What came by one source code, with the words that people know it by."""

    code: str
    words: str
    funnel: Funnel


@dataclass(frozen=True)
class ActionLine:
    """What an action brought, and what it cost."""

    action: "Action"
    funnel: Funnel
    cost: Amount | None
    planned: bool
    traced: Amount | None


@dataclass(frozen=True)
class KindLine:
    """What all actions of one kind of channel brought together, and what they cost."""

    words: str
    actions: int
    funnel: Funnel
    cost: tuple[Amount, ...]


@dataclass(frozen=True)
class ProductLine:
    """What a product sold."""

    product: "Product"
    title: str
    funnel: Funnel


@dataclass(frozen=True)
class Results:
    """Everything on the page of results, best first."""

    actions: list[ActionLine]
    kinds: list[KindLine]
    others: list[Line]
    products: list[ProductLine]


class Bounds(TypedDict):
    """The first moment that counts, and the first that no longer does."""

    since: datetime | None
    until: datetime | None


def bounds(period: Period) -> Bounds:
    """Return the first moment of a period and the first one after it, by Italy's clocks."""
    first, last = period.first, period.last
    return {
        "since": datetime.combine(first, time(), ROME) if first else None,
        "until": datetime.combine(last + timedelta(days=1), time(), ROME) if last else None,
    }


def sign_subject(product: "Product") -> str:
    """Return the key by which the journal knows the operator's own sign of a product."""
    return f"product:{product.slug}"


def source_words(codes: Collection[str]) -> dict[str, str]:
    """Return what people call each source: "poster, Arezzo station"."""
    pieces, sources = publish.placements(codes), journal.sources(codes)
    others = sources.keys() - pieces.keys()
    resellers = selling.resellers(others) if others else {}
    found = {"": _("Direct or unknown"), UNKNOWN: _("A code that is not ours")}
    for code, source in sources.items():
        placed = pieces.get(code)
        if placed:
            kind = placed.piece.action.get_kind_display()
            found[code] = f"{kind}: {placed.name or placed.piece.action.title}"
        elif code in resellers:
            found[code] = _("reseller: %(name)s") % {"name": resellers[code]}
        elif source.placement:
            found[code] = _("sign: %(place)s") % {"place": source.placement}
        else:
            found[code] = _("the operator's own sign")
    return {code: found.get(code, code) for code in codes}


def lines(funnels: Mapping[str, Funnel]) -> list[Line]:
    """Put words to the funnels of sources, what sold most first."""
    words = source_words(list(funnels))
    found = [Line(code, words[code], funnel) for code, funnel in funnels.items()]
    return sorted(found, key=lambda each: (*_best(each.funnel), each.words))


def sales_by_source(products: Iterable["Product"], period: Period) -> list[Line]:
    """Return what brought the sales of some products, best first."""
    slugs = [each.slug for each in products]
    if not slugs:
        return []
    return lines(measure.funnels_by("source", products=slugs, **bounds(period)))


def results(user: Any, period: Period, language: str) -> Results:
    """Return what everything that somebody may see has brought."""
    when = bounds(period)
    mine = list(catalogue.visible_to(user))
    slugs = [each.slug for each in mine]
    actions = list(publish.actions(user))
    by_source = measure.funnels_by("source", **when)
    codes = publish.codes(actions)
    ours = {code for each in codes.values() for code in each}
    sold_here = measure.funnels_by("source", products=slugs, **when)
    brought = [
        action_line(each, [by_source[code] for code in codes[each.pk] if code in by_source])
        for each in actions
    ]
    return Results(
        actions=sorted(brought, key=lambda each: _best(each.funnel)),
        kinds=kind_lines(brought),
        others=lines({code: each for code, each in sold_here.items() if code not in ours}),
        products=product_lines(
            mine, measure.funnels_by("product", products=slugs, **when), language
        ),
    )


def action_line(action: "Action", funnels: Iterable[Funnel]) -> ActionLine:
    """Return what an action brought; its cost is what was spent, or else what was planned."""
    funnel = together(funnels)
    cost = action.spent if action.spent.minor else action.planned
    known = cost if cost.minor else None
    return ActionLine(
        action=action,
        funnel=funnel,
        cost=known,
        planned=not action.spent.minor,
        traced=traced_cost(known, funnel.paid) if known else None,
    )


def kind_lines(actions: Iterable[ActionLine]) -> list[KindLine]:
    """Add actions up by the kind of their channel; costs each currency for itself."""
    by_kind: dict[str, list[ActionLine]] = {}
    for each in actions:
        by_kind.setdefault(str(each.action.get_kind_display()), []).append(each)
    found = []
    for words, lines_of in by_kind.items():
        money: dict[str, int] = {}
        for cost in (each.cost for each in lines_of if each.cost):
            money[cost.currency] = money.get(cost.currency, 0) + cost.minor
        costs = tuple(Amount(minor, currency) for currency, minor in sorted(money.items()))
        funnel = together(each.funnel for each in lines_of)
        found.append(KindLine(words, len(lines_of), funnel, costs))
    return sorted(found, key=lambda each: (*_best(each.funnel), each.words))


def kind_drawing(kinds: Iterable[KindLine]) -> Drawing:
    """Return the chart of the kinds of channel: orders paid, the best ten."""
    best = list(kinds)[:10]
    points = [(each.words[:1].upper() + each.words[1:], each.funnel.paid) for each in best]
    return paid_drawing("bars", points)


def product_lines(
    products: Iterable["Product"], funnels: Mapping[str, Funnel], language: str
) -> list[ProductLine]:
    """Return what each product sold, best first; those that sold nothing come last."""
    products = list(products)
    named = titles(products, language)
    found = [
        ProductLine(each, named[each.pk], funnels.get(each.slug, Funnel())) for each in products
    ]
    return sorted(found, key=lambda each: (*_best(each.funnel), each.title))


def funnel_bars(funnel: Funnel, *, linked: bool) -> list[tuple[str, Bar]]:
    """Return the five steps of a funnel as they are drawn, each with its word.

    Args:
        funnel: What was counted.
        linked: Whether all its orders came by the links that it counts. If not, orders are
            no share of the links, and none is given.

    """
    words = step_words()
    drawn = bars([(each, getattr(funnel, each)) for each in STEPS])
    return [
        (
            words[each.key],
            each if linked or each.key != "held" else replace(each, of_before=None),
        )
        for each in drawn
    ]


def step_words() -> dict[str, str]:
    """Return what the steps of a funnel are called."""
    return {
        "followed": _("Links and QR codes opened"),
        "held": _("Places set aside"),
        "paid": pgettext("orders", "Paid"),
        "confirmed": _("Confirmed to the operator"),
        "redeemed": pgettext("guests", "Came"),
    }


def _best(funnel: Funnel) -> tuple[int, int]:
    return (-funnel.paid, -funnel.followed)


def period_words() -> list[tuple[str, str]]:
    """Return the periods to choose among, and what they are called."""
    return [
        ("month", _("This month")),
        ("30", _("30 days")),
        ("90", _("90 days")),
        ("365", _("A year")),
        ("all", pgettext("days", "All")),
    ]
