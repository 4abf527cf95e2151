"""What a buyer writes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from belvedere.sell import rules
from belvedere.sell.models import Unit as UnitModel
from belvedere.sell.models import unit_name
from belvedere.sell.rules import discounts, world
from belvedere.sell.rules.tariff import NotAllowed, Option, check
from belvedere.sell.services.sending import Destination
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

MOST = 20
_PHONE = {
    "country code": _("Begin the number with + and the country code, for example +86."),
    "not a number": _("This is not a telephone number. Check the digits and country code."),
}


class Contact(forms.Form):
    """Who buys, and how to reach them: a telephone number or an e-mail address."""

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
    code = forms.CharField(
        label=_("Discount code (if you have one)"),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: str, **kw: Any):
        super().__init__(*args, **kw)
        self.language = language

    def refuse(self, name: str, said: str) -> None:
        """Say what is wrong with a field that only the sale could judge."""
        self.add_error(name, said)
        self._mark(name)

    def full_clean(self) -> None:
        """Check everything, and tell assistive software which fields are wrong."""
        super().full_clean()
        for name in self.errors:
            if name in self.fields:
                self._mark(name)

    def _mark(self, name: str) -> None:
        attrs = self.fields[name].widget.attrs
        attrs["aria-invalid"] = "true"
        attrs["aria-describedby"] = f"error-{name}"

    def clean_name(self) -> str:
        """Return the name in one line, whatever its script."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_code(self) -> str:
        """Return the code as it is kept: in capital letters, without spaces."""
        return discounts.clean(self.cleaned_data["code"])

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
        """Ask for one way to reach the buyer, at least."""
        given = super().clean() or {}
        reach = given.get("phone") or given.get("email")
        if not reach and not ({"phone", "email"} & set(self.errors)):
            self.add_error(
                "phone", _("Write a telephone number or an e-mail address: one is enough.")
            )
        return given


class Address(Contact):
    """Where goods go: an address of any country, or nothing where they are collected.

    Args:
        language: BCP 47 of the page.
        collect: Whether the buyer comes for them.
        country: ISO 3166.

    """

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
    consent = forms.BooleanField(
        label=_("I have read how my data are used, and how I can send the goods back"),
        error_messages={"required": _("Tick the box to go on.")},
    )

    def __init__(
        self, *args: Any, language: str, collect: bool = False, country: str = "", **kw: Any
    ):
        super().__init__(*args, language=language, **{"label_suffix": "", **kw})
        self.collect, self.country = collect, country
        for each in ("street", "city"):
            self.fields[each].required = not collect
        self.fields["postcode"].required = not collect and country in world.UNION

    @property
    def address(self) -> list[forms.BoundField]:
        """Return the fields of the address alone."""
        return [self[each] for each in ("street", "extra", "postcode", "city", "region")]

    @property
    def destination(self) -> Destination:
        """Return where the goods go; only of a valid form."""
        given = self.cleaned_data
        if self.collect:
            return Destination(collect=True)
        fields = ("street", "extra", "postcode", "city", "region")
        return Destination(
            country=self.country,
            name=given["name"],
            phone=given["phone"],
            **{each: given[each] for each in fields},
        )


class Places(Contact):
    """Which start, how many, and who.

    Args:
        starts: Value and label of the days and times to choose from.
        language: BCP 47 of the page.

    """

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

    field_order = ("when", "quantity")

    def __init__(self, *args: Any, starts: list[tuple[str, str]], language: str, **kw: Any):
        super().__init__(*args, language=language, **kw)
        self.fields["when"].choices = starts  # type: ignore[attr-defined]


