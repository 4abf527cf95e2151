"""The steps of a piece from the draft to the end, except the sending itself."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from belvedere.journal import services as journal
from belvedere.publish import registry, rules
from belvedere.publish.models.campaigns import Piece
from belvedere.publish.models.newsletter import Delivery, Subscriber
from belvedere.publish.models.publications import Publication
from belvedere.publish.ports import Problem
from belvedere.publish.rules import LIFE, State
from belvedere.publish.services.compose import message
from belvedere.publish.services.people import EDITS, allow, allow_approval
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import TAGS, readers

if TYPE_CHECKING:
    from belvedere.territory.models import User

WORDING = "wording"


class NotNow(BadInput):
    """The piece is not in a state from which this can be done."""


def locked(piece_id: int) -> Piece:
    """Return a piece that nobody else can move until the transaction ends."""
    return (
        Piece.objects.select_for_update(of=["self"])
        .select_related("action__campaign__area", "product", "page", "area")
        .get(pk=piece_id)
    )


def step(piece: Piece, to: State, *, by: "User | None" = None, **detail: Any) -> Piece:
    """Move a locked piece along `rules.LIFE` and write the fact.

    Raises:
        NotNow: The life of a piece has no such step.

    """
    if not rules.may(piece.state, to):
        raise NotNow(
            _("This cannot be done now: the piece is “%s”.") % words(piece.state), field="state"
        )
    piece.state = to
    piece.save(update_fields=["state", "approved_by", "approved_at"])
    campaign = piece.action.campaign
    journal.record(
        f"piece.{to}",
        piece.subject,
        area=campaign.area.slug,
        market=campaign.market,
        product=piece.product.slug if piece.product else "",
        **_by(by),
        **detail,
    )
    return piece


def _by(user: "User | None") -> dict[str, Any]:
    return {"by": user.pk} if user else {}


def words(state: str) -> str:
    """Return a state as people read it. `accepted` never reads like published."""
    return {
        State.DRAFT: _("draft"),
        State.CHECKED: _("checked"),
        State.APPROVED: _("approved"),
        State.QUEUED: _("waiting to go out"),
        State.SENDING: _("going out"),
        State.ACCEPTED: _("accepted by the channel, not yet seen published"),
        State.PUBLISHED: _("published"),
        State.FAILED: _("failed"),
        State.UNKNOWN: _("outcome unknown: somebody must look"),
        State.EXPIRED: _("expired"),
        State.WITHDRAWN: _("withdrawn"),
    }[State(state)]


@transaction.atomic
def check(
    piece_id: int, *, accept: Collection[str] = (), by: "User | None" = None
) -> list[Problem]:
    """Look for what is wrong with a piece; with nothing wrong, the draft is checked.

    Args:
        piece_id: Key of the piece.
        accept: Fields whose problems a person has looked at and lets pass; only `wording`.
        by: Who checks; None for the system itself.

    Returns:
        The problems; empty if it went on.

    """
    piece = locked(piece_id)
    allow(by, *EDITS, area=piece.action.campaign.area)
    problems = problems_of(piece)
    blocking = [each for each in problems if each.field not in accept or each.field != WORDING]
    if not blocking:
        step(piece, State.CHECKED, by=by, let_pass=len(problems))
    return blocking


def problems_of(piece: Piece) -> list[Problem]:
    """Return everything that somebody must mend, or decide, before the piece goes out."""
    found = [*_landing_problems(piece), *_wording_problems(piece), *_channel_problems(piece)]
    if not piece.placements.exists():
        found.append(Problem("placements", _("It has no source code: say where it goes.")))
    return found


def _landing_problems(piece: Piece) -> list[Problem]:
    if piece.product and piece.product.state != "on_sale":
        return [Problem("product", _("The product that it leads to is not on sale."))]
    if piece.page and not piece.page.live:
        return [Problem("page", _("The page that it leads to is not published."))]
    return []


def _wording_problems(piece: Piece) -> list[Problem]:
    if piece.language != "zh-Hans" and piece.action.campaign.market != "CN":
        return []
    found = rules.superlatives(f"{piece.title}\n{piece.text}")
    return [
        Problem(
            WORDING,
            _("“%s”: China's advertising law (article 9) forbids superlatives. Decide.") % word,
        )
        for word in found
    ]


def _channel_problems(piece: Piece) -> list[Problem]:
    key = piece.action.channel
    if not key:
        return []
    if key not in registry.installed():
        return [Problem("channel", _("There is no channel “%s” here.") % key)]
    return registry.connected(key).check(message(piece))


@transaction.atomic
def give_back(piece_id: int, *, by: "User | None" = None) -> Piece:
    """Make a piece a draft again, so that it can be changed."""
    piece = locked(piece_id)
    allow(by, *EDITS, area=piece.action.campaign.area)
    piece.approved_by, piece.approved_at = None, None
    return step(piece, State.DRAFT, by=by)


@transaction.atomic
def approve(piece_id: int, *, by: "User | None" = None) -> Piece:
    """Let a checked piece go out.

    Raises:
        NotNow: It is not checked.
        PermissionDenied: `by` is no editor or head of the area, or is the author although
            somebody else could approve it.

    """
    piece = locked(piece_id)
    allow_approval(by, piece)
    piece.approved_by, piece.approved_at = by, clock.now()
    return step(piece, State.APPROVED, by=by)


@transaction.atomic
def queue(piece_id: int, *, at: datetime | None = None, by: "User | None" = None) -> Piece:
    """Put an approved piece in line for its channel; the worker sends it.

    Args:
        piece_id: Key of the piece.
        at: Not before this moment; now when empty.
        by: Who sends it; None for the system itself.

    Raises:
        NotNow: It is not approved.
        BadInput: Its action has no channel, or nobody would receive it.

    """
    piece = locked(piece_id)
    allow(by, *EDITS, area=piece.action.campaign.area)
    channel = piece.action.channel
    if channel not in registry.installed():
        raise BadInput(
            _("This action has no channel: people put it up, and say so here."), field="channel"
        )
    step(piece, State.QUEUED, by=by, channel=channel)
    if registry.installed()[channel].spec.one_by_one:
        _address(piece, at or clock.now())
    Publication.objects.update_or_create(
        piece=piece,
        defaults={
            "channel": channel,
            "key": f"piece-{piece.pk}",
            "queued_by": by,
            "queued_at": clock.now(),
            "next_at": at,
            "tries": 0,
            "problem": "",
            "read_at": None,
            "read_next_at": None,
            "reading_problem": "",
        },
    )
    go_on(piece.pk, at)
    return piece


def _address(piece: Piece, at: datetime) -> None:
    """Write one delivery for each confirmed subscriber whom the piece's language is for."""
    languages = readers(piece.language) if piece.language else TAGS
    people = Subscriber.objects.filter(
        state=Subscriber.State.CONFIRMED, language__in=languages
    ).values_list("pk", flat=True)
    Delivery.objects.bulk_create(
        (Delivery(piece=piece, subscriber_id=pk, next_at=at) for pk in people.iterator()),
        batch_size=1000,
        ignore_conflicts=True,
    )
    if not piece.deliveries.filter(state__in=Delivery.OPEN).exists():
        raise BadInput(
            _("Nobody waits for this newsletter in this language."), field="language"
        )


