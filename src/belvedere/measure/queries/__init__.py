"""What the observatory reads: the journal's funnel, and the official counts of guests."""

from belvedere.measure.queries.flows import (
    Sister,
    elsewhere,
    figures,
    growth,
    guests_from,
    origins,
    providers,
    sisters,
)
from belvedere.measure.queries.funnels import funnel, funnels_by

__all__ = [
    "Sister",
    "elsewhere",
    "figures",
    "funnel",
    "funnels_by",
    "growth",
    "guests_from",
    "origins",
    "providers",
    "sisters",
]
