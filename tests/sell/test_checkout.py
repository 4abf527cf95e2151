from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.translation import override

from belvedere.journal import services as journal
from belvedere.journal.models import Fact
from belvedere.journal.rules import token
from belvedere.sell import queries, registry, services
from belvedere.sell.models import Allotment, Order
from belvedere.shared import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(start):
    return {
        "when": f"{start.day:%Y-%m-%d}T09:30",
        "quantity": "2",
        "name": "李明",
        "phone": "+86 139 1234 5678",
        "consent": "on",
        "key": str(uuid4()),
    }


@pytest.fixture
def address(walk):
    with override("zh-hans"):
        return reverse("sell-pages:checkout", args=[walk.slug])


@pytest.fixture
def provider():
    """The demo provider of this installation."""
    from belvedere.connectors.demo_pay.payments import provider

    here = registry.site("demo")
    return provider(here.home, here.secret)


def press(client, page, button):
    """Press a button on the provider's page, as a browser's form does."""
    return client.post(page, f"do={button}", content_type="application/x-www-form-urlencoded")


def path(response):
    return response["Location"].split("testserver")[-1]


@pytest.mark.parametrize(
    ("language", "words"),
    [("it", "Numero di persone"), ("en", "Number of people"), ("zh-hans", "人数")],
)
def test_the_form_speaks_the_visitors_language(client, walk, start, language, words):
    with override(language):
        page = client.get(reverse("sell-pages:checkout", args=[walk.slug]))
    assert words in page.content.decode()


def test_a_traveller_books_pays_and_has_a_voucher(client, form, address, start):
    code = journal.issue("piece:1").code
    form["s"] = token(code, clock.now())
    held = client.post(address, form)
    assert held.status_code == 302
    page = client.get(held["Location"])
    assert "已为您保留名额" in page.content.decode()
    paying = client.post(path(held) + "pay/")
    provider_page = path(paying)
    assert "/demo-pay/pay/" in provider_page
    assert "不会产生" in client.get(provider_page).content.decode()
    back = press(client, provider_page, "pay")
    done = client.get(path(back), follow=True)
    assert "预订成功" in done.content.decode()
    order = Order.objects.get()
    assert (order.state, order.money, order.source) == ("confirmed", "paid", code)
    fact = Fact.objects.get(kind="sale.confirmed")
    assert fact.source == code
    assert fact.detail["seconds_from_link"] >= 0
    voucher = order.vouchers.get()
    assert voucher.code in done.content.decode()
    assert queries.invariants() == []


def test_the_return_page_never_says_paid_before_the_provider_does(client, form, address):
    order_page = path(client.post(address, form))
    client.post(order_page + "pay/")
    answer = client.get(order_page + "return/")
    page = answer.content.decode()
    assert "支付尚未确认" in page
    assert answer["Refresh"] == "3"
    assert "预订成功" not in page


