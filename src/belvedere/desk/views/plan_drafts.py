"""Writing the draft of an operating plan: its objectives and its actions, one at a time."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from belvedere.desk import queries
from belvedere.desk.plan_forms import Aim, Line
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn
from belvedere.desk.views.plans import (
    edits,
    language,
    named,
    planners_only,
    refused,
    seen_version,
)
from belvedere.plan import queries as stored
from belvedere.plan import services
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

AIM = ("indicator", "market", "baseline", "provider", "target")
LINE = (
    "title",
    "channel_kind",
    "market",
    "starts_on",
    "ends_on",
    "owner",
    "expected",
    "expected_unit",
)


@planners_only
def objective(request: SignedIn, pk: int, number: int, of: str = "") -> HttpResponseBase:
    """Write an objective of a draft, or take it out.

    What official flows say of it is offered; `take` fills the form with it and keeps nothing.
    """
    version = _draft(request, pk, number)
    indicator, _sep, market = of.partition(":")
    found = version.objectives.filter(indicator=indicator, market=market).first()
    if of and found is None:
        raise Http404
    initial = {name: _typed(getattr(found, name)) for name in AIM} if found else {}
    # Which indicator it is, is said once: another one is another objective.
    given = {**request.POST.dict(), **_same(found)} if request.method == "POST" else None
    offers = [] if market else _offers(version, indicator)
    taken = None
    if given is not None and "take" in given:
        taken = next((each for each in offers if each.key == given["take"]), None)
        initial |= {name: given[name] for name in AIM if name in given} | _taken(taken)
        given = None
    form = Aim(given, initial=initial, language=language())
    if given is not None and "drop" in given and found:
        services.drop_objective(version.pk, indicator, market=market, by=request.user)
        messages.success(request, _("Taken out."))
        return redirect("desk:plan-version", pk, number)
    if given is not None and form.is_valid() and _aimed(request, version, form, found):
        return redirect("desk:plan-version", pk, number)
    title = stored.indicator(indicator, market, language()) if found else ""
    context = named(request, version.plan) | {
        "version": version,
        "form": form,
        "found": found,
        "title": title,
        "offers": [(each, stored.indicator(each.indicator, "", language())) for each in offers],
        "taken": taken,
    }
    return page(request, "desk/plan_objective.html", context)


def _offers(version: Any, indicator: str) -> list[queries.Standing]:
    """Return what official flows say of an indicator, or of all of them."""
    plan = version.plan
    wanted = [indicator] if indicator else None
    return queries.standings(plan.area, plan.year, language(), wanted)


def _taken(offer: queries.Standing | None) -> dict[str, Any]:
    if offer is None or offer.reckoned.value is None:
        return {}
    return {
        "indicator": offer.indicator,
        "market": "",
        "baseline": _typed(offer.reckoned.value),
        "provider": offer.told,
    }


def _same(found: Any) -> dict[str, str]:
    return {"indicator": found.indicator, "market": found.market} if found else {}


def _aimed(request: SignedIn, version: Any, form: Aim, found: Any) -> bool:
    given = form.cleaned_data
    twice = version.objectives.filter(indicator=given["indicator"], market=given["market"])
    if not found and twice.exists():
        form.add_error("indicator", _("This objective is there already: change that one."))
        return False
    try:
        services.set_objective(version.pk, **given, by=request.user)
    except BadInput as told:
        refused(form, told)
        return False
    messages.success(request, _("Kept."))
    return True


@planners_only
def action(request: SignedIn, pk: int, number: int, key: str = "") -> HttpResponseBase:
    """Write an action of a draft, or take it out."""
    version = _draft(request, pk, number)
    found = version.actions.filter(key=key).first()
    if key and found is None:
        raise Http404
    initial = {name: _typed(getattr(found, name)) for name in LINE} if found else {}
    if found:
        initial["budget"] = _typed(found.budget.major)
    currency = found.currency if found else "EUR"
    given = request.POST if request.method == "POST" else None
    form = Line(given, initial=initial, language=language(), currency=currency)
    if given is not None and "drop" in given and found:
        services.drop_action(version.pk, key, by=request.user)
        messages.success(request, _("Taken out."))
        return redirect("desk:plan-version", pk, number)
    if given is not None and form.is_valid() and _lined(request, version.pk, form, key):
        return redirect("desk:plan-version", pk, number)
    context = named(request, version.plan) | {"version": version, "form": form, "found": found}
    return page(request, "desk/plan_action.html", context)


def _lined(request: SignedIn, version_id: int, form: Line, key: str) -> bool:
    given = form.cleaned_data
    typed = given.pop("budget") or Amount(0)
    budget = Amount(typed.minor, form.currency)
    try:
        services.set_action(version_id, key, **given, budget=budget, by=request.user)
    except BadInput as told:
        refused(form, told)
        return False
    messages.success(request, _("Kept."))
    return True


def _draft(request: SignedIn, pk: int, number: int) -> Any:
    version = seen_version(request, pk, number)
    if version.approved or not edits(request, version.plan):
        raise Http404
    return version


def _typed(content: Any) -> Any:
    """Return a value as people type it: 24,5 and not 24.50."""
    if content is None or not hasattr(content, "as_tuple"):
        return content
    text = format(content, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
