"""The way to pay `bank_transfer`: our account, a reference, and patience."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from stdnum import bic, iban, iso11649
from stdnum.exceptions import ValidationError

from belvedere.connectors.bank_transfer.book import Book, Row
from belvedere.sell.ports import (
    Awaited,
    Device,
    Notice,
    Owed,
    Payment,
    PaymentSpec,
    PaymentStage,
    Proof,
    Site,
    Stray,
)
from belvedere.shared.errors import BadInput, NotAuthorised, Refused, TryLater
from belvedere.shared.money import Amount
from belvedere.shared.transfers import Transfer

KEY = "bank_transfer"
LONGEST_NAME = 70  # EPC069-12


class BankTransfer:
    """The account of the agency, and what its people have noted of it.

    There is no provider. A payment is as far as somebody has noted from the bank's statement;
    a refund is done when somebody has made it. Closing a payment means to wait no longer: the
    money may come all the same, and is then read as any late money.

    Args:
        site: What the installation tells its connectors.

    """

    spec = PaymentSpec(
        key=KEY,
        name="Bank transfer (SEPA)",
        proof=Proof.PEER,
        currencies=frozenset({"EUR"}),
        settings={
            "iban": "The account's IBAN",
            "holder": "The account's holder, up to 70 characters",
            "bic": "The bank's BIC, if payers outside the EEA are to be served",
        },
        optional=frozenset({"bic"}),
        shown=frozenset({"iban", "holder", "bic"}),
        takes=timedelta(days=5),
    )

    def __init__(self, site: Site) -> None:
        self.book = Book(site.home)
        self.holder = " ".join(site.account.get("holder", "").split())
        try:
            self.iban = iban.validate(site.account.get("iban", ""))
            self.bic = bic.validate(site.account["bic"]) if site.account.get("bic") else ""
        except ValidationError as error:
            raise NotAuthorised(f"The account's IBAN or BIC is wrong: {error}") from error
        if not 0 < len(self.holder) <= LONGEST_NAME:
            raise NotAuthorised("The account's holder must have 1 to 70 characters.")

    def open(
        self,
        amount: Amount,
        *,
        key: str,
        reference: str,
        back: str,
        until: datetime,
        language: str,
        device: Device | None = None,
    ) -> Payment:
        """Wait for a transfer. The same key gives the same reference."""
        if amount.currency != "EUR":
            raise Refused("A SEPA transfer is made in euro.")
        return self._payment(self.book.expect(key, amount.minor))

    def read(self, remote_id: str) -> Payment:
        """Say what people have noted."""
        return self._payment(self.book.row(remote_id))

    def cancel(self, remote_id: str) -> Payment:
        """Wait no longer, unless money has come."""
        return self._payment(self.book.close(remote_id))

    def refund(self, remote_id: str, amount: Amount, *, key: str) -> Payment:
        """Have a person transfer money back, once for each key.

        Raises:
            TryLater: Nobody has done it yet. The platform asks again until somebody has.
            Refused: More would go back than came in.

        """
        if not self.book.give_back(key, remote_id, amount.minor):
            raise TryLater("A person must transfer the money back.", after=timedelta(hours=1))
        return self.read(remote_id)

    def notified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Refuse: no bank writes to us, so whoever does is none."""
        raise Refused("A bank transfer has no notices.")

    def came(
        self, reference: str, amount: Amount, *, by: str, day: date, line: str = ""
    ) -> Notice:
        """Note money from the bank's statement; spaces and small letters are read too."""
        try:
            clean = iso11649.validate(reference).upper()
        except ValidationError as error:
            raise BadInput(
                "This is no reference of ours: compare it with the bank's statement.",
                field="reference",
            ) from error
        number = self.book.received(clean, amount.minor, by=by, day=day, line=line)
        return Notice(event_id=f"receipt-{number}", remote_id=clean)

    def awaited(self) -> list[Awaited]:
        """Return the transfers that have not come yet, or not whole."""
        return [_awaited(each) for each in self.book.waiting()]

    def so_far(self, reference: str) -> Awaited:
        """Return how much of a transfer has come."""
        return _awaited(self.book.row(reference))

    def owed(self) -> list[Owed]:
        """Return what a person must transfer back."""
        return [Owed(each.id, each.reference, Amount(each.minor)) for each in self.book.due()]

    def went(self, number: int, *, by: str) -> str:
        """Note that it was transferred back."""
        return self.book.returned(number, by=by)

    def stray(self, text: str, amount: Amount, *, by: str, day: date) -> int:
        """Keep a transfer that nobody was asked for."""
        return self.book.stray(text, amount.minor, by=by, day=day)

    def strays(self) -> list[Stray]:
        """Return the transfers that nobody was asked for and nobody has seen to."""
        return [
            Stray(number, text, Amount(minor), date.fromisoformat(day))
            for number, text, minor, day in self.book.strays()
        ]

    def settled(self, number: int, *, by: str) -> None:
        """Note that a person has seen to one of them."""
        self.book.settled(number, by=by)

    def _payment(self, row: Row) -> Payment:
        asked = Amount(row.minor)
        transfer = Transfer(self.holder, self.iban, asked, row.reference, self.bic)
        stage = _stage(row)
        came = stage in (PaymentStage.PAID, PaymentStage.REFUNDED)
        return Payment(
            remote_id=row.reference,
            stage=stage,
            amount=Amount(row.received) if came else asked,
            refunded_minor=row.refunded,
            qr=transfer.code(),
        )


def _awaited(row: Row) -> Awaited:
    return Awaited(row.reference, Amount(row.minor), Amount(row.received))


def _stage(row: Row) -> PaymentStage:
    """Return how far a transfer is.

    Less than was asked for is waited on until the transfer is closed; then what has come is
    said as it is, so that a person is called.
    """
    if row.received and (row.received >= row.minor or row.closed):
        whole = row.refunded >= row.received
        return PaymentStage.REFUNDED if whole else PaymentStage.PAID
    return PaymentStage.CLOSED if row.closed else PaymentStage.OPEN
