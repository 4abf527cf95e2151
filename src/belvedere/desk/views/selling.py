"""The maker's pages: opening a shop step by step, goods, and what to do next."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.desk import queries, services
from belvedere.desk.selling_forms import STEPS, GoodForm, Shop
from belvedere.desk.views.experiences import mine
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, operators_only
from belvedere.offer import queries as catalogue
from belvedere.offer import services as catalogue_services
from belvedere.sell import services as sales
from belvedere.sell.queries import goods as reading
from belvedere.sell.rules import world
from belvedere.sell.rules.sellers import AGREEMENT
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.territory.models import Operator

WHOLE = ("title", "summary", "description", "theme", "price")


@operators_only
def selling(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Show a maker what is to be sent, what is on sale, and what to do to sell more."""
    language = tag(get_language() or "")
    seller = reading.seller(operator.pk)
    found = queries.parcels(operator, language)
    context = {
        "operator": operator,
        "operators": queries.operators(request.user),
        "seller": seller,
        "todos": queries.todos(operator, language),
        "to_do": [each for each in found if _waits(each)],
        "sent": [each for each in found if not _waits(each)][-20:],
        "rows": queries.goods_of(operator, language),
        "approved": seller is not None and seller.state == seller.State.APPROVED,
    }
    return page(request, "desk/selling.html", context)


def _waits(each: queries.Parcel) -> bool:
    wish = each.delivery.wish
    asked = wish is not None and wish.state in ("asked", "accepted")
    return asked or each.delivery.state in ("waiting", "packed", "sent")


@operators_only
def opening(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Show the steps of opening a shop, and how far they are."""
    seller = reading.seller(operator.pk)
    steps = queries.steps(seller, {key: str(name) for key, (name, _form) in STEPS.items()})
    context = {
        "operator": operator,
        "seller": seller,
        "steps": steps,
        "following": next((each for each in steps if not each.done), None),
        "masked": queries.masked(seller),
    }
    return page(request, "desk/selling_open.html", context)


@operators_only
@never_cache
def step(request: SignedIn, operator: "Operator", key: str) -> HttpResponseBase:
    """Ask for one thing; it is kept as soon as it is right."""
    if key not in STEPS:
        raise Http404
    name, form_of = STEPS[key]
    seller = reading.seller(operator.pk)
    form = form_of(request.POST or None, initial=_known(key, seller))
    if request.method == "POST" and form.is_valid() and _fill(request, operator, form):
        left = [each for each in STEPS if each not in sales.done(reading.seller(operator.pk))]
        return redirect("desk:selling-step", left[0]) if left else redirect("desk:selling-open")
    steps = list(STEPS)
    context = {
        "operator": operator,
        "seller": seller,
        "form": form,
        "key": key,
        "name": name,
        "number": steps.index(key) + 1,
        "of": len(steps),
        "masked": queries.masked(seller),
        "version": AGREEMENT,
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "desk/selling_step.html", context, status=status)


def _known(key: str, seller: Any) -> dict[str, Any]:
    """Return what a form begins with. Numbers are not shown again: they are typed anew."""
    if seller is None:
        return {"vat_scheme": "home"} if key == "tax" else {}
    shown = {"legal_name", "street", "postcode", "city", "vat_scheme", "ready_hours",
             "signatory"}  # fmt: skip
    return {each: getattr(seller, each) for each in sales.STEPS[key] if each in shown}


def _fill(request: SignedIn, operator: "Operator", form: Any) -> bool:
    try:
        sales.fill(operator, form.cleaned_data, by=request.user)
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


@operators_only
@require_POST
def send(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Ask the office to look."""
    try:
        sales.begin(operator)
        sales.send_for_review(operator)
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Sent. The office looks at it, and you see it here."))
    return redirect("desk:selling-open")


@operators_only
@never_cache
def shop(request: SignedIn, operator: "Operator") -> HttpResponseBase:
    """Let a maker tell their story, with a picture."""
    language = tag(request.user.language)
    said = catalogue.words(operator, language).get("description")
    form = Shop(
        request.POST or None, request.FILES or None, initial={"story": said and said.value}
    )
    if request.method == "POST" and form.is_valid() and _tell(request, operator, form):
        messages.success(request, _("It is on your shop page."))
        return redirect("desk:selling")
    context = {"operator": operator, "form": form, "seller": reading.seller(operator.pk)}
    return page(request, "desk/selling_shop.html", context)


def _tell(request: SignedIn, operator: "Operator", form: Shop) -> bool:
    story, file = form.cleaned_data["story"], request.FILES.get("portrait")
    try:
        if file:
            sales.keep_portrait(operator, file, by=request.user)
        source = catalogue.source_language(operator, "description") or tag(
            request.user.language
        )
        catalogue_services.write_text(operator, "description", source, story, status="source")
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else "portrait", str(error))
        return False
    return True


