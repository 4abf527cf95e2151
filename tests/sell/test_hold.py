from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from belvedere.journal.models import Fact
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Hold
from belvedere.shared.errors import BadInput

pytestmark = pytest.mark.django_db


def test_a_hold_takes_places_and_opens_an_order(start, book):
    order = book(3, source="b-7f3k2")
    start.refresh_from_db()
    assert (start.taken, start.free) == (3, 7)
    assert (order.name, order.phone, order.market) == ("李明", "+8613912345678", "CN")
    assert (order.state, order.total.minor) == ("placed", 7500)
    fact = Fact.objects.get(kind="sale.held")
    assert (fact.subject, fact.source, fact.quantity) == (f"order:{order.pk}", "b-7f3k2", 3)
    assert queries.invariants() == []


def test_the_same_key_and_body_are_the_same_hold(start):
    key = uuid4()
    first = services.hold([(start.pk, 2)], client_key=key)
    assert services.hold([(start.pk, 2)], client_key=key) == first
    start.refresh_from_db()
    assert start.taken == 2


def test_the_same_key_for_something_else_is_refused(start):
    key = uuid4()
    services.hold([(start.pk, 2)], client_key=key)
    with pytest.raises(services.OtherBody):
        services.hold([(start.pk, 3)], client_key=key)


def test_lines_of_one_pool_are_summed_before_the_check(start):
    with pytest.raises(services.SoldOut):
        services.hold([(start.pk, 6), (start.pk, 6)])
    assert not Hold.objects.exists()
    assert not Fact.objects.filter(kind="sale.held").exists()


def test_the_database_itself_refuses_the_place_that_does_not_exist(start):
    with pytest.raises(IntegrityError), transaction.atomic():
        Allotment.objects.filter(pk=start.pk).update(taken=11)


def test_a_capacity_below_what_is_taken_is_refused_and_says_who_has_it(start, walk, book):
    order = book(4)
    with pytest.raises(services.StillTaken) as refused:
        services.set_capacity(start.pk, 3)
    assert f"order {order.pk}" in refused.value.holders[0]
    services.set_capacity(start.pk, 4)
    start.refresh_from_db()
    assert start.capacity == 4


def test_what_is_not_on_sale_is_not_held(start, walk):
    walk.state = walk.State.WITHDRAWN
    walk.save()
    with pytest.raises(BadInput, match="not on sale"):
        services.hold([(start.pk, 1)])


def test_a_release_gives_the_places_back_once(start, book):
    order = book(3)
    assert services.release(order.pk)
    assert not services.release(order.pk)
    start.refresh_from_db()
    assert start.taken == 0
    assert queries.invariants() == []


def test_extending_never_shortens(start):
    hold = services.hold([(start.pk, 1)])
    assert services.extend(hold.pk, minutes=1).expires_at == hold.expires_at
    assert services.extend(hold.pk, minutes=30).expires_at > hold.expires_at
