"""Names, rights and shapes. Pure: no database, no clock."""

from belvedere.territory.rules.names import key, printed
from belvedere.territory.rules.rights import GROUPS, PERSONAL, Rights

__all__ = ["GROUPS", "PERSONAL", "Rights", "key", "printed"]
