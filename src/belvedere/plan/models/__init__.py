"""The nouns of what is meant to happen."""

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
    "ChannelKind",
    "Expected",
    "Indicator",
    "Move",
    "Objective",
    "OperatingPlan",
    "PlanVersion",
    "PlannedAction",
    "Proposal",
    "Spend",
]
