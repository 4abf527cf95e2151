"""By market and by month: a year's figures, from the warehouse."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.urls import reverse

from belvedere.journal import services as journal
from belvedere.measure.charts import chart
from belvedere.measure.warehouse.drawing import draw
from belvedere.measure.warehouse.prepare import refresh
from belvedere.shared import clock
from belvedere.shared.money import Amount
from belvedere.territory.models import Area
from tests.desk.conftest import account
from tests.desk.test_pages import come_in

URL = "desk:markets"


def order(number, market, area="casentino", minor=5000, currency="EUR", product="walk"):
    """Record an order that was set aside and paid."""
    for step in ("held", "paid"):
        journal.record(
            f"sale.{step}", f"order:{number}", market=market, area=area, quantity=2,
            product=product, amount=Amount(minor, currency) if step == "paid" else None,
        )  # fmt: skip


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A home of one's own."""
    settings.HOME = tmp_path


@pytest.fixture
def sold(casentino, monkeypatch):
    """Two years: six orders of the Casentino, some of no known market; one elsewhere."""
    moments = {1: (2025, 12, 31, 23, 30), 2: (2026, 3, 5, 9, 0), 3: (2026, 3, 6, 9, 0)}
    moments |= {4: (2026, 5, 7, 9, 0), 5: (2025, 6, 1, 9, 0)}
    for number, moment in moments.items():
        monkeypatch.setattr(clock, "now", lambda moment=moment: datetime(*moment, tzinfo=UTC))
        order(number, {2: "CN", 3: "CN", 4: "DE"}.get(number, ""), minor=4999 + number)
    order(8, "CN", minor=19501, currency="CNY")
    order(9, "FR", area="altrove")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 7, 1, 9, tzinfo=UTC))
    refresh()


def jobs(task):
    """What the worker has been asked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'",
            [task],
        )
        return [json.loads(args) for (args,) in cursor.fetchall()]


def work():
    """Draw what was asked for, as the worker does."""
    for each in jobs("measure.draw"):
        draw(chart(each["chart"]))


def test_before_the_first_export_the_worker_is_asked_once(enter, analyst):
    client = enter(analyst)
    for _ in range(2):
        page = client.get(reverse(URL))
        assert "in preparazione" in page.content.decode()
    assert len(jobs("measure.refresh")) == 1


def test_who_looks_at_old_figures_asks_for_newer_ones(enter, analyst, sold, monkeypatch):
    client = enter(analyst)
    client.get(reverse(URL))
    assert jobs("measure.refresh") == []
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 7, 1, 9, 6, tzinfo=UTC))
    for _ in range(2):
        assert client.get(reverse(URL)).context["found"].years == [2026, 2025]
    assert len(jobs("measure.refresh")) == 1


def test_an_area_without_facts_says_so(enter, analyst):
    refresh()
    assert "non è ancora successo nulla" in enter(analyst).get(reverse(URL)).content.decode()


def test_the_last_year_is_shown_best_market_first(enter, analyst, sold):
    found = enter(analyst).get(reverse(URL)).context["found"]
    assert (found.years, found.year) == ([2026, 2025], 2026)
    assert [(each.name, each.funnel.paid) for each in found.markets] == [
        ("Cina", 2), ("Germania", 1), ("Non noto", 1),
    ]  # fmt: skip
    assert [each.funnel.paid for each in found.months] == [1, 0, 2, 0, 1, 0, 0]


def test_new_years_eve_in_utc_is_new_year_in_italy(enter, analyst, sold):
    found = enter(analyst).get(reverse(URL), {"year": "2025"}).context["found"]
    assert [each.funnel.paid for each in found.months if each.funnel.paid] == [2]
    assert len(found.months) == 12


def test_the_page_agrees_with_sql_to_the_cent(enter, analyst, sold):
    client = enter(analyst)
    money = {}
    for year in ("2025", "2026"):
        for each in client.get(reverse(URL), {"year": year}).context["found"].markets:
            for amount in each.funnel.revenue:
                money[amount.currency] = money.get(amount.currency, 0) + amount.minor
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, sum(amount_minor) FROM journal_fact"
            " WHERE kind = 'sale.paid' AND area = 'casentino' GROUP BY 1"
        )
        assert money == dict(cursor.fetchall())


def test_another_area_is_neither_shown_nor_to_be_had(enter, analyst, sold):
    Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    client = enter(analyst)
    page = client.get(reverse(URL))
    assert "Francia" not in page.content.decode()
    assert client.get(reverse(URL), {"area": "altrove"}).status_code == 404
    assert client.get(reverse("desk:markets-table"), {"area": "altrove"}).status_code == 404


def test_staff_of_the_region_choose_among_its_areas(enter, casentino, sold):
    Area.objects.create(kind="ambito", name="Altrove", slug="altrove", parent=casentino.parent)
    client = enter(account("chief", "analyst", casentino.parent))
    both = client.get(reverse(URL), {"year": "2025"}).context["found"]
    one = client.get(reverse(URL), {"year": "2025", "area": "altrove"})
    assert sum(each.funnel.paid for each in both.markets) == 3
    assert [each.name for each in one.context["found"].markets] == ["Francia"]
    assert 'value="altrove" selected' in one.content.decode()


@pytest.mark.parametrize("wrong", ["20x6", "٢٠٢٦", "99999"])
def test_what_is_no_year_is_not_found(enter, analyst, sold, wrong):
    assert enter(analyst).get(reverse(URL), {"year": wrong}).status_code == 404


def test_charts_are_asked_for_once_and_shown_when_they_are_drawn(enter, analyst, sold):
    client = enter(analyst)
    for _ in range(2):
        page = client.get(reverse(URL)).content.decode()
        assert "Il grafico è in preparazione" in page
    assert len(jobs("measure.draw")) == 2
    work()
    page = client.get(reverse(URL)).content.decode()
    assert page.count("<svg xmlns") == 2
    assert "Cina</text>" in page
    assert "Grafico degli ordini pagati: Cina 2" in page
    assert "in preparazione" not in page


def test_a_chart_is_another_when_a_figure_is_another(enter, analyst, sold):
    client = enter(analyst)
    client.get(reverse(URL))
    work()
    order(50, "DE")
    refresh()
    page = client.get(reverse(URL)).content.decode()
    assert "Il grafico è in preparazione" in page


def test_the_table_comes_as_csv(enter, analyst, sold):
    answer = enter(analyst).get(reverse("desk:markets-table"), {"year": "2026"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][:2] == ["Mercato", "Cina"]
    assert rows[1][-1] == "100.03 EUR"
    assert [row[0] for row in rows[1:]].count("Mese") == 7


def test_the_page_needs_few_queries_however_many_markets(
    enter, analyst, sold, django_assert_max_num_queries
):
    client = enter(analyst)
    client.get(reverse(URL))
    work()
    with django_assert_max_num_queries(14):
        client.get(reverse(URL))


@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_holds_on_a_phone_and_for_axe(
    open_page, axe, live, casentino, sold, prefix, width
):
    page = open_page(width=width)
    come_in(page, live, account("ada", "analyst", casentino))
    page.goto(live.url + prefix + "/desk/markets/")
    work()
    page.wait_for_selector("#month-chart svg")  # htmx asks again by itself
    page.wait_for_selector("#market-chart svg")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    axe(page)
