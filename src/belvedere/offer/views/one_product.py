"""One experience or good, and its calendar of free places."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_headers

from belvedere.offer import queries, structured
from belvedere.offer.models import Product
from belvedere.offer.ports import Free, booking
from belvedere.offer.rules import Said
from belvedere.offer.services.approve import EDITORS
from belvedere.offer.views import asked
from belvedere.offer.words import cancellation
from belvedere.territory import queries as territory

DAYS_SHOWN = 3
CALENDAR_SECONDS = 5


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one experience: words, pictures, when it can be booked, how to get there.

    A good is shown under `goods/`, whatever address it was asked for by.
    """
    found = queries.product(slug)
    if found is None or not _may_see(request, found):
        raise Http404(_("There is no such experience."))
    proper = queries.shown_at(found, language=asked.language())
    if request.path != proper:
        query = request.GET.urlencode()
        return redirect(f"{proper}?{query}" if query else proper, permanent=True)
    language, source = asked.language(), asked.source(request)
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
                    url=asked.url(request),
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
                url=asked.url(request),
                language=language,
            ),
        },
        status=410 if found.state == Product.State.WITHDRAWN else 200,
    )


def _good(request: HttpRequest, found: Product, said: dict[str, Said]) -> HttpResponse:
    """Show one good: words, pictures, what it costs where, who makes it."""
    language, source = asked.language(), asked.source(request)
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
                    found, said, url=asked.url(request), ware=ware, base=settings.PUBLIC_URL
                ),
                url=asked.url(request),
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
    language, source = asked.language(), asked.source(request)
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
