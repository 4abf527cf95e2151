"""The connector against our own simulator: what it sends, and what it makes of the answers."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from belvedere.sell.ports import Device, PaymentStage, Proof, Screen
from belvedere.shared.errors import OutcomeUnknown, Refused, TryLater
from belvedere.shared.money import Amount
from belvedere.testing import PaymentsContract

from .conftest import LATER, MERCHANT, PHONE, PUBLIC_KEY_ID, WECHAT, YUAN, opened
from .simulator import Refusal, number_of


def sent(wechat, method="POST"):
    """What the last request of a method said."""
    return next(
        (target, headers, json.loads(body or b"{}"))
        for how, target, headers, body in reversed(wechat.asked)
        if how == method
    )


class OfWechatPay(PaymentsContract):
    price = Amount(5000, "CNY")

    @pytest.fixture
    def wait_to_close(self, clock, payments):
        def wait():
            clock.ahead += payments.spec.close_after.total_seconds() + 1

        return wait


class TestWithCertificates(OfWechatPay):
    def test_says_how_far_it_is_proved(self, payments):
        assert payments.spec.proof in (Proof.VECTOR, Proof.PEER)

    def test_the_notice_is_answered_with_nothing(self, payments):
        assert payments.spec.taken == ""


class TestWithThePublicKey(OfWechatPay):
    """New merchants have no certificates: WeChat Pay answers 404 to who asks for them."""

    @pytest.fixture
    def payments(self, connect, account, with_public_key, wechat):
        wechat.certificates, wechat.signs_with = [], PUBLIC_KEY_ID
        return connect({**account, **with_public_key})

    def test_no_certificate_is_asked_for(self, payments, wechat, buyer):
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        payments.notified(*wechat.notice(payment.remote_id))
        assert not [each for each in wechat.asked if "certificates" in each[1]]


class TestWhileMovingToThePublicKey(OfWechatPay):
    """Answers are signed with the public key that we ask for, notices still the old way."""

    @pytest.fixture
    def payments(self, connect, account, with_public_key):
        return connect({**account, **with_public_key})

    def test_both_are_believed(self, payments, wechat, buyer, platform):
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        headers, body = wechat.notice(payment.remote_id)
        assert headers["Wechatpay-Serial"] == number_of(platform)
        assert payments.notified(headers, body).remote_id == payment.remote_id


class TestThroughAnInstitution(OfWechatPay):
    price = Amount(5000, "EUR")

    @pytest.fixture
    def payments(self, connect, through_institution):
        return connect(through_institution)


# How the buyer goes on ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "device", [None, Device(), Device(Screen.PHONE), Device(Screen.WALLET, wallet="wechatpay")]
)
def test_who_cannot_be_sent_anywhere_else_scans_a_code(payments, wechat, device):
    payment = opened(payments, device)
    assert payment.qr.startswith("weixin://wxpay/")
    assert sent(wechat)[0] == "/v3/pay/transactions/native"


def test_the_order_names_what_wechat_pay_must_know(payments, wechat):
    key, until = str(uuid4()), datetime(2027, 5, 1, 8, 30, 59, 7, tzinfo=UTC)
    payment = opened(payments, key=key, until=until)
    assert payment.remote_id == key.replace("-", "")
    assert sent(wechat)[2] == {
        "appid": MERCHANT["appid"],
        "mchid": MERCHANT["mchid"],
        "description": "Belvedere 17",
        "out_trade_no": payment.remote_id,
        "time_expire": "2027-05-01T16:30:59+08:00",
        "notify_url": "https://shop.example/pay/notify/wechatpay/",
        "amount": {"total": 39000, "currency": "CNY"},
    }


def test_a_phone_goes_to_a_page_and_comes_back(payments, wechat):
    payment = opened(payments, PHONE)
    assert sent(wechat)[0] == "/v3/pay/transactions/h5"
    assert sent(wechat)[2]["scene_info"] == {
        "payer_client_ip": "203.0.113.7",
        "h5_info": {"type": "Wap"},
    }
    query = parse_qs(urlsplit(payment.redirect).query)
    assert query["redirect_url"] == ["https://shop.example/back?a=1"]


def test_in_wechats_browser_the_page_calls_the_wallet(payments, wechat, keys):
    bridge = opened(payments, WECHAT).bridge
    assert sent(wechat)[2]["payer"] == {"openid": WECHAT.payer}
    assert (bridge["appId"], bridge["signType"]) == (MERCHANT["appid"], "RSA")
    assert bridge["package"].startswith("prepay_id=wx")
    text = "".join(
        f"{bridge[each]}\n" for each in ("appId", "timeStamp", "nonceStr", "package")
    )
    keys["merchant"].public_key().verify(
        b64decode(bridge["paySign"]), text.encode(), padding.PKCS1v15(), SHA256()
    )


def test_an_institution_is_asked_abroad_for_its_merchant(connect, through_institution, wechat):
    payments = connect(through_institution)
    payment = opened(payments, PHONE, Amount(5000, "EUR"))
    target, _headers, said = sent(wechat)
    assert target == "/v3/global/transactions/mweb"
    assert payments.account.gateway == "https://apihk.mch.weixin.qq.com"
    assert {name: said[name] for name in ("sp_appid", "sp_mchid", "sub_mchid")} == {
        "sp_appid": MERCHANT["appid"],
        "sp_mchid": MERCHANT["mchid"],
        "sub_mchid": "1900000109",
    }
    assert (said["trade_type"], said["merchant_category_code"]) == ("MWEB", "4722")
    assert said["scene_info"]["store_info"] == {"name": "Guide del Parco", "address": "Poppi"}
    assert not {"appid", "mchid"} & set(said)
    assert payment.redirect
    payments.read(payment.remote_id)
    assert sent(wechat, "GET")[0].endswith("?sp_mchid=1900009191&sub_mchid=1900000109")


@pytest.mark.parametrize(
    ("own", "payer", "app"),
    [
        ({}, "sp_openid", MERCHANT["appid"]),
        ({"sub_appid": "wx0123456789abcdef"}, "sub_openid", "wx0123456789abcdef"),
    ],
)
def test_abroad_the_buyer_is_known_to_one_of_two_accounts(
    connect, through_institution, wechat, own, payer, app
):
    payment = opened(connect({**through_institution, **own}), WECHAT)
    assert sent(wechat)[2]["payer"] == {payer: WECHAT.payer}
    assert payment.bridge["appId"] == app


def test_only_yuan_and_what_the_institution_settles_in(payments, connect, through_institution):
    with pytest.raises(Refused, match="EUR"):
        opened(payments, amount=Amount(5000, "EUR"))
    abroad = connect(through_institution)
    assert opened(abroad).qr
    with pytest.raises(Refused, match="USD"):
        opened(abroad, amount=Amount(5000, "USD"))


def test_a_repetition_without_the_device_finds_the_order(payments):
    key, until = str(uuid4()), datetime.now(UTC) + LATER
    first = opened(payments, WECHAT, key=key, until=until)
    again = opened(payments, None, key=key, until=until)
    assert (again.remote_id, again.stage) == (first.remote_id, PaymentStage.OPEN)


def test_a_repetition_after_paying_says_that_it_is_paid(payments, buyer):
    key, until = str(uuid4()), datetime.now(UTC) + LATER
    buyer(opened(payments, key=key, until=until).remote_id, "pay")
    assert opened(payments, key=key, until=until).stage == PaymentStage.PAID


def test_another_amount_under_the_same_key_is_refused(payments):
    key = str(uuid4())
    opened(payments, key=key)
    with pytest.raises(Refused, match="OUT_TRADE_NO_USED"):
        opened(payments, key=key, amount=YUAN * 2)


# How far an order is ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ("SUCCESS", PaymentStage.PAID),
        ("REFUND", PaymentStage.REFUNDED),
        ("NOTPAY", PaymentStage.OPEN),
        ("USERPAYING", PaymentStage.OPEN),
        ("CLOSED", PaymentStage.CLOSED),
        ("REVOKED", PaymentStage.CLOSED),
        ("PAYERROR", PaymentStage.FAILED),
    ],
)
def test_each_state_has_its_stage(payments, wechat, state, stage):
    payment = opened(payments)
    wechat.orders[payment.remote_id]["state"] = state
    assert payments.read(payment.remote_id).stage == stage


@pytest.mark.parametrize(
    "says", [{"trade_state": "NEW_STATE"}, {"trade_state": "SUCCESS", "amount": {}}]
)
def test_what_is_not_understood_is_not_believed(payments, wechat, says):
    payment = opened(payments)
    wechat.orders[payment.remote_id]["says"] = says
    with pytest.raises(OutcomeUnknown):
        payments.read(payment.remote_id)


@pytest.mark.parametrize(
    "says",
    [{"mchid": "1900000000"}, {"appid": "wx0000000000000000"}, {"out_trade_no": "other1"}],
)
def test_another_merchants_order_is_refused_however_well_it_is_signed(payments, wechat, says):
    payment = opened(payments)
    wechat.orders[payment.remote_id]["says"] = {"trade_state": "SUCCESS", **says}
    with pytest.raises(Refused, match="another merchant"):
        payments.read(payment.remote_id)


@pytest.mark.parametrize("says", [{"mchid": "1900000000"}, {"appid": "wx0000000000000000"}])
def test_a_notice_of_another_merchant_is_refused(payments, wechat, says):
    payment = opened(payments)
    with pytest.raises(Refused, match="another merchant"):
        payments.notified(*wechat.notice(payment.remote_id, **says))


def test_a_notice_about_a_refund_leads_to_its_order(payments, wechat):
    payment = opened(payments)
    del wechat.orders[payment.remote_id]["given"]["appid"]
    told = wechat.notice(payment.remote_id, refund_status="SUCCESS")
    assert payments.notified(*told).remote_id == payment.remote_id


def test_an_order_that_is_not_known_is_asked_about_later(payments):
    with pytest.raises(TryLater):
        payments.read(uuid4().hex)


@pytest.mark.parametrize("number", ["", "a/../b", "x?mchid=1", "é" * 8])
def test_nothing_but_a_number_gets_into_an_address(payments, number):
    with pytest.raises(Refused):
        payments.read(number)


# Closing ------------------------------------------------------------------------------------
def test_in_its_first_five_minutes_an_order_stays_open(payments, buyer):
    payment = opened(payments)
    with pytest.raises(TryLater) as told:
        payments.cancel(payment.remote_id)
    assert told.value.after == payments.spec.close_after == timedelta(minutes=5)
    buyer(payment.remote_id, "pay")
    assert payments.read(payment.remote_id).stage == PaymentStage.PAID


def test_who_pays_while_it_is_being_closed_has_paid(payments, wechat, clock):
    payment = opened(payments)
    clock.ahead = 400
    asked = wechat.close

    def paid_first(number, given):
        wechat.buyer(number, "pay")
        return asked(number, given)

    wechat.close = paid_first
    assert payments.cancel(payment.remote_id).stage == PaymentStage.PAID


def test_what_is_not_known_can_never_be_paid(payments):
    assert payments.cancel(uuid4().hex).stage == PaymentStage.CLOSED


# Giving back --------------------------------------------------------------------------------
def test_a_refund_is_done_when_the_money_has_arrived(payments, wechat, paid):
    key, wechat.refund_status = str(uuid4()), "PROCESSING"
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            payments.refund(paid, YUAN, key=key)
    wechat.refund_status = "SUCCESS"
    done = payments.refund(paid, YUAN, key=key)
    assert (done.stage, done.refunded_minor) == (PaymentStage.REFUNDED, 39000)
    assert len([each for each in wechat.asked if each[1] == "/v3/refund/domestic/refunds"]) == 1


@pytest.mark.parametrize("status", ["CLOSED", "ABNORMAL"])
def test_a_refund_that_cannot_arrive_is_shown_to_a_person(payments, wechat, paid, status):
    wechat.refund_status = status
    with pytest.raises(Refused, match=status):
        payments.refund(paid, YUAN, key=str(uuid4()))


def test_a_refund_whose_answer_was_lost_is_not_made_twice(payments, wechat, paid):
    key = str(uuid4())
    asked = wechat.give_back

    def lost(given):
        asked(given)
        raise Refusal(500, "SYSTEM_ERROR")

    wechat.give_back = lost
    with pytest.raises(OutcomeUnknown):
        payments.refund(paid, Amount(9000, "CNY"), key=key)
    wechat.give_back = asked
    payments.refund(paid, Amount(9000, "CNY"), key=key)
    assert [each["amount"]["refund"] for each in wechat.refunds.values()] == [9000]


def test_a_number_that_was_another_refunds_is_refused(payments, paid):
    key = str(uuid4())
    payments.refund(paid, Amount(9000, "CNY"), key=key)
    with pytest.raises(Refused, match="another refund"):
        payments.refund(paid, Amount(8000, "CNY"), key=key)
