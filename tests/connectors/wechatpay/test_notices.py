"""WeChat Pay's notices at the address where the world reaches us."""

import pytest
from django.urls import reverse

from belvedere.sell import registry
from belvedere.sell.models import PaymentEvent
from belvedere.territory import services as territory

from .conftest import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(client, payments, account, monkeypatch):
    """Bring a notice, as WeChat Pay does."""
    territory.connect("payments", "wechatpay", account)
    monkeypatch.setattr(registry, "provider", lambda key: payments)

    def told(headers, body):
        return client.post(
            reverse("sell:notify", args=["wechatpay"]),
            data=body,
            content_type="application/json",
            headers={name: value for name, value in headers.items() if "Wechatpay" in name},
        )

    return told


@pytest.fixture
def paid(payments, wechat):
    payment = opened(payments)
    wechat.buyer(payment.remote_id, "pay")
    return payment.remote_id


def test_it_is_answered_with_nothing_and_stored(told, wechat, paid):
    answer = told(*wechat.notice(paid))
    assert (answer.status_code, answer.content) == (200, b"")
    assert PaymentEvent.objects.get().remote_id == paid


def test_the_same_notice_again_is_counted_and_nothing_else(told, wechat, paid):
    notice = wechat.notice(paid)
    for _ in range(3):
        assert told(*notice).status_code == 200
    told(*wechat.notice(paid))  # Signed anew, as on each retry.
    assert PaymentEvent.objects.get().times == 4


def test_changed_or_stale_it_is_refused_and_leaves_nothing(told, wechat, paid, clock):
    headers, body = wechat.notice(paid)
    assert told(headers, body[:-1] + b" }").status_code == 400
    clock.ahead = 301
    assert told(headers, body).status_code == 400
    assert not PaymentEvent.objects.exists()


def test_without_an_account_there_is_no_such_address(client, told, wechat, paid):
    territory.disconnect("payments", "wechatpay")
    assert told(*wechat.notice(paid)).status_code == 404
