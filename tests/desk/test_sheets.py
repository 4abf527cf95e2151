"""The day in a spreadsheet, and the calendar on one's own telephone."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from belvedere.sell import services as sales
from belvedere.sell.models import CalendarFeed
from belvedere.shared import clock

pytestmark = pytest.mark.django_db


def sheet(kind, days=0):
    day = clock.today() + timedelta(days=days)
    return reverse(f"desk:day-{kind}", args=[day.isoformat()])


def test_the_day_is_a_spreadsheet_with_one_row_a_booking(enter, anna, book):
    voucher = book(quantity=3)
    book(days=1, name="Domani")
    answer = enter(anna).get(sheet("xlsx"))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert len(rows) == 2
    assert rows[1][2] == voucher.order.number
    assert rows[1][3:6] == ("李明", 3, 0)
    assert answer["Cache-Control"] == "no-store"


def test_the_csv_says_the_same(enter, anna, book):
    book(quantity=3)
    text = enter(anna).get(sheet("csv")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Nome"], row["Ospiti"]) == ("李明", "3")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_name_becomes_a_formula(enter, anna, book, kind):
    book(name='=HYPERLINK("http://evil.example","x")')
    content = enter(anna).get(sheet(kind)).content
    if kind == "csv":
        assert "'=HYPERLINK" in content.decode("utf-8-sig")
    else:
        cell = list(load_workbook(io.BytesIO(content)).active.rows)[1][3]
        assert cell.data_type == "s"


def test_a_day_that_is_none_is_not_found(enter, anna):
    assert enter(anna).get("/desk/today/tomorrow.csv").status_code == 404


def test_another_business_has_another_sheet(enter, book, casentino):
    from belvedere.territory.models import Operator
    from tests.desk.conftest import account

    book()
    other = Operator.objects.create(area=casentino, name="Altro", slug="altro")
    answer = enter(account("other", "operator", other)).get(sheet("csv"))
    assert "李明" not in answer.content.decode()


def test_the_calendar_shows_starts_and_numbers_and_no_names(client, book, guide):
    book(quantity=3, days=2)
    feed = sales.calendar_feed(guide.pk)
    answer = client.get(reverse("sell:calendar", args=[feed.token]))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert "3/20" in text
    assert "李明" not in text
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 1
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_calendar_that_got_about_gets_another_address(enter, anna, guide, client):
    page = enter(anna)
    page.get(reverse("desk:today"))
    assert not CalendarFeed.objects.exists()  # Looking at a page makes none.
    page.post(reverse("desk:calendar-renew"))
    old = CalendarFeed.objects.get().token
    assert old in page.get(reverse("desk:today")).content.decode()
    page.post(reverse("desk:calendar-renew"))
    assert client.get(reverse("sell:calendar", args=[old])).status_code == 404
    new = CalendarFeed.objects.get().token
    assert client.get(reverse("sell:calendar", args=[new])).status_code == 200
