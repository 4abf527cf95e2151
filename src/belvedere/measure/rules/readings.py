"""What a number that a channel has counted means, and what may be added up. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Counted:
    """What one channel has counted of one metric, for some of its posts together.

    Of each post the last reading, which is its total so far; snapshots of one post are never
    added up. The totals of several posts of one channel are: whoever saw two of them counts
    twice. Those of two channels never are, nor are ours: what each calls a view is its own
    (as with the figures of two providers, ADR-0014).

    Attributes:
        channel: The channel's key.
        metric: The channel's code of what it counted.
        value: How many.
        at: The moment of the latest of these readings.
        posts: Of how many posts.

    """

    channel: str
    metric: str
    value: float
    at: datetime
    posts: int
