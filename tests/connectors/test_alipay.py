"""Alipay against the vendor's vectors, and against a simulator of our own."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from belvedere.connectors.alipay import signing
from belvedere.connectors.alipay.payments import AlipayPay
from belvedere.sell.ports import Device, PaymentStage, Proof, Screen, Site
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater
from belvedere.shared.money import Amount
from belvedere.testing import PaymentsContract
from tests.connectors import alipay_gateway as alipay
from tests.connectors.wsgi import served

VECTOR = json.loads((Path(__file__).parent / "alipay_vectors.json").read_text())
NOTIFY = "https://shop.example/pay/notify/alipay/"


@pytest.fixture(scope="session")
def keys():
    """The shop's key and Alipay's, made up for these tests."""
    return alipay.new_key(), alipay.new_key()


@pytest.fixture
def account(keys):
    return {
        "app_id": alipay.APP,
        "seller_id": alipay.SELLER,
        "private_key": alipay.pem(keys[0]),
        "alipay_public_key": alipay.public(keys[1]),
    }


@pytest.fixture
def gateway(keys):
    return alipay.Gateway(*keys)


@pytest.fixture
def address(gateway):
    with served(gateway) as address:
        yield f"{address}/gateway.do"


@pytest.fixture
def payments(account, address, tmp_path):
    account = {**account, "gateway": address}
    return AlipayPay(Site(NOTIFY, tmp_path, b"", account))


@pytest.fixture
def buyer(gateway):
    def buyer(number, do):
        gateway.scan(number)
        if do == "pay":
            gateway.pay(number)

    return buyer


@pytest.fixture
def notice(gateway):
    return gateway.notices.__getitem__


def opened(payments, screen=None, **changed):
    given = {
        "key": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "reference": "Belvedere 7",
        "back": "https://shop.example/o/x?a=1&b=2",
        "until": datetime.now(UTC) + timedelta(minutes=15),
        "language": "zh-Hans",
        "device": Device(screen) if screen else None,
        **changed,
    }
    return payments.open(Amount(5000, "CNY"), **given)


class TestAlipay(PaymentsContract):
    price = Amount(5000, "CNY")
    refused = PaymentStage.OPEN  # Who refuses goes away: Alipay says nothing.

    def opened(self, payments, key="", price=None):
        """Open a payment whose code the buyer has scanned, so that Alipay knows the trade."""
        payment = super().opened(payments, key, price)
        with httpx.Client() as phone:
            phone.get(
                f"{payments.gateway.removesuffix('/gateway.do')}/scan/{payment.remote_id}"
            )
        return payment

    def test_a_notice_without_signature_is_refused(self, payments, buyer, notice):
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        headers, body = notice(payment.remote_id)
        fields = [each for each in body.split(b"&") if not each.startswith(b"sign=")]
        with pytest.raises(Refused):
            payments.notified(headers, b"&".join(fields))


def test_says_that_the_vendors_vectors_vouch_for_it(payments):
    assert payments.spec.proof == Proof.VECTOR
    assert payments.spec.taken == "success"


# The vendor's vectors


def test_the_vendors_notice_is_accepted():
    body = urlencode(VECTOR["form"]).encode()
    signing.verify_notice(signing.public_key(VECTOR["public_key"]), signing.form(body))


@pytest.mark.parametrize("field", sorted({*VECTOR["form"]} - {"sign"}))
def test_the_vendors_notice_is_refused_when_a_field_is_changed(field):
    form = {**VECTOR["form"], field: VECTOR["form"][field] + "0"}
    with pytest.raises(signing.BadSignature):
        signing.verify_notice(signing.public_key(VECTOR["public_key"]), form)


def test_the_vendors_notice_passes_the_whole_connector(account, tmp_path):
    form = VECTOR["form"]
    shop = {**account, "alipay_public_key": VECTOR["public_key"]}
    shop |= {name: form[name] for name in ("app_id", "seller_id")}
    then = datetime(2019, 8, 15, 8, 0, tzinfo=UTC)  # 16:00 in Beijing
    payments = AlipayPay(Site(NOTIFY, tmp_path, b"", shop), now=lambda: then)
    notice = payments.notified({}, urlencode(form).encode())
    assert (notice.event_id, notice.remote_id) == (form["notify_id"], form["out_trade_no"])


def test_a_notice_that_is_signed_with_its_sign_type_is_accepted(keys):
    form = {"method": "alipay.open.servicemarket.order.notify", "sign_type": "RSA2"}
    form["sign"] = signing.sign(keys[1], signing.content(form, empty=True))
    signing.verify_notice(keys[1].public_key(), form)


# Opening


@pytest.mark.parametrize(
    ("screen", "phone_pages", "method", "product"),
    [
        (Screen.DESKTOP, "", "alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
        (Screen.PHONE, "", "alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
        (Screen.PHONE, "yes", "alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    ],
)
def test_a_screen_is_sent_to_alipays_page(
    payments, gateway, screen, phone_pages, method, product
):
    payments.account["phone_pages"] = phone_pages
    payment = opened(payments, screen)
    query = gateway.visit(payment.redirect)  # Checks the signature.
    content = json.loads(query["biz_content"])
    assert (query["method"], content["product_code"]) == (method, product)
    assert query["notify_url"] == NOTIFY
    assert query["return_url"] == "https://shop.example/o/x?a=1&b=2"
    assert content["total_amount"] == "50.00"
    assert gateway.asked == []  # An address costs no call.
    assert payments.read(payment.remote_id).stage == PaymentStage.OPEN


def test_the_platform_has_room_for_the_address(payments):
    from belvedere.sell.models import Payment

    address = opened(
        payments, Screen.DESKTOP, back=f"https://shop.example/{'x' * 400}"
    ).redirect
    assert 1000 < len(address) <= Payment._meta.get_field("redirect").max_length


@pytest.mark.parametrize("screen", [None, Screen.WALLET])
def test_without_a_screen_there_is_a_code_for_the_app(payments, screen):
    payment = opened(payments, screen)
    assert (payment.redirect, payment.qr[:22]) == ("", "https://qr.alipay.com/")


def test_the_page_and_the_code_are_one_trade(payments, gateway):
    page, code = opened(payments, Screen.DESKTOP), opened(payments)
    assert page.remote_id == code.remote_id == "0f8fad5bd9cb469fa16570867728950e"


def test_the_deadline_is_told_in_the_time_of_beijing(payments):
    payment = opened(payments, Screen.DESKTOP, until=datetime(2026, 11, 26, 18, 30, tzinfo=UTC))
    content = json.loads(dict(parse_qsl(urlsplit(payment.redirect).query))["biz_content"])
    assert content["time_expire"] == "2026-11-27 02:30:00"


def test_a_title_is_spared_what_alipay_refuses(payments):
    payment = opened(payments, Screen.DESKTOP, reference="A/B=C&D 森林")
    content = json.loads(dict(parse_qsl(urlsplit(payment.redirect).query))["biz_content"])
    assert content["subject"] == "A B C D 森林"


def test_opening_what_was_paid_meanwhile_says_so(payments, gateway):
    payment = opened(payments)
    gateway.pay(payment.remote_id)
    assert opened(payments).stage == PaymentStage.PAID


def test_prices_in_euro_are_refused(payments):
    with pytest.raises(Refused):
        payments.open(
            Amount(5000, "EUR"),
            key="k",
            reference="",
            back="",
            until=datetime.now(UTC),
            language="it",
        )


# Before anybody has scanned, Alipay knows no trade


def test_a_code_that_nobody_has_scanned_is_open_and_can_be_given_up(payments):
    payment = opened(payments)
    assert payments.read(payment.remote_id).stage == PaymentStage.OPEN
    assert payments.cancel(payment.remote_id).stage == PaymentStage.CLOSED


def test_money_for_a_code_that_was_given_up_is_read_all_the_same(payments, gateway):
    payment = opened(payments)
    payments.cancel(payment.remote_id)
    gateway.pay(payment.remote_id)
    read = payments.read(payment.remote_id)
    assert (read.stage, read.amount) == (PaymentStage.PAID, Amount(5000, "CNY"))


def test_a_code_dies_at_its_own_time(payments, gateway):
    payment = opened(payments)
    gateway.now = lambda: datetime.now(UTC) + timedelta(minutes=16)
    gateway.pay(payment.remote_id)
    assert payments.read(payment.remote_id).stage == PaymentStage.OPEN


# Refunds


@pytest.fixture
def paid(payments, gateway):
    payment = opened(payments)
    gateway.pay(payment.remote_id)
    return payment.remote_id


def test_refunds_add_up_and_the_last_one_closes_the_trade(payments, paid):
    first = payments.refund(paid, Amount(2000, "CNY"), key="a")
    assert (first.stage, first.refunded_minor) == (PaymentStage.PAID, 2000)
    last = payments.refund(paid, Amount(3000, "CNY"), key="b")
    assert (last.stage, last.refunded_minor) == (PaymentStage.REFUNDED, 5000)
    assert payments.read(paid).stage == PaymentStage.REFUNDED


def test_a_failed_refund_is_sent_again_with_the_same_number(payments, gateway, paid):
    gateway.balance_is_short = True
    with pytest.raises(Refused, match="SELLER_BALANCE_NOT_ENOUGH"):
        payments.refund(paid, Amount(2000, "CNY"), key="a")
    gateway.balance_is_short = False
    assert payments.refund(paid, Amount(2000, "CNY"), key="a").refunded_minor == 2000
    numbers = [
        json.loads(each["biz_content"])["out_request_no"]
        for each in gateway.asked
        if each["method"] == "alipay.trade.refund"
    ]
    assert numbers == ["a", "a"]


def test_a_finished_trade_is_paid_and_gives_nothing_back(payments, gateway, paid):
    gateway.finish(paid)
    assert payments.read(paid).stage == PaymentStage.PAID
    with pytest.raises(Refused, match="TRADE_HAS_FINISHED"):
        payments.refund(paid, Amount(2000, "CNY"), key="a")


def test_a_refund_that_has_moved_nothing_yet_is_asked_about_again(payments, gateway, paid):
    gateway.answers["alipay.trade.refund"] = {
        "code": "10000",
        "fund_change": "N",
        "refund_fee": "0.00",
    }
    with pytest.raises(OutcomeUnknown):
        payments.refund(paid, Amount(2000, "CNY"), key="a")


# Notices


def test_a_title_with_a_percent_sign_is_decoded_once(payments, gateway, paid):
    assert b"100%25+%26+more" in gateway.notices[paid][1]
    assert payments.notified(*gateway.notices[paid]).remote_id == paid


@pytest.mark.parametrize("part", [b"50.00", b"TRADE_SUCCESS", b"ALIPAYACCOUNT", b"RSA2"])
def test_a_changed_notice_is_refused(payments, gateway, paid, part):
    headers, body = gateway.notices[paid]
    assert part in body
    with pytest.raises(Refused):
        payments.notified(headers, body.replace(part, b"9" + part[1:]))


def test_a_field_that_comes_twice_is_refused(payments, gateway, paid):
    headers, body = gateway.notices[paid]
    with pytest.raises(Refused, match="twice"):
        payments.notified(headers, body + b"&out_trade_no=other")


@pytest.mark.parametrize(
    "changed",
    [
        {"app_id": "2021000000000009"},
        {"seller_id": "2088000000000009"},
        {"out_trade_no": "not ours"},
        {"notify_id": ""},
    ],
)
def test_a_well_signed_notice_for_somebody_else_is_refused(payments, gateway, paid, changed):
    with pytest.raises(Refused):
        payments.notified(*gateway.notice(paid, **changed))


@pytest.mark.parametrize(
    ("age", "taken"),
    [
        (timedelta(hours=25, minutes=30), True),
        (timedelta(hours=26, minutes=1), False),
        (timedelta(minutes=-4), True),
        (timedelta(minutes=-6), False),
    ],
)
def test_a_notice_is_taken_as_long_as_alipay_repeats_it(payments, gateway, paid, age, taken):
    at = (datetime.now(UTC) - age).astimezone(alipay.BEIJING)
    notice = gateway.notice(paid, notify_time=f"{at:%Y-%m-%d %H:%M:%S}")
    if taken:
        assert payments.notified(*notice).remote_id == paid
    else:
        with pytest.raises(Refused):
            payments.notified(*notice)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{}", b"a=1", b"a=%ff&sign_type=RSA2"])
def test_what_is_no_notice_is_refused(payments, body):
    with pytest.raises(Refused):
        payments.notified({}, body)


# Answers are believed only when signed


@pytest.mark.parametrize(
    ("honest", "forged"),
    [(b"WAIT_BUYER_PAY", b"TRADE_SUCCESS"), (b'"total_amount": "50', b'"total_amount": "10')],
)
def test_a_changed_answer_is_not_believed(payments, gateway, honest, forged):
    payment = opened(payments)
    gateway.scan(payment.remote_id)
    gateway.tamper = lambda body: body.replace(honest, forged)
    with pytest.raises(OutcomeUnknown):
        payments.read(payment.remote_id)


def test_an_answer_about_another_trade_is_not_believed(payments, gateway, paid):
    gateway.answers["alipay.trade.query"] = {
        "code": "10000",
        "out_trade_no": "other",
        "trade_status": "TRADE_SUCCESS",
        "total_amount": "50.00",
    }
    with pytest.raises(OutcomeUnknown, match="another trade"):
        payments.read(paid)


def test_an_answer_may_have_its_slashes_escaped_after_signing(payments, gateway):
    gateway.escape = True
    assert opened(payments).qr.startswith("https://qr.alipay.com/")


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"a": 1', '{"a" 1}', '{"a": 1} x', '{"a": 1, "a": 2}', '{"a": 1 "b": 2}'],
)
def test_what_is_no_json_object_is_told(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds
        signing.members(text)


# Errors


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ({"code": "20000", "sub_code": "aop.unknow-error"}, OutcomeUnknown),
        ({"code": "20001", "sub_code": "aop.invalid-auth-token"}, NotAuthorised),
        ({"code": "40002", "sub_code": "isv.invalid-app-id"}, NotAuthorised),
        ({"code": "40002", "sub_code": "isv.invalid-parameter"}, Refused),
        ({"code": "40004", "sub_code": "ACQ.SYSTEM_ERROR"}, OutcomeUnknown),
        ({"code": "40004", "sub_code": "ACQ.INVALID_PARAMETER"}, Refused),
        ({"code": "40005", "sub_code": "isv.app-call-limited"}, TryLater),
        ({"code": "40006", "sub_code": "isv.insufficient-isv-permissions"}, NotAuthorised),
    ],
)
def test_each_refusal_means_one_of_four_things(payments, gateway, said, meaning):
    gateway.answers["alipay.trade.precreate"] = said
    with pytest.raises(meaning):
        opened(payments)


def test_a_shop_with_another_key_is_told_to_connect_again(payments):
    other = alipay.new_key()
    payments.keys = signing.Keys(other, payments.keys.alipays, {})
    with pytest.raises(NotAuthorised, match="invalid-signature"):
        opened(payments)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [(httpx.ConnectError("no"), TryLater), (httpx.ReadTimeout("no"), OutcomeUnknown)],
)
def test_a_broken_line_says_whether_it_may_be_repeated(account, tmp_path, error, meaning):
    def broken(request):
        raise error

    site = Site(NOTIFY, tmp_path, b"", account)
    with pytest.raises(meaning):
        opened(AlipayPay(site, transport=httpx.MockTransport(broken)))


@pytest.mark.parametrize("status", [302, 404, 502])
def test_an_answer_that_is_none_leaves_the_outcome_unknown(account, tmp_path, status):
    answer = httpx.MockTransport(lambda request: httpx.Response(status, text="…"))
    with pytest.raises(OutcomeUnknown):
        opened(AlipayPay(Site(NOTIFY, tmp_path, b"", account), transport=answer))


@pytest.mark.parametrize("setting", ["private_key", "alipay_public_key"])
@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN NOTHING-----"])
def test_an_account_without_good_keys_must_be_connected_again(account, tmp_path, setting, text):
    with pytest.raises(NotAuthorised):
        AlipayPay(Site(NOTIFY, tmp_path, b"", {**account, setting: text}))


# Certificate mode


@pytest.fixture
def certified(keys, account, gateway, address, tmp_path):
    root_key = alipay.new_key()
    root, root_pem = alipay.certificate(root_key, "Invented root")
    _, app = alipay.certificate(keys[0], "app", issuer=root, issuer_key=root_key)
    _, theirs = alipay.certificate(keys[1], "alipay", issuer=root, issuer_key=root_key)
    gateway.certificate_number = signing.number(theirs)
    account = {
        **account,
        "alipay_public_key": "",
        "app_certificate": app,
        "alipay_certificate": theirs,
        "root_certificate": f"{root_pem}\n{root_pem}",
        "gateway": address,
    }
    return AlipayPay(Site(NOTIFY, tmp_path, b"", account))


def test_certificates_are_named_in_each_request(certified, gateway):
    payment = opened(certified)
    assert payment.qr
    asked = gateway.asked[0]
    assert asked["app_cert_sn"] == signing.number(certified.account["app_certificate"])
    root = signing.number(certified.account["root_certificate"])
    assert asked["alipay_root_cert_sn"] == f"{root}_{root}"


def test_a_new_certificate_of_alipays_calls_a_person(certified, gateway):
    gateway.certificate_number = "f" * 32
    with pytest.raises(NotAuthorised, match="new certificate"):
        opened(certified)


def test_two_of_three_certificates_are_too_few(account, tmp_path, certified):
    short = {**certified.account, "root_certificate": ""}
    with pytest.raises(NotAuthorised, match="three certificates"):
        AlipayPay(Site(NOTIFY, tmp_path, b"", short))


def test_in_its_own_browser_its_page_is_opened(payments):
    device = Device(Screen.WALLET, wallet="alipay")
    assert opened(payments, device=device).redirect
