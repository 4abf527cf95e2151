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
from belvedere.measure.rules.funnels import Funnel, Places, net, together
from belvedere.measure.rules.readings import Counted
from belvedere.measure.rules.reckoned import Reckoned

__all__ = [
    "PROVIDERS",
    "Counted",
    "Figure",
    "Funnel",
    "Growth",
    "Places",
    "Provider",
    "Reckoned",
    "Way",
    "net",
    "one",
    "together",
    "total",
]
