"""The editors' work: words in three languages, approval, return."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from belvedere.desk import queries, rules, services
from belvedere.desk.forms import Return
from belvedere.desk.rules import EDITORS
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only
from belvedere.offer import queries as catalogue
from belvedere.offer import services as catalogue_services
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.offer.models import Product

editors_only = only(*EDITORS)


def theirs(request: SignedIn, slug: str) -> "Product":
    """Return a product of an area that the editor works for; 404 for any other."""
    product = catalogue.product(slug)
    if product is None or not territory.can(request.user, *EDITORS, area=product.operator.area):
        raise Http404
    return product


@editors_only
def proposals(request: SignedIn) -> HttpResponse:
    """List what waits for approval, what was returned, and what is on sale."""
    language = tag(get_language() or "")
    return page(
        request, "desk/proposals.html", {"shelves": queries.shelves(request.user, language)}
    )


@editors_only
def proposal(request: SignedIn, slug: str) -> HttpResponse:
    """Show one as the traveller will see it, with its words in every language to be mended."""
    return _proposal(request, theirs(request, slug))


def _proposal(
    request: SignedIn,
    product: "Product",
    *,
    form: Return | None = None,
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    minutes = product.duration_minutes or 0
    context = {
        "product": product,
        "title": queries.title(product),
        "price": catalogue.price(product),
        "lasting": rules.lasting(60 * minutes, tag(get_language() or "")),
        "previews": queries.previews(product),
        "starts": queries.starts(product),
        "fields": queries.sheet(product, request.POST if problems else None, problems or {}),
        "form": form or Return(),
        "problems": problems,
    }
    return page(request, "desk/proposal.html", context, status=status)


@editors_only
@require_POST
def texts(request: SignedIn, slug: str) -> HttpResponseBase:
    """Keep the words that an editor typed. Every wrong one is told beside its field."""
    product = theirs(request, slug)
    written, problems = services.write_sheet(product, request.POST)
    if problems:
        return _proposal(request, product, problems=problems, status=422)
    if written:
        messages.success(request, _("The texts are kept."))
    else:
        messages.info(request, _("Nothing was different."))
    return redirect("desk:proposal", slug)


@editors_only
@require_POST
def approve(request: SignedIn, slug: str) -> HttpResponse:
    """Put it on sale."""
    product = theirs(request, slug)
    if product.kind == product.Kind.PACKAGE:
        return redirect("desk:package", slug)
    if not queries.may_sell(product):
        messages.error(
            request, _("Its maker is not approved as a seller yet. That comes first.")
        )
        return redirect("desk:proposal", slug)
    try:
        catalogue_services.approve(product.pk, by=request.user)
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is on sale."))
    return redirect("desk:proposal", slug)


@editors_only
@require_POST
def give_back(request: SignedIn, slug: str) -> HttpResponseBase:
    """Return it to the operator with a note."""
    product = theirs(request, slug)
    form = Return(request.POST)
    if not form.is_valid():
        return _proposal(request, product, form=form, status=422)
    try:
        catalogue_services.give_back(
            product.pk, note=form.cleaned_data["note"], by=request.user
        )
    except BadInput as error:
        messages.error(request, str(error))
        return redirect("desk:proposal", slug)
    messages.success(request, _("The operator sees your note and can mend it."))
    return redirect("desk:proposals")


@editors_only
def translations(request: SignedIn) -> HttpResponse:
    """List what is missing or outdated in each language, what travellers see first."""
    context = {"rows": queries.untranslated(request.user, tag(get_language() or ""))}
    return page(request, "desk/translations.html", context)