@operators_only
def countries(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Show where a maker's goods go, at which price, and where not, with the reason."""
    found = queries.countries_of(operator, tag(get_language() or ""))
    context = {
        "operator": operator,
        "sent": [each for each in found if each.sent],
        "refused": queries.by_reason(each for each in found if not each.sent),
        "number": sum(not each.sent for each in found),
    }
    return page(request, "desk/selling_countries.html", context)


@operators_only
@never_cache
def new(request: SignedIn, operator: "Operator") -> HttpResponseBase:
    """Ask for a new good, and send it to the editors."""
    form = _form(request, {"pieces": 1, "making_days": 0, "origin": "IT", "collect": True})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose_good(
                operator,
                form.cleaned_data,
                picture=request.FILES.get("picture"),
                language=tag(request.user.language),
                by=request.user,
            )
        except BadInput as error:
            _wrong(form, error)
        else:
            return redirect("desk:good", made.slug)
    return page(request, "desk/good.html", {"operator": operator, "form": form, "whole": True})


@operators_only
@never_cache
def good(request: SignedIn, operator: "Operator", slug: str) -> HttpResponseBase:
    """Show a good with its state, and let its stock, weight and size be changed."""
    product = mine(operator, slug)
    if product.kind != product.Kind.GOOD:
        raise Http404
    whole = product.state in ("draft", "returned")
    form = _form(request, _as_typed(product))
    if not whole:
        for each in (*WHOLE, "picture"):
            del form.fields[each]
    if request.method == "POST" and form.is_valid():
        try:
            services.change_good(
                product, form.cleaned_data, picture=request.FILES.get("picture"),
                by=request.user,
            )  # fmt: skip
        except BadInput as error:
            _wrong(form, error)
        else:
            messages.success(request, _("It is kept."))
            return redirect("desk:good", slug)
    context = {
        "operator": operator,
        "product": product,
        "title": queries.title(product, tag(get_language() or "")),
        "form": form,
        "whole": whole,
        "previews": queries.previews(product),
    }
    return page(request, "desk/good.html", context)


def _form(request: SignedIn, initial: dict[str, Any]) -> GoodForm:
    return GoodForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        themes=queries.themes(),
        countries=list(world.names(tag(get_language() or "")).items()),
    )


def _wrong(form: GoodForm, error: BadInput) -> None:
    field = error.field if error.field in form.fields else None
    form.add_error(field, str(error))


def _as_typed(product: "Product") -> dict[str, Any]:
    known = reading.good_of(product.pk)
    said = catalogue.words(product, product.language)
    typed: dict[str, Any] = {
        "theme": product.theme,
        "price": catalogue.price(product).text("it").replace("\xa0€", "").replace(",00", ""),
        "pieces": reading.left_of([product.pk]).get(product.pk, 0),
        **{
            each: said[each].value
            for each in ("title", "summary", "description")
            if each in said
        },
    }
    if known:
        fields = ("weight_g", "making_days", "bulky", "collect", "to_measure", "customs_name",
                  "hs_code", "origin")  # fmt: skip
        typed |= {each: getattr(known, each) for each in fields}
        for each in ("length", "width", "height"):
            typed[f"{each}_cm"] = -(-getattr(known, f"{each}_mm") // 10)
    return typed
