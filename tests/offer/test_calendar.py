"""The calendar of free places: a month by day, by keyboard and without JavaScript."""

from datetime import date, time

import pytest
from playwright.sync_api import expect

from belvedere.offer import queries
from belvedere.offer.models import Product
from belvedere.shared import clock, months
from tests.offer.test_pages import text

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def november(monkeypatch, seller, walk):
    """It is 24 November 2026; the walk has starts on five days."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    for day, start, free in (
        (25, time(9), 9),
        (26, time(9), 2),
        (27, time(9), 0),
        (28, time(9), 0),
        (28, time(15), 10),
    ):
        seller.stock[walk.slug, date(2026, 11, day), start] = (free, 10)
    return walk


def days(found):
    return {each.day.day: each for week in found.weeks for each in week if each}


def url(product, prefix=""):
    return f"{prefix}/experiences/{product.slug}/calendar/"


def test_each_day_says_how_it_stands(november):
    found = days(queries.calendar(november, language="it"))
    states = [found[day].state for day in (24, 25, 26, 27, 28)]
    assert states == ["none", "free", "few", "waiting", "free"]
    assert found[24].today
    assert not found[25].today
    assert len(found) == 30


def test_it_is_turned_by_the_month_and_no_further_than_a_year(november):
    this = queries.calendar(november, language="it")
    assert (this.before, this.after) == (None, date(2026, 12, 1))
    last = queries.calendar(november, month="2027-11", language="it")
    assert (last.first, last.after) == (date(2027, 11, 1), None)
    for nonsense in ("2028-01", "2026-10", "x", "2026-13", "9999-99"):
        found = queries.calendar(november, month=nonsense, language="it")
        assert found.first == date(2026, 11, 1)


def test_names_of_days_and_months_are_those_of_the_language(client, november):
    assert "novembre 2026" in text(client.get(url(november)))
    chinese = text(client.get(url(november, "/zh-hans")))
    assert "2026年11月" in chinese
    assert "星期一" in chinese


def test_the_choice_of_a_day_shows_its_starts(client, november):
    page = text(client.get(url(november, "/en"), {"day": "2026-11-28"}))
    assert "Saturday, November 28, 2026</h3>" in page
    assert "/book/foresta-di-camaldoli/waiting-list/" in page
    assert "/book/foresta-di-camaldoli/?day=2026-11-28" in page


def test_a_day_that_is_none_is_no_choice(client, november):
    for day in ("2026-11-99", "yesterday", "2026-12"):
        answer = client.get(url(november), {"day": day})
        assert answer.status_code == 200
        assert "calendar-day" not in text(answer)


def test_the_source_travels_with_every_link(client, november):
    page = text(client.get(url(november), {"s": "b-7f3k"}))
    assert "month=2026-12&s=b-7f3k" in page
    assert "day=2026-11-25&s=b-7f3k#starts" in page


def test_who_has_it_already_is_told_that_nothing_changed(client, november, seller):
    answer = client.get(url(november), headers={"HX-Request": "true"})
    assert "<html" not in text(answer)
    assert "HX-Request" in answer["Vary"]
    assert answer["Cache-Control"] == "max-age=5"
    known = {"HX-Request": "true", "If-None-Match": answer["ETag"]}
    assert client.get(url(november), headers=known).status_code == 304
    seller.stock[november.slug, date(2026, 11, 25), time(9)] = (1, 10)
    assert client.get(url(november), headers=known).status_code == 200


def test_what_is_not_on_sale_has_no_calendar(client, november):
    Product.objects.update(state="proposed")
    assert client.get(url(november)).status_code == 404
    assert client.post(url(november)).status_code == 405


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_thumb_and_a_keyboard_turn_the_month_and_choose_a_day(
    live, open_page, axe, walk, seller
):
    day = months.beside(clock.today().replace(day=1), 2).replace(day=12)
    seller.stock[walk.slug, day, time(9)] = (3, 10)
    page = open_page(f"/zh-hans/experiences/{walk.slug}/", language="zh-Hans", width=390)
    page.locator("#calendar-after").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#calendar-before")).to_be_visible()
    expect(page.locator("#calendar-after")).to_be_focused()
    page.locator("#calendar-after").tap()
    cell = page.locator(f"#calendar-{day}")
    expect(cell).to_be_visible()
    box = cell.bounding_box()
    assert box["width"] >= 44
    assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#calendar-day")).to_be_focused()
    expect(page.locator(f"#starts a[data-start='{day}T09:00']")).to_be_visible()
    axe(page)
