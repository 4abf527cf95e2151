"""The arithmetic of plans. Pure: no database, no clock."""

from belvedere.plan.rules.changes import Change, Edit, Row, Sheet, diff
from belvedere.plan.rules.moves import (
    FEWEST,
    TIMES,
    Line,
    Proposed,
    Shift,
    Verdict,
    later,
    propose,
    shifted,
    total,
    traced_cost,
)

__all__ = [
    "FEWEST",
    "TIMES",
    "Change",
    "Edit",
    "Line",
    "Proposed",
    "Row",
    "Sheet",
    "Shift",
    "Verdict",
    "diff",
    "later",
    "propose",
    "shifted",
    "total",
    "traced_cost",
]
