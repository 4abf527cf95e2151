"""The sign with the operator's own QR code, for the door, the counter, the notice board."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from belvedere.desk import queries
from belvedere.desk.forms import Placed
from belvedere.desk.rules import SIGN_SIZES
from belvedere.desk.views.experiences import mine
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, operators_only
from belvedere.journal import queries as journal_queries
from belvedere.journal import services as journal
from belvedere.offer import queries as catalogue
from belvedere.theme import pdf

if TYPE_CHECKING:
    from belvedere.territory.models import Operator


@operators_only
def sign(request: SignedIn, operator: "Operator", slug: str) -> HttpResponseBase:
    """Offer the sign in two sizes, and let the operator name the places where it hangs."""
    product = mine(operator, slug)
    form = Placed(request.POST or None)
    if form.is_valid():
        journal.issue(queries.sign_subject(product), form.cleaned_data["placement"])
        return redirect("desk:sign", slug)
    context = {
        "product": product,
        "title": queries.title(product),
        "form": form,
        "signs": journal_queries.issued([queries.sign_subject(product)]),
        "sizes": SIGN_SIZES,
    }
    return page(request, "desk/sign.html", context)


@operators_only
def paper(request: SignedIn, operator: "Operator", slug: str, size: str) -> HttpResponse:
    """Return the sign as a PDF; `?code=` chooses one of its places."""
    product = mine(operator, slug)
    if size not in SIGN_SIZES:
        raise Http404
    subject, wanted = queries.sign_subject(product), request.GET.get("code")
    if wanted:
        source = journal_queries.source(wanted)
        if source is None or source.subject != subject:
            raise Http404
    else:
        source = journal.issue(subject)
    context = {
        "paper": size,
        "margin": "0",
        "product": product,
        "price": catalogue.price(product),
        "previews": queries.previews(product),
        "operator": operator,
        "address": settings.PUBLIC_URL + reverse("publish:follow", args=[source.code]),
        "code": source.code,
        "language": product.language,
    }
    answer = HttpResponse(
        pdf.render("desk/sign_paper.html", context), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="{slug}-{size}.pdf"'
    return answer
