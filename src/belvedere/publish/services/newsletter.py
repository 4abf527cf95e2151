"""The newsletter: who asked for it, and one mail to each of them for each piece."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count, F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from belvedere.journal import services as journal
from belvedere.publish import queries, registry, rules
from belvedere.publish.models.campaigns import Piece
from belvedere.publish.models.newsletter import Delivery, Subscriber
from belvedere.publish.models.publications import Publication
from belvedere.publish.ports import Channel
from belvedere.publish.rules import State
from belvedere.publish.services.compose import message
from belvedere.publish.services.life import go_on, locked, step
from belvedere.shared import clock
from belvedere.shared.errors import (
    BadInput,
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    TryLater,
)
from belvedere.shared.languages import DEFAULT, TAGS, code

BATCH = 500
ASK_AGAIN = timedelta(hours=1)
NEVER_CONFIRMED = timedelta(days=7)
FORGOTTEN = timedelta(days=30)
LOST = timedelta(minutes=15)
RECONNECT = timedelta(minutes=30)


# ---- Who asked for it -----------------------------------------------------------------------


@transaction.atomic
def subscribe(
    email: str, *, language: str, consent_text: str, source: str = ""
) -> Subscriber | None:
    """Write down that an address asks for the newsletter, and send the mail to confirm it.

    Whoever asks reads the same answer whether the address is new or not, so that nobody can
    find out who is subscribed. One address is mailed at most once an hour.

    Args:
        email: The address.
        language: BCP 47 of the page; the newsletter comes in it.
        consent_text: The words that they agreed to.
        source: Source code that led here.

    Returns:
        The subscriber if a mail was sent, else None.

    Raises:
        BadInput: It isn't an e-mail address.

    """
    email = _address(email)
    now = clock.now()
    found = Subscriber.objects.select_for_update().filter(email__iexact=email).first()
    if found and found.state == Subscriber.State.CONFIRMED:
        return None
    if found and now - found.asked_at < ASK_AGAIN:
        return None
    person = found or Subscriber(
        email=email,
        confirm_token=secrets.token_urlsafe(24),
        leave_token=secrets.token_urlsafe(24),
    )
    if found:  # An old link must not confirm what was asked anew.
        person.confirm_token = secrets.token_urlsafe(24)
    person.language = language if language in TAGS else DEFAULT
    person.state = Subscriber.State.PENDING
    person.consent_text, person.consent_at, person.asked_at = consent_text, now, now
    person.source = source
    person.save()
    journal.record("newsletter.asked", "newsletter", source=source, language=person.language)
    app.configure_task("publish.ask_to_confirm", queue="publish").defer(subscriber_id=person.pk)
    return person


def _address(email: str) -> str:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadInput(
            _("This is not an e-mail address. It should look like name@example.org."),
            field="email",
        ) from error
    return email


def ask_to_confirm(subscriber_id: int) -> None:
    """Send somebody the mail with the link that confirms their address."""
    person = Subscriber.objects.filter(pk=subscriber_id, state=Subscriber.State.PENDING).first()
    if person is None:
        return
    with override(code(person.language)):
        link = _absolute(reverse("publish-pages:confirm", args=[person.confirm_token]))
        EmailMessage(
            subject=_("Please confirm your e-mail address"),
            body=render_to_string("publish/mail/confirm.txt", {"link": link}),
            to=[person.email],
        ).send()


@transaction.atomic
def confirm(token: str) -> Subscriber:
    """Confirm an address by the link that was mailed to it. Doing it again changes nothing.

    Raises:
        BadInput: The link is not ours, or has become too old.

    """
    person = Subscriber.objects.select_for_update().filter(confirm_token=token).first()
    if person is None or person.state == Subscriber.State.UNSUBSCRIBED:
        raise BadInput(_("This link is no longer valid. Please subscribe again."))
    if person.state == Subscriber.State.PENDING:
        person.state, person.confirmed_at = Subscriber.State.CONFIRMED, clock.now()
        person.save(update_fields=["state", "confirmed_at"])
        journal.record(
            "newsletter.confirmed",
            "newsletter",
            source=person.source,
            language=person.language,
        )
    return person


@transaction.atomic
def unsubscribe(token: str) -> bool:
    """Take exactly one subscriber off the list. Doing it again changes nothing.

    Returns:
        Whether the link is one of ours.

    """
    person = Subscriber.objects.select_for_update().filter(leave_token=token).first()
    if person is None:
        return False
    if person.state != Subscriber.State.UNSUBSCRIBED:
        person.state, person.unsubscribed_at = Subscriber.State.UNSUBSCRIBED, clock.now()
        person.save(update_fields=["state", "unsubscribed_at"])
        journal.record("newsletter.left", "newsletter", language=person.language)
    return True


@transaction.atomic
def forget() -> int:
    """Delete the addresses that were never confirmed, and those that left long ago."""
    now = clock.now()
    never = Subscriber.objects.filter(
        state=Subscriber.State.PENDING, asked_at__lt=now - NEVER_CONFIRMED
    )
    gone = Subscriber.objects.filter(
        state=Subscriber.State.UNSUBSCRIBED, unsubscribed_at__lt=now - FORGOTTEN
    )
    count = never.count() + gone.count()
    never.delete()
    gone.delete()
    return count


# ---- Sending it -----------------------------------------------------------------------------


def deliver(piece_id: int, *, limit: int = BATCH) -> Piece:
    """Send the next mails of a newsletter, and finish it when none is left open.

    Any number of workers may call this at the same moment: each claims its own deliveries.

    Args:
        piece_id: Key of the piece.
        limit: How many mails at most.

    """
    if not _opened(piece_id):
        return Piece.objects.get(pk=piece_id)
    channel = registry.connected(
        Publication.objects.values_list("channel", flat=True).get(piece_id=piece_id)
    )
    for delivery in _claimed(piece_id, limit):
        try:
            _deliver_one(delivery, channel)
        except NotAuthorised as error:
            _disconnected(piece_id, str(error))
            break
    return _finished(piece_id)


@transaction.atomic
def _opened(piece_id: int) -> bool:
    piece = locked(piece_id)
    if piece.state == State.QUEUED:
        step(piece, State.SENDING)
    return piece.state == State.SENDING


@transaction.atomic
def _claimed(piece_id: int, limit: int) -> list[Delivery]:
    """Take the next deliveries that are due, passing over those another worker has."""
    now = clock.now()
    due = list(
        Delivery.objects.select_for_update(skip_locked=True, of=["self"])
        .filter(
            piece_id=piece_id,
            state__in=[Delivery.State.QUEUED, Delivery.State.DEFERRED],
            next_at__lte=now,
        )
        .select_related("piece__action", "piece__picture")
        .order_by("next_at", "pk")[:limit]
    )
    Delivery.objects.filter(pk__in=[each.pk for each in due]).update(
        state=Delivery.State.CLAIMED, claimed_at=now, handed_at=None
    )
    return due


def _deliver_one(delivery: Delivery, channel: Channel) -> None:
    person = _handed(delivery)
    if person is None:
        return
    try:
        receipt = channel.publish(_mail(delivery.piece, person), key=f"delivery-{delivery.pk}")
    except NotAuthorised:
        _write(delivery, Delivery.State.QUEUED, tries=F("tries") - 1)
        raise
    except TryLater as error:
        _defer(delivery, error)
    except Refused as error:
        _write(delivery, Delivery.State.FAILED, problem=str(error))
    except Exception as error:  # Nobody knows whether the mail left: never again.
        said = str(error) if isinstance(error, OutcomeUnknown) else type(error).__name__
        _write(delivery, Delivery.State.UNKNOWN, problem=said)
    else:
        _write(delivery, Delivery.State.SENT, remote_id=receipt.remote_id, problem="")


@transaction.atomic
def _handed(delivery: Delivery) -> Subscriber | None:
    """Write down that the mail is about to leave; None if it must not.

    Whoever unsubscribes waits for this, or this for them: who has left gets no mail, however
    long it has been in line.
    """
    person = Subscriber.objects.select_for_update().get(pk=delivery.subscriber_id)
    if person.state != Subscriber.State.CONFIRMED:
        _write(delivery, Delivery.State.SKIPPED)
        return None
    if queries.paused():
        _write(delivery, Delivery.State.QUEUED)
        return None
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.CLAIMED)
    if not mine.update(handed_at=clock.now(), tries=F("tries") + 1):
        return None
    delivery.tries += 1
    return person


def _mail(piece: Piece, person: Subscriber) -> Any:
    """Return the message to one person, in words and in HTML."""
    leave = _absolute(reverse("publish:leave", args=[person.leave_token]))
    plain = message(piece)
    with override(code(person.language)):
        html = render_to_string(
            "publish/mail/newsletter.html",
            {"message": plain, "leave": leave, "language": person.language},
        )
        text = render_to_string(
            "publish/mail/newsletter.txt", {"message": plain, "leave": leave}
        )
    return message(
        piece,
        options={
            "to": person.email,
            "unsubscribe": leave,
            "html": html,
            "text": re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        },
    )


def _defer(delivery: Delivery, error: TryLater) -> None:
    pause = rules.pause_after(delivery.tries)
    if pause is None:
        _write(delivery, Delivery.State.FAILED, problem=str(error))
        return
    _write(
        delivery,
        Delivery.State.DEFERRED,
        problem=str(error),
        next_at=clock.now() + max(pause, error.after),
    )


def _write(delivery: Delivery, state: str, **values: Any) -> None:
    if "problem" in values:
        values["problem"] = values["problem"][:200]
    Delivery.objects.filter(pk=delivery.pk).update(state=state, **values)


@transaction.atomic
def _disconnected(piece_id: int, problem: str) -> None:
    """Put back what this batch had claimed: the mail server wants a person first."""
    Delivery.objects.filter(
        piece_id=piece_id, state=Delivery.State.CLAIMED, handed_at__isnull=True
    ).update(state=Delivery.State.QUEUED)
    Delivery.objects.filter(piece_id=piece_id, state=Delivery.State.QUEUED).update(
        next_at=clock.now() + RECONNECT
    )
    Publication.objects.filter(piece_id=piece_id).update(problem=problem[:300])


@transaction.atomic
def _finished(piece_id: int) -> Piece:
    """Finish the piece if, and only if, no delivery is open; else ask to go on."""
    piece = locked(piece_id)
    if piece.state != State.SENDING:
        return piece
    left = piece.deliveries.filter(state__in=Delivery.OPEN)
    waiting = left.exclude(state=Delivery.State.CLAIMED).order_by("next_at").first()
    if waiting:
        go_on(piece_id, max(waiting.next_at, _soon()))
        return piece
    if left.exists():  # Another worker has them; it, or `release_lost`, finishes.
        return piece
    counts = delivered(piece)
    return step(piece, _became(counts), **counts)


def _soon() -> datetime:
    return clock.now() + (timedelta(minutes=5) if queries.paused() else timedelta())


def _became(counts: dict[str, Any]) -> State:
    if counts.get(Delivery.State.SENT):
        return State.ACCEPTED
    return State.UNKNOWN if counts.get(Delivery.State.UNKNOWN) else State.FAILED


def delivered(piece: Piece) -> dict[str, Any]:
    """Return how many deliveries of a piece are in each state."""
    return {
        str(row["state"]): row["n"]
        for row in piece.deliveries.order_by().values("state").annotate(n=Count("pk"))
    }


@transaction.atomic
def release_lost() -> int:
    """Settle what a worker left behind when it died. Returns how many mails that were.

    A mail that had not been handed over goes back into line; one that had is unknown, and is
    not sent again.
    """
    lost = Delivery.objects.filter(
        state=Delivery.State.CLAIMED, claimed_at__lt=clock.now() - LOST
    )
    pieces = set(lost.values_list("piece_id", flat=True))
    back = lost.filter(handed_at__isnull=True).update(state=Delivery.State.QUEUED)
    unknown = lost.filter(handed_at__isnull=False).update(
        state=Delivery.State.UNKNOWN, problem="The worker stopped while it was sending."
    )
    for piece_id in pieces:
        go_on(piece_id)
    return back + unknown


def _absolute(path: str) -> str:
    return urljoin(settings.PUBLIC_URL + "/", path.lstrip("/"))
