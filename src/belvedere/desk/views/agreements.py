"""The agreements: all of them, one with its acts, and what the head and promotion add."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from belvedere.desk import queries
from belvedere.desk.agreement_forms import Done, NewAgreement, NextAct, Owed
from belvedere.desk.queries.agreements import WRITERS
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only, staff_only
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import code, tag
from belvedere.territory import queries as territory_queries
from belvedere.territory import services as territory
from belvedere.theme import pdf

if TYPE_CHECKING:
    from belvedere.territory.models import Agreement

PRINTED = ("it", "en")
VERBS = {"renewed": territory.renew, "amended": territory.amend, "ended": territory.end}


def theirs(request: SignedIn, pk: int, *, to_write: bool = False) -> "Agreement":
    """Return an agreement of somebody's areas; 404 for any other, 403 to who only reads."""
    found = queries.agreement(request.user, pk)
    if found is None:
        raise Http404
    if to_write and not queries.writes(request.user, found):
        raise PermissionDenied
    return found


@staff_only
@require_safe
def agreements(request: SignedIn) -> HttpResponse:
    """List them by how they stand, with the next dues and anniversaries."""
    context = {
        "listed": queries.agreements(request.user, clock.today(), _language()),
        "writes": bool(queries.writable_areas(request.user)),
    }
    return page(request, "desk/agreements.html", context)


@only(*WRITERS)
def new(request: SignedIn) -> HttpResponseBase:
    """Write down a new agreement with its signature."""
    areas = {each.pk: each for each in queries.writable_areas(request.user)}
    form = NewAgreement(
        request.POST or None,
        request.FILES or None,
        areas=[(pk, each.name) for pk, each in areas.items()],
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = territory.sign(
                said["partner"],
                areas[int(said["area"])],
                kind=said["kind"],
                title=said["title"],
                deed=form.deed(),
                goal=said["goal"],
                shown_within=said["shown_within"],
                by=request.user,
            )
        except BadInput as error:
            _blame(form, error)
        else:
            return redirect("desk:agreement", made.pk)
    context = {"form": form, "partners": territory_queries.partners()}
    return page(request, "desk/agreement_new.html", context)


@staff_only
@require_safe
def agreement(request: SignedIn, pk: int) -> HttpResponse:
    """Show one: its acts on a line of time, what each side owes, and what may be added."""
    return _agreement(request, theirs(request, pk))


@staff_only
@require_POST
def act(request: SignedIn, pk: int) -> HttpResponseBase:
    """Write down that it was renewed, amended or ended."""
    found = theirs(request, pk, to_write=True)
    form = NextAct(request.POST, request.FILES, prefix="act")
    if form.is_valid():
        try:
            VERBS[form.cleaned_data["kind"]](pk, deed=form.deed(), by=request.user)
        except BadInput as error:
            _blame(form, error)
        else:
            messages.success(request, _("It is written down."))
            return redirect("desk:agreement", pk)
    return _agreement(request, found, act_form=form)


@staff_only
@require_POST
def obligation(request: SignedIn, pk: int) -> HttpResponseBase:
    """Write down what one side owes."""
    found = theirs(request, pk, to_write=True)
    form = Owed(request.POST, prefix="owe")
    if form.is_valid():
        try:
            territory.owe(pk, **form.cleaned_data, by=request.user)
        except BadInput as error:
            _blame(form, error)
        else:
            messages.success(request, _("It is written down."))
            return redirect("desk:agreement", pk)
    return _agreement(request, found, owe_form=form)


@staff_only
@require_POST
def done(request: SignedIn, pk: int, obligation: int) -> HttpResponseBase:
    """Mark something owed as done."""
    found = theirs(request, pk, to_write=True)
    if not found.obligations.filter(pk=obligation).exists():
        raise Http404
    form = Done(request.POST)
    try:
        if not form.is_valid():
            raise BadInput(_("This is not a day: 2027-03-31."))
        territory.settle(obligation, done_on=form.cleaned_data["done_on"], by=request.user)
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Marked as done."))
    return redirect("desk:agreement", pk)


@staff_only
@require_safe
def sheet(request: SignedIn, pk: int, language: str) -> HttpResponse:
    """Return an agreement's sheet as a PDF."""
    found = theirs(request, pk)
    if language not in PRINTED:
        raise Http404
    with override(code(language)):
        today = clock.today()
        context = {
            "language": language,
            "agreement": found,
            "sheet": queries.agreement_sheet(found, today, language),
            "today": today,
        }
        content = pdf.render("desk/agreement_paper.html", context)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="agreement-{pk}-{language}.pdf"'
    return answer


@staff_only
@never_cache
@require_safe
def document(request: SignedIn, pk: int, number: int) -> FileResponse:
    """Return the paper of an act, to the staff of the agreement's own area."""
    found = theirs(request, pk)
    if not queries.opens_papers(request.user, found):
        raise Http404
    act = found.acts.filter(number=number).exclude(document="").first()
    if act is None:
        raise Http404
    answer = FileResponse(
        act.document.open("rb"),
        as_attachment=True,
        filename=f"agreement-{pk}-{number}.pdf",
        content_type="application/pdf",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _agreement(
    request: SignedIn,
    found: "Agreement",
    *,
    act_form: NextAct | None = None,
    owe_form: Owed | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "agreement": found,
        "sheet": queries.agreement_sheet(found, clock.today(), _language()),
        "writes": queries.writes(request.user, found),
        "opens": queries.opens_papers(request.user, found),
        "act_form": act_form or NextAct(prefix="act"),
        "owe_form": owe_form or Owed(prefix="owe"),
        "printed": PRINTED,
    }
    return page(request, "desk/agreement.html", context)


def _blame(form: Any, error: BadInput) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _language() -> str:
    return tag(get_language() or "")
