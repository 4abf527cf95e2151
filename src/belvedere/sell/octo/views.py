"""Where resellers' systems come in: who they are, what they may, and one answer in JSON."""

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from belvedere.journal import limits
from belvedere.sell.models import Reseller
from belvedere.sell.octo import bodies, catalogue, queries, reading, services, slots
from belvedere.sell.octo.catalogue import CAPABILITIES, Asked
from belvedere.sell.octo.openapi import description
from belvedere.sell.octo.problems import Problem, bad_request
from belvedere.shared.languages import DEFAULT, WRITTEN_TAGS, code, preferred

log = logging.getLogger(__name__)
A_MINUTE = 1200
"""Requests that a token may make in a minute."""
MISSES, MINUTES = 30, 10
"""Wrong tokens that an address may try, in so many minutes."""


@dataclass(frozen=True)
class Call:
    """One request, understood as far as all requests are alike."""

    request: HttpRequest
    reseller: Reseller
    asked: Asked
    body: dict[str, Any]


Verb = Callable[..., Any]


def endpoint(**verbs: Verb) -> Callable[..., HttpResponse]:
    """Make a view of one verb for each method."""

    @csrf_exempt
    def view(request: HttpRequest, **path: str) -> HttpResponse:
        asked = _asked(request)
        with override(code(asked.language)):
            try:
                said = _understood(request, asked, verbs, path)
                answer = JsonResponse(
                    said, safe=False, json_dumps_params={"ensure_ascii": False}
                )
            except Problem as problem:
                answer = JsonResponse(problem.body, status=problem.status)
                if problem.status == 405:
                    answer["Allow"] = ", ".join(sorted(each.upper() for each in verbs))
                if problem.status == 429:
                    answer["Retry-After"] = "60"
            except Exception as error:
                answer = _failed(request, error)
        return _headed(answer, asked)

    return view


def _understood(
    request: HttpRequest, asked: Asked, verbs: Mapping[str, Verb], path: Mapping[str, str]
) -> Any:
    method = "GET" if request.method == "HEAD" else request.method or ""
    owner = _reseller(request)
    verb = verbs.get(method.lower())
    if verb is None:
        raise bad_request("This address does not know this method.", 405)
    for each in path.values():
        reading.clean(each)
    body = {} if method == "GET" else reading.body(request)
    return verb(Call(request, owner, asked, body), **path)


