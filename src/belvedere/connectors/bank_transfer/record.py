"""What a person of the agency says: this money has come, that money has gone back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from belvedere.connectors.bank_transfer.book import Book
from belvedere.connectors.bank_transfer.payments import KEY
from belvedere.sell import registry, services
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

MOST = 99_999_999_999  # Cents: the most that a SEPA transfer can be.


@dataclass(frozen=True)
class Noted:
    """What came of a note. `payment` is the payment's state, empty if we know none."""

    number: int
    reference: str
    payment: str


def book() -> Book:
    """Return the book of this installation."""
    return Book(registry.site(KEY).home)


def received(
    reference: str, amount: str, *, by: str, day: date | None = None, line: str = ""
) -> Noted:
    """Note money from the bank's statement, and let follow what must.

    Noted is noted, even when the payment cannot be settled at once: the poller does it.

    Args:
        reference: What the payer wrote; spaces and small letters are read too.
        amount: How many euro, as "50.00" or "50,00".
        by: Who notes it.
        day: On which day the bank booked it; today when empty.
        line: The statement's number for it, when two of a day are alike.

    Raises:
        BadInput: The reference or the amount cannot be, or it was noted before.

    """
    noted = services.note_money(
        KEY, reference, Amount(_cents(amount)), by=by, day=day, line=line
    )
    return Noted(noted.number, noted.reference, noted.payment.state if noted.payment else "")


def returned(number: int, *, by: str) -> str:
    """Note that a refund was transferred, and return the reference it belongs to.

    The sale hears of it when the poller next asks, within a minute.

    Raises:
        BadInput: No such refund is waiting.

    """
    return book().returned(number, by=by)


def _cents(text: str) -> int:
    """Read an amount in euro.

    >>> _cents("50,5"), _cents("1200.00")
    (5050, 120000)
    """
    try:
        cents = Decimal(text.strip().replace(",", ".")).scaleb(2)
    except InvalidOperation:
        cents = Decimal("NaN")
    if not cents.is_finite() or cents != cents.to_integral_value():
        raise BadInput("Write the amount in euro, as 50.00.", field="amount")
    if not 1 <= cents <= MOST:
        raise BadInput("No transfer is of that amount.", field="amount")
    return int(cents)
