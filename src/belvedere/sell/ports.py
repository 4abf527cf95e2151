"""What a way to pay must be able to do.

A way to pay is a class that satisfies `Payments` and is named under the entry-point group
`belvedere.payments`; it is made with one argument, a `Site`. The contract tests in
`belvedere.testing.PaymentsContract` check a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
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


@dataclass(frozen=True)
class Notice:
    """What a provider's notice is about. `event_id` is the same on every repetition of it."""

    event_id: str
    remote_id: str


@dataclass(frozen=True)
class Site:
    """What a connector is told of the installation that it works for.

    Attributes:
        notify_url: Where the provider sends its notices.
        home: Folder that the installation may write to.
        secret: A key of this connector's own, derived from the installation's.

    """

    notify_url: str
    home: Path
    secret: bytes


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

    def notified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Verify the signature over the raw bytes and say which payment it is about.

        A notice proves nothing about money: it is a reason to `read`.

        Raises:
            Refused: The signature is wrong, or the notice is older than five minutes.

        """
