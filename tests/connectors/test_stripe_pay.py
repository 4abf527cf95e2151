"""Stripe: refunds and webhooks against localstripe, Checkout before it by our simulator."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from queue import Queue
from uuid import uuid4

import pytest

from belvedere.connectors.stripe_pay import payments as stripe_pay
from belvedere.connectors.stripe_pay.payments import StripePay
from belvedere.sell.ports import PaymentStage, Proof, Site
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater
from belvedere.shared.money import Amount
from belvedere.testing import PaymentsContract
from tests.connectors.wsgi import served

pytest.importorskip("localstripe", reason="NOT CHECKED AGAINST localstripe: not installed")
front = pytest.importorskip(
    "tests.connectors.stripe_front", reason="Stripe's client is missing"
)

NOTIFY = "https://shop.example/pay/notify/stripe/"


@pytest.fixture(scope="module")
def localstripe(tmp_path_factory):
    process, address = front.start_localstripe(tmp_path_factory.mktemp("localstripe"))
    yield address
    process.terminate()
    process.wait(60)


@pytest.fixture
def provider(localstripe):
    return front.Front(localstripe)


@pytest.fixture
def address(provider):
    with served(provider) as address:
        yield address


@pytest.fixture
def site(tmp_path):
    account = {"secret_key": front.KEY, "webhook_secret": front.SECRET}
    return Site(NOTIFY, tmp_path, b"", account)


@pytest.fixture
def payments(site, address):
    return StripePay(site, address=address)


@pytest.fixture
def buyer(provider):
    def buyer(remote_id, do):
        provider.pay(remote_id, *([] if do == "pay" else ["4000000000000341"]))

    return buyer


@pytest.fixture
def notice(provider):
    return provider.notice


class TestStripe(PaymentsContract):
    refused = PaymentStage.OPEN  # Another card may be tried on the same page.


PRICE = Amount(5000, "EUR")


def opened(payments, amount=PRICE, **changed):
    given = {
        "key": str(uuid4()),
        "reference": "Belvedere 7",
        "back": "https://shop.example/back",
        "until": datetime.now(UTC) + timedelta(minutes=15),
        "language": "it",
        **changed,
    }
    return payments.open(amount, **given)


@pytest.fixture
def paid(payments, provider):
    payment = opened(payments)
    provider.pay(payment.remote_id)
    return payment.remote_id


def test_says_how_far_it_is_proven(payments):
    assert payments.spec.proof == Proof.VENDOR_SPEC


@pytest.mark.parametrize(
    "wrong",
    [{"mode": "pay"}, {"locale": "xx"}, {"unknown": "1"}, {"line_items": [{"number": "1"}]}],
)
def test_the_vendors_types_would_notice(wrong):
    good = {"mode": "payment", "locale": "zh", "line_items": [{"quantity": "1"}]}
    assert front.by_the_vendors_types(good)
    assert not front.by_the_vendors_types({**good, **wrong})


def test_the_page_is_in_the_buyers_language_and_outlives_the_deadline(payments, provider):
    until = datetime.now(UTC) + timedelta(minutes=15)
    payment = opened(payments, language="zh-Hans", until=until)
    assert payment.redirect.startswith("https://checkout.stripe.com/")
    _, _, asked, headers = provider.asked[-1]
    assert asked["locale"] == "zh"
    assert asked["expires_at"] == str(int(until.timestamp()) + 1800)
    assert asked["allowed_payment_method_types"] == ["card"]
    assert headers["HTTP_IDEMPOTENCY_KEY"].startswith("open-")


@pytest.mark.parametrize("amount", [Amount(19500, "CNY"), Amount(2500, "JPY")])
def test_amounts_are_in_minor_units_of_each_currency(payments, provider, amount):
    payment = opened(payments, amount)
    provider.pay(payment.remote_id)
    read = payments.read(payment.remote_id)
    assert (read.stage, read.amount) == (PaymentStage.PAID, amount)


def test_another_amount_under_the_same_key_is_refused(payments):
    until = datetime.now(UTC) + timedelta(minutes=15)
    opened(payments, key="k", until=until)
    with pytest.raises(Refused):
        opened(payments, Amount(1, "EUR"), key="k", until=until)


def test_after_a_refused_card_another_one_pays(payments, provider):
    payment = opened(payments)
    provider.pay(payment.remote_id, "4000000000000341")
    assert payments.read(payment.remote_id).stage == PaymentStage.OPEN
    provider.pay(payment.remote_id)
    assert payments.read(payment.remote_id).stage == PaymentStage.PAID


@pytest.mark.parametrize(
    ("intent", "stage"),
    [
        ("processing", PaymentStage.OPEN),
        ("requires_payment_method", PaymentStage.FAILED),
        ("canceled", PaymentStage.FAILED),
    ],
)
def test_a_bank_that_takes_its_time_may_say_no(payments, provider, intent, stage):
    payment = opened(payments)
    session = provider.sessions[payment.remote_id]
    session |= {"status": "complete", "payment_status": "unpaid", "payment_intent": "pi_1"}
    provider._expanded = lambda it: {**it, "payment_intent": {"id": "pi_1", "status": intent}}
    assert payments.read(payment.remote_id).stage == stage


# Refunds, at localstripe


def test_a_refund_is_found_again_after_its_key_was_forgotten(payments, provider, paid):
    payments.refund(paid, Amount(2000), key="a")
    provider.keys.clear()  # As Stripe does after a day.
    assert payments.refund(paid, Amount(2000), key="a").refunded_minor == 2000


def test_the_whole_amount_given_back_is_read_as_refunded(payments, paid):
    payments.refund(paid, Amount(2000), key="a")
    read = payments.refund(paid, Amount(3000), key="b")
    assert (read.stage, read.refunded_minor) == (PaymentStage.REFUNDED, 5000)


def test_what_was_not_paid_is_not_given_back(payments):
    with pytest.raises(Refused):
        payments.refund(opened(payments).remote_id, Amount(1), key="a")


def test_a_refund_that_failed_is_made_anew(payments, provider, paid, monkeypatch):
    payments.refund(paid, Amount(2000), key="a")
    honest = payments._refunds
    monkeypatch.setattr(
        payments, "_refunds", lambda it: [{**each, "status": "failed"} for each in honest(it)]
    )
    assert payments.refund(paid, Amount(2000), key="a").refunded_minor == 4000
    keys = [headers.get("HTTP_IDEMPOTENCY_KEY") for *_, headers in provider.asked]
    assert [key for key in keys if key and key.startswith("refund-")] == [
        "refund-a-0",
        "refund-a-1",
    ]


# Webhooks


def test_localstripes_signature_is_accepted_and_a_changed_byte_refused(
    payments, provider, localstripe
):
    """Its events are about payments, not pages: what is refused says for which reason."""
    came = Queue()

    def hook(environ, start_response):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        came.put(({"Stripe-Signature": environ["HTTP_STRIPE_SIGNATURE"]}, body))
        start_response("200 OK", [])
        return []

    with served(hook) as address:
        known = {"url": address, "secret": front.SECRET}
        provider.behind.post("/_config/webhooks/one", json=known).raise_for_status()
        provider.pay(opened(payments).remote_id)
        headers, body = came.get(timeout=10)
    with pytest.raises(Refused, match="it is about"):
        payments.notified(headers, body)
    with pytest.raises(Refused, match="No signatures found"):
        payments.notified(headers, body + b" ")


@pytest.mark.parametrize(("ahead", "taken"), [(-290, True), (-310, False), (310, False)])
def test_a_notice_is_five_minutes_old_at_most(payments, provider, paid, ahead, taken):
    given = provider.notice(paid, at=time.time() + ahead)
    if taken:
        assert payments.notified(*given).remote_id == paid
    else:
        with pytest.raises(Refused):
            payments.notified(*given)


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"{}", b'{"type": "checkout.session.x"}']
)
def test_what_is_no_notice_is_refused(payments, body):
    with pytest.raises(Refused):
        payments.notified({"Stripe-Signature": front.signed(body)}, body)


# Errors


def test_another_key_must_be_connected_again(site, address):
    stranger = Site(NOTIFY, site.home, b"", {**site.account, "secret_key": "sk_test_other"})
    with pytest.raises(NotAuthorised):
        opened(StripePay(stranger, address=address))


@pytest.mark.parametrize(
    ("status", "kind", "meaning"),
    [
        (400, "invalid_request_error", Refused),
        (402, "card_error", Refused),
        (403, "invalid_request_error", NotAuthorised),
        (409, "idempotency_error", TryLater),
        (429, "invalid_request_error", TryLater),
        (500, "api_error", OutcomeUnknown),
    ],
)
def test_each_refusal_means_one_of_four_things(payments, provider, status, kind, meaning):
    provider.fails_with = (status, front.error("no", kind))
    with pytest.raises(meaning):
        opened(payments)


def test_nobody_listening_leaves_the_outcome_unknown(site):
    nobody = f"http://127.0.0.1:{front.free_port()}"
    with pytest.raises(OutcomeUnknown):
        opened(StripePay(site, address=nobody))


def test_a_missing_client_is_told(site, monkeypatch):
    monkeypatch.setitem(sys.modules, "stripe", None)
    stripe_pay.sdk.cache_clear()
    with pytest.raises(NotAuthorised, match=r"belvedere\[stripe\]"):
        opened(StripePay(site))
    stripe_pay.sdk.cache_clear()


def test_finding_the_way_to_pay_does_not_load_the_client():
    code = "import sys, belvedere.connectors.stripe_pay.payments as it; "
    code += "assert 'stripe' not in sys.modules, it"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
