"""What the channels count of our posts: read in time, kept once, and no nonsense among it."""

import logging
from datetime import UTC, datetime, timedelta
from math import inf, nan

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from belvedere.publish import queries, registry, rules, services
from belvedere.publish.models import Publication, Reading
from belvedere.publish.ports import ChannelSpec, Proof
from belvedere.publish.ports import Reading as Given
from belvedere.publish.rules import State, unfit
from belvedere.shared import clock
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


class Counting:
    """A channel that counts what a test says; it notes which posts it was asked about."""

    spec = ChannelSpec("counting", "Counting", Proof.NONE)

    def __init__(self, said):
        self.said = said
        self.asked = []

    def results(self, receipt):
        self.asked.append(receipt.remote_id)
        said = self.said(receipt) if callable(self.said) else self.said
        for each in said:
            if isinstance(each, BaseException):
                raise each
            yield each


@pytest.fixture
def channels(monkeypatch):
    """Channels by their keys, in place of those that are installed."""
    found = {}
    monkeypatch.setattr(registry, "installed", lambda: found)
    monkeypatch.setattr(registry, "connected", lambda key: found[key])
    return found


@pytest.fixture
def on(monkeypatch):
    """Set all clocks."""

    def on(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    on(NOON)
    return on


@pytest.fixture
def out(campaign, on):
    """A maker of posts that are out, each in an action of its own."""

    def out(channel="counting", state=State.PUBLISHED, at=NOON):
        number = Publication.objects.count() + 1
        action = services.plan_action(
            campaign.pk, kind="post", title=f"Post {number}", channel=channel
        )
        piece = services.create_piece(action.pk, title=f"The forest {number}", language="en")
        type(piece).objects.filter(pk=piece.pk).update(state=state)
        return Publication.objects.create(
            piece=piece, channel=channel, key=f"k-{number}", remote_id=f"r-{number}",
            queued_at=at,
        )  # fmt: skip

    return out


def kept():
    return list(Reading.objects.order_by("pk").values_list("metric", "at", "value"))


def test_what_a_channel_counted_is_kept_once_however_often_it_says_so(channels, out):
    post = out()
    channels["counting"] = Counting([Given("views", NOON, 12), Given("clicks", NOON, 3.0)])
    assert services.read_all() == 2
    Publication.objects.update(read_next_at=None)
    services.read_all()
    assert kept() == [("views", NOON, 12), ("clicks", NOON, 3)]
    post.refresh_from_db()
    assert (post.read_at, post.reading_problem) == (NOON, "")


def test_a_corrected_reading_takes_the_place_of_the_first(channels, out):
    out()
    channels["counting"] = Counting([Given("views", NOON, 12)])
    services.read_all()
    before = Reading.objects.get().pk
    Publication.objects.update(read_next_at=None)
    channels["counting"].said = [Given("views", NOON, 11), Given("views", NOON, 10)]
    services.read_all()
    assert (Reading.objects.get().pk, kept()) == (before, [("views", NOON, 10)])


def test_the_last_reading_counts_also_when_it_is_smaller_and_none_is_added(channels, out):
    piece = out().piece
    out()
    hours = [NOON - timedelta(hours=each) for each in (2, 1, 0)]
    given_ = [Given("views", at, value) for at, value in zip(hours, (5, 9, 8), strict=True)]
    channels["counting"] = Counting([*reversed(given_), Given("clicks", hours[0], 1)])
    services.read_all()
    found = queries.counted([piece])
    assert list(found) == [piece.pk]
    assert [(each.metric, each.value) for each in found[piece.pk]] == [
        ("clicks", 1), ("views", 8),
    ]  # fmt: skip


def test_a_post_is_read_hourly_then_daily_and_at_last_no_more(channels, out, on):
    out()
    channel = channels["counting"] = Counting([])
    for hour in range(100 * 24):
        # The job comes now a little early, now a little late.
        on(NOON + timedelta(hours=hour, seconds=(-90, 0, 150)[hour % 3]))
        services.read_all()
    most = 7 * 24 + (90 - 7) + 1
    assert len(channel.asked) in (most - 1, most), "hourly for 7 days, then daily for 83"


def test_a_post_that_was_planned_for_later_is_young_when_it_goes_out(channels, out, on):
    out(at=NOON - timedelta(days=200))
    Publication.objects.update(next_at=NOON - timedelta(hours=1))
    channel = channels["counting"] = Counting([])
    services.read_all()
    on(NOON + timedelta(hours=1))
    services.read_all()
    assert len(channel.asked) == 2


@pytest.mark.parametrize("state", [each for each in State if each != State.PUBLISHED])
def test_only_what_is_published_is_asked_about(channels, out, state):
    out(state=state)
    channel = channels["counting"] = Counting([])
    services.read_all()
    assert channel.asked == []


def test_nobody_is_asked_what_one_person_did_with_a_mail(channels, out):
    out()
    channel = channels["counting"] = Counting([Given("opened", NOON, 1)])
    channel.spec = ChannelSpec("counting", "Letters", Proof.NONE, one_by_one=True)
    assert services.read_all() == 0
    assert channel.asked == []


def test_what_is_no_number_of_a_post_is_refused_by_itself(channels, out, caplog):
    out()
    late = NOON + timedelta(hours=1)
    wrong = [
        Given("views", NOON, nan), Given("views", NOON, inf), Given("views", NOON, -1),
        Given("views", NOON, 10**400), Given("views", NOON, "12"), Given("views", NOON, True),
        Given("views", late, 12), Given("views", NOON.replace(tzinfo=None), 12),
        Given("views", "2026-05-20", 12), Given("views", NOON.replace(year=1), 12),
        Given("maria@example.it", NOON, 12), Given("Views", NOON, 12), Given("", NOON, 12),
        Given("v" * 41, NOON, 12), Given(None, NOON, 12), ("views", NOON, 12), None,
    ]  # fmt: skip
    channels["counting"] = Counting([*wrong, Given("views", NOON, 12)])
    with caplog.at_level(logging.WARNING):
        assert services.read_all() == 1
    assert kept() == [("views", NOON, 12)]
    lines = [each.getMessage() for each in caplog.records]
    assert len(lines) == len(wrong)
    assert all("counting, piece " in line and line.endswith(".") for line in lines)
    assert lines[0].endswith("a reading is refused: views: nan is no count.")
    assert "maria" not in caplog.text, "what may be about a person does not go into a log"
    assert Publication.objects.get().reading_problem == ""


MOMENTS = st.none() | st.datetimes() | st.datetimes(timezones=st.timezones()) | st.text()
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(st.text() | st.none(), MOMENTS, VALUES)
def test_whatever_a_channel_gives_is_judged_without_a_fault(metric, at, value):
    assert isinstance(unfit(metric, at, value, NOON), str)
    assert isinstance(unfit("views", at, value, NOON), str)
    if not unfit("views", NOON, value, NOON):
        assert 0 <= float(value) <= rules.MOST


def test_the_database_itself_refuses_what_is_no_count(out):
    post = out()
    for value in (nan, inf, -1.0):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reading.objects.create(publication=post, metric="views", at=NOON, value=value)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TryLater("busy"), "busy"),
        (NotAuthorised("log in again"), "log in again"),
        (OutcomeUnknown("timed out"), "timed out"),
        (Refused("no such post"), "no such post"),
        (KeyError("nul \0 byte"), "KeyError: 'nul \\x00 byte'"),
        (ValueError("nul \0 byte"), "ValueError: nul  byte"),
    ],
)
def test_one_channel_that_fails_stops_no_other_and_people_see_why(
    channels, out, error, words, admin_client
):
    bad, good = out("bad"), out("counting")
    channels["bad"] = Counting([Given("views", NOON, 4), error])
    channels["counting"] = Counting([Given("views", NOON, 12)])
    Publication.objects.update(problem="as it was")
    assert services.read_all() == 2, "what was given before the error is kept"
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.reading_problem, bad.problem) == (words, "as it was")
    assert (good.reading_problem, good.problem) == ("", "as it was")
    page = admin_client.get(reverse("publish_admin:piece", args=[bad.piece_id]))
    assert "as it was" in page.content.decode()
    assert words.split("'")[0].strip() in page.content.decode()


