"""What visitors type in, and what the staff write of campaigns."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput
from wagtail.images.widgets import AdminImageChooser

from belvedere.publish import queries, services
from belvedere.publish.models import Action, Campaign, Piece
from belvedere.publish.rules import State
from belvedere.shared.languages import DEFAULT, WRITTEN
from belvedere.shared.money import Amount


class Subscription(forms.Form):
    """Somebody's wish for the newsletter. `website` is a trap that only robots fill in."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write the address that the newsletter should come to."),
            "invalid": _(
                "This is not an e-mail address. It should look like name@example.org."
            ),
        },
    )
    agree = forms.BooleanField(
        error_messages={"required": _("We may only write to you if you agree.")}
    )
    website = forms.CharField(required=False)


TEXTS = (("title", _("Title"), 120), ("summary", _("Summary"), 300))


def _money(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_digits=10, decimal_places=2, required=False, initial=0
    )


def _minor(value: Decimal | None) -> int:
    return int((value or 0) * 100)


class CampaignForm(WagtailAdminModelForm):
    """A campaign with its title and summary in every language."""

    instance: Campaign

    budget = _money(_("Budget, in euros"))

    class Meta:
        model = Campaign
        fields = ("area", "goal", "market", "segment", "theme", "starts_on", "ends_on", "state")
        widgets = {"starts_on": AdminDateInput, "ends_on": AdminDateInput}

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, for_user=for_user, **kwargs)
        self.fields["theme"] = forms.ChoiceField(label=_("Theme"), choices=queries.themes)
        if for_user is not None:
            self.fields["area"].queryset = queries.areas(for_user)
        self.initial.setdefault("budget", self.instance.budget.major)
        known = queries.written(self.instance) if self.instance.pk else {}
        for language in WRITTEN:
            for field, label, longest in TEXTS:
                self.fields[f"{field}__{language.tag}"] = forms.CharField(
                    label=f"{label} – {language.name}",
                    max_length=longest,
                    required=field == "title" and language.tag == DEFAULT,
                    initial=known.get((field, language.tag), ""),
                )

    def save(self, commit: bool = True) -> Campaign:
        """Open a new campaign by the service; write what was changed of an old one."""
        texts = self._texts()
        data = self.cleaned_data
        if not self.instance.pk:
            made = services.open_campaign(
                data["area"].pk,
                goal=data["goal"],
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
                texts=texts,
                market=data["market"],
                segment=data["segment"],
                theme=data["theme"],
                budget=Amount(_minor(data["budget"])),
                by=self.for_user,
            )
            if data["state"] == Campaign.State.RUNNING:
                made = services.start(made.pk, by=self.for_user)
            self.instance = made
            return made
        return services.revise_campaign(
            self.instance,
            texts=texts,
            budget=Amount(_minor(data["budget"])),
            by=self.for_user,
        )

    def _texts(self) -> dict[str, dict[str, str]]:
        return {
            language.tag: {
                field: self.cleaned_data.get(f"{field}__{language.tag}", "")
                for field, _label, _longest in TEXTS
            }
            for language in WRITTEN
        }


class ActionForm(WagtailAdminModelForm):
    """An action with what it is meant to cost and what it has cost."""

    instance: Action

    planned = _money(_("Planned cost, in euros"))
    spent = _money(_("Money spent, in euros"))

    class Meta:
        model = Action
        fields = ("campaign", "kind", "channel", "title", "planned_on", "done_on")
        widgets = {"planned_on": AdminDateInput, "done_on": AdminDateInput}

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, for_user=for_user, **kwargs)
        self.fields["channel"] = forms.ChoiceField(
            label=_("Channel"),
            required=False,
            choices=lambda: [("", _("none: people put it up")), *queries.channel_choices()],
            help_text=self.fields["channel"].help_text,
        )
        if for_user is not None:
            self.fields["campaign"].queryset = queries.visible_to(for_user)
        self.initial.setdefault("planned", self.instance.planned.major)
        self.initial.setdefault("spent", self.instance.spent.major)

    def save(self, commit: bool = True) -> Action:
        """Plan a new action, or write what it has cost, by the services."""
        data = self.cleaned_data
        if not self.instance.pk:
            self.instance = services.plan_action(
                data["campaign"].pk,
                kind=data["kind"],
                title=data["title"],
                channel=data["channel"],
                planned=Amount(_minor(data["planned"])),
                planned_on=data["planned_on"],
                by=self.for_user,
            )
        else:
            self.instance.planned_minor = _minor(data["planned"])
            super().save(commit)
        if data["spent"] or data["done_on"]:
            self.instance = services.spend(
                self.instance.pk,
                Amount(_minor(data["spent"])),
                done_on=data["done_on"],
                by=self.for_user,
            )
        return self.instance


class PieceForm(WagtailAdminModelForm):
    """A piece, where it leads, and where copies of it hang."""

    instance: Piece

    where = forms.CharField(
        label=_("Where copies of it hang or run"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One place on each line; each has its own code. Empty: one code for all."),
    )

    class Meta:
        model = Piece
        fields = (
            "action", "language", "variant", "title", "text", "picture", "product", "page",
            "area",
        )  # fmt: skip
        widgets = {"picture": AdminImageChooser}

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, for_user=for_user, **kwargs)
        self.fields["page"].queryset = queries.landing_pages()
        self.fields["product"].queryset = queries.landing_products()
        self.fields["area"].queryset = queries.landing_areas()
        if for_user is not None:
            self.fields["action"].queryset = queries.actions(for_user)
        if self.instance.pk:
            self.fields["action"].disabled = True
            names = self.instance.placements.exclude(name="").values_list("name", flat=True)
            self.initial.setdefault("where", "\n".join(names))

    def clean(self) -> dict[str, Any]:
        """Refuse to change what has been checked: it would go out unread."""
        data = super().clean()
        if self.instance.pk and self.instance.state != State.DRAFT:
            raise forms.ValidationError(
                _("This piece is no draft any more: give it back first, then change it.")
            )
        return data

    def save(self, commit: bool = True) -> Piece:
        """Write a new piece by the service; the places that are new get their codes."""
        data = self.cleaned_data
        names = [each.strip()[:120] for each in data["where"].splitlines() if each.strip()]
        if self.instance.pk:
            super().save(commit)
            for name in names:
                services.place(self.instance.pk, name, by=self.for_user)
            return self.instance
        self.instance = services.create_piece(
            data["action"].pk,
            title=data["title"],
            text=data["text"],
            language=data["language"],
            variant=data["variant"],
            product_id=data["product"] and data["product"].pk,
            page_id=data["page"] and data["page"].pk,
            area_id=data["area"] and data["area"].pk,
            picture_id=data["picture"] and data["picture"].pk,
            placements=names or ("",),
            by=self.for_user,
        )
        return self.instance
