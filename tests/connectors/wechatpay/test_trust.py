"""Whom the connector believes: by signature, hour, merchant and certificate."""

from datetime import UTC, datetime

import pytest

from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused

from .conftest import opened
from .simulator import certify, make_key, number_of


def test_a_notice_is_taken_with_the_same_id_each_time(payments, wechat, paid):
    told = [payments.notified(*wechat.notice(paid)) for _ in range(2)]
    assert told[0] == told[1]


@pytest.mark.parametrize("late", [301, -301])
def test_a_notice_of_another_hour_is_refused(payments, wechat, paid, clock, late):
    headers, body = wechat.notice(paid)
    clock.ahead += late
    with pytest.raises(Refused, match="five minutes"):
        payments.notified(headers, body)


def test_in_time_it_is_taken_until_the_last_second(payments, wechat, paid, clock):
    headers, body = wechat.notice(paid)
    clock.ahead += 298
    assert payments.notified(headers, body).remote_id == paid


def test_the_kind_of_signature_need_not_be_named(payments, wechat, paid):
    headers, body = wechat.notice(paid)
    del headers["Wechatpay-Signature-Type"]
    assert payments.notified(headers, body).remote_id == paid
    headers["Wechatpay-Signature-Type"] = "WECHATPAY2-SM2-WITH-SM3"
    with pytest.raises(Refused, match="another way"):
        payments.notified(headers, body)


@pytest.mark.parametrize(
    "name",
    ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature"],
)
@pytest.mark.parametrize("value", ["", "x", "1624523846", "WECHATPAY/SIGNTEST/x"])
def test_a_changed_header_is_refused(payments, wechat, paid, name, value):
    headers, body = wechat.notice(paid)
    with pytest.raises(Refused):
        payments.notified({**headers, name: value}, body)


def test_headers_are_found_however_they_are_written(payments, wechat, paid):
    headers, body = wechat.notice(paid)
    lower = {name.lower(): value for name, value in headers.items()}
    assert payments.notified(lower, body).remote_id == paid


def test_a_notice_sealed_with_another_key_is_refused(payments, wechat, paid):
    wechat.apiv3_key = "Another-key-that-has-32-letters."
    with pytest.raises(Refused, match="does not open"):
        payments.notified(*wechat.notice(paid))


def test_forged_notices_do_not_make_us_ask_for_certificates_again(payments, wechat, paid):
    headers, body = wechat.notice(paid)
    payments.notified(headers, body)
    before = len(wechat.asked)
    for number in range(5):
        with pytest.raises(Refused, match="not known"):
            payments.notified({**headers, "Wechatpay-Serial": f"ABCDEF{number}"}, body)
    assert len(wechat.asked) == before


def test_a_new_certificate_is_fetched_when_something_is_signed_with_it(
    payments, wechat, paid, clock
):
    payments.read(paid)
    key = make_key()
    fresh = certify(key)
    wechat.certificates.append(fresh)
    wechat.keys[number_of(fresh)] = key
    wechat.signs_with = number_of(fresh)
    clock.ahead += 301
    assert payments.notified(*wechat.notice(paid)).remote_id == paid


def test_certificates_are_shared_by_all_processes(payments, connect, account, wechat, paid):
    connect(account).read(paid)
    asked = [each for each in wechat.asked if "certificates" in each[1]]
    assert len(asked) == 1


def test_a_certificate_that_has_ended_is_worth_nothing(connect, account, wechat, keys):
    old = certify(keys["platform"], begin=datetime(2024, 1, 1, tzinfo=UTC), days=365)
    wechat.certificates = [old]
    wechat.keys, wechat.signs_with = {number_of(old): keys["platform"]}, number_of(old)
    with pytest.raises(OutcomeUnknown, match="not believed"):
        opened(connect(account))


def test_certificates_that_the_key_does_not_open_say_so(connect, account):
    with pytest.raises(NotAuthorised, match="APIv3 key"):
        opened(connect({**account, "apiv3_key": "Another-key-that-has-32-letters."}))


def changed(headers, body):
    return headers, body.replace(b"NOTPAY", b"SUCCESS")


def unsigned(headers, body):
    return {"Content-Type": "application/json"}, body


@pytest.mark.parametrize("spoil", [changed, unsigned])
def test_an_answer_that_wechat_pay_did_not_sign_is_not_believed(payments, wechat, spoil):
    payment = opened(payments)
    wechat.spoil = spoil
    with pytest.raises(OutcomeUnknown, match="not believed"):
        payments.read(payment.remote_id)
