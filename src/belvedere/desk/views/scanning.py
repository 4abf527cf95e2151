"""Letting guests in: by camera, by a photograph of the code, or by typing it."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from belvedere.desk import reading
from belvedere.desk.forms import Scan
from belvedere.desk.rules import GREETINGS
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, operators_only
from belvedere.offer import queries as catalogue
from belvedere.sell import services as sales
from belvedere.sell.rules import clean_code, spaced
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag

if TYPE_CHECKING:
    from belvedere.territory.models import Operator


@operators_only
@never_cache
def scan(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Read a voucher, and say in green or red whether its guests come in."""
    if request.method != "POST":
        form = Scan(initial={"key": uuid4(), "code": request.GET.get("code", "")})
        return page(request, "desk/scan.html", {"operator": operator, "form": form})
    form = Scan(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, "desk/scan.html", {"operator": operator, "form": form}, status=422)
    photograph = form.cleaned_data["photograph"]
    code = form.cleaned_data["code"] or (reading.qr(photograph) if photograph else "")
    if not code:
        form.add_error("photograph", reading.NOTHING)
        return page(request, "desk/scan.html", {"operator": operator, "form": form}, status=422)
    return _let_in(request, operator, code, form)


def _let_in(request: SignedIn, operator: "Operator", code: str, form: Scan) -> HttpResponse:
    try:
        redeemed = sales.redeem(
            code,
            operator_id=operator.pk,
            quantity=form.cleaned_data["quantity"],
            key=form.cleaned_data["key"],
            by=request.user.pk,
            any_day=form.cleaned_data["any_day"],
        )
    except BadInput as error:
        context = {
            "problem": str(error),
            "another_day": isinstance(error, sales.NotToday),
            "code": spaced(clean_code(code)),
            "key": uuid4(),
        }
        return page(request, "desk/scanned.html", context, status=409)
    context = {
        "redeemed": redeemed,
        "title": _title(redeemed.product),
        "greeting": GREETINGS.get(redeemed.language, ""),
    }
    return page(request, "desk/scanned.html", context)


def _title(slug: str) -> str:
    product = catalogue.product(slug)
    if product is None:
        return slug
    said = catalogue.words(product, tag(product.language)).get("title")
    return said.value if said else slug
