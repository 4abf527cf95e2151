"""A start in mode `batch` is served by turns; in mode `slots` places have numbers."""

from datetime import time
from threading import Event, Thread
from uuid import uuid4

import pytest
from django.db import connection, connections

from belvedere.journal.models import Fact
from belvedere.sell import admission, queries, services
from belvedere.sell.models import Allotment, Hold, Order, Slot, Turn
from belvedere.sell.services import Buyer
from tests.installation import until
from tests.sell.test_faults import crowd, killed_after, wrong

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rush(walk, tomorrow):
    """Ten places that everybody wants tomorrow at six."""
    services.offer_places(walk.pk, [tomorrow], start=time(18), capacity=10, mode="batch")
    return Allotment.objects.get(product=walk)


@pytest.fixture
def theatre(walk, tomorrow):
    """Eight seats, A1 to B4."""
    names = [f"{row}{n}" for row in "AB" for n in range(1, 5)]
    services.offer_places(
        walk.pk, [tomorrow], start=time(21), capacity=8, mode="slots", names=names
    )
    return Allotment.objects.get(product=walk)


def ask(start, number, quantity=1, **options):
    buyer = Buyer(f"游客{number}", email=f"guest{number}@example.org")
    return services.ask((start.pk, quantity), buyer=buyer, language="zh-Hans", **options)


def test_the_first_who_ask_are_the_first_who_get(rush):
    turns = [ask(rush, number) for number in range(13)]
    assert queries.position(turns[4]) == 5
    assert services.admit(rush.pk) == 13
    states = [Turn.objects.get(pk=each.pk).state for each in turns]
    assert states == ["granted"] * 10 + ["refused"] * 3
    rush.refresh_from_db()
    assert rush.taken == 10
    order = Turn.objects.get(pk=turns[0].pk).hold.order
    assert (order.state, order.name, order.total_minor) == ("placed", "游客0", 2500)
    assert not Turn.objects.exclude(name="", phone="", email="").exists()
    assert queries.invariants() == []


def test_who_wants_more_than_is_left_does_not_keep_the_next_from_it(rush):
    turns = [ask(rush, 1, 8), ask(rush, 2, 4), ask(rush, 3, 2)]
    services.admit_all()
    states = [Turn.objects.get(pk=each.pk).state for each in turns]
    assert states == ["granted", "refused", "granted"]
    with pytest.raises(services.SoldOut):
        ask(rush, 4)


def test_the_same_key_is_one_turn_and_another_wish_is_refused(rush):
    key = uuid4()
    got = crowd(*[lambda: ask(rush, 1, client_key=key) for _ in range(6)])
    assert wrong(got) == []
    assert len({each.pk for each in got}) == 1
    with pytest.raises(services.OtherBody):
        ask(rush, 1, 2, client_key=key)


def test_nobody_overtakes_the_line(rush):
    services.hold([(rush.pk, 1)])
    ask(rush, 1)
    with pytest.raises(services.Queued):
        services.hold([(rush.pk, 1)])
    services.admit_all()
    assert services.hold([(rush.pk, 1)])


def test_who_steps_out_is_not_asked(rush):
    turn = ask(rush, 1)
    assert services.step_out(turn.pk)
    assert services.admit(rush.pk) == 0
    assert not services.step_out(turn.pk)
    assert not Turn.objects.exclude(name="").exists()


def test_many_who_serve_the_line_at_once_serve_it_once(rush):
    for number in range(30):
        ask(rush, number)
    got = crowd(*[services.admit_all for _ in range(6)])
    assert wrong(got) == []
    services.admit_all()
    assert Hold.objects.count() == 10
    assert Turn.objects.filter(state="refused").count() == 20
    assert queries.invariants() == []


def test_killed_at_any_statement_a_line_is_served_whole_or_waits(rush):
    through, statements = False, 0
    while not through:
        turns = [ask(rush, number) for number in range(3)]
        through = killed_after(statements, lambda: services.admit(rush.pk))
        statements += 1
        assert queries.invariants() == []
        waiting = Turn.objects.filter(state="waiting").count()
        assert waiting == (0 if through else 3)
        services.admit(rush.pk)
        granted = Turn.objects.filter(pk__in=[each.pk for each in turns], state="granted")
        assert granted.count() == 3
        for order in Order.objects.filter(hold__turn__in=granted):
            services.release(order.pk)
        assert queries.invariants() == []
    assert statements > 8


def test_each_buyer_has_seats_of_their_own(theatre):
    got = crowd(*[lambda: services.hold([(theatre.pk, 2)]) for _ in range(7)])
    assert wrong(got) == []
    held = [each for each in got if isinstance(each, Hold)]
    assert len(held) == 4
    seats = [slot.name for each in held for slot in each.lines.get().slots.all()]
    assert len(seats) == len(set(seats)) == 8
    theatre.refresh_from_db()
    assert theatre.taken == 8
    assert queries.invariants() == []


def test_seats_come_back_with_their_places(theatre, li):
    order = services.hold([(theatre.pk, 3)], buyer=li).order
    assert Slot.objects.exclude(line=None).count() == 3
    services.release(order.pk)
    assert not Slot.objects.exclude(line=None).exists()
    assert queries.invariants() == []


def test_a_seat_that_somebody_has_is_not_taken_away(theatre, walk, tomorrow, li):
    services.hold([(theatre.pk, 8)], buyer=li)
    with pytest.raises(services.StillTaken):
        services.offer_places(
            walk.pk, [tomorrow], start=time(21), capacity=8, names=[str(n) for n in range(8)]
        )
    with pytest.raises(services.StillTaken):
        services.offer_places(walk.pk, [tomorrow], start=time(21), capacity=8, mode="counter")
    assert Fact.objects.filter(kind="sale.held").count() == 1


def test_more_places_are_more_seats(theatre, walk, tomorrow):
    services.offer_places(walk.pk, [tomorrow], start=time(21), capacity=10)
    assert list(theatre.slots.values_list("name", flat=True))[-2:] == ["1", "2"]
    services.offer_places(walk.pk, [tomorrow], start=time(21), capacity=4)
    assert list(theatre.slots.values_list("name", flat=True)) == ["A1", "A2", "A3", "A4"]


def advisory_locks():
    """Count those of this database: beside it, other tests have theirs in the same server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()"
        )
        return cursor.fetchone()[0]


def test_one_of_many_workers_serves_the_line_and_another_takes_over(rush):
    stops = [Event(), Event()]

    def work(stop):
        try:
            admission.serve(stop)
        finally:
            connections.close_all()

    workers = [Thread(target=work, args=[stop]) for stop in stops]
    for worker in workers:
        worker.start()
    try:
        for number, stop in enumerate(stops):
            turn = ask(rush, number)
            until(
                lambda turn=turn: Turn.objects.get(pk=turn.pk).state == "granted",
                seconds=20,
                waiting_for="a turn",
            )
            stop.set()
    finally:
        for stop, worker in zip(stops, workers, strict=True):
            stop.set()
            worker.join(20)
    assert not any(worker.is_alive() for worker in workers)
    # The server learns a moment later that a connection was closed.
    until(lambda: not advisory_locks(), seconds=20, waiting_for="nobody to hold the line")
