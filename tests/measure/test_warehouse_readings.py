"""What the channels counted, as Parquet: one file a day, corrected where it was corrected."""

from datetime import UTC, datetime, timedelta

import pytest

from belvedere.measure.rules import Counted
from belvedere.measure.warehouse.columns import FACTS, READINGS
from belvedere.measure.warehouse.export import connect, export, folder
from belvedere.measure.warehouse.readings import counted_by
from belvedere.publish import queries as publish_queries
from belvedere.publish import services as publish
from belvedere.publish.models import Campaign, Piece, Publication, Reading
from tests.measure.conftest import stamps, stored

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def campaign(casentino):
    """A campaign for travellers from China."""
    return publish.open_campaign(
        casentino.pk, goal="Treno", starts_on=NOON.date(), ends_on=NOON.date(), market="CN",
        texts={"it": {"title": "Casentino"}},
    )  # fmt: skip


@pytest.fixture
def out(campaign):
    """A maker of posts that are out on a channel."""

    def out(channel="wall", placements=("",), action=None):
        number = Publication.objects.count() + 1
        action = action or publish.plan_action(campaign.pk, kind="post", title=f"Post {number}")
        piece = publish.create_piece(
            action.pk, title="Foresta", variant=str(number), placements=list(placements)
        )
        return Publication.objects.create(
            piece=piece, channel=channel, key=str(number), remote_id=str(number), queued_at=NOON
        )

    return out


def count(post, metric, *values, at=NOON, every=DAY):
    for number, value in enumerate(values):
        Reading.objects.create(
            publication=post, metric=metric, at=at + number * every, value=value
        )


def written(warehouse, before):
    """Which files are others than before."""
    now = stamps(warehouse)
    return {str(each) for each in now.keys() | before if now.get(each) != before.get(each)}


def test_a_reading_stands_in_the_file_of_its_day_with_codes_alone(warehouse, out):
    post = out(placements=["Arezzo station", "Munich fair"])
    late = datetime(2026, 5, 20, 22, 30, tzinfo=UTC)  # half past midnight in Italy
    count(post, "watched_seconds", 12.25, at=late)
    assert export().readings == 1
    (path,) = folder(READINGS).rglob("*.parquet")
    assert str(path.relative_to(warehouse)) == "readings/day=2026-05-21/readings.parquet"
    (row,) = stored(READINGS)
    del row["id"], row["mark"]
    assert row == {
        "counted_at": datetime(2026, 5, 20, 22, 30),
        "subject": f"piece:{post.piece_id}",
        "action": f"action:{post.piece.action_id}",
        "source": post.piece.placements.first().code,
        "channel": "wall",
        "metric": "watched_seconds",
        "value": 12.25,
        "market": "CN",
        "area": "casentino",
        "day": datetime(2026, 5, 21).date(),
    }
    assert [each.name for each in READINGS.columns] == [
        "id", "counted_at", "subject", "action", "source", "channel", "metric", "value",
        "market", "area", "mark",
    ], "a new column is thought over, and named here"  # fmt: skip


def test_a_second_export_writes_nothing(warehouse, out):
    count(out(), "views", 5, 9, 0.1 + 0.2, 2.0**53)
    first = export()
    before = stamps(warehouse)
    again = export()
    assert (first.readings, again.readings, again.written, again.removed) == (4, 4, 0, 0)
    assert stamps(warehouse) == before
    assert sorted(each["value"] for each in stored(READINGS)) == [0.1 + 0.2, 5, 9, 2.0**53]


def test_a_corrected_reading_rewrites_its_own_day_and_no_other(warehouse, out):
    count(out(), "views", 5, 9, 12)
    export()
    before = stamps(warehouse)
    Reading.objects.filter(value=9).update(value=8)
    assert export().written == 1
    assert written(warehouse, before) == {"readings/day=2026-05-21/readings.parquet"}
    assert [each["value"] for each in stored(READINGS)] == [5, 8, 12]


