"""The public pages: the catalogue, a product, the places, a place, an area."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_headers

from belvedere.journal.rules import touch
from belvedere.offer import queries, structured
from belvedere.offer.forms import CatalogueFilter, GoodsFilter, PlaceFilter
from belvedere.offer.models import Product
from belvedere.offer.ports import Free, booking
from belvedere.offer.rules import Said
from belvedere.offer.services.approve import EDITORS
from belvedere.offer.words import cancellation
from belvedere.shared import clock
from belvedere.shared.languages import TAGS, tag
from belvedere.territory import queries as territory

CARDS, PLACES = 12, 24
DAYS_SHOWN = 3
CALENDAR_SECONDS = 5


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the experiences on sale, filtered by theme, area, day and words."""
    language, source = _language(), _source(request)
    form = CatalogueFilter(request.GET, areas=_areas_with_products(language))
    form.is_valid()
    area = territory.area(form.value("area")) if form.value("area") else None
    found = queries.on_sale(area, form.value("theme"))
    found = queries.search(found, form.value("q"))
    day: date | None = form.value("day") or None
    if day:
        with_places = [
            each
            for each in queries.cards(found, language=language, source=source, days=[day])
            if each.next
        ]
        page = _page(request, with_places, CARDS)
        cards = list(page)
    else:
        page = _page(request, found, CARDS)
        cards = queries.cards(page, language=language, source=source)
    return render(
        request,
        "offer/catalogue.html",
        {
            "form": form,
            "cards": cards,
            "page": page,
            "query": _query(request),
            "filtered": any(form.value(name) for name in form.fields),
            "day": day,
            "today": clock.today(),
            "alternates": _alternates("offer:catalogue"),
            "data": structured.page(
                structured.cards(cards, base=settings.PUBLIC_URL),
                url=_url(request),
                language=language,
            ),
        },
    )


