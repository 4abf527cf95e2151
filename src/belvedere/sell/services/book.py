"""The bookkeeper: what happened to money, as balanced entries, once each by its key.

Debit is positive, credit negative. Every function is called inside the transaction that moves
the payment, the refund or the part, so that state and ledger can never tell two stories.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from belvedere.sell import registry
from belvedere.sell.models import (
    Account,
    Entry,
    Order,
    Payment,
    Posting,
    Quote,
    Refund,
    SellerOrder,
    Transfer,
)
from belvedere.sell.rules.shares import step
from belvedere.shared import clock
from belvedere.shared.money import Amount


@dataclass(frozen=True)
class Line:
    """One posting to be made."""

    account: str
    amount: Amount
    part: SellerOrder | None = None
    operator_id: int | None = None
    provider: str = ""
    source: str = ""


def post(
    key: str,
    lines: Sequence[Line],
    *,
    order: Order | None = None,
    quote: Quote | None = None,
    simulated: bool = False,
) -> Entry | None:
    """Write an entry, unless its key stands in the ledger already or nothing moves.

    The database refuses what does not add up to nothing in each currency.

    Args:
        key: The event; the word before the colon is the entry's kind.
        lines: Debits positive, credits negative; what is 0 is left out.
        order: Whose money it is.
        quote: At which currencies were exchanged.
        simulated: Whether no money moved.

    Returns:
        The entry, or None when it stood there before.

    """
    moving = [each for each in lines if each.amount.minor]
    if not moving:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sell_entry (key, kind, at, order_id, quote_id, simulated)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING id",
            [
                key,
                key.split(":", 1)[0],
                clock.now(),
                order.pk if order else None,
                quote.pk if quote else None,
                simulated,
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    entry = Entry(pk=row[0], key=key)
    Posting.objects.bulk_create(
        Posting(
            entry_id=row[0],
            account=each.account,
            amount_minor=each.amount.minor,
            currency=each.amount.currency,
            provider=each.provider,
            operator_id=each.operator_id or (each.part.operator_id if each.part else None),
            seller_order=each.part,
            source=each.source or (order.source if order else ""),
        )
        for each in moving
    )
    return entry


def captured(payment: Payment, order: Order, parts: Sequence[SellerOrder]) -> None:
    """Write down that money came in: for the parts, or, when it confirms nothing, for nobody.

    What the agency pays of a part is the expense of the piece that its discount belongs to.

    Args:
        payment: The captured payment.
        order: Its order.
        parts: Whose money it is; empty when it is to go back whole.

    """
    value = Amount(payment.value_minor, order.currency)
    kept = [
        Line(Account.DEPOSITS, Amount(-each.total_minor, order.currency), each)
        for each in parts
    ] or [Line(Account.DEPOSITS, Amount(-value.minor, value.currency))]
    came = Line(Account.CLEARING, payment.amount, provider=payment.provider)
    post(
        f"captured:{payment.pk}",
        [
            came,
            *exchange(payment.amount, value),
            *(promotion(each, order, each.discount_minor) for each in parts),
            *kept,
        ],
        order=order,
        quote=order.quote if payment.currency != order.currency else None,
        simulated=registry.is_simulated(payment.provider),
    )


def delivered(part: SellerOrder, order: Order, minor: int, key: str, provider: str) -> None:
    """Move money that was kept for the buyer to who has earned it: seller, agency, taxman.

    The part's `delivered_minor` must have been raised by `minor` already. Steps of the
    commission add up to the frozen one, whatever they are.
    """
    after = part.delivered_minor
    before = after - minor
    commission = step(part.commission_minor, before, after, part.total_minor)
    vat = step(part.commission_vat_minor, before, after, part.total_minor)
    earned = minor - commission - vat
    simulated = registry.is_simulated(provider)
    entry = post(
        key,
        [
            Line(Account.DEPOSITS, Amount(minor, order.currency), part),
            Line(Account.PAYABLE, Amount(-earned, order.currency), part),
            Line(Account.COMMISSION, Amount(-commission, order.currency), part),
            Line(Account.VAT, Amount(-vat, order.currency), part),
        ],
        order=order,
        simulated=simulated,
    )
    if entry and earned:
        transfer(part, order, entry, Transfer.Kind.EARNING, earned, simulated)


def promotion(part: SellerOrder, order: Order, minor: int) -> Line:
    """Return the line of what the agency pays of a part; negative when it comes back."""
    source = order.discount.source if minor and order.discount else ""
    return Line(Account.PROMOTION, Amount(minor, order.currency), part, source=source)


@dataclass(frozen=True)
class Back:
    """What goes back of one part.

    Attributes:
        part: Whose; None for money that was nobody's.
        minor: How much of its price.
        buyers: How much of that the buyer gets; the rest comes back to the agency.

    """

    part: SellerOrder | None
    minor: int
    buyers: int

    def lines(self, order: Order) -> list[Line]:
        """Return the credits: to the buyer, and of the agency's discount."""
        lines = [Line(Account.IN_TRANSIT, Amount(-self.buyers, order.currency), self.part)]
        if self.part:
            lines.append(promotion(self.part, order, self.buyers - self.minor))
        return lines


