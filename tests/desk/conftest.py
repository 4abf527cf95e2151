"""People of the agency and of the valley, and a municipality to meet in."""

import io
from datetime import timedelta

import pytest
from django.utils.translation import override
from PIL import Image

from belvedere.sell import services as sales
from belvedere.sell.models import Allotment, Voucher
from belvedere.sell.ports import PaymentStage
from belvedere.sell.services import Buyer
from belvedere.shared import clock
from belvedere.territory import services
from belvedere.territory.models import AreaMunicipality, Municipality, User
from tests.sell.conftest import till, tomorrow  # noqa: F401  The fixtures.
from tests.sell.packages import composed, house, package, workshop  # noqa: F401  Too.

PASSWORD = "castagne-e-pecorino"


def account(name, role, to):
    """Make a person with a role."""
    user = User.objects.create_user(
        username=f"{name}@example.org", email=f"{name}@example.org", password=PASSWORD
    )
    services.grant(user, role, to)
    return user


@pytest.fixture
def poppi(casentino):
    """The municipality of Poppi, in the Casentino."""
    municipality, _made = Municipality.objects.get_or_create(
        code="051031",
        defaults={
            "name": "Poppi",
            "slug": "poppi",
            "province": casentino.parent,
            "latitude": 43.72,
            "longitude": 11.76,
        },
    )
    AreaMunicipality.objects.get_or_create(area=casentino, municipality=municipality)
    return municipality


@pytest.fixture
def anna(guide):
    """Anna speaks for the guides."""
    return account("anna", "operator", guide)


@pytest.fixture
def editor(casentino):
    """The editor of the Casentino."""
    return account("editor", "editor", casentino)


@pytest.fixture
def promotion(casentino):
    """The promotion officer of the Casentino."""
    return account("promotion", "promotion", casentino)


@pytest.fixture
def head(casentino):
    """The head of the Casentino."""
    return account("head", "head", casentino)


@pytest.fixture
def analyst(casentino):
    """The analyst of the Casentino."""
    return account("analyst", "analyst", casentino)


@pytest.fixture
def stranger(db):
    """Somebody with an account and no role."""
    return User.objects.create_user(username="nobody@example.org", password=PASSWORD)


@pytest.fixture
def enter(client):
    """Sign somebody in and return the browser."""

    def enter(user):
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def photograph():
    """A photograph as a phone takes it, big enough to be accepted."""
    out = io.BytesIO()
    Image.new("RGB", (1600, 1000), (60, 110, 70)).save(out, "JPEG")
    out.seek(0)
    out.name = "bosco.jpg"
    return out


@pytest.fixture(autouse=True)
def italian():
    """Speak Italian at the start of each test, whatever page the one before it opened."""
    with override("it"):
        yield


@pytest.fixture
def book(walk, till):  # noqa: F811
    """Book and pay places of the walk; returns the voucher."""

    def book(quantity=2, days=0, name="李明", language="zh-Hans"):
        day = clock.today() + timedelta(days=days)
        sales.offer_places(walk.pk, [day], capacity=20)
        start = Allotment.objects.get(product=walk, day=day)
        buyer = Buyer(name=name, email="li@example.org")
        order = sales.hold([(start.pk, quantity)], buyer=buyer, language=language).order
        payment = sales.pay(order.pk, back="https://example.org/")
        till.says(payment.remote_id, PaymentStage.PAID)
        sales.finalise(payment.pk)
        return Voucher.objects.get(order=order)

    return book