@require_safe
def goods(request: HttpRequest) -> HttpResponse:
    """List what makers send, with what it costs in the reader's country and by when."""
    language, source = _language(), _source(request)
    form = GoodsFilter(
        request.GET,
        areas=_areas_with_products(language, goods=True),
        countries=booking().countries(language),
    )
    form.is_valid()
    area = territory.area(form.value("area")) if form.value("area") else None
    found = queries.on_sale(area, form.value("theme"), goods=True)
    page = _page(request, queries.search(found, form.value("q")), CARDS)
    rows = queries.shelved(page, language=language, source=source, country=form.value("to"))
    return render(
        request,
        "offer/goods.html",
        {
            "form": form,
            "rows": rows,
            "page": page,
            "query": _query(request),
            "filtered": any(form.value(name) for name in form.fields),
            "alternates": _alternates("offer:goods"),
            "data": structured.page(
                structured.items(
                    _("Local goods"),
                    ((str(each.title), settings.PUBLIC_URL + each.url) for each in rows),
                ),
                url=_url(request),
                language=language,
            ),
        },
    )


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one experience: words, pictures, when it can be booked, how to get there.

    A good is shown under `goods/`, whatever address it was asked for by.
    """
    found = queries.product(slug)
    if found is None or not _may_see(request, found):
        raise Http404(_("There is no such experience."))
    proper = queries.shown_at(found, language=_language())
    if request.path != proper:
        query = request.GET.urlencode()
        return redirect(f"{proper}?{query}" if query else proper, permanent=True)
    language, source = _language(), _source(request)
    said = queries.words(found, language)
    said.setdefault("title", Said(found.slug, found.language, "source", language))
    if found.kind == Product.Kind.GOOD:
        return _good(request, found, said)
    on_sale = found.state == Product.State.ON_SALE
    starts = queries.starts(
        [found] if on_sale else [], queries.ahead(), language=language, source=source
    )[found.slug]
    days = _by_day([each for each in starts if each.free])
    price = queries.price(found)
    days_of = queries.included(found, language=language)
    parts = [each.step.product for _day, mine in days_of for each in mine]
    checkout = booking().checkout_url(found.slug, language=language) if on_sale else ""
    area = found.operator.area
    return render(
        request,
        "offer/product.html",
        {
            "product": found,
            "said": said,
            "price": price,
            "also": next((each.also for each in starts if each.also), None),
            "days": days[:DAYS_SHOWN],
            "calendar": queries.calendar(
                found,
                month=f"{days[0][0]:%Y-%m}" if days else "",
                language=language,
                source=source,
            )
            if on_sale
            else None,
            "on_sale": on_sale,
            "preview": not on_sale and found.state != Product.State.WITHDRAWN,
            "policy": cancellation(found.free_cancellation_hours),
            "area": area,
            "area_name": territory.names([area], language, gloss=False)[area.pk],
            "place": _named(found, language),
            "included": days_of,
            "people": next((each.step.people for _day, mine in days_of for each in mine), 1),
            "taxes": booking().taxes(parts or [found], language) if on_sale else [],
            "points": [
                point for each in (found, *parts) for point in _point(each, str(said["title"]))
            ],
            "address_at_home": _address_at_home(found, said.get("address"), language),
            "data": structured.page(
                structured.experience(
                    found,
                    said,
                    url=_url(request),
                    price=price,
                    starts=starts,
                    base=settings.PUBLIC_URL,
                    checkout=checkout,
                    parts=[
                        (str(each.title), f"{settings.PUBLIC_URL}{each.url}")
                        for _day, mine in days_of
                        for each in mine
                        if each.url
                    ],
                ),
                url=_url(request),
                language=language,
            ),
        },
        status=410 if found.state == Product.State.WITHDRAWN else 200,
    )


@require_safe
@cache_control(max_age=CALENDAR_SECONDS)
@conditional_page
@vary_on_headers("HX-Request")
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a month of free places: a page of its own, or what htmx puts into another one."""
    found = queries.product(slug)
    if found is None or found.state != Product.State.ON_SALE or found.kind == Product.Kind.GOOD:
        raise Http404(_("There is no such experience."))
    language, source = _language(), _source(request)
    htmx = request.headers.get("HX-Request") == "true"
    context = {
        "product": found,
        "calendar": queries.calendar(
            found,
            month=request.GET.get("month", ""),
            day=request.GET.get("day", ""),
            language=language,
            source=source,
        ),
        "htmx": htmx,
    }
    if htmx:
        return render(request, "offer/_calendar.html", context)
    context["said"] = queries.words(found, language)
    context["price"] = queries.price(found)
    return render(request, "offer/calendar.html", context)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """List the places, filtered by kind, area and words, with a map of those listed."""
    language = _language()
    ambiti = list(territory.ambiti())
    called = territory.names(ambiti, language, gloss=False)
    form = PlaceFilter(request.GET, areas=[(each.slug, called[each.pk]) for each in ambiti])
    form.is_valid()
    area = next((each for each in ambiti if each.slug == form.value("area")), None)
    found = territory.places(area)
    if form.value("kind"):
        found = found.filter(kind=form.value("kind"))
    for word in form.value("q").split()[:6]:
        found = found.filter(queries.named(word))
    page = _page(request, queries.ranked(found), PLACES)
    rows = queries.listed(page, language)
    return render(
        request,
        "offer/places.html",
        {
            "form": form,
            "page": page,
            "places": rows,
            "area": area,
            "area_name": called[area.pk] if area else "",
            "points": [each.point for each in rows if each.point],
            "query": _query(request),
            "filtered": any(form.value(name) for name in form.fields),
            "alternates": _alternates("offer:places"),
            "data": structured.page(
                structured.items(
                    pgettext("sights", "Places"),
                    ((each.name, settings.PUBLIC_URL + each.url) for each in rows),
                ),
                url=_url(request),
                language=language,
            ),
        },
    )


@require_safe
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one place: where it is, what is known of it, and what can be booked there."""
    found = queries.place(slug)
    if found is None:
        moved = queries.moved(slug)
        if moved is None:
            raise Http404(_("There is no such place."))
        return redirect("offer:place", slug=moved, permanent=True)
    language, source = _language(), _source(request)
    name = territory.names([found], language, gloss=False)[found.pk]
    area = territory.ambito_of(found.municipality) if found.municipality else None
    area_name = territory.names([area], language, gloss=False)[area.pk] if area else ""
    said = queries.words(found, language)
    here = queries.cards(
        queries.on_sale().filter(place=found), language=language, source=source
    )
    nearby = [] if here or not area else queries.on_sale(area)[:3]
    near = queries.cards(nearby, language=language, source=source)
    listed = queries.listed([found], language)[0]
    return render(
        request,
        "offer/place.html",
        {
            "place": found,
            "name": name,
            "town": listed.town,
            "said": said,
            "area": area,
            "area_name": area_name,
            "points": [(*listed.point[:3], "")] if listed.point else [],
            "cards": here or near,
            "here": bool(here),
            "links": structured.same_as(found),
            "data": structured.page(
                structured.attraction(
                    found,
                    name=name,
                    url=_url(request),
                    area=area,
                    area_name=area_name,
                    description=said.get("description"),
                ),
                url=_url(request),
                language=language,
            ),
        },
    )


@require_safe
def area(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an area: its map, its municipalities, what can be booked and seen there."""
    found = territory.area(slug)
    if found is None:
        raise Http404(_("There is no such area."))
    language, source = _language(), _source(request)
    name = territory.names([found], language)[found.pk]
    towns = list(territory.municipalities(found))
    rows = queries.listed(queries.ranked(territory.places(found))[:PLACES], language)
    cards = queries.cards(queries.on_sale(found)[:6], language=language, source=source)
    return render(
        request,
        "offer/area.html",
        {
            "area": found,
            "name": name,
            "said": queries.words(found, language),
            "towns": sorted(territory.names(towns, language, gloss=False).values()),
            "places": rows,
            "points": _starts_of(cards),
            "number_of_places": territory.places(found).count(),
            "cards": cards,
            "data": structured.page(
                structured.destination(
                    found,
                    name=name,
                    url=_url(request),
                    attractions=((each.name, settings.PUBLIC_URL + each.url) for each in rows),
                ),
                url=_url(request),
                language=language,
            ),
        },
    )


