"""What `plan` is told about its actions. `desk` gathers it; `plan` keeps a copy."""

from dataclasses import dataclass
from datetime import date

from belvedere.shared.money import Amount


@dataclass(frozen=True)
class Evidence:
    """What is known of one planned action in a period: what it cost, what carries its codes.

    Attributes:
        action: Key of the planned action.
        spent: What it cost; nothing, where no spending was noted.
        orders: Paid orders that carry one of its source codes.
        revenue: What those orders paid less what was given back, one amount a currency.
        grade: How much the figures prove: D is a trace, no effect.
        sources: The source codes that were counted.
        since: First day that was counted; None for all.
        until: Last day that was counted; None for all.
        words: How it was counted, one sentence.

    """

    action: str
    spent: Amount
    orders: int = 0
    revenue: tuple[Amount, ...] = ()
    grade: str = "D"
    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    words: str = ""
