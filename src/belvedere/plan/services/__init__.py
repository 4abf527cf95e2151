"""What can be done to plans and workshops; every verb in a file of its own."""

from belvedere.plan.services.close_workshop import close_workshop, reopen_workshop
from belvedere.plan.services.contribute import SentBefore, WrongTexts, contribute
from belvedere.plan.services.decide import choose, drop
from belvedere.plan.services.erase import ERASED, erase
from belvedere.plan.services.hold_session import hold_session
from belvedere.plan.services.link import link_planned_action, link_product
from belvedere.plan.services.make_idea import count_votes, make_idea
from belvedere.plan.services.merge import merge
from belvedere.plan.services.open_workshop import open_workshop

__all__ = [
    "ERASED",
    "SentBefore",
    "WrongTexts",
    "choose",
    "close_workshop",
    "contribute",
    "count_votes",
    "drop",
    "erase",
    "hold_session",
    "link_planned_action",
    "link_product",
    "make_idea",
    "merge",
    "open_workshop",
    "reopen_workshop",
]
