"""A reseller of the guide's walk, who speaks JSON and checks each answer's form."""

import json
from datetime import time, timedelta

import pytest

from belvedere.sell import queries, services
from belvedere.sell.models import Allotment
from belvedere.sell.octo.ids import slot_id
from belvedere.sell.services import OptionTerms, UnitTerms
from tests.sell.octo.schemas import wrong

FORMS = {
    "supplier": "Supplier",
    "products": "Product",
    "availability": "Availability",
    "calendar": "AvailabilityCalendar",
    "bookings": "Booking",
    "capabilities": "Capability",
}


class Caller:
    """One reseller's program. Every good answer is checked against OCTO's schema."""

    def __init__(self, client, token, capabilities="octo/pricing"):
        self.client, self.token, self.capabilities = client, token, capabilities
        self.answer = None

    def __call__(self, method, path, body=None, *, status=200, **headers):
        headers.setdefault("Octo-Capabilities", self.capabilities)
        headers.setdefault("Authorization", f"Bearer {self.token}")
        self.answer = self.client.generic(
            method,
            f"/octo/{path}",
            body if isinstance(body, str | bytes) else json.dumps(body) if body else "",
            content_type="application/json",
            headers=headers,
        )
        found = json.loads(self.answer.content)
        assert self.answer.status_code == status, found
        assert "Octo-Capabilities" in self.answer
        if status == 200:
            name = "calendar" if "calendar" in path else path.split("/")[0].split("?")[0]
            assert wrong(FORMS[name], found) == []
        else:
            assert found["errorMessage"]
        return found

    def get(self, path, **more):
        return self("GET", path, **more)

    def post(self, path, body=None, **more):
        return self("POST", path, body, **more)

    def refused(self, method, path, body=None, *, status=400, **headers):
        """Make a call that is refused; returns the error's code and what it echoes."""
        found = self(method, path, body, status=status, **headers)
        del found["errorMessage"]
        return found.pop("error"), found

    def booked(self, body, **more):
        return self.post("bookings", {**body, **more})

    def confirmed(self, body, **more):
        held = self.booked(body, **more)
        return self.post(f"bookings/{held['uuid']}/confirm", {"contact": ROSSI})


ROSSI = {"firstName": "Anna", "lastName": "Rossi", "emailAddress": "anna@example.org"}


@pytest.fixture(autouse=True)
def counters_agree(request):
    """After each test counters, orders, payments, ledger and facts tell one story."""
    yield
    if request.node.get_closest_marker("django_db"):
        assert queries.invariants() == []


@pytest.fixture
def tariffed(walk):
    """The walk for adults and children, whom an adult must bring; closed two hours before."""
    walk.duration_minutes = 120
    walk.save()
    terms = OptionTerms(
        units=[
            UnitTerms(),
            UnitTerms("CHILD", 1000, max_age=12, max_quantity=3, accompanied_by=("ADULT",)),
        ],
        max_units=8,
        cutoff_minutes=120,
    )
    services.set_terms(walk.pk, [terms])
    return walk


@pytest.fixture
def slot(tariffed, tomorrow):
    """Tomorrow at half past nine: ten places; the day after there are ten too."""
    days = [tomorrow, tomorrow + timedelta(days=1)]
    services.offer_places(tariffed.pk, days, start=time(9, 30), capacity=10)
    return Allotment.objects.get(product=tariffed, day=tomorrow)


@pytest.fixture
def reseller(guide):
    return services.make_reseller(guide.pk, "Viaggi Lontani")


@pytest.fixture
def octo(client, reseller, slot):
    return Caller(client, reseller[1])


@pytest.fixture
def ware(octo):
    """The walk as the reseller reads it."""
    return octo.get("products")[0]


@pytest.fixture
def what(ware):
    return {"productId": ware["id"], "optionId": ware["options"][0]["id"]}


@pytest.fixture
def two(what, slot):
    """A reservation of two adults tomorrow."""
    return {
        **what,
        "availabilityId": slot_id(slot.day, slot.start),
        "unitItems": [{"unitId": "adult"}, {"unitId": "adult"}],
    }


def free(slot):
    slot.refresh_from_db()
    return slot.free
