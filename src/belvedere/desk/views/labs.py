"""Living labs: opened, their sessions counted, their results on paper and as a table."""

import csv
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from belvedere.desk import lab_forms as forms
from belvedere.desk import rules
from belvedere.desk.queries import labs as queries
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only, staff_only
from belvedere.offer import queries as catalogue
from belvedere.plan import queries as plan
from belvedere.plan import services
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import WRITTEN_TAGS, code, tag
from belvedere.theme import pdf

if TYPE_CHECKING:
    from belvedere.plan.models import Workshop

writers_only = only(*plan.WRITERS)


def seen(request: SignedIn, slug: str) -> "Workshop":
    """Return a workshop of somebody's areas; 404 for any other."""
    return get_object_or_404(plan.workshops(request.user), slug=slug)


def run(request: SignedIn, slug: str) -> "Workshop":
    """Return a workshop that somebody may write in; 404 for any other."""
    found = seen(request, slug)
    if not queries.may_run(request.user, found):
        raise Http404
    return found


def language() -> str:
    """Return the language of the page, BCP 47."""
    return tag(get_language() or "")


def status(form: forms.Asking) -> int:
    """Return how a page with this form is answered: 422 where something is wrong in it."""
    return 422 if form.is_bound and form.errors else 200


@staff_only
def labs(request: SignedIn) -> HttpResponseBase:
    """List the workshops of one's areas, and open another."""
    mine = queries.writable_areas(request.user)
    form = forms.OpenWorkshop(
        request.POST or None, areas=[(str(each.pk), each.name) for each in mine]
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        area = next(each for each in mine if str(each.pk) == values.pop("area"))
        try:
            made = services.open_workshop(area, by=request.user, **values)
        except BadInput as error:
            form.refuse(error)
        else:
            return redirect("desk:lab", made.slug)
    context = {"workshops": plan.workshops(request.user), "form": form if mine else None}
    return page(request, "desk/labs.html", context, status=status(form))


@staff_only
def lab(request: SignedIn, slug: str) -> HttpResponseBase:
    """Show a workshop with its sessions and counts, and write down another session."""
    workshop = seen(request, slug)
    writes = queries.may_run(request.user, workshop)
    form = forms.HoldSession(request.POST or None, kinds=plan.kinds())
    if request.method == "POST" and not writes:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            services.hold_session(
                workshop.pk,
                place=form.cleaned_data["place"],
                day=form.cleaned_data["day"],
                participants=form.participants,
                by=request.user,
            )
        except BadInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("The session is written down."))
            return redirect("desk:lab", slug)
    context = {
        "workshop": workshop,
        "results": plan.results(workshop, language()),
        "form": form if writes and workshop.state == "open" else None,
        "writes": writes,
        "public": _public(workshop),
        "papers": list(forms.SPOKEN),
    }
    return page(request, "desk/lab.html", context, status=status(form))


@writers_only
@require_POST
def state(request: SignedIn, slug: str) -> HttpResponse:
    """Close a workshop, or open it again."""
    workshop = run(request, slug)
    if request.POST.get("state") == "closed":
        services.close_workshop(workshop.pk, by=request.user)
    else:
        services.reopen_workshop(workshop.pk, by=request.user)
    return redirect("desk:lab", slug)


@staff_only
def paper(request: SignedIn, slug: str, tongue: str) -> HttpResponse:
    """Return the results as a PDF, in a language."""
    workshop = seen(request, slug)
    if tongue not in WRITTEN_TAGS:
        raise Http404
    with override(code(tongue)):
        context = {
            "language": tongue,
            "results": plan.results(workshop, tongue),
            "public": settings.PUBLIC_URL
            + catalogue.address("plan:lab", slug, language=tongue),
        }
        made = pdf.render("plan/lab_print.html", context)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="lab-{slug}-{tongue}.pdf"'
    return answer


@staff_only
def table(request: SignedIn, slug: str) -> HttpResponse:
    """Return everything as CSV: a row for each contribution and idea that it is part of."""
    workshop = seen(request, slug)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="lab-{slug}.csv"'
    answer.write("\ufeff")  # Excel takes the file for cp1252 without it.
    writer = csv.writer(answer)
    writer.writerow(
        [
            _("Contribution"),
            _("Day"),
            _("Place"),
            _("Table"),
            _("Theme"),
            _("Text"),
            _("Merged into"),
            _("Reason of the merge"),
            _("Idea"),
            pgettext("lab", "Votes"),
            _("Decision"),
            _("Reason"),
            pgettext("idea", "Became"),
        ]
    )
    for row in plan.rows(plan.results(workshop, language())):
        writer.writerow([rules.cell(str(each)) for each in row])
    return answer


def _public(workshop: "Workshop") -> str:
    """Return the address of the public page, in the language of the tables."""
    path = catalogue.address("plan:lab", workshop.slug, language=workshop.language)
    return settings.PUBLIC_URL + path
