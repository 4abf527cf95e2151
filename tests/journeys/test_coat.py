"""A Tuscan maker sells a coat to a buyer in France, from the shop window to the front door.

The buyer chooses France, sees price, carrier and time, pays, and is told where the parcel is;
the maker packs it from a phone, prints the slip, writes the number; the buyer has it, then
sends it back within fourteen days, and gets back every cent.
"""

import re

import pypdfium2
import pytest
from playwright.sync_api import expect

from belvedere.journal.models import Fact
from belvedere.sell import queries as sales
from belvedere.sell.models import Delivery, Order
from belvedere.territory import services as people
from belvedere.territory.models import Operator, User
from belvedere.testing.jobs import run_jobs
from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def maker(casentino_on_sale):
    """Who speaks for the sample workshop of Stia."""
    user = User.objects.create_user(username="maker@example.org", password=PASSWORD)
    people.grant(user, "operator", Operator.objects.get(slug="demo-bottega-del-panno"))
    return user


def sign_in(page, name):
    page.goto("/desk/sign-in/")
    page.fill("[name=contact]", name)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()


def fits(page, axe):
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url
    axe(page)


def test_a_maker_sells_a_coat_to_a_buyer_in_france(open_page, axe, maker):
    buyer = open_page(language="en")
    buyer.goto("/en/goods/")
    buyer.select_option("#id_to", "FR")
    buyer.wait_for_url("**to=FR**")
    buyer.get_by_text("Sent to France for").first.wait_for()
    fits(buyer, axe)
    buyer.get_by_role("link", name="Orange Casentino coat").click()
    expect(buyer.get_by_text("within 4 days")).to_be_visible()
    fits(buyer, axe)
    buyer.get_by_role("link", name="Buy", exact=True).click()
    expect(
        buyer.get_by_text("€409.90"), "price and sending are said before paying"
    ).to_be_visible()
    expect(buyer.get_by_text("20 %"), "with the VAT of France").to_be_visible()
    fits(buyer, axe)

    buyer.fill("[name=name]", "Claire Exemple")
    buyer.fill("[name=street]", "1 rue de l'Exemple")
    buyer.fill("[name=city]", "Paris")
    buyer.fill("[name=email]", "claire@example.org")
    buyer.click("button[name=book]")
    assert buyer.input_value("[name=street]") == "1 rue de l'Exemple", "what was typed is kept"
    expect(buyer.locator("#error-postcode")).to_be_visible()
    expect(buyer.locator("#error-consent")).to_be_visible()
    fits(buyer, axe)
    buyer.fill("[name=postcode]", "75001")
    buyer.check("[name=consent]")
    buyer.click("button[name=book]")
    expect(buyer.get_by_text("It goes to France.")).to_be_visible()
    fits(buyer, axe)
    buyer.click("button[name=pay]")
    buyer.click("button[value=pay]")
    buyer.get_by_role("heading", name="Bought and paid").wait_for()
    expect(buyer.get_by_text("1 rue de l'Exemple")).to_be_visible()
    expect(buyer.get_by_text("Call this order off")).to_be_visible()
    fits(buyer, axe)
    order_page = buyer.url
    run_jobs()

    desk = open_page()
    sign_in(desk, maker.username)
    desk.goto("/desk/selling/")
    fits(desk, axe)
    desk.locator("#parcels a").first.click()
    expect(desk.get_by_text("Claire Exemple").first).to_be_visible()
    fits(desk, axe)
    slip = desk.get_by_role("link", name=re.compile("Distinta")).get_attribute("href")
    paper = pypdfium2.PdfDocument(desk.request.get(slip).body())
    assert "Paris" in paper[0].get_textpage().get_text_range()
    desk.click("button[value=pack]")
    desk.click("button[value=ship]")
    expect(desk.locator("#id_tracking_error"), "a parcel has a number").to_be_visible()
    fits(desk, axe)
    desk.fill("[name=tracking]", "ex 0001 fr")
    desk.click("button[value=ship]")
    expect(desk.locator("button[value=deliver]")).to_be_visible()
    run_jobs()

    buyer.goto(order_page)
    expect(buyer.get_by_text("EX0001FR")).to_be_visible()
    expect(buyer.get_by_text("Call this order off"), "it is on its way").not_to_be_visible()
    fits(buyer, axe)
    buyer.click("button[name=received]")
    assert Order.objects.get().state == "redeemed"
    assert not sales.invariants()

    buyer.get_by_role("link", name="Send it back").click()
    expect(buyer.get_by_text("€409.90")).to_be_visible()
    fits(buyer, axe)
    buyer.click("button[name=withdraw]")
    fits(buyer, axe)
    desk.goto(f"/desk/selling/parcels/{Delivery.objects.get().seller_order_id}/")
    fits(desk, axe)
    desk.click("button[value=accept]")
    fits(desk, axe)
    desk.click("button[value=take-back]")
    run_jobs()
    buyer.goto(order_page)
    expect(buyer.get_by_text("Goods back, money given back")).to_be_visible()
    order = Order.objects.get()
    assert (order.money, order.market) == ("refunded", "FR")
    assert not sales.invariants()
    kinds = set(Fact.objects.filter(subject=f"order:{order.pk}").values_list("kind", flat=True))
    assert {
        "sale.packed",
        "sale.sent",
        "sale.delivered",
        "sale.withdrawn",
        "sale.returned",
    } <= (kinds)
    for fact in Fact.objects.all():
        assert not re.search("Claire|Exemple|IT60X", f"{fact.subject} {fact.detail}")


def test_a_coat_is_bought_without_javascript_and_refused_where_nobody_carries_it(
    open_page, maker
):
    buyer = open_page(language="en", javascript=False)
    buyer.goto("/en/goods/cappotto-casentino/")
    buyer.select_option("#to", "US")
    buyer.get_by_role("button", name="See price and time").click()
    expect(
        buyer.get_by_text("United States: none of our carriers goes there yet.")
    ).to_be_visible()
    buyer.select_option("#to", "CH")
    buyer.get_by_role("button", name="See price and time").click()
    buyer.get_by_role("link", name="Buy", exact=True).click()
    expect(buyer.get_by_text("It leaves the European Union")).to_be_visible()
    buyer.fill("[name=name]", "Claire Exemple")
    buyer.fill("[name=street]", "Beispielweg 1")
    buyer.fill("[name=postcode]", "8001")
    buyer.fill("[name=city]", "Zürich")
    buyer.fill("[name=phone]", "+41 44 668 18 00")
    buyer.check("[name=consent]")
    buyer.click("button[name=book]")
    buyer.click("button[name=pay]")
    buyer.click("button[value=pay]")
    for _look in range(20):
        if buyer.locator("[id^=delivery-]").count():
            break
        buyer.reload()
    found = Delivery.objects.get()
    assert found.customs[0]["hs"] == "620120"
    assert not sales.invariants()
