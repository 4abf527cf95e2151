"""A workshop on the winter: an afternoon, its sheets and an idea, and who writes."""

from datetime import date

import pytest
from django.urls import reverse

from belvedere.plan import services
from tests.desk.conftest import PASSWORD

DAYS = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def winter(casentino):
    """A workshop on the winter with an afternoon in Poppi."""
    made = services.open_workshop(
        casentino, title="Casentino d'inverno", question="Che cosa offriamo d'inverno?", **DAYS
    )
    services.hold_session(
        made.pk, place="Poppi", day=date(2026, 10, 14), participants={"lodging": 4, "guides": 3}
    )
    return made


@pytest.fixture
def poppi(winter):
    """The afternoon in Poppi."""
    return winter.sessions.get()


@pytest.fixture
def sheets(poppi):
    """Three sheets of table 2."""
    return services.contribute(
        poppi.pk,
        ["Castagne e veglia al fuoco", "Una sera di castagne", "=Un bus la domenica"],
        table=2,
        theme="food",
    )


@pytest.fixture
def chestnuts(winter, sheets):
    """The idea of an evening of chestnuts."""
    return services.make_idea(winter.pk, [sheets[0].pk], title="La veglia delle castagne")


@pytest.fixture
def at_work(page, live, editor):
    """The editor, signed in on a phone."""
    page.goto(f"{live.url}/desk/sign-in/")
    page.fill("[name=contact]", editor.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    return page


def at(name, winter, *more):
    return reverse(name, args=[winter.slug, *more])
