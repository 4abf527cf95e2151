"""The way to pay `bank_transfer`: our account, a reference, and patience."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from stdnum import bic, iban
from stdnum.exceptions import ValidationError

from belvedere.connectors.bank_transfer.book import Book, Row
from belvedere.sell.ports import (
    Device,
    Notice,
    Payment,
    PaymentSpec,
    PaymentStage,
    Proof,
    Site,
)
from belvedere.shared.errors import NotAuthorised, Refused, TryLater
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


def _stage(row: Row) -> PaymentStage:
    """Return how far a transfer is.

    Less than was asked for is waited on until the transfer is closed; then what has come is
    said as it is, so that a person is called.
    """
    if row.received and (row.received >= row.minor or row.closed):
        whole = row.refunded >= row.received
        return PaymentStage.REFUNDED if whole else PaymentStage.PAID
    return PaymentStage.CLOSED if row.closed else PaymentStage.OPEN
