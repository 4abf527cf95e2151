"""What invoices and the yearly report ask: of the agency, and of a seller."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from belvedere.desk.forms import Plain
from belvedere.sell.queries.papers import REGIMES, TAX_FORMS, TYPES
from belvedere.shared import clock


def _words(label: Any, most: int, *, hint: Any = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=False,
        help_text=hint,
        widget=forms.TextInput(attrs=attrs),
    )


_SECRET = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
_EMAIL = {"invalid": _("This e-mail address is not complete: name@example.it.")}


class AgencyData(Plain):
    """Who the agency is to the taxman."""

    legal_name = _words(
        _("Name of the agency, as on invoices"), 80, autocomplete="organization"
    )
    vat_number = _words(_("VAT number"), 20, hint=_("Eleven digits."), **_SECRET)
    tax_code = _words(
        _("Codice fiscale"), 20, hint=_("If it is not the VAT number's digits."), **_SECRET
    )
    street = _words(_("Street and number"), 60, autocomplete="address-line1")
    postcode = _words(_("Postcode"), 5, inputmode="numeric", autocomplete="postal-code")
    city = _words(_("Town"), 60)
    province = _words(_("Province"), 2, hint=_("Two letters, for instance AR."))
    regime = forms.ChoiceField(label=_("Fiscal regime"), choices=REGIMES)
    kind = forms.ChoiceField(
        label=_("Type of the monthly document"),
        choices=TYPES,
        help_text=_("Ask your accountant. Refunds always make a credit note, TD04."),
    )
    rea_office = _words(_("Register of companies (REA), province"), 2)
    rea_number = _words(_("REA number"), 20, hint=_("Leave both empty if there is none."))
    in_liquidation = forms.BooleanField(label=_("The agency is being wound up"), required=False)
    iban = _words("IBAN", 42, **_SECRET)
    email = forms.EmailField(
        label=_("E-mail for questions about invoices"), required=False, error_messages=_EMAIL
    )


class TaxData(Plain):
    """What a seller says of itself. Numbers that are known are not shown again."""

    KEPT = ("vat_number", "tax_code", "iban")

    tax_form = forms.ChoiceField(
        label=_("Who sells?"), choices=TAX_FORMS, widget=forms.RadioSelect
    )
    legal_name = _words(_("Name of the business, as on invoices"), 120)
    first_name = _words(_("First name (a person)"), 60, autocomplete="given-name")
    last_name = _words(_("Surname (a person)"), 60, autocomplete="family-name")
    birth_date = forms.DateField(
        label=_("Day of birth (a person)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"],
        error_messages={"invalid": _("Write the day as 31/12/1980.")},
        help_text=_("The law asks it for the yearly report (DAC7), and for nothing else."),
    )
    street = _words(_("Street and number"), 120, autocomplete="address-line1")
    postcode = _words(_("Postcode"), 10, autocomplete="postal-code")
    city = _words(_("Town"), 80)
    province = _words(_("Province"), 2, hint=_("Two letters, for instance AR."))
    country = forms.ChoiceField(label=_("Country"))
    vat_number = _words(_("VAT number"), 20, **_SECRET)
    tax_code = _words(_("Codice fiscale, abroad the number for taxes"), 20, **_SECRET)
    recipient_code = _words(
        _("Codice destinatario"), 10,
        hint=_("Seven letters or digits, where your electronic invoices go. Your accountant"
               " has it."),
        **_SECRET,
    )  # fmt: skip
    pec = forms.EmailField(
        label=_("Or your PEC"),
        required=False,
        error_messages=_EMAIL,
        help_text=_("If you give neither, invoices wait in your area at the tax office."),
    )
    iban = _words(_("IBAN of the business"), 42, **_SECRET)

    def __init__(self, *args: Any, countries: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("country", countries)

    def clean(self) -> dict[str, Any]:
        """Ask for the names that go with who sells; leave numbers that were not typed anew."""
        said = dict(super().clean() or {})
        person = said.get("tax_form") == "person"
        for name in ("first_name", "last_name") if person else ("legal_name",):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("Write the name."))
        born = said.get("birth_date")
        if born and not 1900 < born.year < clock.today().year:
            self.add_error("birth_date", _("This day of birth cannot be right."))
        return {key: value for key, value in said.items() if key not in self.KEPT or value}


class Receipt(Plain):
    """What came back from the Sistema di Interscambio."""

    receipt = forms.FileField(
        label=_("Receipt of the Sistema di Interscambio (XML)"),
        error_messages={
            "required": _("Choose the file that came back."),
            "invalid": _("Choose the file that came back."),
            "empty": _("The file is empty: choose the XML that came back."),
        },
        widget=forms.FileInput(attrs={"accept": ".xml,text/xml,application/xml"}),
    )
