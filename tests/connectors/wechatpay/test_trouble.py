"""What goes wrong between the connector and WeChat Pay, and whether it may be repeated."""

import logging
from uuid import uuid4

import httpx
import pytest

from belvedere.connectors.wechatpay.payments import WechatPay
from belvedere.sell.ports import Site
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater

from .conftest import WECHAT, opened
from .simulator import Refusal


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (401, "SIGN_ERROR", NotAuthorised),
        (403, "NO_AUTH", NotAuthorised),
        (400, "APPID_MCHID_NOT_MATCH", NotAuthorised),
        (429, "FREQUENCY_LIMITED", TryLater),
        (403, "FREQUENCY_LIMIT_EXCEED", TryLater),
        (400, "PARAM_ERROR", Refused),
        (403, "RULE_LIMIT", Refused),
        (500, "SYSTEM_ERROR", OutcomeUnknown),
        (502, "", OutcomeUnknown),
    ],
)
def test_each_answer_says_whether_it_may_be_repeated(payments, wechat, status, code, meaning):
    opened(payments)
    wechat.refuse = Refusal(status, code, "说明")
    with pytest.raises(meaning) as told:
        opened(payments)
    assert "detail" not in str(told.value)


def test_nothing_happens_by_reading(payments, wechat):
    payment = opened(payments)
    wechat.refuse = Refusal(500, "SYSTEM_ERROR")
    with pytest.raises(TryLater):
        payments.read(payment.remote_id)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [(httpx.ConnectError("no"), TryLater), (httpx.ReadTimeout("no"), OutcomeUnknown)],
)
def test_a_broken_line_says_whether_it_may_be_repeated(
    connect, account, with_public_key, error, meaning
):
    def broken(request):
        raise error

    payments = connect({**account, **with_public_key}, transport=httpx.MockTransport(broken))
    with pytest.raises(meaning):
        opened(payments)
    with pytest.raises(TryLater):
        payments.read(uuid4().hex)


def test_no_secret_is_ever_told(connect, account, wechat, caplog):
    caplog.set_level(logging.DEBUG)
    payments = connect(account)
    payment = opened(payments, WECHAT)
    wechat.refuse = Refusal(401, "SIGN_ERROR")
    with pytest.raises(NotAuthorised) as told:
        payments.read(payment.remote_id)
    shown = " ".join(
        [
            caplog.text,
            repr(told.value),
            repr(payments),
            repr(payments.account),
            repr(payments.client),
        ]
    )
    for secret in (account["apiv3_key"], account["private_key"][100:140], WECHAT.payer):
        assert secret not in shown


def test_without_its_account_it_asks_to_be_connected(tmp_path):
    with pytest.raises(NotAuthorised):
        WechatPay(Site("https://shop.example/", tmp_path, b"", {}))
