"""What a maker types to sell goods, and what the office answers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from belvedere.desk.forms import Plain, Price

VAT = (
    ("home", _("Italian VAT in the whole Union: I sell less than 10,000 euros a year abroad")),
    ("oss", _("The VAT of the buyer's country: I am registered for OSS")),
    ("none", _("None: I am in the regime forfettario")),
)
READY = (24, 48, 72, 120)


def _words(label: Any, required: Any = None, **options: Any) -> forms.CharField:
    attrs = options.pop("attrs", {})
    return forms.CharField(
        label=label,
        widget=options.pop("widget", None) or forms.TextInput(attrs=attrs),
        error_messages={"required": required} if required else {},
        required=required is not None,
        **{"max_length": 120, **options},
    )


def _number(
    label: Any, required: Any, least: int, most: int, **more: Any
) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": required,
            "invalid": _("Write a whole number."),
            "min_value": _("Write at least %(limit_value)s."),
            "max_value": _("Write at most %(limit_value)s."),
        },
        **more,
    )


class Business(Plain):
    """Who sells."""

    legal_name = _words(
        _("Name of the business, as on invoices"),
        _("Write the name of the business."),
        attrs={"autocomplete": "organization"},
    )
    street = _words(
        _("Street and number"),
        _("Write the street and the number."),
        help_text=_("Parcels that come back arrive there."),
        attrs={"autocomplete": "address-line1"},
    )
    postcode = forms.RegexField(
        r"^\d{5}$",
        label=_("Postcode"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
        error_messages={
            "required": _("Write the postcode."),
            "invalid": _("A postcode has five digits."),
        },
    )
    city = _words(_("Town"), _("Write the town."), max_length=80)


class Tax(Plain):
    """The VAT number, and what becomes of VAT abroad."""

    vat_number = _words(
        _("VAT number"),
        _("Write the VAT number."),
        max_length=20,
        help_text=_("Eleven digits. It is kept for invoices and shown to nobody in full."),
        attrs={"autocomplete": "off", "inputmode": "numeric"},
    )
    vat_scheme = forms.ChoiceField(
        label=_("Which VAT do you charge when you sell abroad?"),
        choices=VAT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
        help_text=_("If you are not sure, ask your accountant; you can change it."),
    )


class Bank(Plain):
    """Where the money goes."""

    iban = _words(
        _("IBAN of the business"),
        _("Write the IBAN."),
        max_length=42,
        help_text=_("The money of what you sell goes there. Nobody sees it in full."),
        attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class Sending(Plain):
    """How fast parcels leave."""

    ready_hours = forms.TypedChoiceField(
        label=_("How soon after the payment is a parcel with the carrier?"),
        coerce=int,
        help_text=_("Of what is in stock. Buyers read it, so promise what you can keep."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [(hours, hours // 24) for hours in READY]
        self.offer(
            "ready_hours",
            [
                (hours, ngettext("within %(n)s day", "within %(n)s days", n) % {"n": n})
                for hours, n in days
            ],
        )


class Agreement(Plain):
    """Who agrees."""

    signatory = _words(
        _("Your name and surname"), _("Write your name."), attrs={"autocomplete": "name"}
    )
    entitled = forms.BooleanField(
        label=_("I may speak for this business, what I wrote is true, and I accept the terms"),
        error_messages={"required": _("Tick the box to go on.")},
    )


STEPS: dict[str, tuple[Any, type[Plain]]] = {
    "business": (pgettext_lazy("selling", "The business"), Business),
    "tax": (pgettext_lazy("selling", "VAT"), Tax),
    "bank": (pgettext_lazy("selling", "The bank account"), Bank),
    "sending": (pgettext_lazy("selling", "Sending"), Sending),
    "agreement": (pgettext_lazy("selling", "The terms"), Agreement),
}


class Shop(Plain):
    """What stands on the shop page besides the goods."""

    portrait = forms.FileField(
        label=_("A picture of you or your workshop"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    story = _words(
        _("Your story, in a few sentences"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Who you are, since when, how you work."),
    )


class GoodForm(Plain):
    """A good: words, price, weight and size, and what customs ask."""

    picture = forms.FileField(
        label=_("A photograph"),
        required=False,
        help_text=_("In daylight, on a plain ground."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    title = _words(_("What is it called?"), _("Give it a name: a few words are enough."))
    summary = _words(
        _("In one sentence"),
        _("Say in one sentence what it is."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    description = _words(
        _("Material, measures, care"),
        _("Say what it is made of."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    theme = forms.ChoiceField(label=_("Theme"))
    price = Price(
        label=_("Price of one, in euros, VAT included"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Write the price, for instance 25.")},
    )
    pieces = _number(
        _("Pieces in stock, or that you can make"), _("How many are there?"), 0, 10_000
    )
    making_days = _number(
        _("Days to make one"), _("Write 0 if it is in stock."), 0, 365,
        help_text=_("0 if it is in stock."),
    )  # fmt: skip
    weight_g = _number(
        _("Weight with its packing, in grams"), _("Weigh it as you send it."), 1, 200_000
    )
    length_cm = _number(_("Length of the parcel, in cm"), _("Write the length."), 1, 500)
    width_cm = _number(_("Width, in cm"), _("Write the width."), 1, 500)
    height_cm = _number(_("Height, in cm"), _("Write the height."), 1, 500)
    bulky = forms.BooleanField(label=_("Too bulky for a parcel"), required=False)
    collect = forms.BooleanField(label=_("It can be collected from me"), required=False)
    to_measure = forms.BooleanField(
        label=_("Made as the buyer asks: it cannot be sent back"), required=False
    )
    customs_name = _words(
        _("What it is, in English"),
        max_length=60,
        help_text=_("For customs outside the Union: Wool overcoat. Without it we send only"
                    " within the Union."),
    )  # fmt: skip
    hs_code = _words(
        _("HS code"),
        max_length=16,
        help_text=_("6 to 10 digits; the customs tariff has it. A wool coat: 6201 20."),
        attrs={"inputmode": "numeric", "autocomplete": "off"},
    )
    origin = forms.ChoiceField(label=_("Made in"))

    def __init__(
        self,
        *args: Any,
        themes: Sequence[tuple[str, str]],
        countries: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("theme", themes)
        self.offer("origin", countries)


class Ship(Plain):
    """The number of a parcel."""

    tracking = _words(
        _("Number on the carrier's receipt"),
        max_length=40,
        attrs={"autocomplete": "off", "autocapitalize": "characters"},
    )


class Why(Plain):
    """Why somebody says no."""

    reason = _words(
        _("Why?"),
        _("Say why."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
