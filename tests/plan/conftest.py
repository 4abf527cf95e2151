"""A year's plan of the Casentino, and the people who make it."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from belvedere.plan import services
from belvedere.plan.ports import Evidence
from belvedere.shared.money import Amount
from belvedere.territory import services as territory
from belvedere.territory.models import User


def person(name, role, area):
    """Make somebody with a role."""
    user = User.objects.create_user(username=name, password="castagne-e-pecorino")
    user.first_name = name.title()
    user.save()
    territory.grant(user, role, area)
    return user


@pytest.fixture
def head(casentino):
    """The head of the Casentino."""
    return person("head", "head", casentino)


@pytest.fixture
def promotion(casentino):
    """The promotion officer of the Casentino."""
    return person("promotion", "promotion", casentino)


@pytest.fixture
def draft(casentino):
    """The draft of 2026: two objectives, a fair at Munich, a newsletter and a series on TV."""
    version = services.open_plan(casentino.pk, 2026)
    services.set_objective(
        version.pk, "share_outside_ten", target=Decimal("24.5"), baseline=Decimal("21.3"),
        provider="ISTAT 2024",
    )  # fmt: skip
    services.set_objective(version.pk, "nights_off_season", target=Decimal(42000))
    for title, kind, market, euros in (
        ("Fiera di Monaco", "fair", "DE", 12000),
        ("Lettera agli amici", "newsletter", "IT", 2000),
        ("Serie in TV", "tv", "CN", 6000),
    ):
        services.set_action(
            version.pk, title=title, channel_kind=kind, market=market,
            starts_on=date(2026, 2, 28), ends_on=date(2026, 6, 30),
            budget=Amount(euros * 100), owner="Ufficio promozione", expected=Decimal(40),
        )  # fmt: skip
    return version


@pytest.fixture
def approved(draft, head):
    """The plan of 2026, approved by the head."""
    return services.approve(draft.pk, by=head)


@pytest.fixture
def evidence():
    """The fair was dear, the letter cheap, of television nobody knows."""
    return [
        Evidence("fiera-di-monaco", Amount(1150000), 5, (Amount(60000),), sources=("b-fair2",)),
        Evidence(
            "lettera-agli-amici", Amount(180000), 12, (Amount(300000),), since=date(2026, 1, 1)
        ),
        Evidence("serie-in-tv", Amount(600000), 0),
    ]


@pytest.fixture(autouse=True)
def italian():
    """Speak Italian at the start of each test."""
    with override("it"):
        yield
