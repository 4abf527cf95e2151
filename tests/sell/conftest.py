"""A walk with ten places, a buyer, and a provider without a network."""

from datetime import time, timedelta
from uuid import uuid4

import pytest

from belvedere.sell import registry, services
from belvedere.sell.models import Allotment
from belvedere.sell.ports import Notice, Payment, PaymentSpec, PaymentStage, Proof
from belvedere.sell.services import Buyer
from belvedere.shared import clock
from belvedere.shared.errors import Refused, TryLater
from tests.sell.packages import (  # noqa: F401  Fixtures.
    composed,
    house,
    package,
    poppi,
    workshop,
)


class Till:
    """A provider in memory, which does what a test tells it to."""

    spec = PaymentSpec("till", "Till", Proof.NONE, frozenset({"EUR"}))

    def __init__(self, site=None):
        self.payments, self.keys, self.refunds = {}, {}, {}
        self.down = False
        self.asked = []

    def _answer(self, what, remote_id):
        self.asked.append((what, remote_id))
        if self.down:
            raise TryLater("The till is closed.")
        return self.payments[remote_id]

    def open(self, amount, *, key, reference, back, until, language, device=None):
        if self.down:
            raise TryLater("The till is closed.")
        if key not in self.keys:
            remote_id = self.keys[key] = f"till-{uuid4().hex[:8]}"
            self.payments[remote_id] = Payment(
                remote_id, PaymentStage.OPEN, amount, redirect=f"https://till.example/{key}"
            )
        return self.payments[self.keys[key]]

    def read(self, remote_id):
        return self._answer("read", remote_id)

    def cancel(self, remote_id):
        if self._answer("cancel", remote_id).stage == PaymentStage.OPEN:
            self.says(remote_id, PaymentStage.CLOSED)
        return self.payments[remote_id]

    def refund(self, remote_id, amount, *, key):
        known = self._answer("refund", remote_id)
        if key not in self.refunds:
            if known.refunded_minor + amount.minor > known.amount.minor:
                raise Refused("More than was paid.")
            self.refunds[key] = amount.minor
            self.says(
                remote_id, known.stage, refunded_minor=known.refunded_minor + amount.minor
            )
        return self.payments[remote_id]

    def notified(self, headers, body):
        if headers.get("X-Till") != "good":
            raise Refused("Not signed by the till.")
        event, remote_id = body.decode().split()
        return Notice(event, remote_id)

    def says(self, remote_id, stage, **changes):
        known = self.payments[remote_id]
        self.payments[remote_id] = Payment(**{**known.__dict__, "stage": stage, **changes})


@pytest.fixture
def till(monkeypatch):
    """The only way to pay in these tests."""
    till = Till()
    till_of = type("TillOf", (), {"spec": Till.spec, "__new__": lambda cls, site: till})
    monkeypatch.setattr(registry, "installed", lambda: {"till": till_of})
    return till


@pytest.fixture
def tomorrow():
    return clock.today() + timedelta(days=1)


@pytest.fixture
def start(walk, tomorrow):
    """Tomorrow at half past nine: ten places."""
    services.offer_places(walk.pk, [tomorrow], start=time(9, 30), capacity=10)
    return Allotment.objects.get(product=walk)


@pytest.fixture
def li():
    return Buyer(name="李明", phone="+86 139 1234 5678")


@pytest.fixture
def book(start, li):
    """Hold places for Li Ming and place the order."""

    def book(quantity=2, **options):
        options.setdefault("language", "zh-Hans")
        return services.hold([(start.pk, quantity)], buyer=li, **options).order

    return book


@pytest.fixture
def paid(book, till):
    """Book, and pay at the till; nobody has told us yet."""

    def paid(quantity=2, **options):
        payment = services.pay(book(quantity, **options).pk, back="https://example.org/back")
        till.says(payment.remote_id, PaymentStage.PAID)
        return payment

    return paid


@pytest.fixture
def confirmed(paid):
    """Book, pay, and let the notice arrive."""

    def confirmed(quantity=2, **options):
        return services.finalise(paid(quantity, **options).pk).order

    return confirmed
