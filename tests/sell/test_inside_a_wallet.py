"""Paying in the browser of a wallet that says who the buyer is to it."""

from datetime import time
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from belvedere.sell import registry, services
from belvedere.sell.models import Allotment, Payment
from belvedere.sell.ports import PaymentSpec, PaymentStage, Proof
from belvedere.shared.errors import TryLater

from .conftest import Till

INSIDE = "Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0.50 WeChat"
SIGNED = {"appId": "wx1", "package": "prepay_id=1", "paySign": "sign"}
# What WeChat's browser has: it takes the arguments, and says that the buyer has paid.
BRIDGE = """window.WeixinJSBridge = {invoke(name, given, then) {
  window.called = [name, given]; then({err_msg: "get_brand_wcpay_request:ok"}); }};"""


class Wallet(Till):
    """A till with a browser of its own; it knows the buyer by the code `good`."""

    spec = PaymentSpec(
        "wechatpay",
        "The wallet",
        Proof.NONE,
        frozenset({"EUR"}),
        browser="MicroMessenger",
        script="connectors/wechatpay.js",
    )
    code, payers = "good", ()

    def introduce(self, back, state):
        self.back = back
        return f"{back}?{urlencode({'code': self.code, 'state': state})}"

    def recognise(self, code):
        if code != "good":
            raise TryLater("The wallet does not say.")
        return "buyer-1"

    def open(self, amount, *, device=None, **given):
        opened = super().open(amount, device=device, **given)
        self.payers = (*self.payers, device.payer)
        way = {"bridge": SIGNED} if device.payer else {"qr": "weixin://pay"}
        self.says(opened.remote_id, PaymentStage.OPEN, redirect="", **way)
        return self.payments[opened.remote_id]


@pytest.fixture
def wallet(monkeypatch):
    wallet = Wallet()
    made = type("Made", (), {"spec": Wallet.spec, "__new__": lambda cls, site: wallet})
    monkeypatch.setattr(registry, "installed", lambda: {"wechatpay": made})
    return wallet


@pytest.fixture
def order(db, wallet, walk, tomorrow, li):
    services.offer_places(walk.pk, [tomorrow], start=time(9), capacity=3)
    return services.hold([(Allotment.objects.get().pk, 2)], buyer=li).order


def press(client, order, agent=INSIDE):
    there = reverse("sell-pages:pay", args=[order.token])
    return client.post(there, {"pay": "wechatpay:EUR"}, headers={"User-Agent": agent})


def come_back(client, address, agent=INSIDE):
    return client.get(address, headers={"User-Agent": agent})


def test_the_wallet_is_asked_who_the_buyer_is_and_then_the_payment_opens(client, order, wallet):
    asked = press(client, order)
    assert not Payment.objects.exists(), "nothing is opened before the buyer is known"
    page = come_back(client, asked.url)
    assert page.url == reverse("sell-pages:order", args=[order.token])
    assert wallet.payers == ("buyer-1",)
    assert Payment.objects.get().bridge == SIGNED
    shown = client.get(page.url).content.decode()
    assert "prepay_id=1" in shown
    assert "connectors/wechatpay.js" in shown
    assert "Paga con The wallet" in shown
    assert "buyer-1" not in shown


def test_whom_the_wallet_does_not_name_scans_a_code(client, order, wallet):
    wallet.code = "bad"
    come_back(client, press(client, order).url)
    assert wallet.payers == ("",)
    assert Payment.objects.get().qr == "weixin://pay"


def test_elsewhere_nobody_is_asked(client, order, wallet):
    press(client, order, agent="Mozilla/5.0 Firefox/140")
    assert wallet.payers == ("",)


@pytest.mark.parametrize("change", ["state=0", "code=", "provider"])
def test_who_did_not_begin_here_opens_nothing(client, order, wallet, change):
    address = press(client, order).url
    if change == "state=0":
        address = address.split("state=")[0] + "state=0"
    if change == "provider":
        address = address.replace("/EUR/", "/CNY/")
    if change == "code=":
        address = address.split("?")[0]
    come_back(client, address)
    assert not Payment.objects.exists()
    assert come_back(client, address.replace("wechatpay", "till")).status_code == 302


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prefix", "language"), [("", "it"), ("/zh-hans", "zh-Hans")])
def test_the_page_opens_the_wallet_and_believes_only_the_provider(
    live, open_page, axe, order, wallet, prefix, language
):
    page = open_page(
        f"{prefix}/orders/{order.token}/", language=language, user_agent=INSIDE, width=390
    )
    page.click("button[name=pay]")
    page.wait_for_url(f"**{prefix}/orders/{order.token}/")
    expect(page.locator("[data-bridge]")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    (payment,) = wallet.payments
    wallet.says(payment, PaymentStage.PAID)
    page.add_init_script(BRIDGE)
    page.reload()
    page.wait_for_url(f"**{prefix}/orders/{order.token}/")
    order.refresh_from_db()
    assert order.state == "confirmed"
