"""What visitors type in."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
