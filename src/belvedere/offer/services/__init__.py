"""The verbs of the catalogue: propose, approve, write, keep, import, settle."""

from belvedere.offer.services.approve import NotNow, allow, approve, give_back, withdraw
from belvedere.offer.services.import_places import import_places
from belvedere.offer.services.keep_picture import keep_picture
from belvedere.offer.services.propose import propose, propose_again, revise
from belvedere.offer.services.settle import join, keep_apart, mend
from belvedere.offer.services.write_text import write_text

__all__ = [
    "NotNow",
    "allow",
    "approve",
    "give_back",
    "import_places",
    "join",
    "keep_apart",
    "keep_picture",
    "mend",
    "propose",
    "propose_again",
    "revise",
    "withdraw",
    "write_text",
]
