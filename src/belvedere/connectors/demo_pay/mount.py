"""The demo provider under an address of this site, for demos and tests only."""

import threading
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from belvedere.connectors.demo_pay.payments import provider
from belvedere.connectors.demo_pay.provider import Provider
from belvedere.sell import registry

IDLE = 3.0


@csrf_exempt
def answer(request: HttpRequest, rest: str) -> HttpResponse:
    """Pass a request on to the provider and bring its answer back, bytes for bytes.

    The page needs no CSRF token of ours: it is another party's, whose address is secret.
    """
    here = registry.site("demo")
    found = provider(here.home, here.secret)
    if settings.DEMO:
        postman(found)
    environ = {**request.META, "SCRIPT_NAME": "/demo-pay", "PATH_INFO": f"/{rest}"}
    environ["wsgi.input"] = request
    said: dict[str, Any] = {}

    def start_response(status: str, headers: Iterable[tuple[str, str]]) -> None:
        said["status"], said["headers"] = int(status.split()[0]), list(headers)

    body = b"".join(found(environ, start_response))
    response = HttpResponse(body, status=said["status"])
    for name, value in said["headers"]:
        response[name] = value
    return response


_postmen: dict[int, threading.Thread] = {}


def postman(found: Provider) -> None:
    """Have one thread of this process bring the provider's notices."""
    if id(found) in _postmen:
        return
    thread = threading.Thread(target=_round, args=(found,), name="demo-pay", daemon=True)
    _postmen[id(found)] = thread
    thread.start()


def _round(found: Provider) -> None:
    pause = threading.Event()
    while not pause.wait(IDLE if not found.deliver() else 0.2):
        pass


urlpatterns = [path("<path:rest>", answer)]