def _good(request: HttpRequest, found: Product, said: dict[str, Said]) -> HttpResponse:
    """Show one good: words, pictures, what it costs where, who makes it."""
    language, source = _language(), _source(request)
    on_sale = found.state == Product.State.ON_SALE
    wares = booking().goods(
        [found.slug] if on_sale else [],
        country=request.GET.get("to", ""),
        source=source,
        language=language,
    )
    ware = wares[0] if wares else None
    area = found.operator.area
    return render(
        request,
        "offer/good.html",
        {
            "product": found,
            "said": said,
            "ware": ware,
            "countries": booking().countries(language),
            "on_sale": on_sale,
            "preview": not on_sale and found.state != Product.State.WITHDRAWN,
            "area": area,
            "area_name": territory.names([area], language, gloss=False)[area.pk],
            "data": structured.page(
                structured.good(
                    found, said, url=_url(request), ware=ware, base=settings.PUBLIC_URL
                ),
                url=_url(request),
                language=language,
            ),
        },
        status=410 if found.state == Product.State.WITHDRAWN else 200,
    )


def _language() -> str:
    return tag(get_language() or "")


def _source(request: HttpRequest) -> str:
    token = request.GET.get("s", "")
    return token if touch(token, clock.now()) else ""


def _url(request: HttpRequest) -> str:
    return f"{settings.PUBLIC_URL}{request.path}"


def _alternates(name: str) -> list[tuple[str, str]]:
    """Name the list in each language without the filter: one address for each content."""
    return [(each, queries.address(name, language=each)) for each in TAGS]


def _query(request: HttpRequest) -> str:
    """Return the filter as it stands, for the links to other pages of the list."""
    query: QueryDict = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _page(request: HttpRequest, found: Any, size: int) -> Page:
    """Return the page asked for; what is no page number is the first, too far is the last."""
    return Paginator(found, size).get_page(request.GET.get("page"))


def _areas_with_products(language: str, *, goods: bool = False) -> list[tuple[str, str]]:
    areas = queries.areas_on_sale(goods=goods)
    called = territory.names(areas, language, gloss=False)
    return sorted(((each.slug, called[each.pk]) for each in areas), key=lambda each: each[1])


def _may_see(request: HttpRequest, found: Product) -> bool:
    if found.state in (Product.State.ON_SALE, Product.State.WITHDRAWN):
        return True
    return territory.can(request.user, *EDITORS, "operator", operator=found.operator)


def _by_day(starts: Sequence[Free]) -> list[tuple[date, list[Free]]]:
    days: dict[date, list[Free]] = {}
    for each in starts:
        days.setdefault(each.day, []).append(each)
    return list(days.items())


def _point(found: Product, label: str) -> list[tuple[float, float, str, str]]:
    if found.latitude is None or found.longitude is None:
        return []
    return [(found.latitude, found.longitude, found.meeting_point or label, "")]


def _starts_of(cards: Sequence[queries.Card]) -> list[tuple[float, float, str, str]]:
    """Return where each of the experiences begins, for a map."""
    return [
        (each.product.latitude, each.product.longitude, str(each.title), each.url)
        for each in cards
        if each.product.latitude is not None and each.product.longitude is not None
    ]


def _named(found: Product, language: str) -> dict[str, str] | None:
    if found.place is None or not found.place.shown:
        return None
    return {
        "name": territory.names([found.place], language)[found.place.pk],
        "url": queries.address("offer:place", found.place.slug, language=language),
    }


def _address_at_home(found: Product, shown: Said | None, language: str) -> Said | None:
    """Return the address in Latin letters too, to be shown to a driver, if it isn't already."""
    if shown is None or shown.language == found.language:
        return None
    original = queries.texts([found], found.language, ["address"])
    home = original.get((found.pk, "address"))
    if home is None or home.value == shown.value:
        return None
    return Said(home.value, home.language, home.status, language)