def test_a_problem_is_over_when_the_channel_answers_again(channels, out, on):
    post = out()
    channels["counting"] = Counting([NotAuthorised("log in again")])
    services.read_all()
    channels["counting"].said = [Given("views", NOON, 12)]
    on(NOON + timedelta(hours=1))
    services.read_all()
    post.refresh_from_db()
    assert (post.reading_problem, kept()) == ("", [("views", NOON, 12)])


@pytest.mark.parametrize("error", [TryLater, NotAuthorised, OutcomeUnknown])
def test_a_channel_that_cannot_answer_is_not_asked_post_after_post(channels, out, error):
    for _ in range(5):
        out()
    channel = channels["counting"] = Counting([error("not now")])
    services.read_all()
    assert len(channel.asked) == 1
    problems = set(Publication.objects.values_list("reading_problem", flat=True))
    assert problems == {"not now"}


def test_a_channel_is_left_alone_as_long_as_it_asks(channels, out, on):
    out()
    channel = channels["counting"] = Counting([TryLater("quota", after=timedelta(hours=6))])
    for hour in range(8):
        on(NOON + timedelta(hours=hour))
        services.read_all()
    assert len(channel.asked) == 2


def test_a_post_that_always_fails_does_not_keep_the_others_waiting(channels, out, on):
    for _ in range(3):
        out()
    first = "r-1"
    channel = channels["counting"] = Counting(
        lambda receipt: [TryLater("not ready")] if receipt.remote_id == first else []
    )
    for hour in range(2):
        on(NOON + timedelta(hours=hour))
        services.read_all()
    assert channel.asked == ["r-1", "r-2", "r-3", "r-1"]


