"""Names, rights and shapes. Pure: no database, no clock."""

from belvedere.territory.rules.names import key, printed
from belvedere.territory.rules.rights import GROUPS, Rights

__all__ = ["GROUPS", "Rights", "key", "printed"]