def _failed(request: HttpRequest, error: Exception) -> JsonResponse:
    """Answer to what we did wrong. Its message is not logged: a traveller may stand in it."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("OCTO %s failed: %s\n%s", request.method, type(error).__name__, where)
    problem = Problem("INTERNAL_SERVER_ERROR", "Something went wrong here.", 500)
    return JsonResponse(problem.body, status=500)


def openapi(request: HttpRequest) -> HttpResponse:
    """Publish what this interface takes and gives."""
    return JsonResponse(description(settings.PUBLIC_URL))


@csrf_exempt
def missing(request: HttpRequest) -> HttpResponse:
    """Say in JSON that there is nothing at this address."""
    return JsonResponse(bad_request("There is nothing at this address.").body, status=404)


def _asked(request: HttpRequest) -> Asked:
    wished = ",".join(
        (request.headers.get("Octo-Capabilities", ""), request.GET.get("_capabilities", ""))
    )
    names = {each.strip().lower() for each in wished.split(",")}
    return Asked(tuple(each for each in CAPABILITIES if each in names), _language(request))


def _language(request: HttpRequest) -> str:
    """Return the language that the reader prefers of ours; pages go by their address."""
    wished = request.headers.get("Accept-Language", "")[:500]
    return preferred(wished, WRITTEN_TAGS) or DEFAULT


def _reseller(request: HttpRequest) -> Reseller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    found = queries.reseller(token) if token and scheme.lower() == "bearer" else None
    if found is None or not found.active:
        who = limits.who(request)
        if limits.too_many("sell.octo.token", who, most=MISSES, minutes=MINUTES):
            raise bad_request("Too many wrong tokens: wait a while.", 429)
        code = "UNAUTHORIZED" if found is None else "FORBIDDEN"
        raise Problem(code, "This token opens nothing here.", settings.OCTO_AUTH_STATUS)
    name = f"reseller:{found.pk}"
    if limits.too_many("sell.octo", name, most=A_MINUTE, minutes=1):
        raise bad_request("Too many requests: wait a minute.", 429)
    return found


def _headed(answer: HttpResponse, asked: Asked) -> HttpResponse:
    answer["Octo-Capabilities"] = ", ".join(asked.capabilities)
    answer["Cache-Control"] = "no-store"
    answer["Content-Language"] = asked.language  # Sentences of errors have one, too.
    if asked.content:
        answer["Available-Languages"] = ", ".join(WRITTEN_TAGS)
    return answer


def _capabilities(call: Call) -> Any:
    return [
        {"id": each, "revision": 1, "required": False, "dependencies": [], "docs": None}
        for each in CAPABILITIES
    ]


def _supplier(call: Call) -> Any:
    return catalogue.supplier_body(call.reseller.operator, call.asked)


def _products(call: Call) -> Any:
    found = catalogue.wares(call.reseller.operator_id, call.asked)
    return [catalogue.product_body(each, call.asked) for each in found]


def _product(call: Call, name: str) -> Any:
    found = catalogue.ware(call.reseller.operator_id, name, call.asked, words=True)
    return catalogue.product_body(found, call.asked)


def _wish(call: Call) -> slots.Wish:
    name = reading.text(call.body, "productId")
    ware = catalogue.ware(call.reseller.operator_id, name, call.asked)
    return slots.Wish(
        ware,
        ware.option(reading.text(call.body, "optionId")),
        units=reading.units(call.body),
        currency=reading.currency(call.body),
        asked=call.asked,
    )


def _calendar(call: Call) -> Any:
    wish = _wish(call)
    days = reading.span(call.body)
    if days is None:
        raise bad_request("Give localDateStart and localDateEnd.")
    return slots.calendar(wish, *days)


def _availability(call: Call) -> Any:
    wish = _wish(call)
    names, days = reading.ids(call.body, "availabilityIds"), reading.span(call.body)
    if bool(names) == bool(days):
        raise bad_request("Give localDate, or localDateStart and -End, or availabilityIds.")
    return slots.named(wish, names) if days is None else slots.between(wish, *days)


def _reserve(call: Call) -> Any:
    wished = reading.reservation(call.body)
    made = services.reserve(call.reseller, wished, call.asked.language)
    return bodies.booking(made, call.asked)


def _bookings(call: Call) -> Any:
    return bodies.bookings(queries.bookings(call.reseller, call.request.GET), call.asked)


def _booking(call: Call, uuid: str) -> Any:
    return bodies.booking(services.find(call.reseller, uuid), call.asked)


def _change(call: Call, uuid: str) -> Any:
    services.find(call.reseller, uuid)
    changed = services.change(call.reseller, uuid, reading.changes(call.body))
    return bodies.booking(changed, call.asked)


def _confirm(call: Call, uuid: str) -> Any:
    services.find(call.reseller, uuid)
    if call.body.get("contact") is None:
        raise bad_request("contact is required; it may be {}.")
    confirmed = services.confirm(call.reseller, uuid, reading.changes(call.body))
    return bodies.booking(confirmed, call.asked)


def _extend(call: Call, uuid: str) -> Any:
    services.find(call.reseller, uuid)
    held = services.extend(call.reseller, uuid, reading.minutes(call.body))
    return bodies.booking(held, call.asked)


def _cancel(call: Call, uuid: str) -> Any:
    services.find(call.reseller, uuid)
    reading.flag(call.body, "force")
    reason = reading.text(call.body, "reason", 500) or ""
    return bodies.booking(services.cancel(call.reseller, uuid, reason), call.asked)


capabilities = endpoint(get=_capabilities)
supplier = endpoint(get=_supplier)
products = endpoint(get=_products)
product = endpoint(get=_product)
calendar = endpoint(post=_calendar)
availability = endpoint(post=_availability)
bookings = endpoint(get=_bookings, post=_reserve)
booking = endpoint(get=_booking, patch=_change, delete=_cancel)
confirm = endpoint(post=_confirm)
extend = endpoint(post=_extend)
cancel = endpoint(post=_cancel)
