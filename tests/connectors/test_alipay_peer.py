"""Alipay's own client for Node (npm `alipay-sdk`) and our connector understand each other.

It vouches for the signatures in both directions, for the simulator's answers, and for the
numbers of certificates. Nothing of it reaches Alipay.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from belvedere.connectors.alipay import signing
from belvedere.connectors.alipay.payments import AlipayPay
from belvedere.sell.ports import Device, PaymentStage, Screen, Site
from belvedere.shared.money import Amount
from tests.connectors import alipay_gateway as alipay
from tests.connectors.peers import node
from tests.connectors.wsgi import served

PACKAGE = "alipay-sdk"
NOTIFY = "https://shop.example/pay/notify/alipay/"
HEAD = """
import { readFileSync } from 'node:fs';
import { AlipaySdk } from 'alipay-sdk';
const given = JSON.parse(readFileSync(0, 'utf8'));
const sdk = new AlipaySdk({
  appId: given.app_id, privateKey: given.private_key, alipayPublicKey: given.public_key,
  keyType: 'PKCS8', gateway: given.gateway,
});
const say = (it) => process.stdout.write(JSON.stringify(it ?? null));
"""
VERIFY = HEAD + "say(given.forms.map((form) => sdk.checkNotifySignV2(form)));"
EXEC = (
    HEAD
    + "const options = { validateSign: true };"
    + "say(await sdk.exec(given.method, { bizContent: given.content }, options));"
)
PAGE = (
    HEAD
    + "say(sdk.pageExecute('alipay.trade.page.pay', 'GET', { bizContent: given.content }));"
)
NUMBERS = """
import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
const require = createRequire(process.cwd() + '/');
const given = JSON.parse(readFileSync(0, 'utf8'));
const { getSN } = require(join(dirname(require.resolve('alipay-sdk')), 'antcertutil.js'));
process.stdout.write(JSON.stringify([getSN(given.app), getSN(given.root, true)]));
"""


@pytest.fixture(scope="module")
def keys():
    return alipay.new_key(), alipay.new_key()


@pytest.fixture
def gateway(keys):
    return alipay.Gateway(*keys)


@pytest.fixture
def address(gateway):
    with served(gateway) as address:
        yield f"{address}/gateway.do"


@pytest.fixture
def ours(keys, address, tmp_path):
    account = {
        "app_id": alipay.APP,
        "seller_id": alipay.SELLER,
        "private_key": alipay.pem(keys[0]),
        "alipay_public_key": alipay.public(keys[1]),
        "gateway": address,
    }
    return AlipayPay(Site(NOTIFY, tmp_path, b"", account))


@pytest.fixture
def theirs(keys, address):
    """Ask the vendor's client, as the same shop."""

    def theirs(script, **more):
        shop = {
            "app_id": alipay.APP,
            "private_key": alipay.pem(keys[0]),
            "public_key": alipay.public(keys[1]),
            "gateway": address,
        }
        return node(script, {**shop, **more}, PACKAGE)

    return theirs


def opened(payments, screen):
    return payments.open(
        Amount(5000, "CNY"),
        key="0f8fad5b-d9cb-469f-a165-70867728950e",
        reference="森林 100%",
        back="https://shop.example/back?x=1",
        until=datetime.now(UTC) + timedelta(minutes=15),
        language="zh-Hans",
        device=Device(screen),
    )


def test_the_vendors_client_accepts_our_requests_and_refuses_changed_ones(
    ours, theirs, gateway, keys
):
    page = dict(parse_qsl(urlsplit(opened(ours, Screen.DESKTOP).redirect).query))
    opened(ours, Screen.WALLET)
    forms = [page, gateway.asked[0]]
    forms += [
        {**form, "biz_content": form["biz_content"].replace("50", "51")} for form in forms
    ]
    verdict = theirs(VERIFY, forms=forms, public_key=alipay.public(keys[0]))
    assert verdict == [True, True, False, False]


def test_our_connector_accepts_what_the_vendors_client_signs(theirs, gateway, keys):
    address = theirs(PAGE, content={"out_trade_no": "a1", "total_amount": "50.00"})
    query = dict(parse_qsl(urlsplit(address).query))
    key = keys[0].public_key()
    assert signing.fits(key, signing.content(query), query["sign"])
    assert not signing.fits(key, signing.content({**query, "method": "x"}), query["sign"])


def test_the_vendors_client_and_ours_verify_the_same_notices(ours, theirs, gateway):
    payment = opened(ours, Screen.WALLET)
    gateway.pay(payment.remote_id)
    _, body = gateway.notices[payment.remote_id]
    form = signing.form(body)
    forms = [form, {**form, "total_amount": "0.01"}, {**form, "subject": "森林 100%25"}]
    assert theirs(VERIFY, forms=forms) == [True, False, False]
    assert ours.notified({}, body).remote_id == payment.remote_id


def test_the_vendors_client_reads_at_the_simulator_what_ours_reads(ours, theirs, gateway):
    payment = opened(ours, Screen.WALLET)
    gateway.pay(payment.remote_id)
    said = theirs(
        EXEC, method="alipay.trade.query", content={"out_trade_no": payment.remote_id}
    )
    assert (said["code"], said["tradeStatus"]) == ("10000", "TRADE_SUCCESS")
    assert ours.read(payment.remote_id).stage == PaymentStage.PAID


def test_the_vendors_client_opens_what_ours_closes(ours, theirs, gateway):
    until = f"{datetime.now(alipay.BEIJING) + timedelta(minutes=5):%Y-%m-%d %H:%M:%S}"
    content = {
        "out_trade_no": "a1",
        "total_amount": "50.00",
        "subject": "森林",
        "time_expire": until,
    }
    said = theirs(EXEC, method="alipay.trade.precreate", content=content)
    assert said["qrCode"].startswith("https://qr.alipay.com/")
    gateway.scan("a1")
    assert ours.cancel("a1").stage == PaymentStage.CLOSED


def test_certificates_have_the_same_numbers_for_both():
    root_key, app_key = alipay.new_key(), alipay.new_key()
    root, root_pem = alipay.certificate(root_key, "Invented root")
    # A number that begins with zeros, which some clients lose.
    _, app = alipay.certificate(app_key, "app", issuer=root, issuer_key=root_key, serial=77)
    bundle = f"{root_pem}\n{root_pem}"
    theirs = node(NUMBERS, {"app": app, "root": bundle}, PACKAGE)
    assert theirs == [signing.number(app), signing.root_number(bundle)]


def test_the_simulator_turns_strangers_away(address):
    asked = {"method": "alipay.trade.query", "app_id": alipay.APP, "biz_content": "{}"}
    said = httpx.post(address, data={**asked, "sign": "AAAA"}).json()
    assert said["error_response"]["sub_code"] == "isv.invalid-signature"
