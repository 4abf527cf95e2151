"""The door without a connection: today's vouchers on the telephone, and scans sent later."""

import hashlib
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from belvedere.desk import queries
from belvedere.desk.views.people import SignedIn, operators_only
from belvedere.sell import services as sales
from belvedere.sell.rules import clean_code
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag

if TYPE_CHECKING:
    from belvedere.territory.models import Operator

LATEST = timedelta(days=7)
MOST = 200
ASSETS = ("theme/theme.css", "desk/desk.css", "desk/scan.js", "desk/door.js", "theme/icons.svg")


@operators_only
@never_cache
@require_safe
def book(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Give today's vouchers: a hash of each code, places left, and what for. No names."""
    today = clock.today()
    language = tag(get_language() or "")
    vouchers = {}
    for group in queries.guests(request.user, operator, today, language):
        what = f"{group.start:%H:%M} · {group.title}" if group.start else str(group.title)
        for guest in group.guests:
            known = hashlib.sha256(clean_code(guest.code).encode()).hexdigest()
            vouchers[known] = {"left": guest.quantity - guest.redeemed, "what": what}
    return JsonResponse({"day": today.isoformat(), "vouchers": vouchers})


@operators_only
@require_POST
def sync(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Take what was scanned without a connection; each scan counts once by its key.

    The body is a JSON list of `{"code", "key", "quantity", "day"}`; the answer says of each
    key whether it was taken, or why not in the language of the page.
    """
    try:
        given = json.loads(request.body)
        scans = [_scan(each) for each in given[:MOST]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"problem": "A list of scans was expected."}, status=400)
    return JsonResponse({"scans": [_take(request, operator, each) for each in scans]})


def _scan(each: Any) -> dict[str, Any]:
    day = date.fromisoformat(each["day"])
    today = clock.today()
    return {
        "code": str(each["code"])[:200],
        "key": UUID(each["key"]),
        "quantity": int(each["quantity"]) if each.get("quantity") else None,
        "on": day if today - LATEST <= day <= today else today,
    }


def _take(request: SignedIn, operator: "Operator", scan: dict[str, Any]) -> dict[str, Any]:
    code = scan.pop("code")
    try:
        sales.redeem(code, operator_id=operator.pk, by=request.user.pk, **scan)
    except BadInput as error:
        return {"key": str(scan["key"]), "taken": False, "said": str(error)}
    return {"key": str(scan["key"]), "taken": True, "said": ""}


@require_safe
def worker(request: SignedIn) -> HttpResponse:
    """Give the service worker that keeps the scanning page for when there is no connection."""
    found = finders.find("desk/worker.js")
    if not isinstance(found, str):
        raise Http404
    with open(found, encoding="utf-8") as file:
        text = file.read()
    known = {
        "page": reverse("desk:scan"),
        "assets": [static(each) for each in ASSETS],
    }
    answer = HttpResponse(
        f"const known = {json.dumps(known)};\n{text}", content_type="text/javascript"
    )
    answer["Cache-Control"] = "no-cache"
    return answer
