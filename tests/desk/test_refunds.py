"""The refunds desk: who finds whose order, what they see before, and what happens once."""

import re
from uuid import uuid4

import pytest

from belvedere.sell import services
from belvedere.sell.models import Refund
from belvedere.territory.models import Area
from tests.desk.test_money import at, earned  # noqa: F401
from tests.offer.test_pages import text
from tests.sell.conftest import book, confirmed, li, paid, start, till, tomorrow  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(confirmed):  # noqa: F811
    """Li Ming's two places, fifty euros, paid."""
    return confirmed()


def give(client, order, **given):
    part = order.parts.get().pk
    form = {"amount": "", "note": "Pioggia", "key": str(uuid4()), **given}
    return client.post(at("give-back-money", order.pk, part), form)


@pytest.mark.parametrize("said", ["李明", "李", "139 1234", "+8613912345678", "0086 139 1234"])
def test_an_order_is_found_by_what_its_buyer_says(enter, head, order, said):
    page = text(enter(head).post(at("refunds"), {"q": said}))
    assert (order.number in page) == (len(said) > 1)
    assert order.number in text(enter(head).post(at("refunds"), {"q": order.number[-6:]}))
    unasked = text(enter(head).get(f"{at('refunds')}?q={order.number}"))
    assert "/desk/refunds/orders/" not in unasked  # No name is searched for in an address.


def test_a_search_is_as_many_queries_with_one_order_as_with_many(
    enter,
    head,
    confirmed,  # noqa: F811
    django_assert_max_num_queries,
):
    client = enter(head)
    for number in range(4):
        confirmed(1)
        with django_assert_max_num_queries(16):
            page = text(client.post(at("refunds"), {"q": "李明"}))
        assert page.count("/desk/refunds/orders/") == number + 1


def test_without_a_search_nobody_is_shown(enter, head, order):
    for asked in ({}, {"q": ""}, {"q": "%"}, {"q": "nessuno"}):
        assert "李明" not in text(enter(head).post(at("refunds"), asked))


@pytest.mark.parametrize("role", ["anna", "editor", "promotion", "analyst", "stranger"])
def test_nobody_else_reads_names_or_gives_money_back(enter, request, role, order):
    client = enter(request.getfixturevalue(role))
    for name, args in (("refunds", ()), ("refund-order", (order.pk,)), ("bank", ())):
        assert client.get(at(name, *args)).status_code == 403
    assert give(client, order, confirm="1").status_code == 403
    assert not Refund.objects.exists()


def test_an_order_of_elsewhere_is_neither_found_nor_touched(enter, head, order, guide):
    guide.area = Area.objects.create(kind="ambito", name="Elba", slug="elba")
    guide.save()
    client = enter(head)
    assert order.number not in text(client.post(at("refunds"), {"q": "李明"}))
    assert client.get(at("refund-order", order.pk)).status_code == 404
    assert give(client, order, confirm="1").status_code == 404
    assert not Refund.objects.exists()


def test_what_follows_is_shown_first_then_given_back_once(enter, head, order):
    client, key = enter(head), str(uuid4())
    shown = give(client, order, amount="12,50", key=key)
    assert "12,50\xa0€" in shown.content.decode()
    assert not Refund.objects.exists()
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text(shown)))
    assert (hidden["amount"], hidden["key"]) == ("12.50", key)
    for _ in range(2):
        assert give(client, order, **hidden).status_code == 302
    refund = Refund.objects.get()
    assert (refund.value_minor, refund.note, refund.by) == (1250, "Pioggia", head)
    page = text(client.get(at("refund-order", order.pk)))
    assert "Pioggia" in page
    assert "37,50" in page


def test_all_of_it_sent_twice_goes_back_once(enter, head, order):
    client = enter(head)
    hidden = {"amount": "50.00", "key": str(uuid4()), "confirm": "1", "call_off": "on"}
    for _ in range(2):
        assert give(client, order, **hidden).status_code == 302
    assert Refund.objects.get().value_minor == 5000
    order.refresh_from_db()
    assert order.state == "cancelled"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"amount": "50,01"}, "più di quello che resta"),
        ({"amount": "tutto"}, "Scrivi un importo"),
        ({"note": ""}, "Scrivi perché"),
        ({"amount": "10", "call_off": "on"}, "si restituisce per intero"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(enter, head, order, given, words):
    answer = give(enter(head), order, **given)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Refund.objects.exists()


def test_what_somebody_else_gave_meanwhile_is_said(enter, head, order):
    services.give_back(order.parts.get().pk, 4000, key=uuid4(), note="x")
    answer = give(enter(head), order, amount="20", confirm="1")
    assert answer.status_code == 409
    assert "Qualcuno è stato più veloce" in text(answer)
    assert Refund.objects.count() == 1


def test_who_is_in_is_not_called_off(enter, head, earned):  # noqa: F811
    answer = give(enter(head), earned, amount="50", call_off="on", confirm="1")
    assert answer.status_code == 409
    assert "Non si può più annullare" in text(answer)
    assert not Refund.objects.exists()


def test_a_refused_refund_is_noted_as_given_by_hand(enter, head, order):
    services.give_back(order.parts.get().pk, 5000, key=uuid4(), note="x")
    Refund.objects.update(state="failed")
    refund, client = Refund.objects.get(), enter(head)
    assert order.number in text(client.get(at("refunds")))
    client.post(at("refund-noted", refund.pk), {"reference": ""})
    refund.refresh_from_db()
    assert refund.state == "failed"
    page = client.post(at("refund-noted", refund.pk), {"reference": "CRO 1"}, follow=True)
    refund.refresh_from_db()
    assert (refund.state, refund.by) == ("done", head)
    assert "CRO 1" in text(page)
    assert client.post(at("refund-noted", refund.pk), {"reference": "x"}).status_code == 404
