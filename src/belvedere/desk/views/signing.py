"""Coming in, going out, and being shown to one's own home."""

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from belvedere.desk import queries
from belvedere.desk.forms import Join, SignIn
from belvedere.desk.rules import STAFF
from belvedere.desk.views import overview
from belvedere.desk.views.people import SignedIn
from belvedere.journal.limits import limited
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import code, tag
from belvedere.territory import services as territory

if TYPE_CHECKING:
    from belvedere.territory.models import User


@sensitive_post_parameters("password")
@never_cache
@limited("desk.sign-in", most=10, minutes=10)
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Let somebody in by telephone or e-mail and password."""
    form = SignIn(request.POST or None)
    if form.is_valid():
        person = queries.person(form.cleaned_data["contact"])
        # An unknown contact is checked, too, so that the answer takes as long.
        user = authenticate(
            request,
            username=person.username if person else "",
            password=form.cleaned_data["password"],
        )
        if user:
            login(request, user)
            return redirect(_onward(request))
        form.add_error(None, _("Telephone, e-mail or password are not right. Try once more."))
    onward = request.POST.get("next") or request.GET.get("next", "")
    return render(request, "desk/sign_in.html", {"form": form, "next": onward})


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure())
    return wanted if wanted and safe else "desk:home"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let somebody go."""
    logout(request)
    return redirect(settings.LOGIN_URL)


@login_required
def home(request: HttpRequest) -> HttpResponseBase:
    """Show each to their own home: staff to what waits for them, operators to today."""
    held = queries.roles(request.user)
    if held & set(STAFF):
        return overview.overview(cast(SignedIn, request))
    if "operator" in held:
        return redirect("desk:today")
    return render(request, "desk/nobody.html", status=403)


@sensitive_post_parameters("password")
@never_cache
@limited("desk.join", most=20, minutes=60)
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let an invited person make an account: four fields, then the first experience."""
    try:
        invited = territory.invitation(token)
    except BadInput as error:
        return render(request, "desk/join_not.html", {"problem": str(error)}, status=410)
    language = tag(get_language() or "")
    form = Join(request.POST or None, initial={"language": language})
    user = _accept(token, form) if form.is_valid() else None
    if user:
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        with override(code(user.language)):
            return redirect("desk:write")
    context = {"form": form, "operator": invited.operator}
    return render(request, "desk/join.html", context)


def _accept(token: str, form: Join) -> "User | None":
    values = form.cleaned_data
    try:
        return territory.accept_invitation(
            token, values["name"], values["contact"], values["password"], values["language"]
        )
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None
