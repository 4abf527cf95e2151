"""What people type on the desk, and the clear sentence where it is wrong."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib.auth import password_validation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from belvedere.desk import rules
from belvedere.sell import queries as sales
from belvedere.shared.languages import WRITTEN
from belvedere.shared.money import Amount

PHONE = re.compile(r"^[+0-9 ()./-]{6,25}$")
SPOKEN = [(each.tag, each.name) for each in WRITTEN]


class Plain(forms.Form):
    """A form that keeps its own words: no browser validation, errors beside each field."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def offer(self, name: str, choices: Sequence[Any]) -> None:
        """Say what may be chosen in a field; known only when the form is made."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class Contact(forms.CharField):
    """A telephone number or an e-mail address, in one field."""

    def clean(self, value: Any) -> str:
        """Refuse what is neither."""
        text = str(super().clean(value)).strip()
        if "@" in text:
            forms.EmailField(
                error_messages={
                    "invalid": _("This e-mail address is not complete: name@example.it.")
                }
            ).clean(text)
        elif not PHONE.match(text):
            raise forms.ValidationError(
                _("Write a telephone number, for instance 333 123 4567, or an e-mail address.")
            )
        return text


class SignIn(Plain):
    """Coming in."""

    contact = forms.CharField(
        label=_("Telephone or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": _("Write your telephone number or e-mail address.")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Write your password.")},
    )


class Join(Plain):
    """Making an account from an invitation: four fields."""

    name = forms.CharField(
        label=_("Your name and surname"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    contact = Contact(
        label=_("Telephone or e-mail"),
        help_text=_("You will sign in with it."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": _("Write your telephone number or e-mail address.")},
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 8 characters."),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=SPOKEN)

    def clean_password(self) -> str:
        """Refuse a password that is short or known to everybody."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password


