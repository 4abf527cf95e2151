"""What the observatory's figures are. Pure: no database, no clock."""

from belvedere.measure.rules.flows import (
    PROVIDERS,
    Figure,
    Growth,
    Provider,
    Way,
    one,
    total,
)
from belvedere.measure.rules.funnels import Funnel, Places, net, together, traced_cost
from belvedere.measure.rules.readings import Counted

__all__ = [
    "PROVIDERS",
    "Counted",
    "Figure",
    "Funnel",
    "Growth",
    "Places",
    "Provider",
    "Way",
    "net",
    "one",
    "together",
    "total",
    "traced_cost",
]
