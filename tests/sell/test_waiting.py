"""A sold-out start has a waiting list: what comes free goes to the first in it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models.functions import Now

from belvedere.journal.models import Fact
from belvedere.sell import queries, services
from belvedere.sell.models import Hold, Option, Order, Unit, Waiting
from belvedere.sell.rules import NotAllowed
from belvedere.sell.services import Buyer
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.testing.jobs import run_jobs
from tests.sell.test_faults import crowd, killed_after, wrong

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sold_out(book, start):
    """Five orders of two places each: everything."""
    return [book(2) for _ in range(5)]


@pytest.fixture
def listed(start):
    def listed(number, quantity=2):
        buyer = Buyer(f"Guest {number}", email=f"guest{number}@example.org")
        return services.enlist((start.pk, quantity), buyer=buyer, language="en")

    return listed


def offered(waiting):
    waiting.refresh_from_db()
    return waiting.hold is not None


def test_released_places_go_to_the_first_and_never_back_to_the_rush(sold_out, listed, start):
    first, second = listed(1), listed(2)
    services.release(sold_out[0].pk)
    assert offered(first)
    assert not offered(second)
    start.refresh_from_db()
    assert start.free == 0
    with pytest.raises(services.SoldOut):
        services.hold([(start.pk, 1)])
    order = first.hold.order
    assert (order.name, order.state) == ("Guest 1", "placed")
    assert queries.invariants() == []


def test_an_offer_is_mailed_with_its_end_and_lapses_to_the_next(sold_out, listed):
    first, second = listed(1), listed(2)
    services.release(sold_out[0].pk)
    run_jobs("sell")
    (letter,) = mail.outbox
    assert letter.to == ["guest1@example.org"]
    first.refresh_from_db()
    assert f"/orders/{first.hold.order.token}/" in letter.body
    assert f"/waiting-list/{first.token}/" in letter.body
    left = first.hold.expires_at - clock.now()
    assert timedelta(minutes=28) < left <= timedelta(minutes=31)
    Hold.objects.filter(pk=first.hold_id).update(expires_at=Now() - timedelta(seconds=1))
    assert services.release_expired() == 1
    assert offered(second)
    run_jobs("sell")
    assert mail.outbox[-1].to == ["guest2@example.org"]
    assert queries.invariants() == []


def test_who_wants_more_than_came_free_lets_the_next_go_first(sold_out, listed):
    four, two = listed(1, 4), listed(2, 2)
    services.release(sold_out[0].pk)
    assert not offered(four)
    assert offered(two)
    services.release(sold_out[1].pk)
    assert not offered(four)


def test_a_cancelled_booking_goes_to_the_list(confirmed, listed, start):
    orders = [confirmed(5), confirmed(5)]
    waiting = listed(1, 5)
    services.cancel(orders[0].pk)
    assert offered(waiting)
    run_jobs("sell")
    assert queries.invariants() == []


def test_places_that_are_added_go_to_the_list(sold_out, listed, start):
    waiting = listed(1)
    services.set_capacity(start.pk, 12)
    assert offered(waiting)


def test_a_list_that_began_while_a_place_came_free_is_served_by_the_sweep(
    sold_out, listed, start
):
    waiting = listed(1)
    services.step_out(0)
    Waiting.objects.filter(pk=waiting.pk).update(left_at=Now())
    services.release(sold_out[0].pk)
    Waiting.objects.filter(pk=waiting.pk).update(left_at=None)
    assert services.serve_lists() == 1
    assert offered(waiting)
    assert services.serve_lists() == 0


def test_who_leaves_the_list_is_forgotten_and_passed_over(sold_out, listed):
    first, second = listed(1), listed(2)
    assert services.leave(first.pk)
    assert not services.leave(first.pk)
    first.refresh_from_db()
    assert (first.name, first.email, first.phone) == ("", "", "")
    services.release(sold_out[0].pk)
    assert not offered(first)
    assert offered(second)
    assert Fact.objects.filter(kind="sale.unlisted").count() == 1


def test_there_is_no_list_while_there_are_places(start, listed):
    with pytest.raises(BadInput, match="There are places"):
        listed(1)


def test_asking_twice_keeps_the_earlier_place(sold_out, listed):
    assert listed(1) == listed(1)
    assert Waiting.objects.count() == 1


def test_contacts_are_forgotten_the_day_after(sold_out, listed):
    waiting = listed(1)
    assert waiting.purpose
    Waiting.objects.update(forget_after=clock.today() - timedelta(days=1))
    services.forget_expired()
    waiting.refresh_from_db()
    assert (waiting.name, waiting.email) == ("", "")
    services.release(sold_out[0].pk)
    assert not offered(waiting)


def test_releases_and_buyers_at_once_never_offer_a_place_twice(sold_out, listed, start):
    waiting = [listed(number) for number in range(3)]
    got = crowd(
        *[lambda order=order: services.release(order.pk) for order in sold_out],
        *[lambda: services.hold([(start.pk, 1)]) for _ in range(6)],
        services.serve_lists,
    )
    assert wrong(got) == []
    services.serve_lists()
    assert all(offered(each) for each in waiting)
    assert queries.invariants() == []


def test_killed_at_any_statement_a_release_serves_the_list_or_changes_nothing(
    book, listed, start
):
    through, statements = False, 0
    while not through:
        orders = [book(5), book(5)]
        waiting = listed(statements, 5)
        through = killed_after(statements, lambda o=orders[0]: services.release(o.pk))
        statements += 1
        assert queries.invariants() == []
        if not through:
            assert not offered(waiting)
            services.release(orders[0].pk)
        assert offered(waiting)
        for order in Order.objects.filter(state="placed"):
            services.release(order.pk)
        assert queries.invariants() == []
    assert statements > 12


def test_two_adults_and_a_child_are_held_as_such_when_places_come_free(start, li, walk):
    option = Option.objects.get(product=walk)
    adult = option.units.get()
    child = Unit.objects.create(option=option, type="CHILD", price_minor=1000, position=2)
    child.accompanied_by.add(adult)
    order = services.hold([(start.pk, 10)], buyer=li).order
    wish = services.Wanted(start.pk, {adult.pk: 2, child.pk: 1})
    made = services.enlist(wish, buyer=services.Buyer("Ada", email="ada@example.org"))
    assert (made.quantity, made.places) == (3, 3)
    services.release(order.pk)
    made.refresh_from_db()
    items = made.hold.lines.get().items
    assert dict(items.values_list("unit", "quantity")) == {adult.pk: 2, child.pk: 1}
    assert made.hold.order.total_minor == 6000


def test_a_child_alone_is_refused_on_the_list_too(start, li, walk):
    option = Option.objects.get(product=walk)
    child = Unit.objects.create(option=option, type="CHILD", price_minor=1000, position=2)
    child.accompanied_by.add(option.units.first())
    services.hold([(start.pk, 10)], buyer=li)
    with pytest.raises(NotAllowed):
        services.enlist(services.Wanted(start.pk, {child.pk: 1}), buyer=li)
