"""Operating plans: reading them, approving, noting what was spent, deciding on moves."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from belvedere.desk import queries
from belvedere.desk.forms import Plain
from belvedere.desk.plan_forms import Changing, Opening, Published, Spent
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only, staff_only
from belvedere.plan import queries as stored
from belvedere.plan import rules, services
from belvedere.shared import clock, numbers
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import WRITTEN_TAGS, tag
from belvedere.shared.money import Amount
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.plan.models import OperatingPlan, PlanVersion, Proposal

planners_only = only(*stored.EDITS)


def seen(request: SignedIn, pk: int) -> "OperatingPlan":
    """Return a plan of an area that the reader works for; 404 for any other."""
    return get_object_or_404(stored.visible_to(request.user), pk=pk)


def seen_version(request: SignedIn, pk: int, number: int) -> "PlanVersion":
    """Return a version of a plan that the reader may see."""
    found = stored.version(seen(request, pk), number)
    if found is None:
        raise Http404
    return found


def edits(request: SignedIn, plan: "OperatingPlan") -> bool:
    """Say whether the reader may change the plan's drafts."""
    return territory.can(request.user, *stored.EDITS, area=plan.area)


def language() -> str:
    """Return the language of the page."""
    return tag(get_language() or "")


def named(request: SignedIn, plan: "OperatingPlan") -> dict[str, Any]:
    """Return what every page about a plan needs."""
    names = territory.names([plan.area], language(), gloss=False)
    return {"plan": plan, "area": names[plan.area_id], "edits": edits(request, plan)}


def refused(form: Plain, told: BadInput) -> None:
    """Put a service's sentence beside the field that it names."""
    form.add_error(told.field if told.field in form.fields else None, str(told))


@staff_only
def plans(request: SignedIn) -> HttpResponseBase:
    """List the plans, and open one."""
    areas = queries.plan_areas(request.user, language())
    form = Opening(
        request.POST if request.method == "POST" else None,
        areas=areas,
        initial={"year": clock.today().year + 1},
    )
    if request.method == "POST":
        if not areas:
            raise PermissionDenied
        if form.is_valid():
            try:
                version = services.open_plan(
                    int(form.cleaned_data["area"]), form.cleaned_data["year"], by=request.user
                )
            except BadInput as told:
                refused(form, told)
            else:
                return redirect("desk:plan-version", version.plan_id, version.number)
    context = {
        "rows": queries.plan_rows(request.user, language()),
        "areas": areas,
        "form": form,
    }
    return page(request, "desk/plans.html", context)


