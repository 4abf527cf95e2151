"""What is read of plans and workshops."""

from belvedere.plan.queries.lab import (
    WRITERS,
    Grown,
    Held,
    Results,
    Sheet,
    Told,
    contributions,
    kinds,
    lies_in,
    results,
    rows,
    workshop,
    workshops,
    written,
)

__all__ = [
    "WRITERS",
    "Grown",
    "Held",
    "Results",
    "Sheet",
    "Told",
    "contributions",
    "kinds",
    "lies_in",
    "results",
    "rows",
    "workshop",
    "workshops",
    "written",
]
