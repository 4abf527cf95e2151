"""What can be done to plans and workshops. Each verb is one transaction and one fact."""

from belvedere.plan.services.approve import approve
from belvedere.plan.services.become import link_planned_action, link_product
from belvedere.plan.services.choose import choose, drop
from belvedere.plan.services.close_workshop import close_workshop, reopen_workshop
from belvedere.plan.services.contribute import SentBefore, WrongTexts, contribute
from belvedere.plan.services.decide import decide
from belvedere.plan.services.erase import ERASED, erase
from belvedere.plan.services.hold_session import hold_session
from belvedere.plan.services.link import link
from belvedere.plan.services.make_idea import count_votes, make_idea
from belvedere.plan.services.merge import merge
from belvedere.plan.services.new_version import new_version
from belvedere.plan.services.next_version import next_version
from belvedere.plan.services.open_plan import open_plan
from belvedere.plan.services.open_workshop import open_workshop
from belvedere.plan.services.paper import paper
from belvedere.plan.services.propose import propose
from belvedere.plan.services.set_action import drop_action, set_action
from belvedere.plan.services.set_objective import drop_objective, set_objective
from belvedere.plan.services.spend import spend

__all__ = [
    "ERASED",
    "SentBefore",
    "WrongTexts",
    "approve",
    "choose",
    "close_workshop",
    "contribute",
    "count_votes",
    "decide",
    "drop",
    "drop_action",
    "drop_objective",
    "erase",
    "hold_session",
    "link",
    "link_planned_action",
    "link_product",
    "make_idea",
    "merge",
    "new_version",
    "next_version",
    "open_plan",
    "open_workshop",
    "paper",
    "propose",
    "reopen_workshop",
    "set_action",
    "set_objective",
    "spend",
]
