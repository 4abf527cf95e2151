"""Pure rules of the catalogue: no database, no clock."""

from belvedere.offer.rules.distance import metres
from belvedere.offer.rules.texts import FIELDS, Said, choose

__all__ = ["FIELDS", "Said", "choose", "metres"]
