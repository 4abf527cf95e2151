"""What can be done to the territory and its people; every verb in a file of its own."""

from belvedere.territory.services.demo_link import demo_link
from belvedere.territory.services.draw import draw_maps
from belvedere.territory.services.forget import forget
from belvedere.territory.services.grant import grant, sync_groups
from belvedere.territory.services.invite import (
    ContactTaken,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    Invited,
    accept_invitation,
    invitation,
    invite,
)
from belvedere.territory.services.register import register
from belvedere.territory.services.seed import seed
from belvedere.territory.services.set_boundaries import set_boundaries

__all__ = [
    "ContactTaken",
    "InvitationExpired",
    "InvitationUnknown",
    "InvitationUsed",
    "Invited",
    "accept_invitation",
    "demo_link",
    "draw_maps",
    "forget",
    "grant",
    "invitation",
    "invite",
    "register",
    "seed",
    "set_boundaries",
    "sync_groups",
]
