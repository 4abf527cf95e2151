"""What is meant to happen, and the workshops in which the operators' ideas begin."""

from belvedere.plan.models.lab import (
    Attendance,
    Contribution,
    Idea,
    Outcome,
    Session,
    Workshop,
)
from belvedere.plan.models.plans import (
    ActionLink,
    ChannelKind,
    Expected,
    Indicator,
    Move,
    Objective,
    OperatingPlan,
    PlannedAction,
    PlanVersion,
    Proposal,
    Spend,
)

__all__ = [
    "ActionLink",
    "Attendance",
    "ChannelKind",
    "Contribution",
    "Expected",
    "Idea",
    "Indicator",
    "Move",
    "Objective",
    "OperatingPlan",
    "Outcome",
    "PlanVersion",
    "PlannedAction",
    "Proposal",
    "Session",
    "Spend",
    "Workshop",
]
