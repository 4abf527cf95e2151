"""From a poster in a station to a sale that the agency sees under that poster.

A traveller from China scans the printed code with a phone, books two places for today, pays,
and shows the voucher; the guide types its code; the promotion officer opens the action.
"""

import re

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from belvedere.journal.models import Fact
from belvedere.publish import services as publish
from belvedere.publish.models import Placement
from belvedere.sell import queries as sales
from belvedere.testing.jobs import run_jobs
from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.browser

WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50 Language/zh_CN"
)


@pytest.fixture
def poster(casentino_on_sale):
    """The poster that hangs in the station, printed."""
    placement = Placement.objects.get(name="Stazione di Arezzo")
    return placement, publish.poster(placement.piece, "zh-Hans", placement=placement)


def scanned(pdf):
    """Hold a phone before the printed sheet: 50 dots an inch of an A3 are an arm's length."""
    sheet = pypdfium2.PdfDocument(pdf)[0].render(scale=50 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(sheet)
    return code.text


def sign_in(page, name):
    page.goto("/desk/sign-in/")
    page.fill("[name=contact]", name)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def test_a_poster_brings_a_sale(open_page, axe, poster, account):
    placement, pdf = poster
    guide, officer = account("operator"), account("promotion")

    phone = open_page(language="zh-Hans", user_agent=WECHAT)
    phone.goto(scanned(pdf))
    assert "/zh-hans/experiences/foresta-di-camaldoli/" in phone.url
    assert phone.locator("html").get_attribute("lang") == "zh-Hans"
    expect(phone.get_by_role("heading", name="卡马尔多利森林慢行")).to_be_visible()
    fits(phone)
    axe(phone)

    phone.get_by_role("link", name=re.compile("预订")).first.click()
    fits(phone)
    axe(phone)
    phone.fill("[name=name]", "王小明")
    phone.fill("[name=phone]", "+86 139 1234 5678")
    phone.fill("[name=quantity]", "2")
    phone.check("[name=consent]")
    phone.click("button[name=book]")
    expect(phone.get_by_text(re.compile("¥|€50")).first).to_be_visible()
    fits(phone)
    axe(phone)

    phone.click("button[name=pay]")
    phone.wait_for_url("**/demo-pay/**")
    fits(phone)
    axe(phone)
    phone.click("button[value=pay]")
    voucher = phone.locator('a[href*="/v/"]').first
    voucher.wait_for()
    fits(phone)
    axe(phone)
    run_jobs()

    code = re.search(r"/v/([\w-]+)", voucher.get_attribute("href"))[1]
    voucher.click()
    expect(
        phone.locator("img[src*='voucher.png']").or_(phone.locator("svg")).first
    ).to_be_visible()
    fits(phone)
    axe(phone)

    desk = open_page()
    sign_in(desk, guide.username)
    desk.goto("/desk/today/")
    expect(desk.get_by_text("王小明").first).to_be_visible()
    axe(desk)
    desk.goto("/desk/scan/")
    desk.fill("[name=code]", code)
    desk.locator("form[data-scan] button").last.click()
    expect(desk.locator(".verdict-yes")).to_be_visible()
    axe(desk)
    desk.goto("/desk/scan/")
    desk.fill("[name=code]", code)
    desk.locator("form[data-scan] button").last.click()
    expect(desk.locator(".verdict-no")).to_be_visible()

    office = open_page(width=1280, height=900)
    sign_in(office, officer.username)
    office.goto(f"/desk/results/actions/{placement.piece.action.pk}/")
    row = office.locator("section[aria-labelledby=pieces] tr", has_text=placement.code)
    assert row.locator("td").all_inner_texts()[:4] == ["1", "1", "2", "1"]
    assert "50,00" in row.inner_text()
    axe(office)

    kinds = Fact.objects.filter(source=placement.code).values_list("kind", flat=True)
    wanted = {"source.followed", "sale.held", "sale.paid", "sale.confirmed", "sale.redeemed"}
    assert wanted <= set(kinds)
    assert Fact.objects.get(kind="sale.paid").detail["simulated"], "no money moved"
    assert not sales.invariants()


def test_the_whole_sale_works_without_javascript(open_page, poster):
    _placement, pdf = poster
    phone = open_page(language="zh-Hans", javascript=False, user_agent=WECHAT)
    phone.goto(scanned(pdf))
    phone.get_by_role("link", name=re.compile("预订")).first.click()
    phone.fill("[name=name]", "王小明")
    phone.fill("[name=email]", "wang@example.org")
    phone.check("[name=consent]")
    phone.click("button[name=book]")
    phone.click("button[name=pay]")
    phone.click("button[value=pay]")
    for _look in range(20):  # The page asks again by itself; without JavaScript, too.
        if phone.locator('a[href*="/v/"]').count():
            break
        phone.reload()
    assert phone.locator('a[href*="/v/"]').count()
    told = " ".join(str(value) for row in Fact.objects.values_list() for value in row).lower()
    for personal in ("王小明", "wang", "example.org"):
        assert personal not in told, "a fact knows who the traveller is"