def go_on(piece_id: int, at: datetime | None = None) -> None:
    """Ask the worker to send a piece, now or later, when this transaction is committed."""
    app.configure_task(
        "publish.send", queue="publish", schedule_at=at, lock=f"piece-{piece_id}"
    ).defer(piece_id=piece_id)


@transaction.atomic
def take_back(piece_id: int, *, by: "User | None" = None) -> Piece:
    """Take a piece out of the line before it is sent."""
    piece = locked(piece_id)
    allow(by, *EDITS, area=piece.action.campaign.area)
    step(piece, State.APPROVED, by=by)
    piece.deliveries.filter(state=Delivery.State.QUEUED).delete()
    return piece


@transaction.atomic
def mark_published(piece_id: int, *, by: "User | None" = None) -> Piece:
    """Write down that people have put a piece up: a poster hangs, a flyer lies there."""
    piece = locked(piece_id)
    allow(by, *EDITS, area=piece.action.campaign.area)
    if piece.action.channel:
        raise BadInput(_("Its channel says when it is published."), field="channel")
    return step(piece, State.PUBLISHED, by=by)


@transaction.atomic
def settle(piece_id: int, became: str, *, by: "User | None" = None) -> Piece:
    """Write down what a person saw has become of a piece whose outcome was unknown.

    Args:
        piece_id: Key of the piece.
        became: `published`, `failed` or `withdrawn`.
        by: Who looked.

    Raises:
        NotNow: Its outcome is not unknown.

    """
    piece = locked(piece_id)
    allow(by, *EDITS, area=piece.action.campaign.area)
    if piece.state != State.UNKNOWN or became not in LIFE[State.UNKNOWN]:
        raise NotNow(_("Only a piece whose outcome is unknown is settled."), field="state")
    return step(piece, State(became), by=by, seen=True)


@transaction.atomic
def expire(piece_id: int, *, by: "User | None" = None) -> Piece:
    """Say that a piece's time is over. Its link goes on leading where it led."""
    piece = locked(piece_id)
    allow(by, *EDITS, area=piece.action.campaign.area)
    return step(piece, State.EXPIRED, by=by)