class Words(Plain):
    """An experience in a photograph, three sentences and a theme: the first screen."""

    picture = forms.FileField(
        label=_("A photograph"),
        required=False,
        help_text=_("One that you took or may use. Without it we draw a picture."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    title = forms.CharField(
        label=_("What is it called?"),
        max_length=120,
        widget=forms.TextInput(
            attrs={"placeholder": _("For instance: To the woods with the charcoal burner")}
        ),
        error_messages={"required": _("Give it a name: a few words are enough.")},
    )
    happens = forms.CharField(
        label=_("What do you do together?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in one sentence what happens.")},
    )
    audience = forms.CharField(
        label=_("For whom is it, and what should they know?"),
        max_length=1500,
        help_text=_("Age, effort, how far you walk, what is included."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in one sentence for whom it is.")},
    )
    theme = forms.ChoiceField(
        label=_("Which picture suits it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap one of the eight pictures.")},
    )

    def __init__(self, *args: Any, themes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("theme", themes)


class Price(forms.CharField):
    """A price in euros as people type it."""

    def clean(self, value: Any) -> Amount:
        """Refuse what is no price."""
        amount = rules.price(str(super().clean(value)))
        if amount is None or amount.minor > 10_000_000:
            raise forms.ValidationError(
                _("Write the price in figures, for instance 25 or 25,50.")
            )
        return amount


class Calendar(Plain):
    """Days, ticked one by one or every week, and the hour."""

    day = forms.MultipleChoiceField(
        label=_("On which days?"),
        required=False,
        error_messages={"invalid_choice": _("Choose among the days shown.")},
    )
    weekday = forms.MultipleChoiceField(
        label=_("Every week"), required=False, choices=[(str(each), "") for each in range(7)]
    )
    start = forms.TimeField(
        label=_("Starts at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Say when it starts, for instance 9:30."),
            "invalid": _("Write the time like this: 9:30."),
        },
    )
    places = forms.IntegerField(
        label=_("Places each time"),
        min_value=1,
        max_value=500,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("How many people can come each time?"),
            "invalid": _("Write a whole number, for instance 8."),
            "min_value": _("There must be at least one place."),
            "max_value": _("At most 500 places each time."),
        },
    )

    def __init__(self, *args: Any, today: date, stay: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.stay = stay  # A night has no hour.
        self.fields["start"].required = not stay
        shown = (each for month in rules.months(today) for week in month.weeks for each in week)
        self.offer(
            "day",
            [(each.day.isoformat(), "") for each in shown if each and each.open],
        )

    def clean(self) -> dict[str, Any]:
        """Put the ticked days and the days of the weekly ones together as `days`."""
        values = super().clean() or {}
        days = {date.fromisoformat(each) for each in values.get("day", [])}
        days |= rules.on_weekdays(self.today, map(int, values.get("weekday", [])))
        if not days and "day" not in self.errors:
            self.add_error("day", _("Tick at least one day."))
        start = None if self.stay else values.get("start")
        return {**values, "days": sorted(days), "start": start}


class Selling(Calendar):
    """When, where and for how much: the second screen."""

    price = Price(
        label=_("Price for one adult, in euros"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Write the price, for instance 25.")},
    )
    house = forms.ChoiceField(
        label=_("Is it a night? In which kind of house?"),
        required=False,
        help_text=_("A night needs no hour: the days above are those on which it begins."),
    )
    minutes = forms.TypedChoiceField(label=_("Lasts"), coerce=int)
    where = forms.ChoiceField(
        label=_("Where is it?"),
        error_messages={
            "required": _("Choose the place, or at least the municipality."),
            "invalid_choice": _("Choose one of the places in the list."),
        },
    )
    meeting_point = forms.CharField(
        label=_("Where do you meet?"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"placeholder": _("For instance: in front of the church of Raggiolo")}
        ),
        error_messages={"required": _("Say where people should be at the start.")},
    )

    def __init__(
        self,
        *args: Any,
        wheres: Sequence[Any],
        houses: Sequence[Any],
        language: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stay = bool(self.data.get("house"))
        self.fields["start"].required = not self.stay
        self.offer("house", [("", _("No, it is an experience")), *houses])
        self.offer(
            "minutes",
            [(each, rules.lasting(60 * each, language)) for each in rules.DURATIONS],
        )
        self.offer("where", [("", _("Choose …")), *wheres])


class Days(Calendar):
    """How many places on which days, for an experience that exists; none closes them."""

    mode = forms.ChoiceField(label=_("How places are given out"), required=False)
    names = forms.CharField(
        label=_("What stands on the seats"),
        required=False,
        max_length=4000,
        help_text=_("For numbered places, with commas between: A1, A2, B1. Empty: 1, 2, 3 …"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_names(self) -> list[str]:
        """Return the names of the seats."""
        typed = (each.strip() for each in self.cleaned_data["names"].split(","))
        return list(dict.fromkeys(each[:20] for each in typed if each))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = cast(forms.IntegerField, self.fields["places"])
        places.help_text = _("0 closes these days.")
        self.offer("mode", [("", _("As before")), *sales.modes()])
        places.validators = [MaxValueValidator(500), MinValueValidator(0)]
        places.min_value = 0


class Scan(Plain):
    """A voucher at the door."""

    code = forms.CharField(
        label=_("Code on the voucher"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "K7W-M3Q-XPZ",
            }
        ),
    )
    photograph = forms.FileField(
        label=_("Or a photograph of the QR code"),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    quantity = forms.IntegerField(
        label=_("How many come in now? Empty: all on the voucher"),
        required=False,
        min_value=1,
        max_value=500,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    any_day = forms.BooleanField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for a code, typed or in a photograph."""
        values = super().clean() or {}
        if not values.get("code") and not values.get("photograph") and not self.errors:
            self.add_error("code", _("Type the code, or scan it."))
        return values


class Return(Plain):
    """Why a proposal goes back to its operator."""

    note = forms.CharField(
        label=_("What should the operator change?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what the operator should change.")},
    )


class Invite(Plain):
    """Whom to invite: a business that is known, or a new one."""

    operator = forms.ChoiceField(label=_("Who is invited?"), required=False)
    name = forms.CharField(
        label=_("Name of the new business"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    municipality = forms.ChoiceField(label=_("In which municipality?"), required=False)

    def __init__(
        self, *args: Any, operators: Sequence[Any], municipalities: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("operator", [("", _("A new business")), *operators])
        self.offer("municipality", [("", _("Choose …")), *municipalities])

    def clean(self) -> dict[str, Any]:
        """Ask for name and municipality of a new business."""
        values = super().clean() or {}
        if not values.get("operator") and "operator" not in self.errors:
            if not (values.get("name") or "").strip():
                self.add_error("name", _("Choose a business from the list, or name a new one."))
            if not values.get("municipality"):
                self.add_error("municipality", _("Choose the municipality it works in."))
        return values


class Placed(Plain):
    """Where a printed sign will hang."""

    placement = forms.CharField(
        label=_("Where will it hang?"),
        help_text=_("So that you see later what this sign has brought."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"placeholder": _("For instance: at our door"), "autocomplete": "off"}
        ),
        error_messages={"required": _("Write where the sign will hang.")},
    )


class Between(Plain):
    """Which days a page of results is about."""

    period = forms.ChoiceField(required=False, choices=[(each, each) for each in rules.PERIODS])
    first = forms.DateField(label=_("From"), required=False)
    last = forms.DateField(label=_("To"), required=False)
