"""Sending a piece through its channel: written down first, called once, never guessed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from belvedere.journal import services as journal
from belvedere.publish import queries, registry, rules
from belvedere.publish.models.campaigns import Piece
from belvedere.publish.models.publications import Attempt, Outgoing, Publication
from belvedere.publish.ports import Receipt, Stage
from belvedere.publish.rules import State
from belvedere.publish.services.compose import message
from belvedere.publish.services.life import go_on, locked, step
from belvedere.publish.services.newsletter import deliver
from belvedere.publish.services.people import EDITS, allow
from belvedere.shared import clock
from belvedere.shared.errors import (
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    RemoteError,
    TryLater,
)

if TYPE_CHECKING:
    from belvedere.territory.models import User

LOST = timedelta(minutes=15)
PAUSE = timedelta(minutes=5)
_STATES = {
    Stage.ACCEPTED: State.ACCEPTED,
    Stage.PUBLISHED: State.PUBLISHED,
    Stage.FAILED: State.FAILED,
    Stage.WITHDRAWN: State.WITHDRAWN,
}


def send(piece_id: int) -> Piece:
    """Send a piece that waits in line, or go on sending a newsletter. The worker's verb.

    With the switch on, it stays in line and is asked for again.
    """
    piece = Piece.objects.select_related("action").get(pk=piece_id)
    if piece.state not in (State.QUEUED, State.SENDING):
        return piece
    if queries.paused():
        go_on(piece_id, clock.now() + PAUSE)
        return piece
    if registry.installed()[piece.action.channel].spec.one_by_one:
        return deliver(piece_id)
    return _send_once(piece_id)


def _send_once(piece_id: int) -> Piece:
    attempt = _begin(piece_id)
    if attempt is None:
        return Piece.objects.get(pk=piece_id)
    publication = attempt.publication
    return _end(attempt, _call(lambda: _publish(publication)))


def _publish(publication: Publication) -> Receipt:
    channel = registry.connected(publication.channel)
    return channel.publish(message(publication.piece), key=publication.key)


@transaction.atomic
def _begin(piece_id: int) -> Attempt | None:
    """Write down that the channel is going to be called. Committed before it is."""
    piece = locked(piece_id)
    if piece.state != State.QUEUED:
        return None
    publication = piece.publication
    publication.tries += 1
    publication.save(update_fields=["tries"])
    step(piece, State.SENDING)
    return Attempt.objects.create(
        publication=publication, step="publish", started_at=clock.now()
    )


@dataclass(frozen=True)
class _Answer:
    """What came of a call: the outcome's word, what the channel gave, what went wrong."""

    outcome: str
    receipt: Receipt | None = None
    problem: str = ""
    after: timedelta | None = None


def _call(call: Callable[[], Receipt]) -> _Answer:
    """Call a channel and sort what happens into the words of `Attempt.Outcome`."""
    try:
        receipt = call()
    except TryLater as error:
        return _Answer(Attempt.Outcome.LATER, problem=str(error), after=error.after)
    except (Refused, NotAuthorised) as error:
        return _Answer(Attempt.Outcome.FAILED, problem=str(error))
    except OutcomeUnknown as error:
        return _Answer(Attempt.Outcome.UNKNOWN, problem=str(error))
    except Exception as error:  # A fault in a connector says nothing of the outcome.
        return _Answer(Attempt.Outcome.UNKNOWN, problem=f"{type(error).__name__}: {error}")
    return _Answer(receipt.stage.value, receipt)


@transaction.atomic
def _end(attempt: Attempt, answer: _Answer) -> Piece:
    """Write down how the call ended, and move the piece to where that leaves it."""
    publication = attempt.publication
    _note(attempt, answer)
    piece = locked(publication.piece_id)
    if piece.state != State.SENDING:  # It was given up as lost meanwhile: a person decides.
        return piece
    if answer.outcome == Attempt.Outcome.LATER:
        return _again(piece, publication, answer)
    if answer.receipt:
        return step(piece, _STATES[answer.receipt.stage])
    return step(piece, State(answer.outcome))


def _note(attempt: Attempt, answer: _Answer) -> None:
    attempt.finished_at = clock.now()
    attempt.outcome = answer.outcome
    attempt.problem = answer.problem[:300]
    attempt.remote_id = answer.receipt.remote_id if answer.receipt else ""
    attempt.save()
    publication = attempt.publication
    publication.problem = answer.problem[:300]
    if answer.receipt:
        publication.remote_id = answer.receipt.remote_id
        publication.url = answer.receipt.url
    publication.save(update_fields=["problem", "remote_id", "url"])


