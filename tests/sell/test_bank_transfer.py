"""A payment that takes days: for whom it is offered, and how it becomes a booking."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from belvedere.connectors.bank_transfer import record
from belvedere.sell import queries, registry, services
from belvedere.sell.models import Allotment, Hold, Order, Payment, Refund
from belvedere.sell.rules import NoWay
from belvedere.shared import clock
from belvedere.shared.errors import BadInput, NotAuthorised
from belvedere.territory.services import connect

pytestmark = pytest.mark.django_db
KEY = "bank_transfer"
IBAN = "IT60X0542811101000000123456"  # The example of the rules for the IBAN.
SOON, LATE = timedelta(days=5), timedelta(days=5, minutes=1)


@pytest.fixture(autouse=True)
def account(settings, tmp_path):
    settings.HOME = tmp_path
    connect("payments", KEY, {"iban": IBAN, "holder": "Agenzia di prova"})


@pytest.fixture
def order(walk, li):
    """Two places of a walk in ten days."""
    day = clock.today() + timedelta(days=10)
    services.offer_places(walk.pk, [day], start=time(9, 30), capacity=10)
    start = Allotment.objects.get(product=walk, day=day)
    return services.hold([(start.pk, 2)], buyer=li, language="it").order


@pytest.fixture
def payment(order):
    return services.pay(order.pk, back="https://example.org/back", provider=KEY)


@pytest.mark.parametrize(
    ("ahead", "there"),
    [(timedelta(0), False), (SOON, False), (LATE, True), (timedelta.max, True)],
)
def test_a_transfer_is_offered_only_for_what_begins_after_the_money_is_there(ahead, there):
    assert (KEY in registry.offered("EUR", ahead=ahead)) == there


def test_nobody_is_offered_a_slow_way_by_oversight():
    assert KEY not in registry.offered()
    assert registry.default_provider("EUR") != KEY


def test_quick_ways_come_before_slow_ones():
    connect("payments", "stripe", {"secret_key": "sk_test_x", "webhook_secret": "whsec_x"})
    found = registry.offered("EUR", "DE", ahead=LATE)
    assert found.index("stripe") < found.index(KEY)


def test_a_walk_tomorrow_is_not_paid_by_a_transfer(book):
    with pytest.raises(NoWay):
        services.pay(book().pk, back="https://example.org/back", provider=KEY)


def test_without_an_account_there_is_no_transfer(db):
    from belvedere.territory.services import disconnect

    disconnect("payments", KEY)
    assert KEY not in registry.offered(ahead=LATE)
    with pytest.raises(NotAuthorised):
        registry.provider(KEY)


def test_the_places_are_held_until_the_money_may_be_there(payment, order):
    held = Hold.objects.get(order=order)
    left = held.expires_at - clock.now()
    assert timedelta(days=5) < left < timedelta(days=5, minutes=18)
    assert timedelta(days=5) <= payment.until - clock.now() < timedelta(days=5, minutes=16)
    services.settle_open_payments()
    payment.refresh_from_db()
    assert payment.state == Payment.State.PENDING


def test_what_a_person_notes_confirms_the_booking(payment, order):
    noted = record.received(payment.remote_id.lower(), "50,00", by="clerk")
    assert noted.payment == Payment.State.CAPTURED
    order.refresh_from_db()
    assert (order.state, order.money) == (Order.State.CONFIRMED, Order.Money.PAID)
    assert queries.invariants() == []


def test_too_little_waits_and_then_calls_a_person(payment, order):
    assert record.received(payment.remote_id, "20", by="clerk").payment == "pending"
    services.close(payment.pk)
    payment.refresh_from_db()
    assert payment.problem == "amount_differs"


def test_money_for_places_that_are_gone_is_to_go_back_by_hand(payment, order):
    Hold.objects.filter(order=order).update(expires_at=clock.now() - timedelta(seconds=1))
    services.close(payment.pk)
    services.release_expired()
    services.set_capacity(order.hold.lines.get().allotment_id, 0)
    record.received(payment.remote_id, "50", by="clerk")
    refund = Refund.objects.get(payment=payment)
    services.settle_open_payments()
    refund.refresh_from_db()
    assert refund.state == Refund.State.SENT  # Nobody has transferred it.
    (due,) = record.book().due()
    assert record.returned(due.id, by="clerk") == payment.remote_id
    services.send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == Refund.State.DONE
    assert queries.invariants() == []


@pytest.mark.parametrize("reference", ["RF00539007547034", "", "walk"])
def test_a_reference_with_a_slip_is_noticed(reference):
    with pytest.raises(BadInput):
        record.received(reference, "50", by="clerk")


@pytest.mark.parametrize("amount", ["", "fifty", "0", "-5", "5.001", "NaN", "1e999"])
def test_an_amount_that_is_none_is_noticed(payment, amount):
    with pytest.raises(BadInput):
        record.received(payment.remote_id, amount, by="clerk")


@pytest.mark.parametrize(
    ("language", "words"),
    [("it", "Intestatario"), ("en", "Account holder"), ("zh-hans", "收款人")],
)
def test_the_page_says_in_words_where_the_money_goes(client, payment, order, language, words):
    with override(language):
        page = client.get(reverse("sell-pages:order", args=[order.token])).content.decode()
    assert words in page
    assert "IT60 X054 2811 1010 0000 0123 456" in page
    assert "Agenzia di prova" in page
    code = payment.remote_id
    assert " ".join(code[at : at + 4] for at in range(0, len(code), 4)) in page
    assert page.count('class="qr"') == 1