def returned_by_seller(back: Back, order: Order, key: str, simulated: bool) -> None:
    """Take back from a seller what was earned and now goes back to the buyer.

    The part's `delivered_minor` must have been lowered by as much already. The commission is
    given back in proportion, unless the agency keeps it.
    """
    part, minor = back.part, back.minor
    assert part is not None  # noqa: S101  Only a part's money is earned.
    owed, commission, vat = taken_back(part, part.delivered_minor + minor, minor)
    entry = post(
        f"returned:{key}:{part.pk}",
        [
            Line(Account.PAYABLE, Amount(owed, order.currency), part),
            Line(Account.COMMISSION, Amount(commission, order.currency), part),
            Line(Account.VAT, Amount(vat, order.currency), part),
            *back.lines(order),
        ],
        order=order,
        simulated=simulated,
    )
    if entry and owed:
        transfer(part, order, entry, Transfer.Kind.REFUND, -owed, simulated)


def taken_back(part: SellerOrder, delivered: int, minor: int) -> tuple[int, int, int]:
    """Divide what is taken back of what was earned: from the seller, commission, VAT on it.

    Args:
        part: With its frozen commission.
        delivered: How much of it had been earned before, in minor units.
        minor: How much of that goes back.

    """
    if part.keeps_commission:
        return minor, 0, 0
    after = delivered - minor
    commission = -step(part.commission_minor, delivered, after, part.total_minor)
    vat = -step(part.commission_vat_minor, delivered, after, part.total_minor)
    return minor - commission - vat, commission, vat


def refund_requested(kept: Sequence[Back], order: Order, key: str, simulated: bool) -> None:
    """Write down that money kept for the buyer is to go back.

    Args:
        kept: What was still kept of each part.
        order: Of the parts.
        key: Of the refund.
        simulated: Whether no money moved.

    """
    lines = []
    for each in kept:
        deposit = Line(Account.DEPOSITS, Amount(each.minor, order.currency), each.part)
        lines += [deposit, *each.lines(order)]
    post(f"refund:{key}", lines, order=order, simulated=simulated)


def refund_done(refund: Refund, order: Order) -> None:
    """Write down that the provider has given the money back, or the office by hand."""
    payment = refund.payment
    value = Amount(refund.value_minor, order.currency)
    back = Amount(-refund.amount_minor, refund.currency)
    post(
        f"refunded:{refund.pk}",
        [
            Line(Account.IN_TRANSIT, value),
            *exchange(back, Amount(-value.minor, value.currency)),
            Line(Account.BANK, back)
            if refund.by_hand
            else Line(Account.CLEARING, back, provider=payment.provider),
        ],
        order=order,
        quote=order.quote if refund.currency != order.currency else None,
        simulated=registry.is_simulated(payment.provider),
    )


def exchange(amount: Amount, value: Amount) -> list[Line]:
    """Return the two lines that lead from one currency into the other; none within one."""
    if amount.currency == value.currency:
        return []
    return [
        Line(Account.FX, Amount(-amount.minor, amount.currency)),
        Line(Account.FX, value),
    ]


def transfer(
    part: SellerOrder, order: Order, entry: Entry, kind: str, minor: int, simulated: bool
) -> None:
    """Write down that an entry changed what a seller is owed; positive is owed to them."""
    Transfer.objects.create(
        operator_id=part.operator_id,
        seller_order=part,
        entry_id=entry.pk,
        kind=kind,
        amount_minor=minor,
        currency=order.currency,
        simulated=simulated,
        at=clock.now(),
    )
