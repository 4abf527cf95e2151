"""The wallet: vouchers on the traveller's own device, and nothing of it anywhere else."""

from datetime import time, timedelta

import pytest
from django.core import mail
from playwright.sync_api import expect

from belvedere.sell import services, wallet
from belvedere.sell.models import Allotment, Order
from belvedere.sell.queries.wallet import bookings
from belvedere.shared import clock
from tests.offer.test_pages import text

pytestmark = pytest.mark.django_db


def at(order, what="", prefix=""):
    return f"{prefix}/bookings/{order.token}/{what}"


def test_an_orders_vouchers_say_what_when_where_and_whom_to_call(client, confirmed, guide):
    guide.phone = "+390575500000"
    guide.save()
    order = confirmed(2)
    order.parts.get().lines.get().allotment.product.__class__.objects.update(
        meeting_point="Piazzale", latitude=43.8, longitude=11.8
    )
    page = text(client.get(at(order)))
    for said in ("09:30", "Piazzale", "geo:43.8,11.8", "tel:+390575500000", "visit.ics"):
        assert said in page
    assert page.count('class="qr"') == 1
    assert order.name in page
    assert order.phone not in page  # The buyer's own contact is not on a voucher.


def test_nothing_is_kept_until_it_is_asked_for_and_nothing_after_it_is_forgotten(
    client, confirmed
):
    order = confirmed()
    assert client.get(at(order))["X-Keep"] == "no"
    assert wallet.NAME not in client.cookies
    assert client.get("/bookings/")["X-Keep"] == "none"
    client.post(at(order, "keep/"))
    assert client.get(at(order))["X-Keep"] == "yes"
    listed = client.get("/bookings/")
    assert listed["X-Keep"] == "yes"
    assert at(order) in text(listed)
    assert order.name not in text(listed)
    client.post("/bookings/forget/")
    assert client.get("/bookings/")["X-Keep"] == "none"


def test_what_is_ahead_comes_first_and_the_next_day_before_the_later(walk, till, li):
    def bought(days):
        day = clock.today() + timedelta(days=days)
        services.offer_places(walk.pk, [day], start=time(12), capacity=4)
        order = services.hold([(Allotment.objects.get(day=day).pk, 1)], buyer=li).order
        payment = services.pay(order.pk, back="https://example.org/")
        till.says(payment.remote_id, "paid")
        services.finalise(payment.pk)
        return order

    later, soon, past = bought(9), bought(3), bought(5)
    Allotment.objects.filter(lines__hold__order=past).update(
        day=clock.today() - timedelta(days=2)
    )
    found = bookings([later.token, past.token, soon.token, "x"], "it")
    assert [each.order.pk for each in found] == [soon.pk, later.pk, past.pk]
    assert [each.upcoming for each in found] == [True, True, False]


def test_a_wallet_is_read_in_as_many_queries_with_one_order_as_with_many(
    confirmed, django_assert_num_queries
):
    one = [confirmed(1)]
    many = one + [confirmed(1) for _ in range(4)]
    bookings([one[0].token], "it")  # Django remembers its content types from now on.
    for orders in (one, many):
        with django_assert_num_queries(4):
            assert len(bookings([each.token for each in orders], "it")) == len(orders)


@pytest.mark.parametrize("prefix", ["", "/en", "/zh-hans"])
def test_what_is_unknown_unpaid_or_forgotten_is_not_there(client, book, confirmed, prefix):
    unpaid, gone = book(1), confirmed(1)
    Order.objects.filter(pk=gone.pk).update(forgotten_at=clock.now())
    for order in (unpaid, gone):
        assert client.get(at(order, prefix=prefix)).status_code == 404
    assert client.post(at(unpaid, "keep/", prefix)).status_code == 404
    client.cookies[wallet.NAME] = f"<b>.{'x' * 99}..{unpaid.token}"
    page = client.get(f"{prefix}/bookings/")
    assert (page.status_code, page["X-Keep"]) == (200, "none")


def test_a_cancelled_voucher_has_no_code_to_show(client, confirmed):
    order = confirmed()
    services.cancel(order.pk)
    page = text(client.get(at(order)))
    assert "non vale più" in page or "non è più valido" in page
    assert 'class="qr"' not in page


def test_the_twenty_first_takes_the_place_of_the_oldest(rf):
    request = rf.get("/")
    request.COOKIES[wallet.NAME] = ".".join(f"token-{n:06}" for n in range(20))
    from django.http import HttpResponse

    answer = HttpResponse()
    wallet.keep(request, answer, "the-youngest")
    kept = answer.cookies[wallet.NAME].value.split(".")
    assert (len(kept), kept[0], kept[-1]) == (20, "the-youngest", "token-000018")


def test_the_mail_and_the_orders_page_lead_there(client, paid, li, start):
    order = services.finalise(paid(1).pk).order
    Order.objects.filter(pk=order.pk).update(email="li@example.org")
    from belvedere.sell.services import mails

    mails.tell_traveller(order.pk)
    assert at(order, prefix="/zh-hans") in mail.outbox[0].body
    assert at(order) in text(client.get(f"/orders/{order.token}/"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_at_a_trail_head_without_signal_the_code_is_there_until_it_is_forgotten(
    live, open_page, axe, confirmed
):
    order = confirmed()
    page = open_page(at(order, prefix="/zh-hans"), language="zh-Hans", width=390)
    page.click(f"form[action$='{order.token}/keep/'] button")
    expect(page.locator("[data-ready]")).to_be_visible()
    axe(page)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    # Chromium leaves what a worker lets through to the network as it is: cut that as well.
    page.context.set_offline(True)
    page.context.route("**/bookings/**", lambda route: route.abort())
    page.reload()
    expect(page.locator(".pass-code svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto("/zh-hans/bookings/")
    page.click(f"a[href$='{order.token}/']")
    expect(page.locator(".pass-code svg")).to_be_visible()
    page.click("[data-forget] button")
    expect(page.locator("[data-wallet] .alert-success")).to_be_visible()
    assert page.evaluate("caches.has('wallet pages')") is False
    assert not [each for each in page.context.cookies() if each["name"] == "bookings"]