class Booking(Places):
    """When, who comes, who books.

    A product with one unit asks for the `quantity`; one with several asks how many of each,
    in fields called `unit_<key>`.

    Args:
        option: The way of buying.
        prices: What one of each unit costs, by its key.
        language: BCP 47 of the page.

    """

    def __init__(
        self,
        *args: Any,
        option: Option,
        prices: Mapping[int, Amount],
        language: str,
        **kw: Any,
    ):
        super().__init__(*args, language=language, **kw)
        self.option = option
        people = option.units[0].places
        if len(option.units) == 1 and people > 1:
            self.fields["quantity"].label = gettext("How many, each for %(n)s people") % {
                "n": people
            }
        if len(option.units) > 1:
            del self.fields["quantity"]
            for at, unit in enumerate(option.units):
                price = prices[unit.id].text(language)
                name = unit_label(unit.type, unit.min_age, unit.max_age, unit.places)
                self.fields[f"unit_{unit.id}"] = forms.IntegerField(
                    label=f"{name} · {price}",
                    min_value=0,
                    max_value=MOST,
                    required=False,
                    initial=0 if at else 2,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                )

    @property
    def counts(self) -> list[forms.BoundField]:
        """Return the fields that ask how many."""
        names = [name for name in self.fields if name.startswith("unit_")]
        return [self[name] for name in names or ["quantity"]]

    def put_aside(self) -> bool:
        """Say whether day and units are valid: for the basket, who buys is asked later."""
        who = ("name", "phone", "email", "consent", "code", "key")
        self.is_valid()
        for name in who:
            self.errors.pop(name, None)
        return not self.errors

    @property
    def units(self) -> dict[int, int]:
        """Return how many of each unit, by its key; only of a valid form."""
        given = self.cleaned_data
        if "quantity" in self.fields:
            return {self.option.units[0].id: given["quantity"]}
        counts = {unit.id: given.get(f"unit_{unit.id}") or 0 for unit in self.option.units}
        return {key: count for key, count in counts.items() if count}

    def clean(self) -> dict[str, Any]:
        """Check the units against the restrictions of the option."""
        given = super().clean()
        first = self.counts[0].name
        if not set(self.errors) & {each.name for each in self.counts}:
            try:
                check(self.option, self.units)
            except NotAllowed as error:
                self.add_error(first, why(error))
            except BadInput:
                self.add_error(first, gettext("Say how many people come."))
        return given


def why(error: NotAllowed) -> str:
    """Say in the active language which restriction a booking breaks.

    Args:
        error: What the rules said.

    """
    names = dict(UnitModel.Type.choices)
    values = {
        "n": error.limit,
        "unit": names.get(error.unit, error.unit),
        "others": ", ".join(str(names[each]) for each in error.others),
    }
    texts = {
        "least": ngettext(
            "At least %(n)s person per booking.",
            "At least %(n)s people per booking.",
            error.limit,
        ),
        "most": ngettext(
            "At most %(n)s person per booking.",
            "At most %(n)s people per booking.",
            error.limit,
        ),
        "unit_least": gettext("%(unit)s: at least %(n)s."),
        "unit_most": gettext("%(unit)s: at most %(n)s."),
        "alone": gettext("%(unit)s: only together with %(others)s."),
    }
    return texts[error.rule] % values


def unit_label(kind: str, youngest: int, oldest: int, places: int = 1) -> str:
    """Name a unit with its ages, in the active language.

    Args:
        kind: OCTO's UnitType.
        youngest: In years.
        oldest: In years; 120 is no limit.
        places: How many one takes.

    """
    name = unit_name(kind, places)
    if youngest and oldest < 120:
        return gettext("%(unit)s (%(from)s–%(to)s years)") % {
            "unit": name, "from": youngest, "to": oldest,
        }  # fmt: skip
    if oldest < 120:
        return gettext("%(unit)s (up to %(to)s years)") % {"unit": name, "to": oldest}
    if youngest:
        return gettext("%(unit)s (from %(from)s years)") % {"unit": name, "from": youngest}
    return name


class Listing(Booking):
    """Which start, who would come, and how to reach who waits for places that come free."""

    key = None  # type: ignore[assignment]  # Who asks twice keeps the earlier place.
    code = None  # type: ignore[assignment]  # An offer is made without a discount.
