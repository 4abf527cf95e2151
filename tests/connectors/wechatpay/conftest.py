"""A merchant with made-up keys, and our own simulator of WeChat Pay."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from belvedere.connectors.wechatpay.payments import WechatPay
from belvedere.sell.ports import Device, Screen, Site
from belvedere.shared.money import Amount

from .simulator import Simulator, certify, make_key, number_of, private_pem, public_pem

MERCHANT = {
    "appid": "wxdace645e0bc2c424",
    "mchid": "1900009191",
    "serial_no": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    "apiv3_key": "Made-up-for-tests-of-32-letters.",
}
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000091912024112500291900000001"
YUAN = Amount(39000, "CNY")
PHONE = Device(Screen.PHONE, address="203.0.113.7")
WECHAT = Device(
    Screen.WALLET,
    wallet="wechatpay",
    address="203.0.113.7",
    payer="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
)
LATER = timedelta(minutes=15)


def opened(payments, device=None, amount=YUAN, key=None, until=None):
    return payments.open(
        amount,
        key=key or str(uuid4()),
        reference="Belvedere 17",
        back="https://shop.example/back?a=1",
        until=until or datetime.now(UTC) + LATER,
        language="zh-Hans",
        device=device,
    )


class Clock:
    """What the merchant and WeChat Pay believe the time is."""

    def __init__(self):
        self.ahead = 0.0

    def __call__(self):
        return time.time() + self.ahead


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def keys():
    """The merchant's key, and two with which WeChat Pay signs."""
    return {name: make_key() for name in ("merchant", "platform", "public")}


@pytest.fixture(scope="session")
def platform(keys):
    """WeChat Pay's certificate."""
    return certify(keys["platform"])


@pytest.fixture
def account(keys):
    """A direct merchant who downloads certificates."""
    return {**MERCHANT, "private_key": private_pem(keys["merchant"])}


@pytest.fixture
def with_public_key(keys):
    """What is added to an account that was given WeChat Pay's public key."""
    return {"public_key_id": PUBLIC_KEY_ID, "public_key": public_pem(keys["public"])}


@pytest.fixture
def through_institution(account):
    """A merchant in Italy, whom an institution connects and settles with in euros."""
    return {
        **account,
        "sub_mchid": "1900000109",
        "category": "4722",
        "currency": "EUR",
        "shop": "Guide del Parco",
        "shop_address": "Poppi",
    }


@pytest.fixture
def wechat(keys, platform, clock):
    return Simulator(
        merchant=keys["merchant"].public_key(),
        serial_no=MERCHANT["serial_no"],
        apiv3_key=MERCHANT["apiv3_key"],
        now=clock,
        keys={number_of(platform): keys["platform"], PUBLIC_KEY_ID: keys["public"]},
        signs_with=number_of(platform),
        certificates=[platform],
    )


@pytest.fixture
def connect(tmp_path, wechat, clock):
    """Make the connector for an account."""

    def connect(account, **options):
        site = Site("https://shop.example/pay/notify/wechatpay/", tmp_path, b"", account)
        return WechatPay(site, **{"transport": wechat.transport(), "now": clock, **options})

    return connect


@pytest.fixture
def payments(connect, account):
    return connect(account)


@pytest.fixture
def buyer(wechat):
    return wechat.buyer


@pytest.fixture
def notice(wechat):
    return wechat.notice


@pytest.fixture
def paid(payments, buyer):
    payment = opened(payments)
    buyer(payment.remote_id, "pay")
    return payment.remote_id
