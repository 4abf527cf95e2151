"""The board of a living lab: sheets become ideas, ideas are chosen, and become something."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from belvedere.desk import lab_forms as forms
from belvedere.desk.queries import labs as queries
from belvedere.desk.views.labs import language, run, seen, writers_only
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, staff_only
from belvedere.plan import queries as plan
from belvedere.plan import services
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.plan.models import Idea, Workshop


@dataclass(frozen=True)
class Card:
    """An idea on the board, with what can be said about it."""

    told: plan.Told
    votes: forms.Votes
    decide: forms.Decide
    product: forms.BecameProduct
    planned: forms.BecamePlanned


@staff_only
def ideas(request: SignedIn, slug: str) -> HttpResponse:
    """Show the sheets and the ideas made of them."""
    return _board(request, seen(request, slug))


@writers_only
@require_POST
def gather(request: SignedIn, slug: str) -> HttpResponseBase:
    """Make an idea of the ticked sheets, merge them into one, or erase their words."""
    workshop = run(request, slug)
    known = {str(pk): pk for pk in plan.contributions(workshop).values_list("pk", flat=True)}
    chosen = request.POST.getlist("contribution")
    if not set(chosen) <= set(known):
        raise Http404
    ticked = [known[each] for each in chosen]
    form: forms.Asking
    if "merge" in request.POST:
        form = forms.Merge(request.POST, intos=_intos(plan.results(workshop, language())))
        return _attempt(
            request,
            workshop,
            form,
            lambda typed: services.merge(ticked, by=request.user, **typed),
            _("Merged: all of them can still be read, with the reason."),
        )
    if "erase" in request.POST:
        return _attempt(
            request,
            workshop,
            forms.Erase(request.POST),
            lambda _typed: services.erase(workshop.pk, ticked, by=request.user),
            _("Their words are erased for good."),
        )
    form = forms.MakeIdea(request.POST)
    return _attempt(
        request,
        workshop,
        form,
        lambda typed: services.make_idea(workshop.pk, ticked, by=request.user, **typed),
        _("The idea stands on the board."),
    )


@writers_only
@require_POST
def idea(request: SignedIn, slug: str, pk: int) -> HttpResponseBase:
    """Count its votes, choose or drop it, or say what it became."""
    workshop = run(request, slug)
    found = get_object_or_404(workshop.ideas, pk=pk)
    form, verb, told = _asked(request, workshop, found)
    return _attempt(request, workshop, form, verb, told, of=pk)


def _asked(
    request: SignedIn, workshop: "Workshop", found: "Idea"
) -> tuple[forms.Asking, Callable[[dict[str, Any]], object], str]:
    """Return the form that was sent, the verb it asks for, and what to say afterwards."""
    typed, by, auto_id = request.POST, request.user, f"idea-{found.pk}-%s"
    asked = typed.get("verb")
    if asked == "votes":
        return (
            forms.Votes(typed, auto_id=auto_id),
            lambda said: services.count_votes(found.pk, said["votes"], by=by),
            _("The votes are written down."),
        )
    if asked in ("choose", "drop"):
        verb = services.choose if asked == "choose" else services.drop
        return (
            forms.Decide(typed, auto_id=auto_id),
            lambda said: verb(found.pk, reason=said["reason"], by=by),
            _("The decision stands, with its reason."),
        )
    if asked == "product":
        known = queries.products(workshop, by, language())
        return (
            forms.BecameProduct(typed, auto_id=auto_id, products=known),
            lambda said: services.link_product(found.pk, said["product"], by=by),
            _("The idea has become a product."),
        )
    if asked == "planned":
        return (
            forms.BecamePlanned(typed, auto_id=auto_id),
            lambda said: services.link_planned_action(found.pk, said["planned"], by=by),
            _("The idea has become a planned action."),
        )
    raise Http404


def _attempt(
    request: SignedIn,
    workshop: "Workshop",
    form: forms.Asking,
    verb: Callable[[dict[str, Any]], object],
    told: str,
    *,
    of: int | None = None,
) -> HttpResponseBase:
    """Do what a form asks; where something is wrong, show the board with all that was typed."""
    if form.is_valid():
        try:
            verb(form.cleaned_data)
        except BadInput as error:
            form.refuse(error)
        else:
            messages.success(request, told)
            here = reverse("desk:lab-ideas", args=[workshop.slug])
            return redirect(f"{here}#idea-{of}" if of else here)
    return _board(request, workshop, form, of=of)


def _board(
    request: SignedIn,
    workshop: "Workshop",
    wrong: forms.Asking | None = None,
    *,
    of: int | None = None,
) -> HttpResponse:
    """Show the board; `wrong` stands in for the form of its kind, on the idea `of`."""
    found = plan.results(workshop, language())
    writes = queries.may_run(request.user, workshop)
    products = queries.products(workshop, request.user, language()) if writes else []

    def form(kind: type[Any], pk: int | None = None, **values: Any) -> Any:
        if isinstance(wrong, kind) and of == pk:
            return wrong
        if pk is not None:
            values["auto_id"] = f"idea-{pk}-%s"
        return kind(**values)

    context = {
        "workshop": workshop,
        "results": found,
        "writes": writes,
        "wrong": wrong,
        "ticked": set(request.POST.getlist("contribution")),
        "make": form(forms.MakeIdea),
        "merge": form(forms.Merge, intos=_intos(found)),
        "planned_actions": queries.planned_actions(workshop.area),
        "cards": [
            Card(
                told,
                form(forms.Votes, told.idea.pk, initial={"votes": told.idea.votes}),
                form(forms.Decide, told.idea.pk),
                form(forms.BecameProduct, told.idea.pk, products=products),
                form(forms.BecamePlanned, told.idea.pk),
            )
            for told in found.ideas
        ],
    }
    return page(request, "desk/lab_ideas.html", context, status=422 if wrong else 200)


def _intos(found: plan.Results) -> list[tuple[int, str]]:
    """Return the contributions that others can be merged into."""
    return [
        (
            each.contribution.pk,
            f"{each.contribution.session.place}, {each.contribution.table}: "
            f"{each.contribution.text[:60]}",
        )
        for each in found.sheets
    ]
