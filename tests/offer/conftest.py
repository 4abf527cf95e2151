"""Things of the catalogue, and a seller who is not there yet."""

from datetime import date, time
from typing import ClassVar

import pytest

from belvedere.offer.ports import Free
from belvedere.shared.money import Amount


class Seller:
    """A stage that sells, made of a dictionary: places left by product, day and start."""

    stock: ClassVar[dict[tuple[str, date, time | None], tuple[int, int]]] = {}
    asked: ClassVar[list[tuple[str, ...]]] = []

    def free(self, products, days, *, source="", language="it"):
        self.asked.append(tuple(products))
        return [
            Free(
                slug,
                day,
                start,
                free,
                capacity,
                Amount(2500),
                self.checkout_url(slug, day, source=source, language=language),
            )
            for (slug, day, start), (free, capacity) in sorted(self.stock.items())
            if slug in products and day in days
        ]

    def calendar(self, product, first, last, *, source="", language="it"):
        return [
            Free(
                product,
                day,
                start,
                free,
                capacity,
                Amount(2500),
                self.checkout_url(product, day, source=source, language=language),
                waiting_url="" if free else f"/book/{product}/waiting-list/",
            )
            for (slug, day, start), (free, capacity) in sorted(self.stock.items())
            if slug == product and first <= day <= last
        ]

    def goods(self, products, *, country="", source="", language="it"):
        return []

    def steps(self, product):
        return []

    def taxes(self, products, language="it"):
        return []

    def countries(self, language):
        return [("FR", "Francia"), ("IT", "Italia")]

    def checkout_url(self, product, day=None, *, source="", language="it"):
        return f"/book/{product}/?day={day or ''}&s={source}"


@pytest.fixture(autouse=True)
def seller(settings):
    """Nobody sells anything until a test puts something into the stock."""
    settings.BELVEDERE_BOOKING = "tests.offer.conftest.Seller"
    Seller.stock.clear()
    Seller.asked.clear()
    return Seller


@pytest.fixture
def loom(guide):
    """An afternoon at the loom, on sale at 35 euros."""
    from belvedere.offer.models import Product
    from belvedere.shared import clock

    return Product.objects.create(
        operator=guide,
        theme="crafts",
        slug="al-telaio",
        state=Product.State.ON_SALE,
        price_minor=3500,
        created_at=clock.now(),
    )


@pytest.fixture
def poppi(casentino):
    """The municipality of Poppi, in the province of Arezzo."""
    from belvedere.territory.models import Area, AreaMunicipality, Municipality

    arezzo, _ = Area.objects.get_or_create(
        slug="provincia-di-arezzo",
        defaults={"kind": "province", "name": "Arezzo", "parent": casentino.parent},
    )
    town, _ = Municipality.objects.get_or_create(
        code="051031",
        defaults={
            "name": "Poppi",
            "slug": "poppi",
            "province": arezzo,
            "latitude": 43.722,
            "longitude": 11.767,
        },
    )
    AreaMunicipality.objects.get_or_create(area=casentino, municipality=town)
    return town


@pytest.fixture
def castle(poppi):
    """The castle of the Guidi counts, known here before any file was read."""
    from belvedere.territory.models import Place

    return Place.objects.create(
        name="Castello dei Conti Guidi",
        slug="castello-di-poppi",
        kind="castle",
        municipality=poppi,
        latitude=43.7224,
        longitude=11.7671,
        wikidata_id="Q3662410",
    )
