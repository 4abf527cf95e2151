"""What is meant to happen, and the workshops in which the operators' ideas begin."""

from belvedere.plan.models.lab import (
    Attendance,
    Contribution,
    Idea,
    Outcome,
    Session,
    Workshop,
)

__all__ = [
    "Attendance",
    "Contribution",
    "Idea",
    "Outcome",
    "Session",
    "Workshop",
]
