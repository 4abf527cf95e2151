"""A package on the public pages: catalogue, basket, order, and a phone without JavaScript."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from belvedere.journal.models import Fact
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Order
from belvedere.sell.ports import PaymentStage
from belvedere.sell.services import DiscountTerms, NoDiscount, TaxTerms, WantedPackage
from belvedere.shared.money import Amount
from tests.sell.packages import unit_of

pytestmark = pytest.mark.django_db


def form(composed, day, **more):
    return {
        "when": f"{day:%Y-%m-%d}", f"unit_{unit_of(composed, 'ADULT')}": "2",
        f"unit_{unit_of(composed, 'CHILD')}": "0", "name": "李明", "phone": "+8613912345678",
        "consent": "on", "key": "0190d0a5-0000-7000-8000-000000000001", **more,
    }  # fmt: skip


def test_it_stands_in_the_catalogue_with_its_next_day(composed, client, tomorrow):
    page = client.get("/en/experiences/").content.decode()
    assert f"/en/experiences/{composed.slug}/" in page
    assert "Package" in page


def test_its_page_says_what_is_in_it_and_machines_read_it_in_order(composed, client):
    page = client.get(f"/en/experiences/{composed.slug}/").content.decode()
    shown = page[page.index('id="included"') :]
    order = ("Day 1", "foresta-di-camaldoli", "casa-nel-bosco", "Day 3", "tessitura")
    assert sorted(order, key=shown.index) == list(order)
    assert "2 nights" in page
    data = json.loads(re.search(r'ld\+json"[^>]*>(.*?)</script>', page, re.S)[1])
    thing = data["mainEntity"]
    assert [each["position"] for each in thing["itinerary"]["itemListElement"]] == [1, 2, 3]
    assert thing["offers"]["availability"].endswith("InStock")


def test_the_basket_keeps_packages_beside_single_starts(composed, client, tomorrow, walk):
    put = client.post(f"/en/book/{composed.slug}/", form(composed, tomorrow, basket="1"))
    assert put.url == "/en/basket/"
    client.post(
        f"/en/book/{walk.slug}/",
        {"when": f"{tomorrow:%Y-%m-%d}T09:30", "quantity": "1", "basket": "1"},
    )
    page = client.get("/en/basket/").content.decode()
    assert "€398.00" in page
    assert "€423.00" in page
    client.post("/en/basket/", {**form(composed, tomorrow), "book": "1"})
    order = Order.objects.get()
    assert order.total_minor == 2 * 19900 + 2500
    page = client.get(f"/en/orders/{order.token}/").content.decode()
    assert "Day 1:" in page
    assert "Day 3:" in page
    assert queries.invariants() == []


def test_what_is_no_longer_to_be_had_is_said_in_the_basket(composed, client, tomorrow):
    client.post(f"/en/book/{composed.slug}/", form(composed, tomorrow, basket="1"))
    for each in Allotment.objects.filter(product__slug="tessitura"):
        services.set_capacity(each.pk, 0)
    page = client.get("/en/basket/").content.decode()
    assert "This can no longer be booked: take it out." in page
    answer = client.post("/en/basket/", {**form(composed, tomorrow), "book": "1"})
    assert answer.status_code == 409
    client.post(f"/en/basket/{composed.pk}-{tomorrow:%Y-%m-%d}/drop/")
    assert "It is empty" in client.get("/en/basket/").content.decode()


def test_called_off_it_gives_everything_back_in_one_sum(composed, client, tomorrow, li, till):
    units = {unit_of(composed, "ADULT"): 2}
    order = services.hold([WantedPackage(composed.pk, tomorrow, units)], buyer=li).order
    payment = services.pay(order.pk, back="https://example.org/back")
    till.says(payment.remote_id, PaymentStage.PAID)
    services.finalise(payment.pk)
    page = client.get(f"/en/orders/{order.token}/").content.decode()
    assert "Cancel only" not in page
    assert "The vouchers of the further nights" in page
    part = order.parts.first()
    page = client.get(f"/en/orders/{order.token}/cancel/?part={part.pk}").content.decode()
    assert "Cancel the package" in page
    assert "You get €398.00 back: all that you paid." in page
    client.post(f"/en/orders/{order.token}/cancel/", {"cancel": "1", "part": part.pk})
    page = client.get(f"/en/orders/{order.token}/").content.decode()
    assert "€398.00" in page
    assert "This booking is cancelled" in page
    assert Fact.objects.filter(kind="sale.cancelled").count() == 3


def test_what_is_wrong_is_said_beside_the_field(composed, client, tomorrow):
    for change in ({"when": "2020-01-01"}, {f"unit_{unit_of(composed, 'ADULT')}": "0"}):
        sent = form(composed, tomorrow, **change)
        answer = client.post(f"/en/book/{composed.slug}/", sent)
        assert answer.status_code == 422
    assert client.get(f"/en/book/{composed.slug}/waiting-list/").status_code == 404
    assert not Order.objects.exists()


def test_resellers_are_not_offered_packages(composed):
    from belvedere.sell.octo.catalogue import Asked, wares

    names = [each.product.slug for each in wares(composed.operator_id, Asked())]
    assert names == ["foresta-di-camaldoli"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_in_chinese_without_javascript(
    live, open_page, axe, composed, house, poppi, tomorrow
):
    house.operator.municipality = poppi
    house.operator.save()
    terms = TaxTerms(
        rate=Amount(200), first_day=tomorrow - timedelta(days=9), source="示例", free_under=12
    )
    services.set_tax(poppi.pk, terms)
    page = open_page(
        f"/zh-hans/experiences/{composed.slug}/",
        language="zh-Hans", width=390, javascript=False,
    )  # fmt: skip
    expect(page.get_by_role("heading", name="每日行程")).to_be_visible()
    page.click(".days a.btn-primary >> nth=0")
    page.fill("input[name=name]", "李明")
    page.fill("input[name=email]", "li@example.org")
    page.check("input[name=consent]")
    expect(page.get_by_text("每人每晚")).to_be_visible()
    page.click("button[name=book]")
    page.wait_for_url("**/orders/**")
    expect(page.get_by_text("当地缴纳", exact=True)).to_be_visible()
    expect(page.get_by_text("第3天")).to_be_visible()
    page.click("button[name=pay] >> nth=0")
    page.click("button[value=pay]")
    page.wait_for_url("**/orders/**")
    expect(page.get_by_role("heading", name="预订成功")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    order = Order.objects.get()
    assert (order.state, order.total_minor) == ("confirmed", 2 * 19900)
    assert queries.invariants() == []


def test_its_calendar_shows_the_days_on_which_all_of_it_is_free(composed, client, tomorrow):
    page = client.get(
        f"/en/experiences/{composed.slug}/calendar/?day={tomorrow}"
    ).content.decode()
    shown = page[page.index("<table") :]
    assert f"{tomorrow}" in shown
    assert "€199" in shown


def test_a_discount_of_a_package_is_for_its_parts_and_for_nothing_else(
    composed, walk, li, tomorrow, casentino
):
    services.make_discount(
        "DUE", casentino.pk, DiscountTerms(percent=Decimal(10), product=composed.pk)
    )
    wanted = WantedPackage(composed.pk, tomorrow, {unit_of(composed, "ADULT"): 1})
    order = services.hold([wanted], buyer=li, code="due").order
    assert (order.full.minor, order.discount_minor) == (19900, 1990)
    alone = Allotment.objects.get(product=walk, day=tomorrow)
    with pytest.raises(NoDiscount):
        services.hold([(alone.pk, 1)], buyer=li, code="due")
    assert queries.invariants() == []