def _again(piece: Piece, publication: Publication, answer: _Answer) -> Piece:
    pause = rules.pause_after(publication.tries)
    if pause is None:
        return step(piece, State.FAILED, tries=publication.tries)
    at = _later(max(pause, answer.after or pause))
    publication.next_at = at
    publication.save(update_fields=["next_at"])
    go_on(piece.pk, at)
    return step(piece, State.QUEUED)


def _later(pause: timedelta) -> datetime:
    return clock.now() + pause


def ask(piece_id: int) -> Piece:
    """Ask the channel what has become of a piece it took, or of one whose fate is unknown.

    Only reads; a piece without the channel's id stays unknown, for a person to settle.
    """
    piece = Piece.objects.select_related("publication").get(pk=piece_id)
    publication = piece.publication
    if piece.state not in (State.ACCEPTED, State.UNKNOWN) or not publication.remote_id:
        return piece
    if registry.installed()[publication.channel].spec.one_by_one:
        return piece
    receipt = Receipt(publication.remote_id, Stage.ACCEPTED, publication.url)
    attempt = Attempt.objects.create(
        publication=publication, step="status", started_at=clock.now()
    )
    answer = _call(lambda: registry.connected(publication.channel).status(receipt))
    return _learn(attempt, answer)


def ask_all(*, days: int = 7) -> int:
    """Ask the channels about every piece that they took lately. Returns how many."""
    since = clock.now() - timedelta(days=days)
    open_ones = list(
        Piece.objects.filter(
            state__in=[State.ACCEPTED, State.UNKNOWN],
            publication__queued_at__gte=since,
            publication__remote_id__gt="",
        ).values_list("pk", flat=True)
    )
    for piece_id in open_ones:
        ask(piece_id)
    return len(open_ones)


@transaction.atomic
def _learn(attempt: Attempt, answer: _Answer) -> Piece:
    if answer.receipt:
        _note(attempt, answer)
    else:  # Reading failed: what is known of the publication stays as it was.
        attempt.finished_at, attempt.outcome = clock.now(), answer.outcome
        attempt.problem = answer.problem[:300]
        attempt.save()
    piece = locked(attempt.publication.piece_id)
    if answer.receipt and rules.may(piece.state, _STATES[answer.receipt.stage]):
        step(piece, _STATES[answer.receipt.stage])
    return piece


def withdraw(piece_id: int, *, by: "User | None" = None) -> Piece:
    """Take back what a channel took or published.

    Raises:
        RemoteError: The channel cannot, or could not, take it back.
        NotNow: Nothing of it is out.

    """
    with transaction.atomic():
        piece = locked(piece_id)
        allow(by, *EDITS, area=piece.action.campaign.area)
        publication = Publication.objects.filter(piece=piece).first()
        if publication is None:  # People put it up, and took it down.
            return step(piece, State.WITHDRAWN, by=by)
        attempt = Attempt.objects.create(
            publication=publication, step="withdraw", started_at=clock.now()
        )
    receipt = Receipt(publication.remote_id, Stage.PUBLISHED, publication.url)
    answer = _call(lambda: registry.connected(publication.channel).withdraw(receipt))
    piece = _learn(attempt, answer)
    if answer.receipt is None:
        raise _ERRORS.get(answer.outcome, Refused)(answer.problem)
    return piece


_ERRORS: dict[str, type[RemoteError]] = {
    Attempt.Outcome.FAILED: Refused,
    Attempt.Outcome.LATER: TryLater,
    Attempt.Outcome.UNKNOWN: OutcomeUnknown,
}


@transaction.atomic
def pause(reason: str, *, by: "User | None" = None) -> None:
    """Stop everything that goes out, at once. What waits in line goes on waiting.

    Raises:
        PermissionDenied: `by` promotes nothing.

    """
    _turn(True, reason, by)


@transaction.atomic
def resume(*, by: "User | None" = None) -> None:
    """Let everything go out again.

    Raises:
        PermissionDenied: `by` promotes nothing.

    """
    _turn(False, "", by)


def _turn(paused: bool, reason: str, by: "User | None") -> None:
    allow(by, *EDITS)
    Outgoing.objects.update_or_create(
        pk=1, defaults={"paused": paused, "reason": reason.strip()[:200]}
    )
    journal.record("outgoing.paused" if paused else "outgoing.resumed", "outgoing")


@transaction.atomic
def give_up_lost() -> int:
    """Say of calls that never came back that nobody knows how they ended. Returns how many."""
    lost = Attempt.objects.select_for_update(skip_locked=True, of=["self"]).filter(
        step="publish",
        finished_at__isnull=True,
        started_at__lt=clock.now() - LOST,
    )
    count = 0
    for attempt in lost.select_related("publication__piece"):
        _end(attempt, _Answer(Attempt.Outcome.UNKNOWN, problem="The call never came back."))
        count += 1
    return count
