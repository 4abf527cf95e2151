"""Where providers tell that something has happened to a payment."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from belvedere.sell import registry, services
from belvedere.shared.errors import RemoteError

LARGEST = 256 * 1024


@csrf_exempt
@require_POST
def notify(request: HttpRequest, provider: str) -> HttpResponse:
    """Store a notice that is signed over its raw bytes, and answer at once."""
    if provider not in registry.offered(ahead=timedelta.max):
        return HttpResponse(status=404)
    if len(request.body) > LARGEST:
        return HttpResponse(status=413)
    try:
        given = registry.provider(provider).notified(request.headers, request.body)
    except RemoteError:
        return HttpResponse("The notice was not accepted.", status=400)
    services.notice(provider, given)
    return HttpResponse(registry.installed()[provider].spec.taken)
