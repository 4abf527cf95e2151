"""A workshop of the Casentino: how to bring guests in winter, asked at two sessions."""

from datetime import date

import pytest
from django.utils.translation import override

from belvedere.plan import services
from belvedere.territory import services as people
from belvedere.territory.models import User


@pytest.fixture
def promotion(casentino):
    """The promotion officer of the Casentino."""
    user = User.objects.create_user(username="promotion@example.org")
    people.grant(user, "promotion", casentino)
    return user


@pytest.fixture
def winter(casentino, promotion):
    """The living lab on the winter, open."""
    return services.open_workshop(
        casentino,
        title="Casentino d'inverno",
        question="Che cosa offriamo da novembre a marzo?",
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 12, 31),
        by=promotion,
    )


@pytest.fixture
def poppi(winter):
    """The afternoon in Poppi: four places to stay and three guides."""
    return services.hold_session(
        winter.pk,
        place="Poppi, municipio",
        day=date(2026, 10, 14),
        participants={"lodging": 4, "guides": 3, "farms": 0},
    )


@pytest.fixture
def sheets(poppi):
    """Three sheets of table 2, two of which say nearly the same."""
    return services.contribute(
        poppi.pk,
        ["Castagne e veglia al fuoco", "Una sera di castagne", "Un bus la domenica"],
        table=2,
        theme="food",
    )


@pytest.fixture
def chestnuts(winter, sheets):
    """The idea of an evening of chestnuts, of the first sheet."""
    return services.make_idea(winter.pk, [sheets[0].pk], title="La veglia delle castagne")


@pytest.fixture(autouse=True)
def english():
    """Speak the code's own language."""
    with override("en"):
        yield
