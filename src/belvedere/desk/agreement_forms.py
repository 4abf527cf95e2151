"""What the staff types about agreements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from belvedere.desk import rules
from belvedere.desk.forms import Plain
from belvedere.shared.money import Amount
from belvedere.territory.rules.agreements import Moment, moment
from belvedere.territory.services import Deed

KINDS = [
    ("commercial", pgettext_lazy("agreement", "Commercial")),
    ("media", pgettext_lazy("agreement", "Media")),
    ("technical", pgettext_lazy("agreement", "Technical")),
    ("twinning", pgettext_lazy("agreement", "Institutional twinning")),
]
ACTS = [
    ("renewed", pgettext_lazy("agreement", "Renewed")),
    ("amended", pgettext_lazy("agreement", "Amended")),
    ("ended", pgettext_lazy("agreement", "Ended")),
]
SIDES = [
    ("agency", pgettext_lazy("agreement", "We")),
    ("partner", pgettext_lazy("agreement", "The partner")),
]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class When(forms.CharField):
    """A day, or as much of it as is known."""

    def clean(self, value: Any) -> Any:
        """Read it."""
        text = str(super().clean(value))
        found = moment(text)
        if found is None:
            raise forms.ValidationError(
                _("Write a day (14/03/2019), a month (03/2019) or a year (2019).")
            )
        return found


class Money(forms.CharField):
    """An amount in euros; empty if there is none."""

    def clean(self, value: Any) -> Any:
        """Read it as people type it."""
        text = str(super().clean(value)).strip()
        found: Amount | None = rules.price(text) if text else None
        if text and found is None:
            raise forms.ValidationError(
                _("Write an amount in euros, for instance 1.250,00, or leave it empty.")
            )
        return found


class Step(Plain):
    """What any act says."""

    when = When(
        label=_("When was it?"),
        help_text=_("A day, or only the month or the year if no more is known: 2019."),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write when it was; the year is enough.")},
    )
    place = forms.CharField(
        label=pgettext_lazy("agreement", "Where?"), required=False, max_length=120
    )
    term_from = forms.DateField(
        label=pgettext_lazy("agreement", "Term from"), required=False, widget=_day()
    )
    term_until = forms.DateField(
        label=pgettext_lazy("agreement", "Last day of the term"), required=False, widget=_day()
    )
    words = forms.CharField(
        label=_("What was agreed?"),
        help_text=_("And where it is published, if it is."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    document = forms.FileField(
        label=_("The paper, as PDF"),
        help_text=_("At most 4 MB. Only the staff of this area can open it."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def deed(self) -> Deed:
        """Return what was typed, for the service."""
        said = self.cleaned_data
        when: Moment = said["when"]
        return Deed(
            when=when,
            place=said["place"],
            term_from=said["term_from"],
            term_until=said["term_until"],
            words=said["words"],
            document=said["document"],
        )


class NextAct(Step):
    """What happened to an agreement."""

    kind = forms.ChoiceField(label=_("What happened?"), choices=ACTS)
    field_order = ["kind", "when", "place"]


class NewAgreement(Step):
    """A new agreement, with its signature."""

    title = forms.CharField(
        label=_("What is it called?"),
        max_length=160,
        error_messages={"required": _("Write what people call it.")},
    )
    partner = forms.CharField(
        label=_("With whom?"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "partners", "autocomplete": "off"}),
        error_messages={"required": _("Write the name of the partner.")},
    )
    area = forms.ChoiceField(label=_("For which area?"))
    kind = forms.ChoiceField(label=_("Of what kind?"), choices=KINDS)
    goal = forms.CharField(
        label=_("What is it for?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shown_within = forms.BooleanField(
        label=_("The staff of areas that lie in this one may read it"), required=False
    )
    field_order = ["title", "partner", "area", "kind", "goal", "when", "place"]

    def __init__(self, *args: Any, areas: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("area", areas)


class Owed(Plain):
    """What one side owes."""

    who_owes = forms.ChoiceField(label=_("Who owes it?"), choices=SIDES)
    what = forms.CharField(
        label=_("What is owed?"),
        max_length=300,
        error_messages={"required": _("Write what is owed.")},
    )
    due_on = forms.DateField(
        label=_("By which day?"),
        widget=_day(),
        error_messages={
            "required": _("Choose the day by which it is to be done."),
            "invalid": _("This is not a day: 2027-03-31."),
        },
    )
    amount = Money(
        label=_("Amount in euros"),
        help_text=_("If it is money."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class Done(Plain):
    """The day on which something owed was done; empty is today."""

    done_on = forms.DateField(required=False)
