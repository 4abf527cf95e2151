"""The operator's experiences: writing one in two screens, sending it, looking after it."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.desk import queries, rules, services
from belvedere.desk.forms import Days, Selling, Words
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, operators_only
from belvedere.offer import queries as catalogue
from belvedere.offer import services as catalogue_services
from belvedere.shared import clock
from belvedere.shared import months as wall
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag

if TYPE_CHECKING:
    from belvedere.desk.models import Draft
    from belvedere.offer.models import Product
    from belvedere.territory.models import Operator

WORDS = ("title", "happens", "audience", "theme")
SELLING = ("price", "house", "start", "minutes", "places", "where", "meeting_point")
MENDABLE = ("returned", "draft")


def mine(operator: "Operator", slug: str) -> "Product":
    """Return the operator's product; 404 for what is not theirs, or a package: the office's."""
    product = catalogue.product(slug)
    if product is None or product.operator_id != operator.pk or product.kind == "package":
        raise Http404
    return product


@operators_only
def experiences(request: SignedIn, operator: "Operator") -> HttpResponse:
    """List the operator's experiences with their state and what is left of the next days."""
    language = tag(get_language() or "")
    context = {
        "operator": operator,
        "operators": queries.operators(request.user),
        "rows": queries.my_experiences(request.user, operator, language),
        "draft": queries.draft(operator),
        "packages": queries.in_packages(operator, language),
    }
    return page(request, "desk/experiences.html", context)


@operators_only
@never_cache
def write(request: SignedIn, operator: "Operator", slug: str = "") -> HttpResponseBase:
    """Ask for the photograph, the three sentences and the theme: the first screen."""
    product = _mending(operator, slug)
    draft = queries.draft(operator, product)
    if request.method == "POST":
        typed = _typed(request, WORDS)
        draft = services.keep_draft(operator, typed, product=product, by=request.user)
        form = Words(request.POST, request.FILES, themes=queries.themes())
        _photograph(request, draft, form)
        if form.is_valid():
            return redirect(*_step("desk:write-days", slug))
    else:
        kept = draft.values if draft else queries.as_typed(product) if product else {}
        form = Words(initial=kept, themes=queries.themes())
    context = {
        "form": form,
        "draft": draft,
        "product": product,
        "first": queries.is_first(request.user, operator),
    }
    return page(request, "desk/write.html", context)


@operators_only
@never_cache
def write_days(request: SignedIn, operator: "Operator", slug: str = "") -> HttpResponseBase:
    """Ask for price, days and place: the second screen, which sends it to the editors."""
    product = _mending(operator, slug)
    draft = queries.draft(operator, product)
    if draft is None:
        return redirect(*_step("desk:write", slug))
    today, language = clock.today(), tag(get_language() or "")
    wheres = queries.wheres(operator.area)
    if request.method == "POST":
        typed = _typed(request, SELLING) | {
            "day": request.POST.getlist("day"),
            "weekday": request.POST.getlist("weekday"),
        }
        draft = services.keep_draft(operator, typed, product=product, by=request.user)
        if "back" in request.POST:
            return redirect(*_step("desk:write", slug))
        form = Selling(
            request.POST,
            today=today,
            wheres=wheres,
            houses=queries.houses(),
            language=language,
        )
        words = Words(draft.values, themes=queries.themes())
        if form.is_valid() and not words.is_valid():
            return redirect(*_step("desk:write", slug))
        sent = _send(request, draft, words, form) if form.is_valid() else None
        if sent:
            return redirect("desk:experience", sent.slug)
    else:
        form = Selling(
            initial={"minutes": 120, "places": 8, **draft.values},
            today=today,
            wheres=wheres,
            houses=queries.houses(),
            language=language,
        )
    context = {
        "form": form,
        "draft": draft,
        "product": product,
        "months": _named(
            rules.months(today, chosen=_dates(draft.values.get("day", []))), language
        ),
        "weekdays": _weekdays(draft.values.get("weekday", []), language),
    }
    return page(request, "desk/write_days.html", context)


