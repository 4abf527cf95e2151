"""The office composes packages: words and price, parts, what each gets, on sale or not."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.desk import queries
from belvedere.desk.package_forms import MOST_PARTS, PackageWords, PartForm
from belvedere.desk.rules import EDITORS, REVIEWERS
from belvedere.desk.views.approval import theirs
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only
from belvedere.offer import services as catalogue_services
from belvedere.sell import queries as sales
from belvedere.sell import services as selling
from belvedere.sell.services import PackageTerms, PartTerms, WrongPart
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.offer.models import Product

editors_only = only(*EDITORS)
FIELDS = {"agreed": "share"}


def _package(request: SignedIn, slug: str) -> "Product":
    found = theirs(request, slug)
    if found.kind != found.Kind.PACKAGE:
        raise Http404
    return found


@editors_only
def packages(request: SignedIn) -> HttpResponse:
    """List the packages of somebody's areas, with what keeps one from being bought."""
    rows = queries.package_rows(request.user, tag(get_language() or ""))
    keeps_tax = bool(set(queries.roles(request.user)) & set(REVIEWERS))
    return page(request, "desk/packages.html", {"rows": rows, "keeps_tax": keeps_tax})


@editors_only
@never_cache
def write(request: SignedIn, slug: str = "") -> HttpResponseBase:
    """Ask for words, price and terms of a package: a new one, or one that is there."""
    product = _package(request, slug) if slug else None
    form = PackageWords(
        request.POST or None,
        initial=queries.package_as_typed(product) if product else None,
        operators=queries.organisers(request.user),
        themes=queries.themes(),
    )
    if product:
        del form.fields["operator"]  # Who answers for it does not change.
    if form.is_valid():
        try:
            kept = selling.write_package(
                _written(form.cleaned_data),
                operator_id=None if product else int(form.cleaned_data["operator"]),
                product=product,
                language=tag(request.user.language),
                by=request.user,
            )
            return redirect("desk:package", kept.slug)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {"form": form, "product": product}
    return page(request, "desk/package_words.html", context, status=_status(form.errors))


@editors_only
@never_cache
def package(request: SignedIn, slug: str) -> HttpResponseBase:
    """Show a package with its parts, its shares and its free days; on POST, keep the parts."""
    product = _package(request, slug)
    language = tag(get_language() or "")
    found = sales.package(product.pk)
    rows = _rows(request, found, queries.part_options(request.user, language, _parts(found)))
    problem = ""
    if request.method == "POST" and rows.is_valid():
        problem = _compose(request, product, rows)
        if not problem and rows.is_valid():
            messages.success(request, _("The parts are kept."))
            return redirect("desk:package", slug)
    context = {
        "product": product,
        "title": queries.titles([product], language)[product.pk],
        "off_sale": list(queries.titles(found.off_sale, language).values()) if found else [],
        "rows": rows,
        "problem": problem,
        "shares": queries.division(found, language) if found and found.option else [],
        "days": [each for each in queries.free_days(found) if each.free] if found else [],
        "many": bool(found and len(found.parts) > 1),
    }
    wrong = problem or any(rows.errors) if rows.is_bound else False
    return page(request, "desk/package.html", context, status=422 if wrong else 200)


@editors_only
@require_POST
def sale(request: SignedIn, slug: str) -> HttpResponse:
    """Put a package on sale, or take it off. What is sold stays sold."""
    product = _package(request, slug)
    try:
        if request.POST.get("deed") == "off":
            catalogue_services.withdraw(product.pk, by=request.user)
            messages.success(request, _("It is off sale. What is sold stays sold."))
        else:
            selling.put_on_sale(product.pk, by=request.user)
            messages.success(request, _("It is on sale."))
    except BadInput as error:
        messages.error(request, str(error))
    return redirect("desk:package", slug)


def _parts(found: sales.Package | None) -> tuple[Any, ...]:
    return found.parts if found else ()


def _rows(request: SignedIn, found: sales.Package | None, options: Any) -> Any:
    parts = _parts(found)
    made = forms.formset_factory(
        PartForm, extra=2 if parts else 3, max_num=MOST_PARTS, absolute_max=MOST_PARTS
    )
    initial = [
        {
            "option": str(each.option.id),
            "day": each.day + 1,
            "start": each.start,
            "nights": each.nights or None,
            "quantity": each.quantity,
            "per": "person" if each.per_person else "package",
            "share": _euros(each.agreed),
        }
        for each in parts
    ]
    return made(
        request.POST or None,
        initial=None if request.method == "POST" else initial,
        form_kwargs={"options": options},
    )


def _compose(request: SignedIn, product: "Product", rows: Any) -> str:
    """Keep the parts; return what is wrong with all of them, what is wrong with one in it."""
    chosen = [each for each in rows.forms if each.cleaned_data.get("option")]
    try:
        selling.compose(
            product.pk, [_terms(each.cleaned_data) for each in chosen], by=request.user
        )
    except WrongPart as error:
        field = FIELDS.get(error.field, error.field)
        row = chosen[error.part]
        row.add_error(field if field in row.fields else None, str(error))
        return str(_("Something is wrong with a part: see below."))
    except BadInput as error:
        return str(error)
    return ""


def _written(given: dict[str, Any]) -> PackageTerms:
    return PackageTerms(
        texts={each: given[each] for each in ("title", "summary", "description")},
        theme=given["theme"],
        price=given["price"],
        people=given["people"],
        child_price=given["child_price"],
        child_until=given["child_until"] or 11,
        hours=given["hours"],
    )


def _terms(given: dict[str, Any]) -> PartTerms:
    share: Amount | None = given["share"]
    return PartTerms(
        option=int(given["option"]),
        day=given["day"] - 1,
        start=given["start"],
        nights=given["nights"] or 0,
        quantity=given["quantity"],
        per=given["per"],
        agreed_minor=share.minor if share else None,
    )


def _euros(minor: int | None) -> str:
    return "" if minor is None else f"{minor / 100:.2f}".replace(".", ",")


def _status(errors: Any) -> int:
    return 422 if errors else 200
