"""Paying on account: what a reseller books is owed, and settled outside of Belvedere.

This way to pay is never offered to buyers and stands under no entry point: `services.charge`
alone uses it. Its books are our own rows, so that its word is what they say.
"""

from collections.abc import Mapping
from datetime import datetime

from belvedere.sell import ports
from belvedere.sell.models import Payment
from belvedere.sell.ports import PaymentSpec, PaymentStage, Proof
from belvedere.shared.errors import Refused
from belvedere.shared.money import Amount

PREFIX, PRETENDED = "account:", "demo-account:"


def key_of(reseller_id: int, *, pretended: bool) -> str:
    """Return the key of a reseller's account. A sample operator's moves no money.

    >>> key_of(7, pretended=False), key_of(7, pretended=True)
    ('account:7', 'demo-account:7')
    """
    return f"{PRETENDED if pretended else PREFIX}{reseller_id}"


def is_account(key: str) -> bool:
    """Say whether a way to pay is a reseller's account.

    >>> is_account("account:7"), is_account("demo")
    (True, False)
    """
    return key.startswith((PREFIX, PRETENDED))


def is_pretended(key: str) -> bool:
    """Say whether nothing is owed on an account, because its operator does not exist."""
    return key.startswith(PRETENDED)


class OnAccount:
    """One reseller's account. Everything is owed at once and nothing can fail."""

    spec = PaymentSpec("account", "On account", Proof.NONE, frozenset())

    def __init__(self, key: str) -> None:
        self.key = key

    def open(
        self,
        amount: Amount,
        *,
        key: str,
        reference: str,
        back: str,
        until: datetime,
        language: str,
        device: ports.Device | None = None,
    ) -> ports.Payment:
        """Owe an amount."""
        return ports.Payment(key, PaymentStage.PAID, amount)

    def read(self, remote_id: str) -> ports.Payment:
        """Return what our books say."""
        found = Payment.objects.get(provider=self.key, remote_id=remote_id)
        return ports.Payment(remote_id, PaymentStage.PAID, found.amount)

    def cancel(self, remote_id: str) -> ports.Payment:
        """Return what our books say: nothing is ever left open."""
        return self.read(remote_id)

    def refund(self, remote_id: str, amount: Amount, *, key: str) -> ports.Payment:
        """Owe less."""
        return self.read(remote_id)

    def notified(self, headers: Mapping[str, str], body: bytes) -> ports.Notice:
        """Refuse: nobody sends notices of an account.

        Raises:
            Refused: Always.

        """
        raise Refused("An account sends no notices.")
