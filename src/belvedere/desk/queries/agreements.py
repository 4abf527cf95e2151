"""The agreements as the staff reads them: how they stand, what comes next, one on a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import pgettext

from belvedere.desk.queries.people import areas
from belvedere.desk.rules import STAFF
from belvedere.territory import queries as territory
from belvedere.territory.rules.agreements import Anniversary, Standing, State, anniversary
from belvedere.territory.rules.timeline import Dot, Timeline, timeline

if TYPE_CHECKING:
    from belvedere.territory.models import Act, Agreement, Area, Obligation

WRITERS = ("head", "promotion")
ROW = 26
"""Pixels between dots that would lie on one another."""
NEXT = 8
"""So many of the next dues and anniversaries are listed."""


@dataclass(frozen=True)
class Entry:
    """One agreement in the list."""

    agreement: "Agreement"
    standing: Standing
    state: str
    anniversary: Anniversary
    anniversary_text: str
    signed: str
    owed: int


@dataclass(frozen=True)
class Due:
    """Something owed and not done yet."""

    obligation: "Obligation"
    agreement: "Agreement"
    days_left: int

    @property
    def late(self) -> bool:
        """Say whether its day has gone by."""
        return self.days_left < 0


@dataclass(frozen=True)
class Listed:
    """The page of all agreements."""

    shelves: list[tuple[str, str, list[Entry]]]
    dues: list[Due]
    anniversaries: list[Entry]


@dataclass(frozen=True)
class Step:
    """One act, in words."""

    act: "Act"
    when: str


@dataclass(frozen=True)
class Sheet:
    """One agreement with everything about it."""

    entry: Entry
    steps: list[Step]
    line: Timeline
    height: int
    axis: int
    dots: list[tuple[Dot, int]]
    closed: bool
    sides: list[tuple[str, str, list[Due]]]


def agreements(user: Any, on: date, language: str) -> Listed:
    """Return what somebody may read, by how it stands, and what comes next."""
    found = [_entry(each, on, language) for each in territory.agreements(user)]
    words = state_words()
    shelves = [
        (state, words[state], [each for each in found if each.standing.state == state])
        for state in (State.EXPIRING, State.IN_FORCE, State.COMING, State.ENDED)
    ]
    dues = [
        due
        for each in found
        for due in _dues(each.agreement, each.agreement.obligations.all(), on)
        if due.obligation.done_on is None
    ]
    alive = [each for each in found if each.standing.state != State.ENDED]
    return Listed(
        [each for each in shelves if each[2]],
        sorted(dues, key=lambda each: each.days_left)[:NEXT],
        sorted(alive, key=lambda each: each.anniversary.when.day)[:NEXT],
    )


def agreement(user: Any, pk: int) -> "Agreement | None":
    """Return one that somebody may read; None for any other."""
    return territory.agreements(user).filter(pk=pk).first()


def writes(user: Any, agreement: "Agreement") -> bool:
    """Say whether somebody may add to it: head and promotion of its area."""
    return territory.can(user, *WRITERS, area=agreement.area)


def opens_papers(user: Any, agreement: "Agreement") -> bool:
    """Say whether somebody may open its papers: staff of its own area, not of one inside."""
    return territory.can(user, *STAFF, area=agreement.area)


def writable_areas(user: Any) -> "list[Area]":
    """Return the areas for which somebody may sign."""
    return [each for each in areas(user) if territory.can(user, *WRITERS, area=each)]


def agreement_sheet(agreement: "Agreement", on: date, language: str) -> Sheet:
    """Return one agreement with its acts on a line of time, and what each side owes."""
    acts = list(agreement.acts.all())
    line = timeline([each.happened for each in acts], on)
    height = 60 + ROW * max(each.row for each in line.dots)
    owed = list(agreement.obligations.all())
    sides = [
        ("agency", pgettext("agreement", "What we owe")),
        ("partner", pgettext("agreement", "What the partner owes")),
    ]
    return Sheet(
        _entry(agreement, on, language),
        [Step(each, each.when.text(language)) for each in acts],
        line,
        height,
        height - 32,
        [(each, height - 32 - ROW * each.row) for each in line.dots],
        acts[-1].kind == "ended",
        [
            (key, words, _dues(agreement, [e for e in owed if e.who_owes == key], on))
            for key, words in sides
        ],
    )


def state_words() -> dict[str, str]:
    """Return how each state is called."""
    return {
        State.COMING: pgettext("agreement", "Not begun yet"),
        State.IN_FORCE: pgettext("agreement", "In force"),
        State.EXPIRING: pgettext("agreement", "Expiring"),
        State.ENDED: pgettext("agreement", "Over"),
    }


def _state(standing: Standing) -> str:
    if standing.state == State.IN_FORCE and standing.until is None:
        return pgettext("agreement", "In force, as far as is written here")
    return state_words()[standing.state]


def _entry(agreement: "Agreement", on: date, language: str) -> Entry:
    standing = territory.standing(agreement, on)
    signed = agreement.acts.all()[0].when
    coming = anniversary(signed, on)
    return Entry(
        agreement,
        standing,
        _state(standing),
        coming,
        coming.when.text(language),
        signed.text(language),
        sum(each.done_on is None for each in agreement.obligations.all()),
    )


def _dues(agreement: "Agreement", owed: "Sequence[Obligation] | Any", on: date) -> list[Due]:
    return [Due(each, agreement, (each.due_on - on).days) for each in owed]
