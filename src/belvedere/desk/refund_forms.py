"""What the office writes when money goes back, and when it has come by a bank transfer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from belvedere.desk.forms import Plain
from belvedere.desk.rules import price
from belvedere.shared import clock
from belvedere.shared.money import Amount


class GiveBack(Plain):
    """How much of a part goes back, and why.

    Args:
        left: What is left of the part.

    """

    amount = forms.CharField(
        label="",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("For the office; no names. The buyer does not read it."),
        error_messages={"required": _("Write why, in a few words.")},
    )
    by_hand = forms.CharField(
        label=_("Given back outside already: its reference"),
        required=False,
        max_length=80,
        help_text=_("Only if you have given it yourself: the payment service is not asked."),
    )
    call_off = forms.BooleanField(
        label=_("Call it off as well: the places are free again"), required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, left: Amount, **kw: Any):
        super().__init__(*args, **kw)
        self.left = left
        self.fields["amount"].label = _("How much, in %(currency)s") % {
            "currency": left.currency
        }
        self.fields["amount"].help_text = _("Empty: all that is left of it.")

    def clean_amount(self) -> int:
        """Return how much, in minor units."""
        text = self.cleaned_data["amount"].strip()
        if not text:
            return self.left.minor
        found = price(text, self.left.currency)
        if found is None or not found.minor:
            raise forms.ValidationError(_("Write an amount, as 12.50."))
        if found.minor > self.left.minor and not self.confirmed:
            raise forms.ValidationError(_("That is more than is left of it."))
        return found.minor

    def clean(self) -> dict[str, Any]:
        """Refuse to call off what goes back only in part."""
        given = super().clean() or {}
        whole = given.get("amount", self.left.minor) == self.left.minor
        if given.get("call_off") and not whole and not self.confirmed:
            self.add_error("amount", _("What is called off goes back whole: leave this empty."))
        return given

    @property
    def confirmed(self) -> bool:
        """Say whether what follows was shown: then the service judges, once for each key."""
        return "confirm" in self.data


class Came(Plain):
    """Money from the bank's statement."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=140,
        help_text=_("As the payer wrote it: RF…, with or without spaces."),
        error_messages={"required": _("Write what stands on the statement.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    amount = forms.CharField(
        label=_("How many euro"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Write the amount in euro, as 50.00.")},
    )
    day = forms.DateField(
        label=_("Booked on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Write the day on which the bank booked it."),
            "invalid": _("This is not a day we understand: write it as 2026-11-25."),
        },
    )
    line = forms.CharField(
        label=_("The statement's number for it"),
        required=False,
        max_length=40,
        help_text=_("Only if as much came twice under the same reference on that day."),
    )

    def clean_amount(self) -> Amount:
        """Return how much."""
        found = price(self.cleaned_data["amount"])
        if found is None or not found.minor:
            raise forms.ValidationError(_("Write the amount in euro, as 50.00."))
        return found

    def clean_day(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data["day"]
        if day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day
