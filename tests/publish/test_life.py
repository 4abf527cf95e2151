"""The life of a piece: every step is allowed, written down, and never guessed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from belvedere.journal.models import Fact
from belvedere.publish import registry, services
from belvedere.publish.models import Attempt
from belvedere.publish.ports import Receipt, Stage
from belvedere.publish.rules import LIFE, State, may
from belvedere.shared import clock
from belvedere.shared.errors import BadInput, NotAuthorised, OutcomeUnknown, Refused, TryLater

pytestmark = pytest.mark.usefixtures("outbox")


def state(piece):
    piece.refresh_from_db()
    return piece.state


@pytest.fixture
def channel_says(monkeypatch):
    """Lets a test say what the channel answers; counts the calls."""
    calls = []

    class Scripted:
        spec = registry.installed()["demo"].spec

        def __init__(self, **settings):
            pass

        def check(self, message):
            return []

    def say(*answers):
        script = list(answers)

        def answer(self, *args, **kwargs):
            calls.append((args, kwargs))
            said = script.pop(0)
            if isinstance(said, BaseException):
                raise said
            return said

        Scripted.publish = Scripted.status = Scripted.withdraw = answer
        monkeypatch.setattr(registry, "installed", lambda: {"demo": Scripted})
        return calls

    return say


def test_every_state_can_be_reached_and_nothing_leads_out_of_the_table():
    reached = {then for steps in LIFE.values() for then in steps}
    assert reached == set(State)
    assert set(LIFE) == set(State)


def test_unknown_is_never_tried_again():
    assert not may("unknown", "queued")
    assert not may("unknown", "sending")


def test_a_post_that_the_channel_took_is_accepted_and_not_published(post):
    services.queue(post.pk)
    services.send(post.pk)
    assert state(post) == "accepted"


def test_asking_the_channel_later_shows_it_published(post):
    services.queue(post.pk)
    services.send(post.pk)
    services.ask(post.pk)
    assert state(post) == "published"
    assert [each.step for each in post.publication.attempts.all()] == ["publish", "status"]


def test_each_step_is_a_fact(post):
    services.queue(post.pk)
    services.send(post.pk)
    kinds = Fact.objects.filter(subject=post.subject).values_list("kind", flat=True)
    assert list(kinds) == [
        "piece.written", "piece.checked", "piece.approved", "piece.queued", "piece.sending",
        "piece.accepted",
    ]  # fmt: skip


def test_the_attempt_is_written_down_before_the_channel_is_called(post, channel_says):
    seen = []

    class Peek(Exception):
        pass

    calls = channel_says(Peek())
    original = registry.installed()["demo"].publish

    def peek(self, message, *, key):
        seen.append(Attempt.objects.get().finished_at)
        return original(self, message, key=key)

    registry.installed()["demo"].publish = peek
    services.queue(post.pk)
    services.send(post.pk)
    assert (seen, len(calls)) == ([None], 1)


def test_a_fault_of_the_connector_leaves_the_outcome_unknown_and_it_is_not_called_again(
    post, channel_says
):
    calls = channel_says(RuntimeError("socket closed"))
    services.queue(post.pk)
    services.send(post.pk)
    services.send(post.pk)
    assert (state(post), len(calls)) == ("unknown", 1)


def test_only_a_person_settles_what_is_unknown(post, channel_says, person):
    channel_says(OutcomeUnknown("timed out"))
    services.queue(post.pk)
    services.send(post.pk)
    with pytest.raises(BadInput):
        services.settle(post.pk, "queued")
    services.settle(post.pk, "published", by=person("anna", "promotion"))
    assert state(post) == "published"


def test_nothing_happened_waits_and_is_tried_again(post, channel_says, outbox):
    calls = channel_says(
        TryLater("busy", after=timedelta(seconds=1)), Receipt("7", Stage.PUBLISHED)
    )
    services.queue(post.pk)
    services.send(post.pk)
    assert state(post) == "queued"
    assert post.publication.next_at > clock.now() + timedelta(seconds=50)
    services.send(post.pk)
    assert (state(post), len(calls)) == ("published", 2)
    assert len(outbox) == 2


def test_patience_ends_after_six_tries(post, channel_says):
    calls = channel_says(*[TryLater("busy")] * 10)
    services.queue(post.pk)
    for _ in range(10):
        services.send(post.pk)
    assert (state(post), len(calls)) == ("failed", 6)


@pytest.mark.parametrize("error", [Refused("too long"), NotAuthorised("log in again")])
def test_a_refusal_is_shown_and_not_repeated(post, channel_says, error):
    calls = channel_says(error, error)
    services.queue(post.pk)
    services.send(post.pk)
    services.send(post.pk)
    assert (state(post), len(calls)) == ("failed", 1)
    post.publication.refresh_from_db()
    assert post.publication.problem == str(error)


def test_the_same_key_goes_with_every_try(post, channel_says):
    calls = channel_says(TryLater("busy"), Receipt("7", Stage.ACCEPTED))
    services.queue(post.pk)
    services.send(post.pk)
    services.send(post.pk)
    assert {kwargs["key"] for _, kwargs in calls} == {f"piece-{post.pk}"}


def test_with_the_switch_on_nothing_goes_out_and_nothing_is_lost(post, channel_says):
    calls = channel_says(Receipt("7", Stage.ACCEPTED))
    services.pause("earthquake")
    services.queue(post.pk)
    services.send(post.pk)
    assert (state(post), calls) == ("queued", [])
    services.resume()
    services.send(post.pk)
    assert state(post) == "accepted"


def test_a_call_that_never_came_back_becomes_unknown(post, channel_says):
    channel_says(SystemExit("killed"))
    services.queue(post.pk)
    with pytest.raises(SystemExit):
        services.send(post.pk)
    assert services.give_up_lost() == 0
    Attempt.objects.update(started_at=clock.now() - timedelta(hours=1))
    assert services.give_up_lost() == 1
    assert state(post) == "unknown"


def test_a_published_post_can_be_withdrawn(post):
    services.queue(post.pk)
    services.send(post.pk)
    services.withdraw(post.pk)
    assert state(post) == "withdrawn"


def test_a_refused_withdrawal_changes_nothing(post, channel_says):
    channel_says(Receipt("7", Stage.PUBLISHED), Refused("too late"))
    services.queue(post.pk)
    services.send(post.pk)
    with pytest.raises(Refused, match="too late"):
        services.withdraw(post.pk)
    assert state(post) == "published"
    post.publication.refresh_from_db()
    assert post.publication.remote_id == "7"


def test_a_poster_is_published_when_somebody_says_that_it_hangs(poster_piece):
    services.check(poster_piece.pk)
    services.approve(poster_piece.pk)
    services.mark_published(poster_piece.pk)
    assert state(poster_piece) == "published"
    with pytest.raises(BadInput):
        services.queue(poster_piece.pk)


def test_a_draft_is_neither_approved_nor_queued(poster_piece, post):
    with pytest.raises(BadInput, match=r"draft|bozza"):
        services.approve(poster_piece.pk)


def test_a_product_off_sale_is_a_problem(poster_piece, walk):
    type(walk).objects.update(state="withdrawn")
    assert [each.field for each in services.check(poster_piece.pk)] == ["product"]
    assert state(poster_piece) == "draft"


def test_a_superlative_in_chinese_waits_for_a_persons_decision(poster_action):
    piece = services.create_piece(
        poster_action.pk, title="托斯卡纳最美的森林", language="zh-Hans"
    )
    assert [each.field for each in services.check(piece.pk)] == ["wording"]
    assert services.check(piece.pk, accept=["wording"]) == []
    assert Fact.objects.get(kind="piece.checked").detail["let_pass"] == 1


def test_a_promotion_officer_does_not_approve(poster_piece, person):
    services.check(poster_piece.pk)
    with pytest.raises(PermissionDenied):
        services.approve(poster_piece.pk, by=person("anna", "promotion"))


def test_an_author_does_not_approve_where_somebody_else_could(poster_action, person):
    author = person("edi", "editor")
    piece = services.create_piece(poster_action.pk, title="Walk", language="en", by=author)
    services.check(piece.pk)
    other = person("olga", "head")
    with pytest.raises(PermissionDenied):
        services.approve(piece.pk, by=author)
    assert services.approve(piece.pk, by=other).approved_by == other


def test_who_is_alone_approves_the_own_piece(poster_action, person):
    author = person("edi", "editor")
    piece = services.create_piece(poster_action.pk, title="Walk", language="en", by=author)
    services.check(piece.pk)
    assert services.approve(piece.pk, by=author).state == "approved"
