"""Packages and single buyers who want the last places at once: none twice, nobody stuck."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from django.db import connection
from django.db.models import F

from belvedere.offer.models import Product
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, HoldLine, Order
from belvedere.sell.rules import SoldOut
from belvedere.sell.services import PartTerms, WantedPackage
from belvedere.shared import clock
from tests.sell.packages import unit_of

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 24


def at_once(wishes):
    """Let everybody ask in the same moment; return what each was answered."""
    gate = threading.Barrier(len(wishes))

    def ask(wish):
        try:
            gate.wait(30)
            return services.hold([wish]).pk
        except SoldOut:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(wishes)) as pool:
        return list(pool.map(ask, wishes))


def test_the_last_places_are_given_once_and_nothing_is_half_held(
    composed, walk, house, workshop, tomorrow
):
    # A second package of the same parts in the opposite order, days apart: orders that cross.
    other = Product.objects.create(
        operator=house.operator, kind="package", theme="slow", slug="al-contrario",
        state="on_sale", price_minor=15000, created_at=clock.now(),
    )  # fmt: skip
    services.set_terms(other.pk)
    services.compose(
        other.pk,
        [
            PartTerms(workshop.options.get().pk),
            PartTerms(house.options.get().pk, nights=1),
            PartTerms(walk.options.get().pk, day=1, start=time(9, 30)),
        ],
    )
    for days in range(4):
        services.offer_places(house.pk, [tomorrow + timedelta(days=days)], capacity=3)
    night = Allotment.objects.get(product=house, day=tomorrow)
    there = WantedPackage(composed.pk, tomorrow, {unit_of(composed, "ADULT"): 1})
    back = WantedPackage(other.pk, tomorrow, {unit_of(other, "ADULT"): 1})
    wishes = [
        wish
        for _ in range(CROWD // 3)
        for wish in (there, back, services.Wanted(night.pk, {unit_of(house, "ADULT"): 1}))
    ]
    got = [each for each in at_once(wishes) if each]
    night.refresh_from_db()
    assert night.taken == night.capacity == len(got) == 3
    assert Order.objects.count() == 3
    assert not Allotment.objects.filter(taken__gt=F("capacity")).exists()
    for order in Order.objects.all():
        lines = HoldLine.objects.filter(hold=order.hold).count()
        parts = order.parts.filter(package__isnull=False)
        assert lines == (1 if not parts else 4 if parts[0].package_id == composed.pk else 3)
    assert queries.invariants() == []
