"""Pages of Wagtail's admin where editors decide: products, translations, imported rows."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from belvedere.offer import ports, queries, services
from belvedere.offer.models import Candidate, Product, Quarantined, Text
from belvedere.offer.rules import FIELDS
from belvedere.offer.rules.culture import COLUMNS
from belvedere.offer.services.approve import EDITORS, allow
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import WRITTEN, WRITTEN_TAGS, tag
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import User

ROWS = 50
View = Callable[..., HttpResponse]


def for_editors(view: View) -> View:
    """Refuse everybody who is no editor of any area."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not territory.can(request.user, *EDITORS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _editor(request: HttpRequest) -> "User":
    """Return who is signed in; `for_editors` has seen to it that somebody is."""
    return cast("User", request.user)


@for_editors
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a product as it was proposed, and approve, return or withdraw it."""
    product = get_object_or_404(queries.visible_to(_editor(request)), pk=pk)
    allow(product, _editor(request))
    note, error = request.POST.get("note", ""), ""
    if request.method == "POST":
        try:
            _do(request, product, note)
            return redirect("wagtailsnippets_offer_product:list")
        except BadInput as wrong:
            error = str(wrong)
            product.refresh_from_db()
    return render(
        request,
        "offer/admin/decide.html",
        {
            "page_title": product.slug,
            "product": product,
            "said": queries.words(product, product.language),
            "missing": [
                (each.name, len(queries.missing(each.tag, [product])))
                for each in WRITTEN
                if each.tag != product.language
            ],
            "price": queries.price(product).text(tag(get_language() or "")),
            "preview": queries.address("offer:product", product.slug, language="it"),
            "note": note,
            "error": error,
        },
    )


def _do(request: HttpRequest, product: Product, note: str) -> None:
    action = request.POST.get("action")
    if action == "approve":
        services.approve(product.pk, by=_editor(request))
        messages.success(request, _("It is on sale now."))
    elif action == "give_back":
        services.give_back(product.pk, note=note, by=_editor(request))
        messages.success(request, _("It went back to the operator with your note."))
    elif action == "withdraw":
        services.withdraw(product.pk, by=_editor(request))
        messages.success(request, _("It is no longer on sale."))


@for_editors
def translations(request: HttpRequest) -> HttpResponse:
    """List the texts that a language lacks, each with a field to write it in."""
    language = request.POST.get("language") or request.GET.get("language") or "zh-Hans"
    language = language if language in WRITTEN_TAGS else "zh-Hans"
    products = queries.visible_to(_editor(request)).exclude(state=Product.State.WITHDRAWN)
    error: dict[str, str] = {}
    if request.method == "POST":
        try:
            _translate(request, language)
            return redirect(f"{request.path}?language={language}")
        except BadInput as wrong:
            error = {"key": request.POST.get("key", ""), "text": str(wrong)}
    lacking = queries.missing(language, products)
    slugs = {each.pk: each.slug for each in products}
    return render(
        request,
        "offer/admin/translations.html",
        {
            "page_title": _("Missing translations"),
            "tongue": language,
            "tongues": WRITTEN,
            "rows": [
                {
                    "text": each,
                    "slug": slugs[each.object_id],
                    "key": f"{each.object_id}-{each.field}",
                    "longest": FIELDS[each.field],
                }
                for each in lacking[:ROWS]
            ],
            "count": len(lacking),
            "machine": ports.translator(),
            "error": error,
            "typed": request.POST.get("value", ""),
        },
    )


def _translate(request: HttpRequest, language: str) -> None:
    pk, _dash, field = request.POST.get("key", "").partition("-")
    if not pk.isdigit() or field not in FIELDS:
        raise BadInput(_("This text is not there any more."))
    product = get_object_or_404(queries.visible_to(_editor(request)), pk=int(pk))
    allow(product, _editor(request))
    value = request.POST.get("value", "")
    if not value.strip():
        raise BadInput(_("This cannot be empty."), field=field)
    services.write_text(product, field, language, value, status=Text.Status.HUMAN)
    messages.success(request, _("Saved."))


@for_editors
def quarantine(request: HttpRequest) -> HttpResponse:
    """List the rows of imports that were left out, with the reason."""
    rows = Quarantined.objects.filter(mended__isnull=True)
    return render(
        request,
        "offer/admin/quarantine.html",
        {
            "page_title": _("Quarantine"),
            "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        },
    )


@for_editors
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a row that was left out, and try it again."""
    kept = get_object_or_404(Quarantined, pk=pk, mended__isnull=True)
    wrong_field, error = kept.field, kept.reason
    content = {name: str(kept.content.get(name, "")) for name in COLUMNS}
    if request.method == "POST":
        content = {name: request.POST.get(name, "") for name in COLUMNS}
        try:
            services.mend(kept.pk, content)
            messages.success(request, _("The row is accepted."))
            return redirect("offer_admin:quarantine")
        except BadInput as wrong:
            wrong_field, error = wrong.field, str(wrong)
    return render(
        request,
        "offer/admin/mend.html",
        {
            "page_title": str(kept),
            "kept": kept,
            "broken": kept.content.get("", ""),
            "content": content,
            "wrong_field": wrong_field,
            "error": error,
        },
    )


@for_editors
def candidates(request: HttpRequest) -> HttpResponse:
    """List the records that may be places we know, to be joined or kept apart."""
    if request.method == "POST":
        try:
            _settle(request)
        except BadInput as wrong:
            messages.warning(request, str(wrong))
        return redirect(request.get_full_path())
    rows = Candidate.objects.filter(state=Candidate.State.OPEN).select_related(
        "record__place", "place__municipality"
    )
    return render(
        request,
        "offer/admin/candidates.html",
        {
            "page_title": _("Possible doubles"),
            "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        },
    )


def _settle(request: HttpRequest) -> None:
    pk = request.POST.get("candidate", "")
    if not pk.isdigit():
        raise BadInput(_("Choose a row."))
    if request.POST.get("action") == "join":
        services.join(int(pk), by=_editor(request))
        messages.success(request, _("They are one place now."))
    else:
        services.keep_apart(int(pk), by=_editor(request))
        messages.success(request, _("They stay two places."))
