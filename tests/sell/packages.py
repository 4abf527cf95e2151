"""Two days in the Casentino: a walk, two nights in a house, a morning at a loom."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from belvedere.offer import services as offer
from belvedere.offer.models import Product
from belvedere.sell import services
from belvedere.sell.services import OptionTerms, PartTerms, UnitTerms
from belvedere.shared import clock
from belvedere.shared.money import Amount
from belvedere.territory.models import Municipality, Operator


def unit_of(product, kind):
    """Return the key of a product's unit of a type."""
    return product.options.get(position=0).units.get(type=kind).pk


@pytest.fixture
def poppi(casentino):
    """The municipality of Poppi."""
    found, _made = Municipality.objects.get_or_create(
        code="051031", defaults={"name": "Poppi", "slug": "poppi", "province": casentino.parent}
    )
    return found


@pytest.fixture
def house(casentino, tomorrow):
    """A house in the wood with six beds each night, of another operator."""
    owner = Operator.objects.create(area=casentino, name="Casa nel bosco", slug="casa")
    stay = Product.objects.create(
        operator=owner, kind="stay", theme="slow", slug="casa-nel-bosco", state="on_sale",
        price_minor=4500, created_at=clock.now(),
    )  # fmt: skip
    services.set_terms(stay.pk, [OptionTerms(vat_percent=Decimal(10))])
    services.offer_places(stay.pk, [tomorrow + timedelta(days=n) for n in range(4)], capacity=6)
    return stay


@pytest.fixture
def workshop(casentino, tomorrow):
    """A weaver's workshop of a third operator, on the third day at ten."""
    weaver = Operator.objects.create(area=casentino, name="Lanificio", slug="lanificio")
    visit = Product.objects.create(
        operator=weaver, theme="crafts", slug="tessitura", state="on_sale",
        price_minor=6500, created_at=clock.now(),
    )  # fmt: skip
    days = [tomorrow + timedelta(days=n) for n in range(4)]
    services.offer_places(visit.pk, days, start=time(10), capacity=8)
    return visit


@pytest.fixture
def package(guide):
    """The package as a product of the guides, without parts yet."""
    return offer.propose(
        guide.pk, kind="package", theme="slow", language="it", title="Due giorni",
        description="Una camminata, due notti, un telaio.", price=Amount(19900),
        free_cancellation_hours=12, slug="due-giorni",
    )  # fmt: skip


@pytest.fixture
def composed(package, walk, house, workshop, tomorrow):
    """The package on sale: the walk, two nights of which 90 euros were agreed, the loom."""
    days = [tomorrow + timedelta(days=n) for n in range(4)]
    services.offer_places(walk.pk, days, start=time(9, 30), capacity=10)
    child = UnitTerms("CHILD", price_minor=9900, max_age=11, accompanied_by=["ADULT"])
    services.set_terms(package.pk, [OptionTerms(units=[UnitTerms(min_age=12), child])])
    services.compose(
        package.pk,
        [
            PartTerms(walk.options.get().pk, start=time(9, 30)),
            PartTerms(house.options.get().pk, nights=2, agreed_minor=9000),
            PartTerms(workshop.options.get().pk, day=2),
        ],
    )
    services.put_on_sale(package.pk)
    package.refresh_from_db()
    return package
