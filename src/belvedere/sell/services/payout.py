"""Paying sellers what they have earned: drafts, sending, and what the bank sends back."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Sum

from belvedere.journal.services import record
from belvedere.sell.models import Account, Entry, Payout, Seller, SellerOrder, Transfer
from belvedere.sell.rules.shares import step
from belvedere.sell.services import book
from belvedere.sell.services.book import Line
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

MINIMUM = 1_000
"""Minor units under which nothing is transferred: the rest waits for the next time."""


class WrongStep(BadInput):
    """The payout is not at a point from which this can follow."""


def draft_payouts(
    minimum: int = MINIMUM, operators: Collection[int] | None = None
) -> list[Payout]:
    """Make a payout for each seller who is owed enough, of all that stands in none yet.

    Earnings come together with what is taken back; whoever is owed less than nothing waits
    until new earnings have made up for it, and so does whom the office has suspended. What no
    money moved for is never paid out. Run again, or by two at once, it pays nothing twice.

    Args:
        minimum: Minor units of each currency.
        operators: Keys of the sellers; all when None.

    """
    due = (
        Transfer.objects.filter(payout=None, simulated=False)
        .exclude(operator__seller__state=Seller.State.SUSPENDED)
        .values("operator", "currency")
        .annotate(sum=Sum("amount_minor"))
        .filter(sum__gte=minimum)
        .order_by("operator", "currency")
    )
    if operators is not None:
        due = due.filter(operator__in=operators)
    drafts = [_draft(each["operator"], each["currency"], minimum) for each in due]
    return [each for each in drafts if each]


@transaction.atomic
def _draft(operator_id: int, currency: str, minimum: int) -> Payout | None:
    unpaid = list(
        Transfer.objects.select_for_update()
        .filter(operator=operator_id, currency=currency, payout=None, simulated=False)
        .order_by("pk")
    )
    total = sum(each.amount_minor for each in unpaid)
    waiting = Payout.objects.filter(
        operator=operator_id, currency=currency, state=Payout.State.DRAFT
    )
    if total < max(minimum, 1) or waiting.exists():
        return None
    made = Payout.objects.create(
        operator_id=operator_id, amount_minor=total, currency=currency, made_at=clock.now()
    )
    Transfer.objects.filter(pk__in=[each.pk for each in unpaid]).update(payout=made)
    return made


@transaction.atomic
def send_payout(payout_id: int, *, by: int | None = None) -> Payout:
    """Write down that a payout was handed to the bank.

    Raises:
        WrongStep: It is not a draft.

    """
    payout = _at(payout_id, Payout.State.DRAFT)
    amount = payout.amount
    _post(payout, "payout", [(Account.PAYABLE, amount.minor), (Account.PAYOUTS, -amount.minor)])
    payout.state, payout.sent_at = Payout.State.SENT, clock.now()
    payout.save()
    record("payout.sent", f"payout:{payout.pk}", amount=amount, by=by)
    return payout


@transaction.atomic
def pay_out(payout_id: int, reference: str = "", *, by: int | None = None) -> Payout:
    """Write down that the bank has paid a payout.

    Raises:
        WrongStep: It was not sent.

    """
    payout = _at(payout_id, Payout.State.SENT)
    amount = payout.amount
    _post(payout, "paidout", [(Account.PAYOUTS, amount.minor), (Account.BANK, -amount.minor)])
    payout.state, payout.ended_at = Payout.State.PAID, clock.now()
    payout.reference = reference
    payout.save()
    record("payout.paid", f"payout:{payout.pk}", amount=amount, by=by)
    return payout


@transaction.atomic
def return_payout(payout_id: int, *, by: int | None = None) -> Payout:
    """Write down that the bank sent the money back, also after it had paid.

    Its transfers are unpaid again, and stand in the next draft.

    Raises:
        WrongStep: It was never sent, or is back already.

    """
    payout = _at(payout_id, Payout.State.SENT, Payout.State.PAID)
    amount = payout.amount
    if payout.state == Payout.State.PAID:
        lines = [(Account.BANK, amount.minor), (Account.PAYABLE, -amount.minor)]
    else:
        lines = [(Account.PAYOUTS, amount.minor), (Account.PAYABLE, -amount.minor)]
    _post(payout, "bounced", lines)
    payout.state, payout.ended_at = Payout.State.RETURNED, clock.now()
    payout.save()
    payout.transfers.update(payout=None)
    record("payout.returned", f"payout:{payout.pk}", amount=amount, by=by)
    return payout


@transaction.atomic
def charge_back(part_id: int, minor: int, reference: str) -> Entry | None:
    """Write down that a provider took money back from us for a buyer, against a seller.

    It is owed by the seller from now on, also when their payout was sent already: the next
    ones make up for it. The same reference is written once.

    Args:
        part_id: Key of the seller's part of the order.
        minor: Minor units of the order's currency; in another one the same share of what
            was paid.
        reference: The provider's own, of the dispute.

    Raises:
        BadInput: More than the seller has earned of it.

    """
    part = SellerOrder.objects.select_for_update().get(pk=part_id)
    order = part.order
    known = Entry.objects.filter(key=f"chargeback:{reference}").exists()
    before = Transfer.objects.filter(seller_order=part, kind=Transfer.Kind.CHARGEBACK)
    taken = -(before.aggregate(sum=Sum("amount_minor"))["sum"] or 0)
    left = min(part.delivered_minor, part.due_minor - part.back_minor) - taken
    if not known and not 0 < minor <= left:
        raise BadInput("More than the seller has earned.", field="amount")
    split = part.splits.select_related("payment").get(payment__confirms=True)
    payment = split.payment
    gone = step(split.amount_minor, taken, taken + minor, part.due_minor)
    value, back = Amount(minor, order.currency), Amount(-gone, payment.currency)
    entry = book.post(
        f"chargeback:{reference}",
        [
            Line(Account.PAYABLE, value, part),
            *book.exchange(back, Amount(-minor, order.currency)),
            Line(Account.CLEARING, back, provider=payment.provider),
        ],
        order=order,
        quote=order.quote if payment.currency != order.currency else None,
    )
    if entry:
        book.transfer(part, order, entry, Transfer.Kind.CHARGEBACK, -minor, False)
    return entry


def _at(payout_id: int, *states: str) -> Payout:
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    if payout.state not in states:
        raise WrongStep(f"The payout is {payout.get_state_display()}.")
    return payout


def _post(payout: Payout, kind: str, lines: list[tuple[Account, int]]) -> None:
    book.post(
        f"{kind}:{payout.pk}",
        [
            Line(account, Amount(minor, payout.currency), operator_id=payout.operator_id)
            for account, minor in lines
        ],
    )
