"""The verbs of planning. Each is one transaction and one fact."""

from belvedere.plan.services.approve import approve
from belvedere.plan.services.decide import decide
from belvedere.plan.services.link import link
from belvedere.plan.services.new_version import new_version
from belvedere.plan.services.next_version import next_version
from belvedere.plan.services.open_plan import open_plan
from belvedere.plan.services.paper import paper
from belvedere.plan.services.propose import propose
from belvedere.plan.services.set_action import drop_action, set_action
from belvedere.plan.services.set_objective import drop_objective, set_objective
from belvedere.plan.services.spend import spend

__all__ = [
    "approve",
    "decide",
    "drop_action",
    "drop_objective",
    "link",
    "new_version",
    "next_version",
    "open_plan",
    "paper",
    "propose",
    "set_action",
    "set_objective",
    "spend",
]
