"""Some providers close nothing at once: until they have, the places stay held."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from belvedere.sell import registry, services
from belvedere.sell.models import Hold, Order, Payment
from belvedere.sell.ports import PaymentStage
from belvedere.sell.services.pay import GRACE, TIME_TO_PAY
from belvedere.shared import clock
from belvedere.shared.errors import TryLater

pytestmark = pytest.mark.django_db
FIVE = timedelta(minutes=5)


@pytest.fixture
def slow(till, monkeypatch):
    """A till that closes nothing in the first five minutes, as WeChat Pay."""
    way = registry.installed()["till"]
    monkeypatch.setattr(way, "spec", replace(way.spec, close_after=FIVE))
    return till


@pytest.fixture
def abandoned(book, slow):
    """A payment that nobody finished, of a hold whose time is over."""
    payment = services.pay(book().pk, back="https://example.org/back")
    Hold.objects.update(expires_at=Now() - timedelta(seconds=1))
    return payment


def taken(start):
    start.refresh_from_db()
    return start.taken


def sweep():
    services.settle_open_payments()
    services.release_expired()


def test_it_says_how_long_is_left(abandoned, slow):
    with pytest.raises(TryLater) as told:
        services.close(abandoned.pk)
    assert timedelta(minutes=4) < told.value.after <= FIVE
    assert slow.asked == []


def test_places_are_free_only_when_the_payment_is_closed(abandoned, slow, start):
    sweep()
    assert (taken(start), Hold.objects.get().state) == (2, Hold.State.PAYING)
    Payment.objects.update(created_at=clock.now() - FIVE)
    sweep()
    sweep()
    assert (taken(start), Order.objects.get().state) == (0, Order.State.EXPIRED)
    assert slow.payments[abandoned.remote_id].stage == PaymentStage.CLOSED


def test_a_provider_that_wants_still_more_time_gets_it(abandoned, slow, start, monkeypatch):
    def not_yet(remote_id):
        raise TryLater("Not yet.")

    Payment.objects.update(created_at=clock.now() - FIVE)
    with monkeypatch.context() as patch:
        patch.setattr(slow, "cancel", not_yet)
        sweep()
        sweep()
    assert taken(start) == 2
    sweep()
    sweep()
    assert taken(start) == 0


def test_who_pays_meanwhile_has_bought(abandoned, slow, start):
    sweep()
    slow.says(abandoned.remote_id, PaymentStage.PAID)
    Payment.objects.update(created_at=clock.now() - FIVE)
    sweep()
    assert (taken(start), Order.objects.get().state) == (2, Order.State.CONFIRMED)


@pytest.mark.parametrize("key", sorted(registry.installed()))
def test_when_the_time_to_pay_is_over_every_installed_provider_closes(key):
    assert registry.installed()[key].spec.close_after + GRACE <= TIME_TO_PAY
