"""What a page of flows is asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms

from belvedere.measure.rules import Provider

if TYPE_CHECKING:
    from belvedere.territory.models import Area


class Which(forms.Form):
    """Which area, whose figures, and growth between which years."""

    first = forms.IntegerField(required=False, min_value=1900, max_value=2100)
    last = forms.IntegerField(required=False, min_value=1900, max_value=2100)

    def __init__(
        self, areas: "Sequence[Area]", providers: Sequence[Provider], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        slugs = [(each.slug, each.name) for each in areas]
        keys = [(each.key, each.publisher) for each in providers]
        self.fields["area"] = forms.ChoiceField(required=False, choices=slugs)
        self.fields["provider"] = forms.ChoiceField(required=False, choices=keys)
