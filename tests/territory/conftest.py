"""Things of the territory that its tests share."""

import pytest

from belvedere.territory import queries, services
from belvedere.territory.models import Operator, User


@pytest.fixture
def tuscany(db):
    """Tuscany as it comes with Belvedere: areas, municipalities, places, names, maps."""
    services.seed()
    return queries.area("toscana")


@pytest.fixture
def guides(tuscany):
    """Walkers of the Casentino who want to sell."""
    return Operator.objects.create(
        area=queries.area("casentino"), name="Guide delle foreste", slug="guide"
    )


@pytest.fixture
def makers(tuscany):
    """Weavers of another area, the Mugello."""
    return Operator.objects.create(
        area=queries.area("mugello"), name="Telai del Mugello", slug="telai"
    )


@pytest.fixture
def person(db):
    """Factory of people: a name, and the roles given as (role, area or operator)."""

    def make(name, *roles):
        user = User.objects.create_user(name)  # Without a password: hashing one takes long.
        for role, to in roles:
            services.grant(user, role, to)
        return user

    return make
