"""The whole house, furnished: the demo's content in a database of the test's own."""

import pytest

from belvedere.config.demo import seed
from belvedere.territory import services as people
from belvedere.territory.models import Area, Operator, User

PASSWORD = "castagne-e-pecorino"


@pytest.fixture
def casentino_on_sale(live, transactional_db):
    """The sample Casentino: products on sale today, a campaign with its posters."""
    seed.seed(lambda said: None)
    return Area.objects.get(slug="casentino")


@pytest.fixture
def account(casentino_on_sale):
    """Make somebody with a role who signs in with `PASSWORD`."""

    def make(role):
        user = User.objects.create_user(username=f"{role}@example.org", password=PASSWORD)
        guide = Operator.objects.get(slug="demo-guide-delle-foreste")
        people.grant(user, role, guide if role == "operator" else casentino_on_sale)
        return user

    return make