def test_a_fault_with_one_post_does_not_lose_the_next(channels, out):
    for _ in range(3):
        out()
    channels["counting"] = Counting(
        lambda receipt: (
            [RuntimeError("odd")] if receipt.remote_id == "r-2" else [Given("views", NOON, 12)]
        )
    )
    assert services.read_all() == 2


def test_a_post_without_numbers_is_not_asked_about_again(channels, out, on):
    out()
    channel = channels["counting"] = Counting([Refused("it was deleted")])
    for day in range(95):
        on(NOON + timedelta(days=day))
        services.read_all()
    assert len(channel.asked) == 1


def test_a_channel_that_is_gone_or_cannot_be_set_up_is_a_problem_of_its_own(
    channels, out, monkeypatch
):
    gone, broken, good = out("gone"), out("broken"), out("counting")
    channels["broken"] = Counting([])
    channels["counting"] = Counting([Given("views", NOON, 12)])

    def connected(key):
        if key == "broken":
            raise TypeError("no account")
        return channels[key]

    monkeypatch.setattr(registry, "connected", connected)
    assert services.read_all() == 1
    for each in (gone, broken, good):
        each.refresh_from_db()
    assert "gone" in gone.reading_problem
    assert (broken.reading_problem, good.reading_problem) == ("no account", "")


def test_a_slow_channel_leaves_the_rest_for_the_next_run(channels, out, on):
    for _ in range(4):
        out("slow")
    out("tidy")

    def slow(receipt):
        on(clock.now() + timedelta(minutes=3))
        return []

    channel, tidy = Counting(slow), Counting([])
    channels |= {"slow": channel, "tidy": tidy}
    services.read_all()
    assert (len(channel.asked), len(tidy.asked)) == (2, 1)
    services.read_all()
    assert channel.asked == ["r-1", "r-2", "r-3", "r-4"]


def test_a_post_that_was_sent_again_meanwhile_gets_no_old_numbers(channels, out):
    out()

    def again(receipt):
        Publication.objects.update(remote_id="another")
        return [Given("views", NOON, 12)]

    channels["counting"] = Counting(again)
    assert services.read_all() == 0
    assert kept() == []


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_channel_is_asked(channels, out):
    out()
    seen = []

    def look(receipt):
        seen.append(connection.in_atomic_block)
        yield Given("views", NOON, 12)
        seen.append(connection.in_atomic_block)

    channels["counting"] = Counting(look)
    services.read_all()
    assert seen == [False, False]


def test_a_post_with_many_readings_needs_few_queries(
    channels, out, django_assert_max_num_queries
):
    out()
    moments = [NOON - timedelta(minutes=each) for each in range(900)]
    channels["counting"] = Counting([Given("views", at, 1) for at in moments])
    with django_assert_max_num_queries(9):
        services.read_all()
    assert Reading.objects.count() == 900


def test_a_post_of_the_demo_channel_is_asked_about_and_nothing_is_made_up(post, outbox):
    services.queue(post.pk)
    services.send(post.pk)
    services.ask(post.pk)
    assert services.read_all() == 0
    post.publication.refresh_from_db()
    assert post.publication.read_at
    assert kept() == []


def test_a_post_in_line_again_is_read_again(post, outbox):
    services.queue(post.pk)
    services.take_back(post.pk)
    Publication.objects.update(
        read_at=clock.now(), read_next_at=clock.now(), reading_problem="gone"
    )
    services.queue(post.pk)
    found = Publication.objects.get()
    assert (found.read_at, found.read_next_at, found.reading_problem) == (None, None, "")
