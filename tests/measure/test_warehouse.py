"""The journal's facts as Parquet, and the funnel reckoned on them."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belvedere.journal import services
from belvedere.journal.models import Fact
from belvedere.measure import queries
from belvedere.measure.rules import Funnel, together
from belvedere.measure.warehouse import export as exporting
from belvedere.measure.warehouse.columns import FACTS, READINGS
from belvedere.measure.warehouse.export import Busy, connect, export, pattern
from belvedere.measure.warehouse.funnels import funnels_by
from belvedere.shared import clock
from belvedere.shared.money import Amount
from tests.measure.conftest import LETTER, POSTER, stamps, stored

STEPS = ("held", "paid", "confirmed", "redeemed")
NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture
def on(monkeypatch):
    """Let things happen on another day."""

    def on(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    return on


def test_every_fact_stands_in_the_file_of_its_day_in_italy(warehouse, order, on):
    on(datetime(2026, 5, 20, 22, 30, tzinfo=UTC))  # half past midnight in Italy
    order(1, *STEPS, source=POSTER, seconds=90)
    done = export()
    assert (done.facts, done.days, done.written) == (4, 1, 1)
    assert [each.parent.name for each in warehouse.rglob("*.parquet")] == ["day=2026-05-21"]
    row = next(each for each in stored() if each["kind"] == "sale.confirmed")
    assert row["seconds_from_link"] == 90
    assert row["happened_at"] == datetime(2026, 5, 20, 22, 30)
    assert (row["subject"], row["source"], row["quantity"]) == ("order:1", POSTER, 2)


def test_a_second_export_writes_nothing(warehouse, order, on):
    for number in range(3):
        on(NOON + timedelta(days=number))
        order(number, *STEPS)
    assert export().written == 3
    before = stamps(warehouse)
    again = export()
    assert (again.facts, again.days, again.written, again.removed) == (12, 3, 0, 0)
    assert stamps(warehouse) == before


def test_a_late_fact_rewrites_its_own_day_and_no_other(warehouse, order, on):
    on(NOON)
    order(1, "held", "paid")
    on(NOON + timedelta(days=1))
    order(2, "held", "paid")
    export()
    before = stamps(warehouse)
    on(NOON)
    order(3, "paid", minor=700)
    assert export().written == 1
    changed = [name for name, inode in stamps(warehouse).items() if before[name] != inode]
    assert [each.parent.name for each in changed] == ["day=2026-05-20"]
    assert funnels_by("month")["2026-05"].revenue == (Amount(10700),)


def test_a_fact_with_a_lower_key_that_is_committed_later_is_caught(warehouse, order, on):
    on(NOON)
    order(1, "held")
    first = Fact.objects.get()
    export()
    Fact.objects.create(
        pk=first.pk - 1000, happened_at=NOON, kind="sale.held", subject="order:0"
    )
    assert export().written == 1
    assert len(stored()) == 2


def test_days_that_the_journal_does_not_know_are_taken_away(warehouse, order, on):
    on(NOON)
    order(1, "held")
    export()
    (there,) = warehouse.rglob("*.parquet")
    other = there.parent.parent / "day=1999-01-01" / there.name
    other.parent.mkdir()
    other.write_bytes(there.read_bytes())
    done = export()
    assert (done.written, done.removed) == (0, 1)
    assert not other.exists()


def test_a_broken_file_and_one_with_old_columns_are_written_again(warehouse, order, on):
    for number in range(2):
        on(NOON + timedelta(days=number))
        order(number, *STEPS)
    export()
    broken, old = sorted(warehouse.rglob("*.parquet"))
    broken.write_bytes(broken.read_bytes()[:100])
    with connect() as duck:
        duck.execute(f"COPY (SELECT 1 AS id) TO '{old}' (FORMAT parquet)")
    assert export().written == 2
    assert len(stored()) == 8


def test_rebuild_writes_every_day_again(warehouse, order, on):
    on(NOON)
    order(1, *STEPS)
    export()
    before = stored()
    assert export(rebuild=True).written == 1
    assert stored() == before


def test_texts_with_quotes_and_lines_are_no_codes_and_nothing_is_lost(warehouse):
    services.record("sale.held", 'a "quoted", \n text', product="caffè & co", market="I'")
    assert export().facts == 1
    (row,) = stored()
    assert (row["subject"], row["product"], row["market"]) == ("unknown",) * 3
    assert row["source"] == ""


def test_a_fact_about_an_account_stays_in_the_journal(warehouse, order):
    services.record("role.granted", "user:7", role="editor")
    order(1, "held", seconds=None)
    services.record("sale.confirmed", "order:1", seconds_from_link="soon", by=7, note="Anna")
    export()
    assert [each["kind"] for each in stored()] == ["sale.held", "sale.confirmed"]
    assert stored()[1]["seconds_from_link"] is None
    assert set(stored()[1]) == {each.name for each in FACTS.columns} | {"day"}


def test_two_lots_hold_what_one_would(warehouse, order, on, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 5)
    for number in range(5):
        on(NOON + timedelta(days=number))
        order(number, *STEPS)
    assert export().written == 5
    assert len(stored()) == 20


@pytest.mark.django_db(transaction=True)
def test_a_second_export_at_the_same_moment_is_refused(warehouse, order):
    order(1, "held")
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [exporting.ONE_AT_A_TIME])
        with pytest.raises(Busy):
            export()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [exporting.ONE_AT_A_TIME])
    other.close()
    assert export().written == 1


KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
settings.HOME = sys.argv[1]
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from belvedere.measure.warehouse import export
done = []
put = export._put
def once(made, place):
    if done:
        os.kill(os.getpid(), signal.SIGKILL)
    put(made, place)
    done.append(place)
export._put = once
export.export()
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_export_leaves_whole_files_and_the_next_one_ends_the_work(
    warehouse, order, on
):
    for number in range(3):
        on(NOON + timedelta(days=number))
        order(number, "held")
    export()
    for number in range(3):
        on(NOON + timedelta(days=number))
        order(10 + number, "held", "paid")
    name = str(connection.settings_dict["NAME"])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(warehouse.parent), name], env=os.environ, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    assert len(stored()) == 3 + 2, "one day is new, two are old, and all can be read"
    assert list(warehouse.glob(".making-*"))
    assert export().written == 2
    assert len(stored()) == 9
    assert not list(warehouse.glob(".making-*"))


def test_duckdb_is_never_sent_for_an_extension(warehouse, order, tmp_path):
    order(1, *STEPS, seconds=5)
    export()
    with connect() as duck:
        duck.execute(f"SET extension_directory = '{tmp_path / 'extensions'}'")
        duck.execute(f"SELECT * FROM read_parquet('{pattern()}')").fetchall()
        foreign = duck.execute(
            "SELECT extension_name FROM duckdb_extensions() WHERE (installed OR loaded)"
            " AND install_mode <> 'STATICALLY_LINKED'"
        ).fetchall()
        assert foreign == []
        with pytest.raises(duckdb.Error):
            duck.execute("SELECT * FROM read_parquet('https://example.org/facts.parquet')")
    assert not (tmp_path / "extensions").exists()


# The funnel ----------------------------------------------------------------------------------


def test_an_empty_warehouse_is_an_empty_funnel(warehouse):
    assert funnels_by("source") == {}
    export()
    assert funnels_by("market") == {}


def season(order, followed):
    """Two sources and none, one order in two goes, a refund, two currencies."""
    followed(POSTER, 5)
    followed("unknown")
    order(1, *STEPS, "redeemed", source=POSTER, seconds=61)
    order(2, *STEPS[:3], source=POSTER, minor=3333, seconds=120)
    order(3, "held", "paid", "cancelled", "refunded", source=LETTER, minor=2501)
    order(4, "held", "paid", product="loom", minor=1)
    services.record(
        "sale.paid",
        "order:5",
        source=LETTER,
        market="CN",
        quantity=1,
        amount=Amount(19501, "CNY"),
    )


def test_the_funnel_is_that_of_postgresql_to_the_cent(warehouse, order, followed):
    season(order, followed)
    export()
    assert funnels_by("source") == queries.funnels_by("source")
    assert funnels_by("product") == queries.funnels_by("product")
    assert funnels_by("source", products=["walk"]) == queries.funnels_by(
        "source", products=["walk"]
    )
    assert funnels_by("product", sources=[POSTER, ""]) == queries.funnels_by(
        "product", sources=[POSTER, ""]
    )


def test_several_codes_of_an_action_make_one_funnel(warehouse, order, followed):
    season(order, followed)
    export()
    found = funnels_by("name", names={POSTER: "action:1", LETTER: "action:1", "b-none": "x"})
    assert set(found) == {"action:1", ""}
    each = queries.funnels_by("source")
    both, alone = found["action:1"], together([each[POSTER], each[LETTER]])
    assert (both.paid, both.revenue, both.places) == (alone.paid, alone.revenue, alone.places)
    assert both == queries.funnel(sources=[POSTER, LETTER])


def test_markets_and_months_are_those_of_the_facts(warehouse, order, on, followed):
    on(datetime(2026, 4, 30, 22, 30, tzinfo=UTC))  # already May in Italy
    order(1, "held", "paid", source=POSTER)
    on(datetime(2026, 6, 1, 12, tzinfo=UTC))
    services.record("sale.paid", "order:2", market="DE", quantity=3, amount=Amount(7500))
    export()
    months, markets = funnels_by("month"), funnels_by("market")
    assert set(months) == {"2026-05", "2026-06"}
    assert markets["DE"].places.paid == 3
    assert markets[""].revenue == (Amount(5000),)
    assert sum(each.paid for each in months.values()) == queries.funnel().paid


ENDS = (*STEPS, "cancelled", "refunded", "expired")
SECONDS = (7, 1234.5, "7", None)
CODES = st.sampled_from([POSTER, LETTER, "unknown", ""])
HAPPENINGS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(
                ["source.followed", "piece.published", *(f"sale.{each}" for each in ENDS)]
            ),
            "subject": st.integers(1, 6).map(lambda number: f"order:{number}"),
            "source": CODES,
            "market": st.sampled_from(["", "IT", "CN"]),
            "product": st.sampled_from(["", "walk", "loom"]),
            "quantity": st.integers(-3, 40),
            "amount_minor": st.integers(-10_000_000, 10_000_000_000),
            "currency": st.sampled_from(["EUR", "CNY"]),
            "detail": st.sampled_from(
                [{}, {"language": "it"}, *({"seconds_from_link": each} for each in SECONDS)]
            ),
            "happened_at": st.datetimes(
                datetime(2026, 3, 28), datetime(2026, 4, 2), timezones=st.just(UTC)
            ),
        }
    ),
    max_size=60,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    facts=HAPPENINGS,
    since=st.none() | st.datetimes(datetime(2026, 3, 28), datetime(2026, 4, 2)),
)
def test_any_journal_gives_the_same_figures_in_both(warehouse, facts, since):
    from django.db import transaction

    moment = since and since.replace(tzinfo=UTC)
    with transaction.atomic():
        Fact.objects.bulk_create(Fact(**each) for each in facts)
        export()
        for field in ("source", "product"):
            here = funnels_by(field, since=moment)
            there = queries.funnels_by(field, since=moment)
            assert {key: _rounded(each) for key, each in here.items()} == {
                key: _rounded(each) for key, each in there.items()
            }
        assert _rounded(funnels_by("name", names={}).get("", Funnel())) == _rounded(
            queries.funnel()
        )
        transaction.set_rollback(True)


def _rounded(funnel):
    """The same funnel, its times to the microsecond: both interpolate in floating point."""
    from dataclasses import replace

    times = (funnel.median_seconds, funnel.p90_seconds)
    median, p90 = (each if each is None else round(each, 6) for each in times)
    return replace(funnel, median_seconds=median, p90_seconds=p90)


# Nothing personal ----------------------------------------------------------------------------

PERSONAL = {"email", "phone", "first_name", "last_name", "username"}
NAMED = {"sell.Order": "name", "territory.Operator": "name"}


def personal():
    """Every e-mail address, telephone number and name of a person in the database."""
    from django.apps import apps

    found = set()
    for model in apps.get_models():
        fields = {each.name for each in model._meta.concrete_fields} & PERSONAL
        fields |= {NAMED[model._meta.label]} if model._meta.label in NAMED else set()
        for field in fields:
            found |= set(model._default_manager.values_list(field, flat=True))
    return {each for each in found if each}


def count(publish, walk):
    """A post whose channel was called by a person's name, and counts under one."""
    from belvedere.publish.models import Publication, Reading

    campaign = publish.open_campaign(
        walk.operator.area_id, goal="Bianchi Guide", starts_on=clock.today(),
        ends_on=clock.today(), texts={"it": {"title": "Carla Verdi"}},
    )  # fmt: skip
    action = publish.plan_action(
        campaign.pk, kind="post", title="Carla Verdi", channel="Carla Verdi"
    )
    piece = publish.create_piece(
        action.pk, title="李小龙", text="li@example.cn", placements=["Bianchi Guide"]
    )
    post = Publication.objects.create(
        piece=piece, channel="Carla Verdi", key="li@example.cn", remote_id="carla@example.it",
        url="https://example.org/maria@example.de", queued_at=clock.now(),
        reading_problem="+393331112223",
    )  # fmt: skip
    for metric in ("views", "Carla Verdi"):
        Reading.objects.create(publication=post, metric=metric, at=clock.now(), value=12)