@operators_only
@require_POST
def keep(request: SignedIn, operator: "Operator", slug: str = "") -> HttpResponse:
    """Keep what stands in a form while somebody is still typing; htmx calls it."""
    product = _mending(operator, slug)
    fields = [each for each in (*WORDS, *SELLING) if each in request.POST]
    typed: dict[str, Any] = _typed(request, fields)
    if "price" in request.POST:
        typed["day"] = request.POST.getlist("day")
        typed["weekday"] = request.POST.getlist("weekday")
    services.keep_draft(operator, typed, product=product, by=request.user)
    return HttpResponse(status=204)


@operators_only
@require_POST
def discard(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Throw a draft away and start again."""
    draft = queries.draft(operator)
    if draft:
        draft.delete()
    return redirect("desk:write")


@operators_only
def experience(request: SignedIn, operator: "Operator", slug: str) -> HttpResponse:
    """Show the operator an experience: its state, its words in three languages, its days."""
    product = mine(operator, slug)
    context = {
        "product": product,
        "title": queries.title(product, tag(get_language() or "")),
        "previews": queries.previews(product),
        "starts": queries.starts(product),
        "sales": queries.sales_by_source([product], rules.period("month", clock.today())),
        "mendable": product.state in MENDABLE,
    }
    return page(request, "desk/experience.html", context)


@operators_only
@never_cache
def days(request: SignedIn, operator: "Operator", slug: str) -> HttpResponseBase:
    """Let the operator change how many places there are on which days."""
    product = mine(operator, slug)
    today, language = clock.today(), tag(get_language() or "")
    form = Days(
        request.POST or None,
        today=today,
        stay=product.kind == product.Kind.STAY,
        initial={"places": 8},
    )
    if form.is_valid() and _offer(form, product):
        return redirect("desk:days", slug)
    ticked = request.POST.getlist("day")
    context = {
        "product": product,
        "title": queries.title(product, language),
        "form": form,
        "starts": queries.starts(product),
        "months": _named(rules.months(today, chosen=_dates(ticked)), language),
        "weekdays": _weekdays(request.POST.getlist("weekday"), language),
    }
    return page(request, "desk/days.html", context)


@operators_only
@require_POST
def withdraw(request: SignedIn, operator: "Operator", slug: str) -> HttpResponse:
    """Take an experience off sale. What is sold stays sold."""
    product = mine(operator, slug)
    try:
        catalogue_services.withdraw(product.pk, by=request.user)
    except BadInput as error:
        messages.error(request, str(error))
    return redirect("desk:experience", slug)


def _offer(form: Days, product: "Product") -> bool:
    try:
        services.offer_days(
            product,
            form.cleaned_data["days"],
            start=form.cleaned_data["start"],
            capacity=form.cleaned_data["places"],
            mode=form.cleaned_data["mode"],
            names=form.cleaned_data["names"],
        )
    except BadInput as error:
        form.add_error("places", str(error))
        return False
    return True


def _mending(operator: "Operator", slug: str) -> "Product | None":
    if not slug:
        return None
    product = mine(operator, slug)
    if product.state not in MENDABLE:
        raise Http404
    return product


def _step(name: str, slug: str) -> tuple[str, ...]:
    return (f"{name}-again", slug) if slug else (name,)


def _typed(request: SignedIn, fields: Iterable[str]) -> dict[str, Any]:
    return {each: request.POST.get(each, "")[:5000] for each in fields}


def _photograph(request: SignedIn, draft: "Draft", form: Words) -> None:
    file = request.FILES.get("picture")
    if file is None:
        return
    try:
        services.keep_photograph(draft, file, by=request.user)
    except BadInput as error:
        form.add_error("picture", str(error))


def _send(request: SignedIn, draft: "Draft", words: Words, form: Selling) -> "Product | None":
    try:
        return services.send_draft(
            draft,
            words=words.cleaned_data,
            selling=form.cleaned_data,
            language=tag(request.user.language),
            by=request.user,
        )
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


def _dates(texts: Iterable[str]) -> list[date]:
    found = []
    for each in texts:
        try:
            found.append(date.fromisoformat(each))
        except ValueError:
            continue
    return found


def _named(found: Iterable[rules.Month], language: str) -> list[tuple[str, rules.Month]]:
    return [(wall.name(each.first, language), each) for each in found]


def _weekdays(ticked: Iterable[str], language: str) -> list[tuple[int, str, str, bool]]:
    chosen = set(ticked)
    return [(*each, str(each[0]) in chosen) for each in wall.weekday_names(language)]