def test_the_place_that_is_gone_is_told_at_once_with_what_is_left(
    client, form, address, start, walk, tomorrow
):
    services.offer_places(walk.pk, [tomorrow], capacity=3)
    services.hold([(start.pk, 9)])
    answer = client.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "仅剩 1 个名额" in page
    assert "李明" in page
    assert "余 3 位" in page
    assert Order.objects.filter(name="李明").count() == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": ""}, "任填一项即可"),
        ({"phone": "139 1234 5678"}, "例如 +86"),
        ({"phone": "+86 1"}, "电话号码有误"),
        ({"name": ""}, "请填写姓名"),
        ({"quantity": "0"}, "1"),
        ({"consent": ""}, "请勾选"),
        ({"when": "tomorrow"}, "停售"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, form, address, wrong, said):
    answer = client.post(address, {**form, "email": "", **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert form["key"] in page
    assert Order.objects.count() == 0


def test_a_double_click_takes_places_once(client, form, address, start):
    first, second = client.post(address, form), client.post(address, form)
    assert first["Location"] == second["Location"]
    start.refresh_from_db()
    assert start.taken == 2


def test_going_back_and_changing_the_number_is_another_wish(client, form, address):
    first = client.post(address, form)
    second = client.post(address, {**form, "quantity": "3"})
    assert second.status_code == 302
    assert second["Location"] != first["Location"]


def test_an_unknown_source_is_stored_as_unknown_never_as_text(client, form, address):
    client.post(address, {**form, "s": "b-zzzzz"})
    assert Order.objects.get().source == "unknown"


def test_rubbish_as_source_is_no_source(client, form, address):
    client.post(address, {**form, "s": "<script>"})
    assert Order.objects.get().source == ""


def test_a_quote_is_frozen_in_the_order_and_shown_as_about(client, form, address, walk):
    from decimal import Decimal

    from belvedere.sell.models import Quote

    Quote.objects.all().delete()
    Quote.objects.create(
        base="EUR", quoted="CNY", rate=Decimal("8.2"), provider="Test", at=clock.now()
    )
    page = client.get(client.post(address, form)["Location"]).content.decode()
    Quote.objects.create(
        base="EUR", quoted="CNY", rate=Decimal("9"), provider="Test", at=clock.now()
    )
    assert "约 ¥410.00" in page
    assert Order.objects.get().about.minor == 41000


def test_refusing_at_the_provider_keeps_the_places(client, form, address):
    order_page = path(client.post(address, form))
    provider_page = path(client.post(order_page + "pay/"))
    back = press(client, provider_page, "refuse")
    page = client.get(path(back), follow=True).content.decode()
    assert "支付未成功" in page
    assert Order.objects.get().hold.state == "held"


def test_leaving_an_unpaid_order_frees_the_places(client, form, address, start):
    order_page = path(client.post(address, form))
    client.post(order_page + "pay/")
    page = client.post(order_page + "cancel/", follow=True).content.decode()
    assert "预订已取消" in page
    start.refresh_from_db()
    assert start.taken == 0
    assert queries.invariants() == []


def test_a_forged_notice_changes_nothing(client, form, address):
    order_page = path(client.post(address, form))
    client.post(order_page + "pay/")
    answer = client.post(
        "/pay/notify/demo/", b'{"event":"e","payment":"x"}', content_type="application/json"
    )
    assert answer.status_code == 400
    assert Order.objects.get().state == "placed"


def test_a_signed_notice_confirms_without_the_browser(client, form, address, provider):
    from belvedere.testing.jobs import run_jobs

    order_page = path(client.post(address, form))
    press(client, path(client.post(order_page + "pay/")), "stay")

    def send(url, body, headers):
        sent = {f"HTTP_{key.upper().replace('-', '_')}": each for key, each in headers.items()}
        answer = client.post("/pay/notify/demo/", body, content_type="application/json", **sent)
        return answer.status_code == 200

    assert provider.deliver(send) >= 1
    run_jobs("sell")
    assert Order.objects.get().state == "confirmed"


def test_an_order_that_is_not_there_is_404(client):
    assert client.get("/orders/guess/").status_code == 404


def test_a_product_off_sale_has_no_checkout(client, walk, address):
    walk.state = walk.State.WITHDRAWN
    walk.save()
    assert client.get(address).status_code == 404


def test_free_places_of_many_products_are_one_query_and_one_for_packages(
    walk, start, tomorrow, django_assert_num_queries
):
    with django_assert_num_queries(1):
        queries.SellBooking().free([walk.slug], [tomorrow])
    with django_assert_num_queries(2):  # The other one may be a package.
        (free,) = queries.SellBooking().free(
            [walk.slug, "another"], [tomorrow], source="b-7f3k2", language="zh-Hans"
        )
    assert (free.free, free.capacity, free.price.minor) == (10, 10, 2500)
    assert free.url.startswith("/zh-hans/book/foresta-di-camaldoli/?day=")
    assert free.url.endswith("start=09%3A30&s=b-7f3k2")
    assert Allotment.objects.get() == start
