"""What a way to pay must be able to do.

A way to pay is a class that satisfies `Payments` and is named under the entry-point group
`belvedere.payments`; it is made with one argument, a `Site`. The contract tests in
`belvedere.testing.PaymentsContract` check a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
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
    """What a way to pay is, where it works, and what it accepts.

    Attributes:
        key: Its name under the entry points.
        name: Its name for people.
        proof: How far it has been shown to work.
        currencies: ISO 4217 codes that it takes.
        markets: ISO 3166 codes of the buyers it is for, the first to offer there; empty: all.
        settings: What an account needs: name of the setting and what it is for. Without an
            account a way to pay that has settings is not offered.
        optional: Those of the settings that may stay empty.
        shown: Those of the settings that are no secret: they are shown to who minds the
            account; all others are written, and never shown again.
        several_lines: Those of the settings that have several lines, as keys in PEM.
        currency_setting: The setting that names one more currency, if an account may have it.
        taken: What the provider wants to read when its notice was taken.
        browser: What the wallet's own browser calls itself, in its User-Agent.
        script: Static file of the module that opens the wallet there, by a payment's `bridge`.
            It finds that as JSON in `#bridge`, and the button with the way back at
            `[data-bridge]`.
        close_after: How long after its opening a payment cannot be closed at the provider.
        takes: How long it may be until the money is there. The places are held that long, so
            it is offered only for what begins later.

    """

    key: str
    name: str
    proof: Proof
    currencies: frozenset[str]
    markets: frozenset[str] = frozenset()
    settings: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    several_lines: frozenset[str] = frozenset()
    currency_setting: str = ""
    taken: str = "ok"
    browser: str = ""
    script: str = ""
    close_after: timedelta = timedelta(0)
    takes: timedelta = timedelta(0)


class Screen(StrEnum):
    """Where the buyer reads the page: a computer, a phone, or a wallet's own browser."""

    DESKTOP = "desktop"
    PHONE = "phone"
    WALLET = "wallet"


@dataclass(frozen=True)
class Device:
    """What the buyer pays with. Nothing of it is stored.

    Attributes:
        screen: Where the page is read.
        wallet: Whose browser it is: the key of that way to pay; empty for any other.
        address: The buyer's network address, which some providers demand.
        payer: Who the buyer is to the provider; empty if nobody knows.

    """

    screen: Screen = Screen.DESKTOP
    wallet: str = ""
    address: str = ""
    payer: str = ""


@dataclass(frozen=True)
class Payment:
    """A payment as the provider sees it.

    `redirect`, `qr` or `bridge` is how the buyer goes on: an address, the text of a QR code,
    or the signed arguments of a call that the page makes in the wallet's own browser. What
    is in `bridge` is kept until the payment is over, and is nothing personal.
    """

    remote_id: str
    stage: PaymentStage
    amount: Amount
    refunded_minor: int = 0
    redirect: str = ""
    qr: str = ""
    bridge: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """What a provider's notice is about. `event_id` is the same on every repetition of it."""

    event_id: str
    remote_id: str


@dataclass(frozen=True)
class Problem:
    """Something in the settings of an account that a person must mend.

    Attributes:
        field: Name of the setting.
        text: What is wrong and what to do, marked for translation. Never what was written.

    """

    field: str
    text: str


class Examines(Protocol):
    """What a way to pay may have besides: a look at an account's settings, without network."""

    @classmethod
    def examine(cls, given: Mapping[str, str]) -> list[Problem]:
        """Say what is wrong with the settings; what is missing is not asked here."""


class Recognises(Protocol):
    """What a wallet may have besides: telling who the buyer is to it, in its own browser."""

    def introduce(self, back: str, state: str) -> str:
        """Return where the browser is sent to be recognised; empty: not set up.

        Args:
            back: Where the wallet sends it afterwards, with a `code` and the `state`.
            state: Letters and digits, at most 128.

        """

    def recognise(self, code: str) -> str:
        """Return who the buyer is to the wallet: a `Device`'s `payer`.

        Raises:
            RemoteError: The wallet does not say.

        """


@dataclass(frozen=True)
class Site:
    """What a connector is told of the installation that it works for.

    Attributes:
        notify_url: Where the provider sends its notices.
        home: Folder that the installation may write to.
        secret: A key of this connector's own, derived from the installation's.
        account: The values of the spec's settings.

    """

    notify_url: str
    home: Path
    secret: bytes
    account: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Awaited:
    """Money that somebody was asked to send, and how much of it has come."""

    reference: str
    asked: Amount
    came: Amount


@dataclass(frozen=True)
class Owed:
    """Money that a person must send back by hand."""

    number: int
    reference: str
    amount: Amount


@dataclass(frozen=True)
class Stray:
    """Money that has come and that nobody was asked for."""

    number: int
    text: str
    amount: Amount
    day: date


class ByHand(Protocol):
    """What a way to pay has besides where no provider tells: people note what they read."""

    def came(self, reference: str, amount: Amount, *, by: str, day: date, line: str) -> Notice:
        """Note money that has come.

        Args:
            reference: As the payer wrote it.
            amount: How much.
            by: Who notes it.
            day: On which day it was booked.
            line: The statement's number for it, when two are alike.

        Raises:
            BadInput: Nothing is awaited under this reference, or it was noted before.

        """

    def awaited(self) -> list[Awaited]:
        """Return what has not come yet, or not whole, the oldest first."""

    def so_far(self, reference: str) -> Awaited:
        """Return how much of what was asked for by a reference has come."""

    def owed(self) -> list[Owed]:
        """Return what a person must send back, the oldest first."""

    def went(self, number: int, *, by: str) -> str:
        """Note that it was sent back; return its reference.

        Raises:
            BadInput: Nothing of this number waits to be sent back.

        """

    def stray(self, text: str, amount: Amount, *, by: str, day: date) -> int:
        """Keep money that nobody was asked for, until a person has found whose it is."""

    def strays(self) -> list[Stray]:
        """Return what of it is not settled, the oldest first."""

    def settled(self, number: int, *, by: str) -> None:
        """Note that a person has seen to it."""


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
        device: Device | None = None,
    ) -> Payment:
        """Start a payment. The same `key` gives the same payment.

        Args:
            amount: What is to be paid.
            key: Idempotency key.
            reference: What the buyer reads on the statement.
            back: Where the provider sends the browser afterwards.
            until: When the provider should stop taking the money.
            language: BCP 47, for the provider's page.
            device: What the buyer pays with; None if nobody knows, as on a repetition.

        """

    def read(self, remote_id: str) -> Payment:
        """Ask the provider. The only source of truth; the browser's return is not."""

    def cancel(self, remote_id: str) -> Payment:
        """Close a payment that nobody finished, so that it cannot be paid later.

        It is not called before the spec's `close_after` has passed since the opening.
        """

    def refund(self, remote_id: str, amount: Amount, *, key: str) -> Payment:
        """Give money back, whole or part. The same `key` gives it back once."""

    def notified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Verify the signature over the raw bytes and say which payment it is about.

        A notice proves nothing about money: it is a reason to `read`.

        Raises:
            Refused: The signature is wrong, or the notice is older than five minutes.

        """
