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
from belvedere.measure.queries.reckoned import (
    nights_off_season,
    share_outside_the_ten,
    years_by_municipality,
)

__all__ = [
    "Sister",
    "elsewhere",
    "figures",
    "funnel",
    "funnels_by",
    "growth",
    "guests_from",
    "nights_off_season",
    "origins",
    "providers",
    "share_outside_the_ten",
    "sisters",
    "years_by_municipality",
]
