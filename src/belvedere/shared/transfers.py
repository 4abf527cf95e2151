"""A bank transfer as its payer needs it: in words, and as the code that banking apps read.

The code's text is that of the European Payments Council's "Quick Response Code: Guidelines to
Enable Data Capture for the Initiation of a SEPA Credit Transfer" (EPC069-12), version 002.
"""

from dataclasses import dataclass
from decimal import Decimal

from belvedere.shared.money import Amount

HEAD = ("BCD", "002", "1", "SCT")  # 1: the text is UTF-8.


@dataclass(frozen=True)
class Transfer:
    """What a payer copies into the form of the bank.

    Attributes:
        holder: Whose account it is; up to 70 characters.
        iban: The account, without spaces.
        amount: In EUR.
        reference: A structured creditor reference (ISO 11649), without spaces.
        bic: The bank, where a payer's bank still asks for it.

    """

    holder: str
    iban: str
    amount: Amount
    reference: str
    bic: str = ""

    def code(self) -> str:
        r"""Return the text of the QR code.

        >>> given = Transfer("Prova", "IT60X0542811101000000123456", Amount(5000), "RF18000")
        >>> given.code()
        'BCD\n002\n1\nSCT\n\nProva\nIT60X0542811101000000123456\nEUR50.00\n\nRF18000'
        >>> Transfer.read(given.code()) == given
        True
        """
        money = f"EUR{self.amount.major:.2f}"
        return "\n".join((*HEAD, self.bic, self.holder, self.iban, money, "", self.reference))

    @classmethod
    def read(cls, text: str) -> "Transfer | None":
        """Read the text of a code; None when it is another kind of code.

        >>> Transfer.read("https://example.org") is None
        True
        """
        lines = text.split("\n")
        if tuple(lines[:4]) != HEAD or len(lines) < 10:
            return None
        bic, holder, iban, money, _purpose, reference = lines[4:10]
        minor = int(Decimal(money.removeprefix("EUR")).scaleb(2))
        return cls(holder, iban, Amount(minor), reference, bic)

    @property
    def spaced_iban(self) -> str:
        """Return the account in groups of four, as it stands on paper."""
        return spaced(self.iban)

    @property
    def spaced_reference(self) -> str:
        """Return the reference in groups of four, as it stands on paper."""
        return spaced(self.reference)


def spaced(text: str) -> str:
    """Write a long number in groups of four.

    >>> spaced("RF18539007547034")
    'RF18 5390 0754 7034'
    """
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
