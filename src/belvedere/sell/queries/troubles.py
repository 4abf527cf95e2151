"""What of the money waits for a person, and what is owed to whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet, Sum

from belvedere.sell.models import (
    Check,
    Order,
    Payment,
    PaymentEvent,
    Payout,
    Refund,
    Transfer,
)
from belvedere.shared import clock
from belvedere.shared.money import Amount

ORPHANED = timedelta(minutes=5)


@dataclass(frozen=True)
class Troubles:
    """What a person of the office must look at; without any buyer's name.

    Attributes:
        payments: Another amount came than was asked for.
        refunds: The provider would not give the money back.
        orphans: How many notices are about payments that we do not know.
        check: What the last check of the books said; None before the first.

    """

    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    orphans: int
    check: Check | None

    @property
    def any(self) -> bool:
        """Say whether there is anything."""
        broken = bool(self.check and self.check.found)
        return bool(self.payments or self.refunds or self.orphans or broken)


def troubles(operator_ids: Iterable[int]) -> Troubles:
    """Return what of some operators' orders waits for a person; the books are everybody's."""
    late = clock.now() - ORPHANED
    orders = Order.objects.filter(parts__operator__in=list(operator_ids))
    return Troubles(
        payments=list(
            Payment.objects.exclude(problem="").filter(order__in=orders).select_related("order")
        ),
        refunds=list(
            Refund.objects.filter(
                state=Refund.State.FAILED, payment__order__in=orders
            ).select_related("payment__order")
        ),
        orphans=PaymentEvent.objects.filter(payment=None, received_at__lt=late).count(),
        check=Check.objects.first(),
    )


def owed(operator_ids: Iterable[int]) -> dict[int, list[Amount]]:
    """Return what stands in no payout yet, by seller; what was only simulated is not in it."""
    rows = (
        Transfer.objects.filter(operator__in=list(operator_ids), payout=None, simulated=False)
        .values_list("operator", "currency")
        .annotate(sum=Sum("amount_minor"))
        .order_by("operator", "currency")
    )
    found: dict[int, list[Amount]] = {}
    for operator, currency, minor in rows:
        if minor:
            found.setdefault(operator, []).append(Amount(minor, currency))
    return found


def payouts(operator_ids: Iterable[int]) -> QuerySet[Payout]:
    """Return the payouts of some sellers, the last ones first."""
    found = Payout.objects.filter(operator__in=list(operator_ids))
    return found.select_related("operator")
