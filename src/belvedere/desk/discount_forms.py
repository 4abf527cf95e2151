"""What the staff types to make a discount."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from belvedere.desk.agreement_forms import Money
from belvedere.desk.forms import Plain
from belvedere.sell.services import DiscountTerms
from belvedere.shared.clock import ROME

WHO = [
    ("agency", pgettext_lazy("discount", "The agency: the seller gets the full price")),
    ("seller", pgettext_lazy("discount", "The seller chosen below: their price is lower")),
]
_NOT_A_DAY = _("This is not a day: 2027-03-31.")


def _amount(**options: Any) -> Money:
    words = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return Money(required=False, max_length=20, widget=words, **options)


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _NOT_A_DAY},
        **options,
    )


class NewDiscount(Plain):
    """A discount: what it takes off, of what, how often, who pays for it."""

    code = forms.CharField(
        label=_("The code"),
        help_text=_("As it stands on the poster: letters without accents, digits, hyphens."),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Write the code that people type.")},
    )
    area = forms.ChoiceField(label=_("For which area?"))
    percent = forms.DecimalField(
        label=_("Per cent off"),
        help_text=_("Either this or an amount. Sending goods costs the same."),
        required=False,
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": _("Write a number: 10 or 12,5.")},
    )
    amount = _amount(label=_("Or euros off the whole order"))
    max_uses = forms.IntegerField(
        label=_("How often at most"),
        help_text=_("Empty: no limit."),
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Write a whole number, or leave it empty.")},
    )
    budget = _amount(
        label=_("Euros at most, of all orders together"), help_text=_("Empty: no limit.")
    )
    minimum = _amount(
        label=_("Only for purchases of so many euros or more"), help_text=_("Empty: for any.")
    )
    funded_by = forms.ChoiceField(
        label=_("Who pays for it?"), choices=WHO, widget=forms.RadioSelect, initial="agency"
    )
    operator = forms.ChoiceField(label=_("Only what this business sells"), required=False)
    product = forms.ChoiceField(label=_("Only this"), required=False)
    source = forms.ChoiceField(
        label=_("Where does the code stand?"),
        help_text=_("Orders that came by no link of ours are counted for this piece."),
        required=False,
    )
    first_day = _day(label=_("From which day on?"), help_text=_("Empty: at once."))
    last_day = _day(label=_("Until which day?"), help_text=_("Empty: until you stop it."))

    def __init__(self, *args: Any, choices: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            self.offer(name, offered)

    def terms(self) -> DiscountTerms:
        """Return what was typed, for the service; days are Italy's."""
        said = self.cleaned_data
        first, last = said["first_day"], said["last_day"]
        return DiscountTerms(
            percent=said["percent"],
            amount=said["amount"],
            max_uses=said["max_uses"],
            budget=said["budget"],
            minimum=said["minimum"],
            by_seller=said["funded_by"] == "seller",
            operator=int(said["operator"]) if said["operator"] else None,
            product=int(said["product"]) if said["product"] else None,
            source=said["source"],
            valid_from=datetime.combine(first, time(), ROME) if first else None,
            valid_until=(
                datetime.combine(last + timedelta(days=1), time(), ROME) if last else None
            ),
        )
