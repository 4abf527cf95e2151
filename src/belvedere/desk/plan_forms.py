"""What people type about operating plans, and the clear sentence where it is wrong."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from belvedere.desk import rules
from belvedere.desk.forms import Plain
from belvedere.plan import queries as plans
from belvedere.shared.money import Amount

MOST_MINOR = 10**12
FIGURE = {"inputmode": "decimal", "autocomplete": "off"}
DAY = {"type": "date"}


class Figure(forms.CharField):
    """A number as people type it: 24,5 or 42.000."""

    def clean(self, value: Any) -> Decimal | None:
        """Refuse what is no number."""
        text = str(super().clean(value)).strip()
        if not text:
            return None
        figure = rules.figure(text)
        if figure is None:
            raise forms.ValidationError(_("Write a number, for instance 24,5 or 42000."))
        return figure


class Euros(Figure):
    """An amount of money in the major unit; negative where it takes back."""

    def clean(self, value: Any) -> Amount | None:  # type: ignore[override]
        """Refuse what is no amount, or more than anybody's budget."""
        figure = super().clean(value)
        if figure is None:
            return None
        minor = int((figure * 100).to_integral_value())
        if abs(minor) > MOST_MINOR:
            raise forms.ValidationError(_("This is more than we can keep: look at the zeros."))
        return Amount(minor)


class Opening(Plain):
    """For which area and year a plan is opened."""

    area = forms.ChoiceField(
        label=_("Area"), error_messages={"required": _("Choose the area.")}
    )
    year = forms.IntegerField(
        label=_("Year"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Write the year in four figures, for instance 2027."),
            "invalid": _("Write the year in four figures, for instance 2027."),
        },
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("area", areas)


class Changing(Plain):
    """Why an approved plan changes."""

    note = forms.CharField(
        label=_("Why does the plan change?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in one sentence why the plan changes.")},
    )


class Aim(Plain):
    """An objective: an indicator, where it stands, where it shall stand."""

    indicator = forms.ChoiceField(
        label=_("Indicator"),
        error_messages={"required": _("Choose one of the indicators in the list.")},
    )
    market = forms.ChoiceField(
        label=_("Of which market?"), help_text=_("Only where visitors from one country count.")
    )
    baseline = Figure(
        label=_("Where does it stand now?"),
        help_text=_("Leave it empty if nobody knows."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=FIGURE),
    )
    provider = forms.CharField(
        label=_("Who says so?"),
        help_text=_("For instance: ISTAT 2024."),
        required=False,
        max_length=120,
    )
    target = Figure(
        label=_("Where shall it stand at the end of the year?"),
        max_length=20,
        widget=forms.TextInput(attrs=FIGURE),
        error_messages={"required": _("Write the target, for instance 24,5.")},
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("indicator", [("", _("Choose …")), *plans.indicators()])
        self.offer("market", _markets(language))
        self.fields["market"].required = False


class Line(Plain):
    """An action of the plan."""

    title = forms.CharField(
        label=_("What is the action called?"),
        max_length=120,
        widget=forms.TextInput(
            attrs={"placeholder": _("For instance: Poster at the Munich fair")}
        ),
        error_messages={"required": _("Give the action a name: a few words are enough.")},
    )
    channel_kind = forms.ChoiceField(
        label=_("By which channel?"),
        error_messages={"required": _("Choose one of the channels in the list.")},
    )
    market = forms.ChoiceField(label=_("For which market?"), required=False)
    starts_on = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        error_messages={
            "required": _("Say on which day it begins."),
            "invalid": _("Write the day like this: 2027-03-31."),
        },
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        error_messages={
            "required": _("Say on which day it ends."),
            "invalid": _("Write the day like this: 2027-03-31."),
        },
    )
    budget = Euros(
        label=_("What may it cost?"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=FIGURE),
    )
    owner = forms.CharField(
        label=_("Who looks after it?"),
        help_text=_("An office or a function, in words."),
        required=False,
        max_length=120,
    )
    expected = Figure(
        label=_("What shall it bring?"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=FIGURE),
    )
    expected_unit = forms.ChoiceField(label=_("Counted in"))

    def __init__(self, *args: Any, language: str, currency: str = "EUR", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.offer("channel_kind", [("", _("Choose …")), *plans.channel_kinds()])
        self.offer("market", _markets(language))
        self.offer("expected_unit", plans.expected_units())
        self.fields["budget"].help_text = _("In %(currency)s.") % {"currency": currency}


class Spent(Plain):
    """Money that was spent."""

    amount = Euros(
        label=_("How much was spent?"),
        help_text=_("With a minus it takes back what was noted by mistake."),
        max_length=20,
        widget=forms.TextInput(attrs=FIGURE),
        error_messages={"required": _("Write how much was spent.")},
    )
    day = forms.DateField(
        label=pgettext_lazy("spending", "When?"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        error_messages={
            "required": _("Say on which day."),
            "invalid": _("Write the day like this: 2027-03-31."),
        },
    )
    note = forms.CharField(label=_("For what?"), required=False, max_length=200)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = _("In %(currency)s.") % {"currency": currency}
        self.fields["amount"].help_text = f"{unit} {self.fields['amount'].help_text}"


class Published(Plain):
    """Which published actions carry a planned one out."""

    subjects = forms.MultipleChoiceField(
        label=_("What was published for it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the actions in the list.")},
    )

    def __init__(self, *args: Any, published: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("subjects", published)


def _markets(language: str) -> list[tuple[str, Any]]:
    return [("", _("All markets")), *plans.countries(language)]
