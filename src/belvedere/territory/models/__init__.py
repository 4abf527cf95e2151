"""Where and who, and what was agreed. Read `where_and_who` first, then `agreements`."""

from belvedere.territory.models.accounts import VendorAccount
from belvedere.territory.models.agreements import Act, Agreement, Obligation, Reminder
from belvedere.territory.models.where_and_who import (
    Area,
    AreaAlias,
    AreaMunicipality,
    Drawing,
    Invitation,
    Membership,
    Municipality,
    Name,
    Operator,
    Partner,
    Place,
    Role,
    User,
)

__all__ = [
    "Act",
    "Agreement",
    "Area",
    "AreaAlias",
    "AreaMunicipality",
    "Drawing",
    "Invitation",
    "Membership",
    "Municipality",
    "Name",
    "Obligation",
    "Operator",
    "Partner",
    "Place",
    "Reminder",
    "Role",
    "User",
    "VendorAccount",
]
