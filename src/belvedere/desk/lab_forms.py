"""What people type about a living lab: sessions, sheets, ideas, decisions."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from belvedere.desk.forms import SPOKEN, Plain
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import DEFAULT

NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}


class Asking(Plain):
    """A form whose service may still find something wrong."""

    def refuse(self, error: BadInput) -> None:
        """Put what a service says beside its field, or above the form if it has none here."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class OpenWorkshop(Asking):
    """Beginning a workshop."""

    area = forms.ChoiceField(label=_("Area"))
    title = forms.CharField(
        label=_("What is it called?"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the workshop a name.")},
    )
    question = forms.CharField(
        label=_("What do you ask the operators?"),
        help_text=_("One question, as it will stand on the wall."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write the question that it asks.")},
    )
    starts_on = forms.DateField(
        label=_("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say on which day it begins.")},
    )
    ends_on = forms.DateField(
        label=_("To"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say on which day it ends.")},
    )
    language = forms.ChoiceField(
        label=_("Language at the tables"), choices=SPOKEN, initial=DEFAULT
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("area", areas)
        if len(areas) == 1:
            self.fields["area"].initial = areas[0][0]
            self.fields["area"].widget = forms.HiddenInput()


class HoldSession(Asking):
    """A session with its participants, counted by kind of business."""

    place = forms.CharField(
        label=_("Where?"),
        max_length=120,
        widget=forms.TextInput(
            attrs={"placeholder": _("For instance: Poppi, town hall"), "autocomplete": "off"}
        ),
        error_messages={"required": _("Write where it is.")},
    )
    day = forms.DateField(
        label=_("When?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say on which day.")},
    )

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [kind for kind, _label in kinds]
        for kind, label in kinds:
            self.fields[kind] = forms.IntegerField(
                label=label,
                required=False,
                widget=forms.TextInput(attrs=NUMERIC),
                error_messages={"invalid": _("Write a whole number, for instance 8.")},
            )

    @property
    def counts(self) -> list[forms.BoundField]:
        """Return the fields of the kinds of business."""
        return [self[kind] for kind in self.kinds]

    @property
    def participants(self) -> dict[str, int]:
        """Return how many of each kind were counted."""
        return {kind: self.cleaned_data.get(kind) or 0 for kind in self.kinds}


class Sheets(Asking):
    """What a table's sheets say. The texts themselves are boxes of the page, all `text`."""

    session = forms.TypedChoiceField(label=_("Session"), coerce=int)
    table = forms.IntegerField(
        label=_("Table"),
        widget=forms.TextInput(attrs=NUMERIC),
        error_messages={
            "required": _("Write the number of the table."),
            "invalid": _("Write a whole number, for instance 8."),
        },
    )
    theme = forms.ChoiceField(
        label=_("What is it about?"), required=False, widget=forms.RadioSelect
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(
        self,
        *args: Any,
        sessions: Sequence[tuple[int, str]],
        themes: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("session", sessions)
        self.offer("theme", [*themes, ("", _("Something else"))])


class MakeIdea(Asking):
    """An idea made of the contributions that are ticked."""

    title = forms.CharField(
        label=_("What is the idea called?"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the idea a name.")},
    )
    words = forms.CharField(
        label=_("In two or three sentences"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Merge(Asking):
    """Which of the ticked contributions stands for the others, and why."""

    into = forms.TypedChoiceField(
        label=_("Which one stands for all that are ticked?"),
        coerce=int,
        error_messages={"required": _("Choose the one that stands for the others.")},
    )
    reason = forms.CharField(
        label=_("Why are they one?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Say why they are one: whoever wrote them will read it.")
        },
    )

    def __init__(self, *args: Any, intos: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("into", [("", _("Choose …")), *intos])


class Erase(Asking):
    """Erasing the words of the ticked contributions; there is nothing to fill in."""


class Votes(Asking):
    """How many dots an idea got on paper."""

    votes = forms.IntegerField(
        label=_("Votes counted on paper"),
        required=False,
        widget=forms.TextInput(attrs=NUMERIC),
        error_messages={"invalid": _("Write a whole number, for instance 8.")},
    )


class Decide(Asking):
    """Why an idea is chosen or dropped."""

    reason = forms.CharField(
        label=_("Why? Everybody who was there reads it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why: whoever had the idea will read it.")},
    )


class BecameProduct(Asking):
    """Which product of the area an idea became."""

    product = forms.ChoiceField(
        label=_("Which product?"),
        error_messages={"required": _("Choose the product that it became.")},
    )

    def __init__(self, *args: Any, products: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("product", [("", _("Choose …")), *products])


class BecamePlanned(Asking):
    """Which action of the operating plan an idea became."""

    planned = forms.CharField(
        label=_("Which planned action?"),
        help_text=_("Its key: small letters, digits and hyphens, such as 2027-munich-fair."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
        error_messages={"required": _("Write the key of the planned action.")},
    )