@pytest.fixture
def people(walk, guide, order):
    """A season with everybody in it: a buyer, a subscriber, an operator, a colleague."""
    from uuid import uuid4

    from belvedere.publish import services as publish
    from belvedere.sell import services as sales
    from belvedere.sell.models import Allotment, Payment
    from belvedere.sell.ports import Payment as Said
    from belvedere.sell.ports import PaymentStage
    from belvedere.territory import services as territory
    from belvedere.territory.models import User

    guide.name, guide.email, guide.phone = (
        "Bianchi Guide",
        "bianchi@example.it",
        "+393331112223",
    )
    guide.save()
    colleague = User.objects.create_user(
        username="carla@example.it", email="carla@example.it", password="castagne-e-pecorino",
        first_name="Carla Verdi", phone="+393334445556",
    )  # fmt: skip
    territory.grant(colleague, "analyst", guide.area)
    sales.offer_places(walk.pk, [clock.today() + timedelta(days=9)], capacity=8)
    held = sales.hold(
        [(Allotment.objects.get(product=walk).pk, 2)],
        buyer=sales.Buyer("李小龙", email="li@example.cn", phone="+8613912345678"),
        source=POSTER,
    ).order
    payment = Payment.objects.create(
        order=held, provider="till", key=uuid4(), remote_id="till-1", state="pending",
        amount_minor=held.total_minor, value_minor=held.total_minor, currency=held.currency,
        until=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    sales.settle(payment.pk, Said("till-1", PaymentStage.PAID, held.total))
    count(publish, walk)
    publish.subscribe("maria@example.de", language="it", consent_text="Sì.", source=LETTER)
    return {"li@example.cn", "+8613912345678", "李小龙", "maria@example.de", "Carla Verdi"}


def test_no_name_address_or_number_of_anybody_is_in_the_warehouse(warehouse, people):
    """Nor does what a careless caller wrote into a fact get through."""
    services.record(
        "sale.held", "Carla Verdi", source="+393334445556"[:16], product="li@example.cn",
        area="李小龙", visit="maria@example.de", consent=True, note="Bianchi Guide",
        language="carla@example.it",
    )  # fmt: skip
    export()
    found = personal()
    assert people <= found, "the test looks for everybody"
    rows = stored()
    assert {"sale.paid", "sale.confirmed", "newsletter.asked"} <= {
        each["kind"] for each in rows
    }
    counted = stored(READINGS)
    assert {(each["channel"], each["metric"]) for each in counted} == {
        ("unknown", "views"), ("unknown", "unknown"),
    }  # fmt: skip
    rows += counted
    words = {str(value).casefold() for row in rows for value in row.values() if value}
    assert [each for each in found for word in words if each.casefold() in word] == []
    files = b"".join(each.read_bytes() for each in warehouse.rglob("*") if each.is_file())
    assert [each for each in found if each.encode() in files] == []
