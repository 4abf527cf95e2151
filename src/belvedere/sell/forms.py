"""What a buyer writes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from belvedere.sell import rules
from belvedere.sell.rules import world
from belvedere.shared.errors import BadInput

MOST = 20
_PHONE = {
    "country code": _("Begin the number with + and the country code, for example +86."),
    "not a number": _("This is not a telephone number. Check the digits and country code."),
}


class Reached(forms.Form):
    """Who buys, and how to reach them: a telephone number or an e-mail address."""

    language: str

    def mark_errors(self) -> None:
        """Tell a reader's machine which fields are wrong, and where it is said."""
        for name in self.errors if self.is_bound else ():
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["aria-invalid"] = "true"
                attrs["aria-describedby"] = f"error-{name}"

    def clean_name(self) -> str:
        """Return the name in one line, whatever its script."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_phone(self) -> str:
        """Return the number as E.164."""
        text = self.cleaned_data["phone"].strip()
        if not text:
            return ""
        try:
            return rules.phone(text, self.language)
        except BadInput as error:
            raise forms.ValidationError(_PHONE[str(error)]) from error

    def clean(self) -> dict[str, Any]:
        """Ask for one way to reach the buyer."""
        data = super().clean() or {}
        reached = data.get("phone") or data.get("email")
        if not reached and not self.errors.keys() & {"phone", "email"}:
            self.add_error(
                "phone", _("Write a telephone number or an e-mail address: one is enough.")
            )
        return data


class Booking(Reached):
    """When, how many, who, and how to reach them: a telephone number or an e-mail address."""

    when = forms.ChoiceField(
        label=_("Day and time"),
        error_messages={
            "required": _("Choose a day."),
            "invalid_choice": _("This day is no longer on sale. Choose another one."),
        },
    )
    quantity = forms.IntegerField(
        label=_("Number of people"),
        min_value=1,
        max_value=MOST,
        initial=2,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name, as you will say it at the start.")},
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}
        ),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=_("I have read how my data are used and the cancellation terms"),
        error_messages={"required": _("Tick the box to go on.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, starts: list[tuple[str, str]], language: str, **kw: Any):
        super().__init__(*args, **kw)
        self.language = language
        self.fields["when"].choices = starts  # type: ignore[attr-defined]
        self.mark_errors()


class Address(Reached):
    """Where goods go: an address of any country, or nothing where they are collected."""

    name = forms.CharField(
        label=_("Name and surname"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "shipping name"}),
        error_messages={"required": _("Write the name that stands at the door.")},
    )
    street = forms.CharField(
        label=_("Street and number"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "shipping address-line1"}),
        error_messages={"required": _("Write the street and the number.")},
    )
    extra = forms.CharField(
        label=_("Flat, floor, company (if any)"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "shipping address-line2"}),
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "shipping postal-code"}),
        error_messages={"required": _("Write the postcode.")},
    )
    city = forms.CharField(
        label=_("Town"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "shipping address-level2"}),
        error_messages={"required": _("Write the town.")},
    )
    region = forms.CharField(
        label=_("Province, state (if any)"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "shipping address-level1"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}
        ),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=_("I have read how my data are used, and how I can send the goods back"),
        error_messages={"required": _("Tick the box to go on.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, language: str, collect: bool = False, country: str = "", **kw: Any
    ):
        super().__init__(*args, **{"label_suffix": "", **kw})
        self.language, self.collect, self.country = language, collect, country
        for each in ("street", "city"):
            self.fields[each].required = not collect
        self.fields["postcode"].required = not collect and country in world.UNION
        self.mark_errors()
