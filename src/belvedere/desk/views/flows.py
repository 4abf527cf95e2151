"""Official counts of guests: what is known of an area, who says so, and what can't be said."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import get_language

from belvedere.desk import queries
from belvedere.desk.flow_forms import Which
from belvedere.desk.rules import FLOW_READERS
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only
from belvedere.shared.languages import tag


@only(*FLOW_READERS)
def flows(request: SignedIn) -> HttpResponse:
    """Show an area's nights by year, growth every way, and guests from China by province."""
    areas = {each.slug: each for each in queries.flow_areas(request.user)}
    if not areas:
        raise PermissionDenied
    wanted = request.GET.get("area") or next(iter(areas))
    if wanted not in areas:
        raise Http404
    area, language = areas[wanted], tag(get_language() or "")
    providers = queries.flow_providers(area)
    form = Which(list(areas.values()), providers, request.GET)
    if not form.is_valid():
        raise Http404
    chosen = form.cleaned_data
    keys = {each.key: each for each in providers}
    provider = keys.get(chosen["provider"]) or next(iter(providers), None)
    found = (
        queries.flows(area, provider, chosen["first"], chosen["last"], language)
        if provider
        else None
    )
    sisters = queries.sister_areas(found, language) if found else []
    context = {
        "form": form,
        "area": area,
        "areas": areas.values(),
        "providers": providers,
        "provider": provider,
        "status_words": queries.status_words(),
        "flows": found,
        "drawing": queries.year_drawing(found, language) if found and found.years else None,
        "broken": queries.broken_words(found) if found else "",
        "sisters": sisters,
        "shades": queries.shades(sisters),
        "china": queries.guests_from_china(language),
    }
    return page(request, "desk/flows.html", context)