def test_two_values_that_changed_places_are_seen(warehouse, out):
    one, other = out(), out()
    count(one, "views", 5)
    count(other, "views", 9)
    export()
    Reading.objects.filter(publication=one).update(value=9)
    Reading.objects.filter(publication=other).update(value=5)
    assert export().written == 1


def test_a_campaign_with_another_market_takes_its_readings_along(warehouse, out):
    count(out(), "views", 5)
    export()
    Campaign.objects.update(market="DE")
    assert export().written == 1
    assert stored(READINGS)[0]["market"] == "DE"


def test_a_new_reading_leaves_the_facts_alone_and_a_fact_the_readings(warehouse, out, order):
    post = out()
    count(post, "views", 5)
    export()
    before = stamps(warehouse)
    count(post, "clicks", 1)
    export()
    assert written(warehouse, before) == {"readings/day=2026-05-20/readings.parquet"}
    before = stamps(warehouse)
    order(1, "held")
    export()
    (changed,) = written(warehouse, before)
    assert changed.startswith("facts/")


def test_readings_that_are_gone_take_their_day_with_them(warehouse, out):
    post = out()
    count(post, "views", 5, 9)
    export()
    Reading.objects.filter(value=9).delete()
    done = export()
    assert (done.readings, done.written, done.removed) == (1, 0, 1)
    Piece.objects.get().delete()
    assert export().removed == 1
    assert counted_by("channel") == {}
    assert list(folder(FACTS).rglob("*.parquet"))


def test_a_broken_file_and_one_with_old_columns_are_written_again(warehouse, out):
    count(out(), "views", 5, 9)
    export()
    broken, old = sorted(folder(READINGS).rglob("*.parquet"))
    broken.write_bytes(broken.read_bytes()[:100])
    with connect() as duck:
        duck.execute(f"COPY (SELECT 1 AS id) TO '{old}' (FORMAT parquet)")
    assert export().written == 2
    assert len(stored(READINGS)) == 2


def test_an_empty_warehouse_has_counted_nothing(warehouse):
    export()
    assert counted_by("source") == {}


def test_the_last_reading_of_each_post_counts_and_channels_are_never_added(warehouse, out):
    """Two posts of an action on one channel, one on another; a total that was corrected."""
    one = out()
    two = out(action=one.piece.action)
    far = out("square", action=one.piece.action)
    count(one, "views", 5, 9, 8)
    count(two, "views", 100, at=NOON - DAY)
    count(two, "clicks", 3)
    count(far, "views", 1000)
    export()
    (found,) = counted_by("action").values()
    assert found == [
        Counted("square", "views", 1000, NOON, 1),
        Counted("wall", "clicks", 3, NOON, 1),
        Counted("wall", "views", 108, NOON + 2 * DAY, 2),
    ]
    by_channel = counted_by("channel")
    assert (by_channel["square"], by_channel["wall"]) == (found[:1], found[1:])
    assert counted_by("market") == {"CN": found}
    assert counted_by("area") == {"casentino": found}
    code = two.piece.placements.get().code
    assert [each.value for each in counted_by("source")[code]] == [3, 100]
    then = counted_by("action", until=NOON)[f"action:{one.piece.action_id}"]
    assert [each.value for each in then] == [1000, 3, 105]


def test_the_numbers_are_those_that_pages_read_in_postgresql(warehouse, out):
    for number in range(4):
        post = out(placements=["", "Stand"][: number % 3])
        count(post, "views", *range(number, 12, 3))
        count(post, "clicks", number / 7)
    export()
    there = publish_queries.counted(Piece.objects.all())
    here = counted_by("subject")
    assert {
        key: [(each.metric, each.value, each.at) for each in found]
        for key, found in here.items()
    } == {
        f"piece:{key}": [(each.metric, each.value, each.at) for each in found]
        for key, found in there.items()
    }
    assert set(counted_by("source")) == {
        "",
        *(each.placements.first().code for each in Piece.objects.filter(placements__name="")),
    }
