"""What a way to pay must be able to do.

A way to pay is a class that satisfies `Payments` and is named under the entry-point group
`belvedere.payments`. `belvedere.testing.PaymentsContract` checks a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from belvedere.shared.money import Amount


class PaymentStage(StrEnum):
    """How far the money went, as the provider says."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    CLOSED = "closed"
    REFUNDED = "refunded"


class Proof(StrEnum):
    """How far a connector has been shown to work; people see it beside its name."""

    VECTOR = "vector"
    PEER = "peer"
    VENDOR_SPEC = "vendor-spec"
    SIMULATOR = "simulator"
    NONE = "none"


@dataclass(frozen=True)
class PaymentSpec:
    """What a way to pay is, where it works, and what it accepts."""

    key: str
    name: str
    proof: Proof
    currencies: frozenset[str]
    markets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Payment:
    """A payment as the provider sees it. `redirect` or `qr` is how the buyer goes on."""

    remote_id: str
    stage: PaymentStage
    amount: Amount
    refunded_minor: int = 0
    redirect: str = ""
    qr: str = ""


class Payments(Protocol):
    """A way to pay. The buyer pays on the provider's page: card data never passes here."""

    spec: PaymentSpec

    def open(
        self,
        amount: Amount,
        *,
        key: str,
        reference: str,
        back: str,
        until: datetime,
        language: str,
    ) -> Payment:
        """Start a payment. The same `key` gives the same payment.

        Args:
            amount: What is to be paid.
            key: Idempotency key.
            reference: What the buyer reads on the statement.
            back: Where the provider sends the browser afterwards.
            until: When the provider should stop taking the money.
            language: BCP 47, for the provider's page.

        """

    def read(self, remote_id: str) -> Payment:
        """Ask the provider. The only source of truth; the browser's return is not."""

    def cancel(self, remote_id: str) -> Payment:
        """Close a payment that nobody finished, so that it cannot be paid later."""

    def refund(self, remote_id: str, amount: Amount, *, key: str) -> Payment:
        """Give money back, whole or part. The same `key` gives it back once."""

    def notified(self, headers: Mapping[str, str], body: bytes) -> str:
        """Verify the signature over the raw bytes and return the payment's remote id.

        Raises:
            Refused: The signature is wrong, or the notice is older than five minutes.

        """
