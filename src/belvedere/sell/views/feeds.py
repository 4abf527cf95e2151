"""Where a telephone reads an operator's calendar."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from belvedere.sell import feeds
from belvedere.sell.models import CalendarFeed


@never_cache
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Give an operator's starts; the address itself is the key."""
    found = CalendarFeed.objects.select_related("operator").filter(token=token).first()
    if found is None:
        raise Http404("There is no such calendar.")
    return HttpResponse(feeds.ics(found), content_type="text/calendar; charset=utf-8")
