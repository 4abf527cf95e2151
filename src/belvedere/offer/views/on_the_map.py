"""The places, one of them, and an area with its map."""

from collections.abc import Sequence

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from belvedere.offer import queries, structured
from belvedere.offer.forms import PlaceFilter
from belvedere.offer.views import asked
from belvedere.territory import queries as territory

SHOWN = 24


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """List the places, filtered by kind, area and words, with a map of those listed."""
    language = asked.language()
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
    page = asked.page(request, queries.ranked(found), SHOWN)
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
            "query": asked.query(request),
            "filtered": any(form.value(name) for name in form.fields),
            "alternates": asked.alternates("offer:places"),
            "data": structured.page(
                structured.items(
                    pgettext("sights", "Places"),
                    ((each.name, settings.PUBLIC_URL + each.url) for each in rows),
                ),
                url=asked.url(request),
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
    language, source = asked.language(), asked.source(request)
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
                    url=asked.url(request),
                    area=area,
                    area_name=area_name,
                    description=said.get("description"),
                ),
                url=asked.url(request),
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
    language, source = asked.language(), asked.source(request)
    name = territory.names([found], language)[found.pk]
    towns = list(territory.municipalities(found))
    rows = queries.listed(queries.ranked(territory.places(found))[:SHOWN], language)
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
                    url=asked.url(request),
                    attractions=((each.name, settings.PUBLIC_URL + each.url) for each in rows),
                ),
                url=asked.url(request),
                language=language,
            ),
        },
    )


def _starts_of(cards: Sequence[queries.Card]) -> list[tuple[float, float, str, str]]:
    """Return where each of the experiences begins, for a map."""
    return [
        (each.product.latitude, each.product.longitude, str(each.title), each.url)
        for each in cards
        if each.product.latitude is not None and each.product.longitude is not None
    ]
