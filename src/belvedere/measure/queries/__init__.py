"""What the observatory reads: the journal's funnel, and the official counts of guests."""

from belvedere.measure.queries.flows import (
    elsewhere,
    figures,
    growth,
    guests_from,
    origins,
    providers,
)
from belvedere.measure.queries.funnels import funnel, funnels_by

__all__ = [
    "elsewhere",
    "figures",
    "funnel",
    "funnels_by",
    "growth",
    "guests_from",
    "origins",
    "providers",
]
