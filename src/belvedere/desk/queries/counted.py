"""What the channels say that they counted, beside our own figures and never among them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext

from belvedere.publish import queries as publish
from belvedere.publish.ports import ChannelSpec

if TYPE_CHECKING:
    from belvedere.publish.models import Action


@dataclass(frozen=True)
class CountedLine:
    """One number of a channel: of what, how many, and up to which moment."""

    words: str
    value: float
    at: datetime


@dataclass(frozen=True)
class CountedPiece:
    """What a channel counted of one piece, and why it could not be read if it couldn't."""

    title: str
    language: str
    variant: str
    lines: list[CountedLine]
    problem: str


@dataclass(frozen=True)
class CountedThere:
    """What the channel of an action counted: the channel's own numbers.

    Attributes:
        channel: The channel's name.
        proof: How far the channel has been shown to work, in words.
        alone: Whether it reaches people one by one, and is thus never asked.
        pieces: Those of which something is known, or could not be read.

    """

    channel: str
    proof: str
    alone: bool
    pieces: list[CountedPiece]


def counted_there(action: "Action") -> CountedThere | None:
    """Return what the channel counted of an action's pieces; None if it has no channel."""
    if not action.channel:
        return None
    pieces = list(action.pieces.all())
    said = publish.counted(pieces)
    found = [
        CountedPiece(
            title=each.title,
            language=each.language,
            variant=each.variant,
            lines=[
                CountedLine(metric_words(one.metric), one.value, one.at)
                for one in said.get(each.pk, [])
            ],
            problem=getattr(getattr(each, "publication", None), "reading_problem", ""),
        )
        for each in pieces
    ]
    spec = _spec(action.channel)
    return CountedThere(
        channel=spec.name if spec else action.channel,
        proof=publish.proof_words(spec.proof) if spec else "",
        alone=bool(spec and spec.one_by_one),
        pieces=[each for each in found if each.lines or each.problem],
    )


def _spec(channel: str) -> ChannelSpec | None:
    return next((each for each in publish.channels() if each.key == channel), None)


def metric_words(metric: str) -> str:
    """Return what a metric is called; one that we have no word for keeps the channel's code."""
    return {
        "views": pgettext("metric", "Views"),
        "reach": pgettext("metric", "People reached"),
        "impressions": pgettext("metric", "Times shown"),
        "clicks": pgettext("metric", "Clicks"),
        "likes": pgettext("metric", "Likes"),
        "comments": pgettext("metric", "Comments"),
        "shares": pgettext("metric", "Shares"),
        "saves": pgettext("metric", "Saves"),
        "followers": pgettext("metric", "New followers by this post"),
    }.get(metric, metric)
