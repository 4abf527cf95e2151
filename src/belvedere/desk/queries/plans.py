"""Operating plans on the desk: what was published and sold for them, what is proposed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from belvedere.desk.queries.results import bounds
from belvedere.desk.rules import Period
from belvedere.measure import queries as measure
from belvedere.measure.rules import together
from belvedere.plan import queries as plans
from belvedere.plan import rules
from belvedere.plan.ports import Evidence
from belvedere.publish import queries as publish
from belvedere.shared import clock
from belvedere.shared.money import Amount
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.plan.models import Move, OperatingPlan, PlanVersion, Proposal
    from belvedere.publish.models import Action


@dataclass(frozen=True)
class PlanRow:
    """A plan in the list: its newest version, what it may cost, what was spent."""

    plan: "OperatingPlan"
    area: str
    version: "PlanVersion"
    budget: tuple[Amount, ...]
    spent: tuple[Amount, ...]


def plan_rows(user: Any, language: str) -> list[PlanRow]:
    """Return the plans that somebody may see, the newest year first."""
    found = list(plans.visible_to(user).prefetch_related("versions__actions", "spends"))
    names = territory.names([each.area for each in found], language, gloss=False)
    rows = []
    for each in found:
        versions = sorted(each.versions.all(), key=lambda one: one.number)
        newest = versions[-1]
        rows.append(
            PlanRow(
                plan=each,
                area=names[each.area_id],
                version=newest,
                budget=rules.total(one.budget for one in newest.actions.all()),
                spent=rules.total(one.amount for one in each.spends.all()),
            )
        )
    return rows


def plan_areas(user: Any, language: str) -> list[tuple[str, str]]:
    """Return the areas that somebody may open a plan for: their own and the ambiti in them."""
    mine = {
        each.pk: each
        for each in publish.areas(user).select_related("parent")
        if territory.can(user, *plans.EDITS, area=each)
    }
    names = territory.names(list(mine.values()), language, gloss=False)
    return [(str(pk), names[pk]) for pk in mine]


def published(plan: "OperatingPlan") -> "dict[str, Action]":
    """Return the actions of the campaigns of a plan's area, by `action:12`."""
    found = publish.campaigns(plan.area).prefetch_related("actions")
    return {f"action:{each.pk}": each for one in found for each in one.actions.all()}


def evidence(version: "PlanVersion") -> list[Evidence]:
    """Return what is known of each action of a version in its year, grade D.

    What it cost is what was noted in the plan or, where nothing was, in its campaigns. Its
    orders are those that carry a code of what was published for it: of a sample plan the
    simulated ones, of every other those that money was moved for; they are never added.
    """
    plan = version.plan
    known, links, money = published(plan), plans.linked(plan), plans.spent(plan)
    last = min(clock.today(), date(plan.year, 12, 31))
    year = Period(date(plan.year, 1, 1), last)
    codes = publish.codes(known.values())
    wanted = {code for each in links.values() for one in each for code in _codes(one, codes)}
    funnels = measure.funnels_by(
        "source", sources=wanted, simulated=plan.is_demo, **bounds(year)
    )
    found = []
    for action in version.actions.all():
        acts = [known[each] for each in links.get(action.key, ()) if each in known]
        sources = tuple(sorted(code for each in acts for code in codes[each.pk]))
        funnel = together(funnels[each] for each in sources if each in funnels)
        noted = _in(money.get(action.key, ()), action.currency)
        carried = _in((each.spent for each in acts), action.currency)
        spent = noted if noted.minor else carried
        found.append(
            Evidence(
                action=action.key,
                spent=spent,
                orders=funnel.paid,
                revenue=funnel.revenue,
                sources=sources,
                since=year.first,
                until=year.last,
                words=_words(noted, carried, sources),
            )
        )
    return found


def _codes(subject: str, codes: Mapping[int, list[str]]) -> list[str]:
    kind, _sep, key = subject.partition(":")
    return codes.get(int(key), []) if kind == "action" and key.isdigit() else []


def _in(amounts: Any, currency: str) -> Amount:
    return Amount(sum(each.minor for each in amounts if each.currency == currency), currency)


def _words(noted: Amount, carried: Amount, sources: tuple[str, ...]) -> str:
    if noted.minor:
        cost = _("Cost: what was noted in the plan.")
    elif carried.minor:
        cost = _("Cost: what was noted in the campaigns.")
    else:
        cost = _("Cost: nothing is noted.")
    counted = (
        _("Orders: those paid in the year that carry one of its codes.")
        if sources
        else _("Nothing was published for it with a code.")
    )
    return f"{cost} {counted}"


