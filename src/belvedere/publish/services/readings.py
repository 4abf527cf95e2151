"""Reading what the channels themselves have counted of our posts: views, clicks, comments."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from belvedere.publish import ports, registry, rules
from belvedere.publish.models.publications import Publication, Reading
from belvedere.publish.ports import Channel, Receipt, Stage
from belvedere.publish.rules import State
from belvedere.shared import clock
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater

log = logging.getLogger(__name__)

LONGEST = timedelta(minutes=5)  # for one channel in one run: a slow one waits for the next
EARLY = timedelta(minutes=5)  # a job that comes a little too soon finds its posts due
HOUR = rules.READ[0][1]


@dataclass(frozen=True)
class _Answer:
    """What came of asking about one post.

    Attributes:
        readings: What was given, also before an error.
        problem: What went wrong, for people.
        after: How long the channel wants to be left alone.
        gone: It has no numbers of this post: it is not asked again.
        deaf: The others of this channel would hear the same now.

    """

    readings: list[ports.Reading] = field(default_factory=list)
    problem: str = ""
    after: timedelta = timedelta()
    gone: bool = False
    deaf: bool = False


def read_all() -> int:
    """Ask each channel what it has counted of our posts, and keep it. Returns how many.

    A post is asked about hourly in its first week and daily until it is 90 days old
    (`rules.READ`). What is kept may be given again: it stays one row, with the last value.
    No channel stops another; one that cannot answer now is left alone until the next run, and
    its posts say why. Channels that reach people one by one are not asked: a number of one
    person's mail would be about that person, and what a mail brought is read from its link.

    No transaction may be open: channels are called here.
    """
    due = list(_due(clock.now()))
    kept = 0
    for key, posts in groupby(due, attrgetter("channel")):
        kept += _read(key, list(posts))
    return kept


def _due(now: datetime) -> QuerySet[Publication]:
    """Return the posts to ask about: by channel, those first that have waited longest."""
    alone = [key for key, each in registry.installed().items() if each.spec.one_by_one]
    return (
        Publication.objects.annotate(out_since=Greatest("queued_at", "next_at"))
        .filter(
            Q(read_next_at=None) | Q(read_next_at__lte=now),
            piece__state=State.PUBLISHED,
            remote_id__gt="",
            out_since__gt=now - rules.READ_FOR,
        )
        .exclude(channel__in=alone)
        .order_by("channel", F("read_at").asc(nulls_first=True), "pk")
    )


def _read(key: str, posts: Sequence[Publication]) -> int:
    """Read the posts of one channel, until it cannot answer or its time is over."""
    try:
        if key not in registry.installed():
            raise Refused(_("There is no channel “%s” here.") % key)
        channel = registry.connected(key)
    except Exception as error:  # Whatever it is, it is this channel's own matter.
        _pass_over(posts, _Answer(problem=str(error) or type(error).__name__))
        return 0
    until, kept = clock.now() + LONGEST, 0
    for number, post in enumerate(posts):
        if clock.now() > until:
            log.warning("%s is slow: %s posts wait for the next run.", key, len(posts) - number)
            break
        answer = _ask(channel, post)
        kept += _keep(post, answer)
        if answer.deaf:
            _pass_over(posts[number + 1 :], answer)
            break
    return kept


def _ask(channel: Channel, post: Publication) -> _Answer:
    found: list[ports.Reading] = []
    try:
        # One by one: what came before an error is kept.
        for each in channel.results(Receipt(post.remote_id, Stage.PUBLISHED, post.url)):
            found.append(each)
    except TryLater as error:
        return _Answer(found, str(error), after=error.after, deaf=True)
    except (NotAuthorised, OutcomeUnknown) as error:
        return _Answer(found, str(error), deaf=True)
    except Refused as error:
        return _Answer(found, str(error), gone=True)
    except Exception as error:  # A fault of the connector with this post.
        log.exception("%s cannot be read of piece %s.", post.channel, post.piece_id)
        return _Answer(found, f"{type(error).__name__}: {error}")
    return _Answer(found)


@transaction.atomic
def _keep(post: Publication, answer: _Answer) -> int:
    """Keep what is fit, and write down when the post is asked about again."""
    now = clock.now()
    held = Publication.objects.select_for_update().filter(pk=post.pk, remote_id=post.remote_id)
    if not held.exists():  # It was deleted, or sent again, while the channel was asked.
        return 0
    fit = _fit(post, answer.readings, now)
    Reading.objects.bulk_create(
        fit,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["publication", "metric", "at"],
        update_fields=["value"],
    )
    held.update(
        read_at=now,
        read_next_at=_next(post, answer, now),
        reading_problem=_words(answer.problem),
    )
    return len(fit)


def _fit(post: Publication, readings: Sequence[ports.Reading], now: datetime) -> list[Reading]:
    """Return what can be kept, each metric and moment once; say of the others why not."""
    found = {}
    for each in readings:
        wrong = (
            rules.unfit(each.metric, each.at, each.value, now)
            if isinstance(each, ports.Reading)
            else "it is no reading"
        )
        if wrong:
            log.warning(
                "%s, piece %s: a reading is refused: %s.", post.channel, post.piece_id, wrong
            )
            continue
        at = each.at.astimezone(UTC)
        found[each.metric, at] = Reading(
            publication=post, metric=each.metric, at=at, value=each.value
        )
    return list(found.values())


def _next(post: Publication, answer: _Answer, now: datetime) -> datetime:
    out_since = max(post.queued_at, post.next_at or post.queued_at)
    if answer.gone:
        return out_since + rules.READ_FOR
    if answer.problem:
        return now + max(HOUR - EARLY, answer.after)
    return now + (rules.read_again_after(now - out_since) or rules.READ_FOR) - EARLY


def _words(problem: str) -> str:
    return problem.replace("\0", "")[:300]  # PostgreSQL keeps no NUL.


def _pass_over(posts: Sequence[Publication], answer: _Answer) -> None:
    """Leave posts for a later run without having asked, and say why."""
    Publication.objects.filter(pk__in=[each.pk for each in posts]).update(
        read_next_at=clock.now() + max(HOUR - EARLY, answer.after),
        reading_problem=_words(answer.problem),
    )
