"""What a seller is owed and why: their statement, to the cent as the ledger has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from belvedere.sell.models import Account, Discount, Payout, Posting, SellerOrder, Transfer
from belvedere.shared.money import Amount


@dataclass(frozen=True)
class Row:
    """One change of what a seller is owed.

    Attributes:
        at: When.
        kind: Why, in words.
        number: Of the order; empty for what concerns none.
        gross: What was paid of it, by the buyer and the agency, or went back (negative).
        commission: What the agency keeps of it, without VAT.
        vat: VAT on that commission.
        net: What the seller gets: gross less commission and its VAT.
        paid: In which payout it stands; None while it is unpaid.
        simulated: No money moved.
        discount: Code of the discount that this seller's part had; empty without one.
        by_agency: Whether the agency paid that discount, so that it is within the gross.

    """

    at: datetime
    kind: str
    number: str
    gross: Amount
    commission: Amount
    vat: Amount
    net: Amount
    paid: int | None
    simulated: bool
    discount: str = ""
    by_agency: bool = False


@dataclass(frozen=True)
class Statement:
    """A seller's account in one currency.

    Attributes:
        currency: ISO 4217.
        rows: By time.
        owed: What stands in no payout yet, of real money.
        payouts: The last ones first.

    """

    currency: str
    rows: Sequence[Row]
    owed: Amount
    payouts: Sequence[Payout]

    @property
    def net(self) -> Amount:
        """Return what all rows of real money come to."""
        return Amount(
            sum(each.net.minor for each in self.rows if not each.simulated), self.currency
        )


def statements(
    operator_id: int, first: date | None = None, last: date | None = None
) -> list[Statement]:
    """Return a seller's statements, one for each currency; an empty list before any sale.

    Args:
        operator_id: Key of the seller.
        first: First day, in Italy; from the beginning when empty.
        last: Last day; to the end when empty.

    """
    transfers = Transfer.objects.filter(operator=operator_id).select_related(
        "seller_order__order__discount", "entry"
    )
    if first:
        transfers = transfers.filter(at__date__gte=first)
    if last:
        transfers = transfers.filter(at__date__lte=last)
    rows = list(transfers.order_by("at", "pk"))
    fees = _fees([each.entry_id for each in rows if each.entry_id])
    payouts = list(Payout.objects.filter(operator=operator_id))
    unpaid = (
        Transfer.objects.filter(operator=operator_id, payout=None, simulated=False)
        .values_list("currency")
        .annotate(sum=Sum("amount_minor"))
    )
    owed = dict(unpaid)
    return [
        Statement(
            currency=currency,
            rows=[_row(each, fees) for each in rows if each.currency == currency],
            owed=Amount(owed.get(currency, 0), currency),
            payouts=[each for each in payouts if each.currency == currency],
        )
        for currency in sorted({each.currency for each in rows})
    ]


def _fees(entries: list[int]) -> dict[tuple[int, str], int]:
    """Return commission and VAT of entries, as the ledger has them; credits are positive."""
    found = (
        Posting.objects.filter(entry__in=entries, account__in=[Account.COMMISSION, Account.VAT])
        .values_list("entry", "account")
        .annotate(sum=Sum("amount_minor"))
    )
    return {(entry, account): -minor for entry, account, minor in found}


def _row(transfer: Transfer, fees: dict[tuple[int, str], int]) -> Row:
    currency = transfer.currency
    commission = fees.get((transfer.entry_id or 0, Account.COMMISSION), 0)
    vat = fees.get((transfer.entry_id or 0, Account.VAT), 0)
    part = transfer.seller_order
    order = part.order if part else None
    discount = _discount(part) if part else None
    return Row(
        at=transfer.at,
        kind=transfer.get_kind_display(),
        number=(order.number or "") if order else "",
        gross=Amount(transfer.amount_minor + commission + vat, currency),
        commission=Amount(commission, currency),
        vat=Amount(vat, currency),
        net=Amount(transfer.amount_minor, currency),
        paid=transfer.payout_id,
        simulated=transfer.simulated,
        discount=discount.code if discount else "",
        by_agency=bool(discount and discount.funded_by == discount.FundedBy.AGENCY),
    )


def _discount(part: SellerOrder) -> Discount | None:
    """Return the discount that a part had: paid by the agency, or by its own seller."""
    found = part.order.discount
    if found is None or part.discount_minor:
        return found
    by_seller = found.funded_by == found.FundedBy.SELLER
    return found if by_seller and found.operator_id == part.operator_id else None
