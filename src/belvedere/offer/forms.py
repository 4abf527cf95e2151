"""What visitors may ask of the lists, and what editors write of a product."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.images.widgets import AdminImageChooser

from belvedere.offer import services
from belvedere.offer.models import Picture, Product, Text, Theme
from belvedere.offer.rules import FIELDS
from belvedere.offer.words import PLACE_KINDS, TEXT_LABELS
from belvedere.shared.languages import WRITTEN
from belvedere.shared.money import Amount
from belvedere.territory import queries as territory

PICTURES = 6


class Filter(forms.Form):
    """A filter that is sent as an address, so that it can be kept and shared."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search"}),
        error_messages={"max_length": _("Search for fewer words: at most 80 characters.")},
    )

    area = forms.ChoiceField(
        label=_("Area"),
        required=False,
        error_messages={"invalid_choice": _("There is no such area: choose one of the list.")},
    )

    def __init__(
        self,
        *args: Any,
        areas: list[tuple[str, str]],
        countries: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if "to" in self.fields:
            cast(forms.ChoiceField, self.fields["to"]).choices = [
                ("", _("Choose your country")),
                *countries,
            ]
        cast(forms.ChoiceField, self.fields["area"]).choices = [("", _("Everywhere")), *areas]
        for name in self.errors:
            self.fields[name].widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": f"error-{name}",
            }

    def value(self, name: str) -> Any:
        """Return what was asked for, or nothing where it could not be understood."""
        return self.cleaned_data.get(name) or ""


class ThemeFilter(Filter):
    """What a product is about, and where."""

    theme = forms.ChoiceField(
        label=_("Theme"),
        required=False,
        choices=[("", _("All themes")), *Theme.choices],
        error_messages={"invalid_choice": _("There is no such theme: choose one of the list.")},
    )


class CatalogueFilter(ThemeFilter):
    """What an experience is about, where, when."""

    day = forms.DateField(
        label=_("Day"),
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y年%m月%d日"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": _("This is not a day we understand: write it as 2027-05-21.")
        },
    )
    field_order = ("q", "theme", "area", "day")


class GoodsFilter(ThemeFilter):
    """What a good is about, where it is made, where it shall go."""

    to = forms.ChoiceField(
        label=_("Sent to"),
        required=False,
        error_messages={
            "invalid_choice": _("There is no such country: choose one of the list.")
        },
    )
    field_order = ("q", "theme", "area", "to")


class PlaceFilter(Filter):
    """What a place is, and where."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("All kinds")), *PLACE_KINDS.items()],
        error_messages={"invalid_choice": _("There is no such kind: choose one of the list.")},
    )
    field_order = ("q", "kind", "area")


class ProductForm(WagtailAdminModelForm):
    """A product with its texts in every language and up to six pictures."""

    instance: Product

    price = forms.DecimalField(
        label=_("Price per person, in euros"), min_value=0, max_digits=7, decimal_places=2
    )

    class Meta:
        model = Product
        fields = (
            "operator",
            "kind",
            "theme",
            "language",
            "place",
            "duration_minutes",
            "meeting_point",
            "latitude",
            "longitude",
            "free_cancellation_hours",
        )

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, for_user=for_user, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the original"),
            choices=[(each.tag, each.name) for each in WRITTEN],
        )
        if for_user is not None:
            self.fields["operator"].queryset = territory.visible_to(for_user).operators
        self._add_texts()
        self._add_pictures()
        if self.instance.pk:
            near = territory.places(self.instance.operator.area)
            chosen = territory.every_place().filter(pk=self.instance.place_id or 0)
            self.fields["place"].queryset = near | chosen
            self.fields["operator"].disabled = True
            self.fields["language"].disabled = True
            amount = Amount(self.instance.price_minor, self.instance.currency)
            self.initial.setdefault("price", amount.major)

    def _add_texts(self) -> None:
        known = {}
        if self.instance.pk:
            kind = ContentType.objects.get_for_model(Product)
            rows = Text.objects.filter(content_type=kind, object_id=self.instance.pk)
            known = {(row.field, row.language): row for row in rows}
        for language in WRITTEN:
            for field, longest in FIELDS.items():
                text = known.get((field, language.tag))
                self.fields[f"{field}__{language.tag}"] = forms.CharField(
                    label=f"{TEXT_LABELS[field]} – {language.name}",
                    required=False,
                    max_length=longest,
                    initial=text.value if text else "",
                    help_text=text.get_status_display() if text else "",
                    widget=forms.TextInput(attrs={"lang": language.tag})
                    if longest <= 300
                    else forms.Textarea(attrs={"rows": 4, "lang": language.tag}),
                )

    def _add_pictures(self) -> None:
        chosen = []
        if self.instance.pk:
            chosen = [each.picture for each in self.instance.pictures.all()]
        for number in range(PICTURES):
            self.fields[f"picture_{number + 1}"] = forms.ModelChoiceField(
                label=_("Picture %s") % (number + 1),
                queryset=Picture.objects.all(),
                required=False,
                initial=chosen[number] if number < len(chosen) else None,
                widget=AdminImageChooser,
            )

    def clean(self) -> dict[str, Any]:
        """Ask for a title and a description in the original language."""
        cleaned: dict[str, Any] = super().clean() or {}
        language = self.instance.language if self.instance.pk else cleaned.get("language", "it")
        for field in ("title", "description"):
            name = f"{field}__{language}"
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("This cannot be empty."))
        return cleaned

    def save(self, commit: bool = True) -> Product:
        """Propose a new product or revise a known one, through the catalogue's services."""
        data = self.cleaned_data
        language = self.instance.language if self.instance.pk else data["language"]
        source = {field: data[f"{field}__{language}"] for field in FIELDS}
        price = Amount(int(data["price"] * 100))
        pictures = [data[f"picture_{n + 1}"] for n in range(PICTURES)]
        values = {
            name: data[name]
            for name in (
                "kind",
                "theme",
                "duration_minutes",
                "meeting_point",
                "latitude",
                "longitude",
                "free_cancellation_hours",
            )
        }
        common = {
            "price": price,
            "pictures": [each for each in pictures if each],
            **values,
        }
        if self.instance.pk:
            place = data["place"]
            product = services.revise(
                self.instance.pk, texts=source, place_id=place and place.pk, **common
            )
        else:
            title, description = source.pop("title"), source.pop("description")
            product = services.propose(
                data["operator"].pk,
                language=language,
                title=title,
                description=description,
                texts=source,
                place=data["place"],
                **common,
            )
        for tongue in WRITTEN:
            for field in FIELDS:
                if tongue.tag != language and f"{field}__{tongue.tag}" in self.changed_data:
                    services.write_text(
                        product, field, tongue.tag, data[f"{field}__{tongue.tag}"]
                    )
        self.instance = product
        return product

    def save_m2m(self) -> None:
        """Do nothing: `save` has kept everything."""
