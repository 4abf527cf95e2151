"""What went back of an order, as its page says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from belvedere.sell.models import Refund
from belvedere.shared.money import Amount


@dataclass(frozen=True)
class Refunded:
    """All that goes back for one reason: several parts called off at once are one sum."""

    amount: Amount
    state: str
    reason: str

    def get_state_display(self) -> str:
        """Say how far the money has come."""
        return str(Refund.State(self.state).label)


def refunded(refunds: Sequence[Refund]) -> Refunded | None:
    """Return the last refund with those of the same payment and reason; None without one."""
    if not refunds:
        return None
    last = refunds[-1]
    same = [
        each
        for each in refunds
        if (each.reason, each.payment_id) == (last.reason, last.payment_id)
    ]
    states = {each.state for each in same}
    slowest = (Refund.State.FAILED, Refund.State.REQUESTED, Refund.State.SENT)
    return Refunded(
        amount=Amount(sum(each.amount_minor for each in same), last.currency),
        state=next((str(each) for each in slowest if each in states), last.state),
        reason=last.reason,
    )