@staff_only
def plan(request: SignedIn, pk: int) -> HttpResponseBase:
    """Show a plan's versions and proposals; make a new version of an approved one."""
    found = seen(request, pk)
    form = Changing(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            version = services.new_version(pk, note=form.cleaned_data["note"], by=request.user)
        except BadInput as told:
            refused(form, told)
        else:
            return redirect("desk:plan-version", pk, version.number)
    versions = list(stored.versions(found))
    context = named(request, found) | {
        "versions": versions,
        "newest": versions[0],
        "proposals": stored.proposals(found),
        "form": form,
    }
    return page(request, "desk/plan.html", context)


@staff_only
def version(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """Show a version: objectives, actions, plan against spend."""
    return _version(request, seen_version(request, pk, number))


def _version(request: SignedIn, found: "PlanVersion", status: int = 200) -> HttpResponse:
    lines = stored.action_lines(found)
    plan = found.plan
    known = queries.published(plan)
    objectives = list(found.objectives.all())
    wanted = dict.fromkeys(each.indicator for each in objectives if not each.market)
    standings = queries.standings(plan.area, plan.year, language(), wanted)
    context = named(request, plan) | {
        "version": found,
        "objectives": [
            {
                "of": f"{each.indicator}:{each.market}".rstrip(":"),
                "title": stored.indicator(each.indicator, each.market, language()),
                "now": numbers.number(each.baseline, language()),
                "target": numbers.number(each.target, language()),
                "objective": each,
                "standings": [
                    one
                    for one in standings
                    if one.indicator == each.indicator and not each.market
                ],
            }
            for each in objectives
        ],
        "actions": [
            {
                "line": each,
                "action": each.action,
                "market": stored.country(each.action.market, language()),
                "period": stored.period(each.action, language()),
                "expected": stored.expected(each.action, language()),
                "published": [known[one] for one in each.links if one in known],
            }
            for each in lines
        ],
        "channels": stored.by_channel(lines),
        "budget": rules.total(each.action.budget for each in lines),
        "spent": rules.total(amount for each in lines for amount in each.spent),
        "approves": territory.can(request.user, "head", area=plan.area),
        "newest": stored.latest(plan),
        "papers": WRITTEN_TAGS,
    }
    return page(request, "desk/plan_version.html", context, status=status)


@staff_only
def paper(request: SignedIn, pk: int, number: int, language: str) -> HttpResponse:
    """Return a version as a PDF in one of our languages."""
    found = seen_version(request, pk, number)
    if language not in WRITTEN_TAGS:
        raise Http404
    answer = HttpResponse(services.paper(found, language), content_type="application/pdf")
    name = f"plan-{found.plan.area.slug}-{found.plan.year}-v{number}-{language}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@staff_only
def changes(request: SignedIn, old: int, new: int) -> HttpResponse:
    """Show what changed from one version to another of the same area."""
    known = stored.versions_seen(request.user, (old, new))
    if {old, new} - set(known) or known[old].plan.area_id != known[new].plan.area_id:
        raise Http404
    before, after = known[old], known[new]
    context = named(request, after.plan) | {
        "old": before,
        "new": after,
        "changes": stored.said(stored.changes(before, after), language()),
    }
    return page(request, "desk/plan_changes.html", context)


@require_POST
@only("head")
def approve(request: SignedIn, pk: int, number: int) -> HttpResponseBase:
    """Approve a draft."""
    found = seen_version(request, pk, number)
    try:
        services.approve(found.pk, by=request.user)
    except BadInput as told:
        messages.error(request, str(told), extra_tags="danger")
        return _version(request, found, status=422)
    messages.success(request, _("Approved: from now on this version stays as it is."))
    return redirect("desk:plan-version", pk, number)


@staff_only
def action(request: SignedIn, pk: int, key: str) -> HttpResponseBase:
    """Show an action's spending and what was published for it; note and link."""
    plan = seen(request, pk)
    newest = stored.latest(plan, approved=True) or stored.latest(plan)
    lines = stored.action_lines(newest) if newest else []
    line = next((each for each in lines if each.action.key == key), None)
    if newest is None or line is None:
        raise Http404
    known = queries.published(plan)
    choices = [
        (key_of, f"{each.title} ({each.get_kind_display()})") for key_of, each in known.items()
    ]
    asked = request.POST if request.method == "POST" else None
    if asked is not None and not edits(request, plan):
        raise PermissionDenied
    links = asked is not None and "links" in asked
    spending = Spent(
        None if links else asked,
        initial={"day": clock.today()},
        currency=line.action.currency,
    )
    publishing = Published(
        asked if links else None, published=choices, initial={"subjects": line.links}
    )
    if asked is not None and _noted(request, plan, line, publishing if links else spending):
        return redirect("desk:planned-action", pk, key)
    context = named(request, plan) | {
        "version": newest,
        "line": line,
        "action": line.action,
        "spends": stored.spends(plan, key),
        "published": [known[each] for each in line.links if each in known],
        "choices": choices,
        "spending": spending,
        "publishing": publishing,
        "form": publishing if links else spending,
    }
    return page(request, "desk/plan_spend.html", context)


def _noted(
    request: SignedIn, plan: "OperatingPlan", line: stored.ActionLine, form: Plain
) -> bool:
    if not form.is_valid():
        return False
    given, action = form.cleaned_data, line.action
    try:
        if isinstance(form, Published):
            # What the reader can't see here was linked by somebody else and stays.
            unseen = set(line.links) - set(queries.published(plan))
            services.link(plan.pk, action.key, unseen | set(given["subjects"]), by=request.user)
        else:
            services.spend(
                plan.pk,
                action.key,
                Amount(given["amount"].minor, action.currency),
                day=given["day"],
                note=given["note"],
                by=request.user,
            )
    except BadInput as told:
        refused(form, told)
        return False
    messages.success(request, _("Noted."))
    return True


@require_POST
@planners_only
def propose(request: SignedIn, pk: int, number: int) -> HttpResponseBase:
    """Gather what is known of the year, and propose the next plan from it."""
    found = seen_version(request, pk, number)
    try:
        proposal = services.propose(found.pk, queries.evidence(found), by=request.user)
    except BadInput as told:
        messages.error(request, str(told), extra_tags="danger")
        return redirect("desk:plan-version", pk, number)
    return redirect("desk:proposal-of-plan", proposal.pk)


@staff_only
def proposal(request: SignedIn, pk: int) -> HttpResponse:
    """Show a proposal: a verdict for each action, and the moves to decide on."""
    found = _seen_proposal(request, pk)
    context = named(request, found.version.plan) | {
        "proposal": found,
        "shown": queries.proposal_page(found, language()),
        "next_year": found.version.plan.year + 1,
    }
    return page(request, "desk/plan_proposal.html", context)


def _seen_proposal(request: SignedIn, pk: int) -> "Proposal":
    found = stored.proposal(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_POST
@planners_only
def decide(request: SignedIn, pk: int) -> HttpResponseBase:
    """Accept or refuse a move."""
    proposal_id = stored.proposal_of_move(request.user, pk)
    if proposal_id is None or request.POST.get("accepted") not in ("yes", "no"):
        raise Http404
    try:
        services.decide(pk, request.POST["accepted"] == "yes", by=request.user)
    except BadInput as told:
        messages.error(request, str(told), extra_tags="danger")
    return redirect("desk:proposal-of-plan", proposal_id)


@require_POST
@planners_only
def make_next(request: SignedIn, pk: int) -> HttpResponseBase:
    """Make the next year's plan, or the next version, of the accepted moves."""
    found = _seen_proposal(request, pk)
    year = found.version.plan.year + (request.POST.get("when") != "same")
    try:
        version = services.next_version(pk, year=year, by=request.user)
    except BadInput as told:
        messages.error(request, str(told), extra_tags="danger")
        return redirect("desk:proposal-of-plan", pk)
    messages.success(request, _("The draft is made. Look at its objectives, then approve it."))
    return redirect("desk:plan-version", version.plan_id, version.number)
