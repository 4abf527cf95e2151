"""The catalogue of experiences, and that of goods."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from belvedere.offer import queries, structured
from belvedere.offer.forms import CatalogueFilter, GoodsFilter
from belvedere.offer.ports import booking
from belvedere.offer.views import asked
from belvedere.shared import clock
from belvedere.territory import queries as territory

CARDS = 12


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the experiences on sale, filtered by theme, area, day and words."""
    language, source = asked.language(), asked.source(request)
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
        page = asked.page(request, with_places, CARDS)
        cards = list(page)
    else:
        page = asked.page(request, found, CARDS)
        cards = queries.cards(page, language=language, source=source)
    return render(
        request,
        "offer/catalogue.html",
        {
            "form": form,
            "cards": cards,
            "page": page,
            "query": asked.query(request),
            "filtered": any(form.value(name) for name in form.fields),
            "day": day,
            "today": clock.today(),
            "alternates": asked.alternates("offer:catalogue"),
            "data": structured.page(
                structured.cards(cards, base=settings.PUBLIC_URL),
                url=asked.url(request),
                language=language,
            ),
        },
    )


@require_safe
def goods(request: HttpRequest) -> HttpResponse:
    """List what makers send, with what it costs in the reader's country and by when."""
    language, source = asked.language(), asked.source(request)
    form = GoodsFilter(
        request.GET,
        areas=_areas_with_products(language, goods=True),
        countries=booking().countries(language),
    )
    form.is_valid()
    area = territory.area(form.value("area")) if form.value("area") else None
    found = queries.on_sale(area, form.value("theme"), goods=True)
    page = asked.page(request, queries.search(found, form.value("q")), CARDS)
    rows = queries.shelved(page, language=language, source=source, country=form.value("to"))
    return render(
        request,
        "offer/goods.html",
        {
            "form": form,
            "rows": rows,
            "page": page,
            "query": asked.query(request),
            "filtered": any(form.value(name) for name in form.fields),
            "alternates": asked.alternates("offer:goods"),
            "data": structured.page(
                structured.items(
                    _("Local goods"),
                    ((str(each.title), settings.PUBLIC_URL + each.url) for each in rows),
                ),
                url=asked.url(request),
                language=language,
            ),
        },
    )


def _areas_with_products(language: str, *, goods: bool = False) -> list[tuple[str, str]]:
    areas = queries.areas_on_sale(goods=goods)
    called = territory.names(areas, language, gloss=False)
    return sorted(((each.slug, called[each.pk]) for each in areas), key=lambda each: each[1])
