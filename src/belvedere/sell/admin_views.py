"""The page of Wagtail's admin where ways to pay are connected."""

from dataclasses import dataclass
from typing import Any, cast

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from belvedere.sell import registry
from belvedere.sell.ports import PaymentSpec, Proof
from belvedere.shared.languages import tag
from belvedere.territory import services as territory

PROOFS = {
    Proof.VECTOR: _("proved by the vendor's own test cases"),
    Proof.PEER: _("proved against independent software"),
    Proof.VENDOR_SPEC: _("obeys the vendor's written description"),
    Proof.SIMULATOR: _("tried on our own simulator only: no money moves"),
    Proof.NONE: _("not proved"),
}


class Unshown(forms.Textarea):
    """Several lines that are written and never shown, not even to who has just written them."""

    def format_value(self, value: Any) -> str:
        """Show nothing."""
        return ""


class Account(forms.Form):
    """The settings of a way to pay. What is left empty stays as it is."""

    def __init__(self, data: Any = None, *, way: str):
        super().__init__(data, prefix=way, initial=registry.shown(way))
        self.way, self.spec = way, registry.installed()[way].spec
        for name, purpose in self.spec.settings.items():
            self.fields[name] = forms.CharField(
                label=gettext(purpose),
                required=False,
                max_length=10_000,
                widget=self._widget(name),
            )

    def _widget(self, name: str) -> forms.Widget:
        attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        if name in self.spec.several_lines:
            kind = forms.Textarea if name in self.spec.shown else Unshown
            return kind(attrs={**attrs, "rows": 4})
        if name in self.spec.shown:
            return forms.TextInput(attrs=attrs)
        return forms.PasswordInput(attrs={**attrs, "autocomplete": "new-password"})

    def clean(self) -> dict[str, Any]:
        """Ask for what is missing, and let the way to pay look at the rest."""
        data = {name: text for name, text in (super().clean() or {}).items() if text}
        for name in registry.missing(self.way):
            if name not in data and name not in self.errors:
                self.add_error(name, _("This is needed."))
        for problem in registry.examine(self.way, data):
            self.add_error(problem.field, gettext(problem.text))
        return data


@dataclass(frozen=True)
class Way:
    """A way to pay as the page shows it."""

    key: str
    spec: PaymentSpec
    proof: str
    currencies: str
    markets: str
    missing: list[str]
    connected: bool
    notify_url: str
    form: Account | None


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ways(request: HttpRequest) -> HttpResponse:
    """Show every installed way to pay, and connect or disconnect one."""
    if not request.user.is_superuser:
        raise PermissionDenied
    refused: Account | None = None
    if request.method == "POST":
        refused = _post(request)
        if refused is None:
            return redirect("sell_ways")
    installed = sorted(registry.installed(), key=lambda key: (registry.is_simulated(key), key))
    context = {
        "page_title": gettext("Ways to pay"),
        "ways": [_way(key, refused) for key in installed],
        "pretend": settings.ENV.mode in ("demo", "test"),
    }
    return render(request, "sell/admin/ways.html", context, status=422 if refused else 200)


def _post(request: HttpRequest) -> Account | None:
    """Do what was asked for; return the form if something in it must be mended."""
    key, by = request.POST.get("way", ""), cast(int, request.user.pk)
    if key not in registry.installed():
        raise Http404("There is no such way to pay.")
    name = registry.installed()[key].spec.name
    if request.POST.get("verb") == "disconnect":
        territory.disconnect(registry.FAMILY, key, by=by)
        said = gettext("%(name)s is disconnected: its account was forgotten here.")
        messages.success(request, said % {"name": name})
        return None
    form = Account(request.POST, way=key)
    if not form.is_valid():
        return form
    territory.connect(registry.FAMILY, key, form.cleaned_data, by=by)
    messages.success(request, gettext("%(name)s is connected.") % {"name": name})
    return None


def _way(key: str, refused: Account | None) -> Way:
    spec = registry.installed()[key].spec
    form = refused if refused and refused.way == key else None
    missing = registry.missing(key)
    language = Locale.parse(tag(get_language() or "").replace("-", "_"))
    return Way(
        key=key,
        spec=spec,
        proof=str(PROOFS[spec.proof]),
        currencies=", ".join(sorted(registry.currencies(key))),
        markets=", ".join(
            language.territories.get(each, each) for each in sorted(spec.markets)
        ),
        missing=[gettext(words) for name, words in spec.settings.items() if name in missing],
        connected=bool(spec.settings) and not missing,
        notify_url=registry.site(key).notify_url,
        form=form or (Account(way=key) if spec.settings else None),
    )
