"""What can be done to the territory and its people; every verb in a file of its own."""

from belvedere.territory.services.connect import connect, disconnect
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
from belvedere.territory.services.owe import owe, settle
from belvedere.territory.services.register import register
from belvedere.territory.services.remind import remind
from belvedere.territory.services.seed import seed
from belvedere.territory.services.set_boundaries import set_boundaries
from belvedere.territory.services.sign import Deed, amend, end, renew, sign

__all__ = [
    "ContactTaken",
    "Deed",
    "InvitationExpired",
    "InvitationUnknown",
    "InvitationUsed",
    "Invited",
    "accept_invitation",
    "amend",
    "connect",
    "demo_link",
    "disconnect",
    "draw_maps",
    "end",
    "forget",
    "grant",
    "invitation",
    "invite",
    "owe",
    "register",
    "remind",
    "renew",
    "seed",
    "set_boundaries",
    "settle",
    "sign",
    "sync_groups",
]
