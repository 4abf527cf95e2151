"""What a reseller is told when something is wrong: one of OCTO's codes, and a sentence."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from belvedere.sell.rules import NoPrice, NotCancellable, NotHeld, SoldOut
from belvedere.shared.errors import BadInput


class Problem(Exception):
    """An answer that is not what was asked for.

    Args:
        code: OCTO's error code.
        message: One sentence in the reader's language.
        status: Of HTTP; OCTO has 400 for everything.
        echo: The field that was wrong, as it was given.

    """

    def __init__(self, code: str, message: str, status: int = 400, **echo: Any) -> None:
        super().__init__(code)
        self.code, self.message, self.status, self.echo = code, message, status, echo

    @property
    def body(self) -> dict[str, Any]:
        """Return what is sent."""
        return {"error": self.code, "errorMessage": self.message, **self.echo}


def bad_request(message: str, status: int = 400) -> Problem:
    """Return the answer to what cannot be understood; `message` is for programmers."""
    return Problem("BAD_REQUEST", message, status)


def unprocessable(message: str) -> Problem:
    """Return the answer to what is understood and cannot be done."""
    return Problem("UNPROCESSABLE_ENTITY", message)


def no_product(given: str | None) -> Problem:
    """Return the answer to an unknown product, or one that is not this supplier's."""
    said = _("The product ID is missing, or there is no such product.")
    return Problem("INVALID_PRODUCT_ID", said, productId=given or "")


def no_option(given: str | None) -> Problem:
    """Return the answer to an option that the product hasn't."""
    said = _("The option ID is missing, or the product has no such option.")
    return Problem("INVALID_OPTION_ID", said, optionId=given or "")


def no_unit(given: str | None) -> Problem:
    """Return the answer to a unit that the option hasn't."""
    said = _("The unit ID is missing, or the option has no such unit.")
    return Problem("INVALID_UNIT_ID", said, unitId=given or "")


def no_slot(given: str | None) -> Problem:
    """Return the answer to an availability that the product hasn't."""
    said = _("The availability ID is missing, or there is no such start.")
    return Problem("INVALID_AVAILABILITY_ID", said, availabilityId=given or "")


def no_booking(given: str) -> Problem:
    """Return the answer to a booking that is not this reseller's, or is something else."""
    said = _("There is no such booking, or its UUID was used for something else.")
    return Problem("INVALID_BOOKING_UUID", said, uuid=given)


def of(error: BadInput) -> Problem:
    """Return the answer to what the sale refuses."""
    for kind, said in _SAID.items():
        if isinstance(error, kind):
            return unprocessable(said())
    return unprocessable(str(error))


_SAID: dict[type[BadInput], Callable[[], str]] = {
    SoldOut: lambda: _("Fewer places are free than were asked for."),
    NotHeld: lambda: _("The time of this booking is over: its places are no longer held."),
    NotCancellable: lambda: _("This booking cannot be cancelled any more."),
    NoPrice: lambda: _("There is no price in this currency."),
}
