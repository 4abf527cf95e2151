"""The public pages in a real browser, on a phone."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from belvedere.offer import services
from belvedere.offer.models import Product
from belvedere.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shown(walk, castle, seller):
    """The walk at the castle, in words, tomorrow morning."""
    services.write_text(walk, "title", "it", "La foresta a passo lento", status="source")
    services.write_text(walk, "description", "it", "Si cammina.", status="source")
    services.write_text(walk, "description", "zh-Hans", "慢行。", status="machine")
    Product.objects.update(place=castle, latitude=43.8, longitude=11.8, meeting_point="Qui")
    seller.stock[walk.slug, clock.today() + timedelta(days=1), time(9)] = (3, 10)
    return walk


@pytest.mark.parametrize(
    "path",
    [
        "/experiences/",
        "/experiences/foresta-di-camaldoli/",
        "/places/",
        "/places/castello-di-poppi/",
        "/areas/casentino/",
    ],
)
def test_nothing_serious_stands_in_anybodys_way(live, open_page, axe, shown, path):
    page = open_page(f"/zh-hans{path}", language="zh-Hans", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)


def test_the_filter_works_without_javascript(live, open_page, shown):
    page = open_page("/experiences/", javascript=False, width=390)
    page.select_option("select[name=theme]", "food")
    page.click("form button[type=submit]")
    expect(page.locator(".card")).to_have_count(0)
    page.select_option("select[name=theme]", "outdoor")
    page.click("form button[type=submit]")
    expect(page.locator(".card")).to_have_count(1)


def test_with_javascript_the_list_follows_the_filter(live, open_page, shown):
    page = open_page("/experiences/", width=390)
    page.select_option("select[name=theme]", "food")
    page.wait_for_url("**theme=food**")
    page.wait_for_selector(".empty")
    expect(page.locator(".card")).to_have_count(0)
