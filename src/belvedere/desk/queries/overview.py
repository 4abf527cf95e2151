"""What waits for somebody of the staff this morning."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from belvedere.desk.queries.editing import untranslated
from belvedere.desk.queries.people import roles
from belvedere.desk.queries.results import Line, bounds, lines
from belvedere.desk.rules import EDITORS, Period
from belvedere.measure import queries as measure
from belvedere.offer import queries as catalogue
from belvedere.publish import queries as publish
from belvedere.shared import clock

if TYPE_CHECKING:
    from belvedere.publish.models import Piece

LATELY = 7


@dataclass(frozen=True)
class Overview:
    """What waits, and what was sold in the last days."""

    edits: bool
    proposed: list[catalogue.Card]
    untranslated: list[tuple[str, int]]
    stuck: "list[Piece]"
    lately: list[Line]
    orders: int
    redeemed: int
    days: int = LATELY


def overview(user: Any, language: str) -> Overview:
    """Return what waits for somebody, for the areas that they work for."""
    edits = bool(roles(user) & set(EDITORS))
    mine = catalogue.visible_to(user)
    waiting = mine.filter(state="proposed").order_by("created_at")[:20] if edits else []
    gaps = Counter(each.language for each in untranslated(user, language)) if edits else {}
    today = clock.today()
    period = Period(today - timedelta(days=LATELY - 1), today)
    slugs = [each.slug for each in mine]
    sold = measure.funnels_by("source", products=slugs, **bounds(period))
    lately = [each for each in lines(sold) if each.funnel.paid or each.funnel.redeemed]
    return Overview(
        edits=edits,
        proposed=catalogue.cards(waiting, language=language),
        untranslated=list(gaps.items()),
        stuck=[
            piece
            for action in publish.actions(user)
            for piece in action.pieces.all()
            if piece.state in ("unknown", "failed")
        ],
        lately=lately,
        orders=sum(each.funnel.paid for each in lately),
        redeemed=sum(each.funnel.redeemed for each in lately),
    )
