"""The head's page: real flows first, what was spent, what came back, what nobody can know."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from belvedere.desk import queries
from belvedere.journal import services as journal
from belvedere.measure import services as measure
from belvedere.offer import services as offer
from belvedere.plan import services as plan
from belvedere.publish import services as publish
from belvedere.shared import clock
from belvedere.shared.money import Amount
from belvedere.territory import services as people
from belvedere.territory.models import Area, Operator, User

PASSWORD = "castagne-e-pecorino"


@pytest.fixture
def casentino(db):
    """The Casentino with its official flows."""
    people.seed()
    measure.seed()
    return Area.objects.get(slug="casentino")


def somebody(role, of):
    user = User.objects.create_user(f"{role}@example.org", password=PASSWORD, language="en")
    people.grant(user, role, of)
    return user


@pytest.fixture
def head(casentino, client):
    """The head of the Casentino, signed in."""
    user = somebody("head", casentino)
    client.force_login(user)
    return user


@pytest.fixture
def year():
    return clock.today().year


@pytest.fixture
def fair(casentino, year):
    """An approved plan whose fair was carried out by a poster; returns plan and code."""
    version = plan.open_plan(casentino.pk, year)
    plan.set_objective(version.pk, "nights", target=Decimal(260000))
    planned = plan.set_action(
        version.pk,
        title="Munich fair",
        channel_kind="fair",
        market="DE",
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        budget=Amount(90000),
    )
    plan.approve(version.pk)
    campaign = publish.open_campaign(
        casentino.pk,
        goal="Guests by train",
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        texts={"it": {"title": "La valle", "summary": "Piano."}},
    )
    action = publish.plan_action(campaign.pk, kind="poster", title="Stand")
    piece = publish.create_piece(action.pk, title="Stand", language="en", placements=["Munich"])
    plan.link(version.plan_id, planned.key, [f"action:{action.pk}"])
    plan.spend(version.plan_id, planned.key, Amount(60000))
    return version.plan, piece.placements.get().code


def paid(number, code, minor, **detail):
    """Record an order that was paid."""
    journal.record(
        "sale.paid", f"order:{number}", source=code, quantity=2, amount=Amount(minor), **detail
    )


def page_of(client, area, year, prefix="/en"):
    answer = client.get(f"{prefix}/desk/head/{area.slug}/{year}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_real_flows_come_first_each_with_who_says_so(client, head, casentino, year):
    page = page_of(client, casentino, year)
    china = "21,805 arrivals, 24,208 nights, 1.1 nights each"
    assert china in page
    assert page.index("What we know") < page.index(china) < page.index("What we spent")
    assert "ISTAT, Movimento dei clienti per provenienza, province, 2024 (CC BY)" in page
    assert "249,086" in page


def test_growth_is_said_three_ways_each_with_its_municipalities(client, head, casentino, year):
    page = page_of(client, casentino, year)
    assert "+41.9% as published (8 municipalities, then 11)" in page
    assert "+36.2% on the 8 that both years show" in page
    assert "+38.2% on the 5 that every year shows" in page


def test_spending_and_orders_agree_with_the_journal_to_the_cent(head, casentino, year, fair):
    _plan, code = fair
    for number, minor in enumerate((5001, 2502, 3303)):
        paid(number, code, minor)
    found = queries.head(head, casentino, year, "en")
    (row,) = found.rows
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(amount_minor) FROM journal_fact"
            " WHERE kind = 'sale.paid' AND source = %s",
            [code],
        )
        assert (row.real.paid, row.real.revenue[0].minor) == cursor.fetchone() == (3, 10806)
    assert found.spent == (Amount(60000),)
    assert found.budget == (Amount(90000),)
    # Still running: between what is noted and what may be spent.
    assert (row.cost.low, row.cost.high) == (Amount(20000), Amount(30000))


def test_an_action_without_orders_is_not_proven(client, head, casentino, year, fair):
    assert "not proven" in page_of(client, casentino, year)


def test_simulated_orders_are_marked_and_never_added(client, head, casentino, year, fair):
    _plan, code = fair
    paid(1, code, 5000)
    paid(2, code, 7000, simulated=True)
    (row,) = queries.head(head, casentino, year, "en").rows
    assert (row.real.paid, row.simulated.paid) == (1, 1)
    assert row.real.revenue == (Amount(5000),)
    page = page_of(client, casentino, year)
    assert "+ 1 simulated" in page
    assert "€120" not in page


def test_a_year_without_anything_says_so(client, head, casentino, year):
    page = page_of(client, casentino, year + 1)
    assert "There is no operating plan of this year." in page
    assert "No order was paid in this year." in page
    assert "Whether a guest would have come anyway" in page


@pytest.mark.parametrize(("language", "words"), [("it", "sappiamo"), ("en", "What we know")])
def test_it_is_one_printed_page(client, head, casentino, year, fair, language, words):
    answer = client.get(f"/desk/head/casentino/{year}/{language}.pdf")
    sheets = PdfReader(BytesIO(answer.content)).pages
    assert len(sheets) == 1
    assert words in sheets[0].extract_text()
    assert client.get(f"/desk/head/casentino/{year}/zh-Hans.pdf").status_code == 404


def test_more_products_cost_no_more_queries(client, head, casentino, year, fair):
    address = f"/en/desk/head/casentino/{year}/"

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    guide = Operator.objects.create(area=casentino, name="Guide", slug="guide")
    counts = []
    for number in range(6):
        offer.propose(
            guide.pk, theme="food", language="it", title=f"Pane {number}", description="Pane.",
            price=Amount(1000),
        )  # fmt: skip
        counts.append(asked())
    assert counts[-1] == counts[1]  # The first call also warms what Django keeps.


@pytest.mark.parametrize("role", ["analyst", "editor", "promotion"])
def test_all_staff_of_the_area_read_it(client, casentino, year, role):
    client.force_login(somebody(role, casentino))
    page_of(client, casentino, year)


@pytest.mark.parametrize(("role", "leads"), [("analyst", True), ("editor", False)])
def test_figures_lead_to_the_flows_only_who_may_read_them(client, casentino, year, role, leads):
    client.force_login(somebody(role, casentino))
    assert ("/desk/flows/?area=casentino" in page_of(client, casentino, year)) == leads


def test_staff_of_elsewhere_and_operators_do_not(client, casentino, year):
    address = f"/en/desk/head/casentino/{year}/"
    assert client.get(address).status_code == 302
    client.force_login(somebody("head", Area.objects.get(slug="lunigiana")))
    assert client.get(address).status_code == 404
    guide = Operator.objects.create(area=casentino, name="Guide", slug="guide")
    client.force_login(somebody("operator", guide))
    assert client.get(address).status_code == 403


def test_the_home_shows_how_the_year_stands(client, head, casentino, year, fair):
    page = " ".join(client.get("/en/desk/").content.decode().split())
    for words in ("version 1, approved", "1 action", "0 orders paid", "249,086 nights in 2024"):
        assert words in page


@pytest.mark.browser
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_it_can_be_read_on_a_phone_and_by_a_screen_reader(
    open_page, axe, casentino, year, fair, prefix
):
    user = somebody("head", casentino)
    page = open_page(f"{prefix}/desk/sign-in/")
    page.fill("[name=contact]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    for path in ("/desk/", f"/desk/head/casentino/{year}/"):
        page.goto(f"{prefix}{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        axe(page)
