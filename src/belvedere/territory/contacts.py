"""A telephone number or an e-mail address, as people type it."""

from dataclasses import dataclass

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from belvedere.shared.errors import BadInput

HOME = "IT"
"""A number without a country's prefix is of this country."""


@dataclass(frozen=True)
class Contact:
    """How somebody is reached: one of the two is empty."""

    phone: str = ""
    email: str = ""

    @property
    def value(self) -> str:
        """Return the one that there is."""
        return self.phone or self.email

    @classmethod
    def read(cls, text: str) -> "Contact":
        """Understand what somebody typed.

        Args:
            text: A number, E.164 or as written in Italy, or an address.

        Raises:
            BadInput: It is neither.

        """
        text = text.strip()
        if not text:
            raise BadInput(_("Write a telephone number or an e-mail address."), field="contact")
        return _email(text) if "@" in text else _phone(text)


def _email(text: str) -> Contact:
    try:
        validate_email(text)
    except ValidationError as error:
        raise BadInput(
            _("This e-mail address is not complete: name@example.it."), field="contact"
        ) from error
    return Contact(email=text.lower())


def _phone(text: str) -> Contact:
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise BadInput(
            _(
                "This is not a telephone number. Write it like 333 123 4567, "
                "or with the country's prefix: +86 138 0013 8000."
            ),
            field="contact",
        )
    return Contact(
        phone=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    )