@dataclass(frozen=True)
class VerdictLine:
    """What a proposal says of one action, in words and figures."""

    title: str
    word: str
    label: str
    reason: str
    budget: Amount | None
    spent: Amount
    orders: int
    revenue: tuple[Amount, ...]
    cost: Amount | None
    sources: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class MoveLine:
    """A move with the names of its actions and its reason."""

    move: "Move"
    giver: str
    taker: str
    reason: str


@dataclass(frozen=True)
class ProposalPage:
    """A proposal as it is read and decided."""

    verdicts: list[VerdictLine]
    moves: list[MoveLine]
    before: tuple[Amount, ...]
    after: tuple[Amount, ...]
    open: int


def proposal_page(proposal: "Proposal", language: str) -> ProposalPage:
    """Put names and sentences to what a proposal keeps."""
    actions = {each.key: each for each in proposal.version.actions.all()}
    told = {each["action"]: each for each in proposal.evidence}
    titles = {key: each.title for key, each in actions.items()}
    moves = list(proposal.moves.select_related("decided_by"))
    lines = plans.lines(proposal.version)
    nothing = {"since": None, "until": None}
    return ProposalPage(
        verdicts=[
            _verdict(each, actions, told.get(each["key"], nothing), language)
            for each in proposal.verdicts
        ],
        moves=[
            MoveLine(
                each,
                titles.get(each.giver, each.giver),
                titles.get(each.taker, each.taker),
                _why(each, titles, language),
            )
            for each in moves
        ],
        before=rules.total(each.budget for each in lines),
        after=rules.total(
            rules.shifted(lines, [each for each in moves if each.accepted]).values()
        ),
        open=sum(each.accepted is None for each in moves),
    )


def _verdict(
    kept: Mapping[str, Any], actions: Mapping[str, Any], told: Mapping[str, Any], language: str
) -> VerdictLine:
    action = actions.get(kept["key"])
    cost = Amount(**kept["cost"]) if kept["cost"] else None
    spent = Amount(**kept["spent"])
    return VerdictLine(
        title=action.title if action else kept["key"],
        word=kept["word"],
        label=verdict_words()[kept["word"]],
        reason=_reasons()[kept["reason"]]
        % {
            "cost": cost.text(language) if cost else "–",
            "spent": spent.text(language),
            "orders": kept["orders"],
        },
        budget=action.budget if action else None,
        spent=spent,
        orders=kept["orders"],
        revenue=tuple(Amount(**each) for each in told.get("revenue", ())),
        cost=cost,
        sources=tuple(told.get("sources", ())),
        words=told.get("words", ""),
    )


def verdict_words() -> dict[str, str]:
    """Return what the three verdicts are called."""
    return {
        "stop": pgettext("verdict", "Stop"),
        "keep": pgettext("verdict", "Keep"),
        "test": pgettext("verdict", "Test"),
    }


def _reasons() -> dict[str, str]:
    return {
        "best": _("The lowest traced cost: %(cost)s for each of %(orders)s orders."),
        "near": _("An order cost %(cost)s: too near the lowest to move money."),
        "dear": _("An order cost %(cost)s, at least twice the lowest."),
        "dear_and_loses": _(
            "An order cost %(cost)s, at least twice the lowest, and the orders brought less "
            "than was spent."
        ),
        "no_cost": _("Not proven: no spending is noted, so nobody knows what an order cost."),
        "no_trace": _(
            "Not proven: %(spent)s spent, no order carries its codes. This doesn't show that "
            "it brought nothing; it keeps its budget, and needs a code or a test."
        ),
        "few_orders": _(
            "Not proven: orders that carry its codes: %(orders)s, too few to say anything. It "
            "keeps its budget."
        ),
    }


def _why(move: "Move", titles: Mapping[str, str], language: str) -> str:
    numbers = move.numbers
    return _(
        "Traced cost of an order: %(giver)s %(giver_cost)s (orders: %(giver_orders)s), "
        "%(taker)s %(taker_cost)s (orders: %(taker_orders)s)."
    ) % {
        "giver": titles.get(move.giver, move.giver),
        "giver_cost": Amount(**numbers["giver_cost"]).text(language),
        "giver_orders": numbers["giver_orders"],
        "taker": titles.get(move.taker, move.taker),
        "taker_cost": Amount(**numbers["taker_cost"]).text(language),
        "taker_orders": numbers["taker_orders"],
    }
