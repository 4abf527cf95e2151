"""What the office types to compose a package, and to keep the tourist tax."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from belvedere.desk.forms import Plain, Price

EMPTY = ("", _("Choose …"))
MOST_PARTS = 12


def _number(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Write a whole number."),
            "invalid": _("Write a whole number."),
            "min_value": _("Write at least %(limit_value)s."),
            "max_value": _("Write at most %(limit_value)s."),
        },
        **more,
    )


class OptionalPrice(Price):
    """A price, or nothing."""

    def clean(self, value: Any) -> Any:
        """Refuse what is no price; nothing is None."""
        return super().clean(value) if str(value or "").strip() else None


class PackageWords(Plain):
    """What a package is called, what it costs and under which terms."""

    operator = forms.ChoiceField(
        label=_("Who puts it together and answers for it?"),
        help_text=_(
            "Whoever sells services of several businesses at one price is an organiser by law."
        ),
        error_messages={
            "required": _("Choose the business that is the organiser."),
            "invalid_choice": _("Choose a business of your areas."),
        },
    )
    title = forms.CharField(
        label=_("What is it called?"),
        max_length=120,
        error_messages={"required": _("Give it a name: a few words are enough.")},
    )
    summary = forms.CharField(
        label=_("In one sentence"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in one sentence what happens.")},
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what it is, and for whom.")},
    )
    theme = forms.ChoiceField(label=_("Theme"))
    price = Price(
        label=_("Price, in euros"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Write the price, for instance 199.")},
    )
    people = _number(
        _("For how many people is that price?"),
        1,
        20,
        initial=1,
        help_text=_("1: it is the price per person."),
    )
    child_price = OptionalPrice(
        label=_("Price for a child (empty: no children's price)"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    child_until = _number(
        _("Up to which age is one a child?"), 1, 17, initial=11, required=False
    )
    hours = _number(
        _("Hours of free cancellation before it begins"),
        0,
        24 * 60,
        initial=48,
        help_text=_("These terms hold for the whole package, not those of its parts."),
    )

    def __init__(
        self, *args: Any, operators: Sequence[Any], themes: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("operator", [EMPTY, *operators])
        self.offer("theme", themes)

    def clean(self) -> dict[str, Any]:
        """See that a children's price says for whom it is, and beside whom."""
        values = super().clean() or {}
        if values.get("child_price") and not values.get("child_until"):
            self.add_error("child_until", _("Say up to which age the children's price holds."))
        if values.get("child_price") and (values.get("people") or 1) > 1:
            self.add_error(
                "child_price",
                _("A price for several people has no children's price: leave it empty."),
            )
        return values


class PartForm(Plain):
    """One part of a package; a row without a product is no part."""

    option = forms.ChoiceField(
        label=_("What"),
        required=False,
        error_messages={
            "invalid_choice": _(
                "Choose something of the list: the rest is not on sale in your areas."
            )
        },
    )
    day = _number(_("On day"), 1, 31, initial=1)
    start = forms.TimeField(
        label=_("At (empty: the first with places)"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time like this: 9:30.")},
    )
    nights = _number(_("Nights (of a stay)"), 0, 30, required=False)
    quantity = _number(_("Places"), 1, 100, initial=1)
    per = forms.ChoiceField(
        label=_("Counted"),
        choices=[
            ("person", pgettext_lazy("package", "for each person")),
            ("package", pgettext_lazy("package", "for each package sold")),
        ],
    )
    share = OptionalPrice(
        label=_("Agreed share, in euros (empty: in proportion)"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, options: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **{"empty_permitted": False, **kwargs})
        self.offer("option", [EMPTY, *options])

    def full_clean(self) -> None:
        """Check a row only when something was chosen in it."""
        super().full_clean()
        if (
            self.is_bound
            and not self.cleaned_data.get("option")
            and "option" not in self.errors
        ):
            self.errors.clear()


class TaxForm(Plain):
    """What a municipality asks per person and night."""

    municipality = forms.ChoiceField(
        label=_("Municipality"),
        error_messages={
            "required": _("Choose the municipality."),
            "invalid_choice": _("Choose a municipality of your areas."),
        },
    )
    accommodation = forms.ChoiceField(label=_("Kind of house"), required=False)
    rate = Price(
        label=_("Per person and night, in euros"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Write the amount, for instance 1,50.")},
    )
    first_day = forms.DateField(
        label=_("From the night of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Say from which day it holds."),
            "invalid": _("Write the day like this: 2026-07-01."),
        },
    )
    last_day = forms.DateField(
        label=_("Until the night of (empty: until further notice)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like this: 2026-07-01.")},
    )
    most_nights = _number(_("At most so many nights (empty: all)"), 1, 365, required=False)
    free_under = _number(_("Free for who is younger than (0: nobody)"), 0, 99, initial=0)
    source = forms.CharField(
        label=_("Where it stands"),
        max_length=200,
        help_text=_("The decision, its number and date. It is shown to travellers."),
        error_messages={
            "required": _("Write where the figure stands: the decision and its date.")
        },
    )

    def __init__(
        self, *args: Any, municipalities: Sequence[Any], houses: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("municipality", [EMPTY, *municipalities])
        self.offer("accommodation", [("", _("Every kind")), *houses])
