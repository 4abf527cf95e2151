"""Fixtures that every stage's tests share: things of the world."""

import pytest


@pytest.fixture
def casentino(db):
    """The ambito of the Casentino, in the province of Arezzo, in Tuscany."""
    from belvedere.territory.models import Area

    tuscany, _ = Area.objects.get_or_create(
        slug="toscana", defaults={"kind": "region", "name": "Toscana"}
    )
    area, _ = Area.objects.get_or_create(
        slug="casentino", defaults={"kind": "ambito", "name": "Casentino", "parent": tuscany}
    )
    return area


@pytest.fixture
def guide(casentino):
    """An operator who leads walks."""
    from belvedere.territory.models import Operator

    return Operator.objects.create(
        area=casentino, name="Guide del Parco", slug="guide-del-parco"
    )


@pytest.fixture
def walk(guide):
    """A guided walk in the Camaldoli forest, on sale at 25 euros."""
    from belvedere.offer.models import Product
    from belvedere.shared import clock

    return Product.objects.create(
        operator=guide,
        theme="outdoor",
        slug="foresta-di-camaldoli",
        state=Product.State.ON_SALE,
        price_minor=2500,
        created_at=clock.now(),
    )
