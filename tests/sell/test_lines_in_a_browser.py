"""The waiting room and the waiting list on a phone, without JavaScript."""

from datetime import time

import pytest

from belvedere.sell import services
from belvedere.sell.models import Allotment, Waiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = [("", "it"), ("/en", "en"), ("/zh-hans", "zh-Hans")]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= 390


def fill(page, **more):
    page.fill("input[name=name]", "Ada")
    page.fill("input[name=email]", "ada@example.org")
    page.check("input[name=consent]")
    for name, value in more.items():
        page.fill(f"input[name={name}]", value)


@pytest.mark.parametrize(("prefix", "language"), LANGUAGES)
def test_a_turn_is_asked_for_kept_and_followed_to_the_order(
    live, open_page, axe, walk, tomorrow, prefix, language
):
    services.offer_places(walk.pk, [tomorrow], start=time(18), capacity=3, mode="batch")
    page = open_page(f"{prefix}/book/{walk.slug}/", language=language, width=390)
    fill(page, quantity="1")
    page.click("button[name=book]")
    page.wait_for_url("**/queue/**")
    assert fits(page)
    axe(page)
    room = page.url
    page.goto(room)
    assert page.url == room
    services.admit_all()
    page.wait_for_url("**/orders/**")  # By itself: the browser obeys the page's header.
    assert fits(page)


@pytest.mark.parametrize(("prefix", "language"), LANGUAGES)
def test_a_sold_out_start_leads_to_its_list_and_the_list_to_the_order(
    live, open_page, axe, walk, tomorrow, li, prefix, language
):
    services.offer_places(walk.pk, [tomorrow], start=time(9, 30), capacity=2)
    order = services.hold([(Allotment.objects.get().pk, 2)], buyer=li).order
    page = open_page(
        f"{prefix}/book/{walk.slug}/", language=language, width=390, javascript=False
    )
    assert fits(page)
    page.click("main a.btn-primary")
    page.wait_for_url("**/waiting-list/?when=**")
    assert fits(page)
    fill(page, quantity="1")
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**{prefix}/waiting-list/**")
    assert fits(page)
    services.release(order.pk)
    page.reload()
    assert fits(page)
    page.click("main a.btn-primary")
    page.wait_for_url(f"**/orders/{Waiting.objects.get().hold.order.token}/")


@pytest.mark.parametrize("path", ["", "waiting-list/"])
def test_nothing_serious_stands_in_anybodys_way(live, open_page, axe, walk, tomorrow, li, path):
    services.offer_places(walk.pk, [tomorrow], start=time(9, 30), capacity=2)
    services.hold([(Allotment.objects.get().pk, 2)], buyer=li)
    page = open_page(f"/zh-hans/book/{walk.slug}/{path}", language="zh-Hans", width=390)
    axe(page)
