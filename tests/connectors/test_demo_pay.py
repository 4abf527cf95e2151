import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from belvedere.connectors.demo_pay.payments import DemoPay, inside
from belvedere.connectors.demo_pay.provider import Provider
from belvedere.sell.ports import PaymentStage, Proof, Site
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater
from belvedere.testing import PaymentsContract

SECRET = b"known to both"


class Clock:
    """What the provider and its merchant believe the time is."""

    def __init__(self):
        self.ahead = 0.0

    def __call__(self):
        return time.time() + self.ahead


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def provider(tmp_path, clock):
    return Provider(tmp_path, SECRET, clock)


@pytest.fixture
def site(tmp_path):
    return Site("https://shop.example/pay/notify/demo/", tmp_path, SECRET)


@pytest.fixture
def payments(site, provider, clock):
    return DemoPay(site, transport=inside(provider), now=clock)


@pytest.fixture
def counter(provider):
    """The provider's page, as a browser sees it."""
    return httpx.Client(transport=inside(provider), base_url="http://demo")


@pytest.fixture
def buyer(counter):
    def buyer(remote_id, do):
        return counter.post(f"/pay/{remote_id}", data={"do": do})

    return buyer


@pytest.fixture
def post(provider):
    """Everything the provider's postman brings now."""

    def post():
        brought = []

        def send(address, body, headers):
            brought.append((headers, body))
            return True

        provider.deliver(send)
        return brought

    return post


@pytest.fixture
def notice(post):
    return lambda remote_id: next(each for each in post() if remote_id.encode() in each[1])


class TestDemoPay(PaymentsContract):
    def test_says_that_only_its_own_simulator_vouches_for_it(self, payments):
        assert payments.spec.proof == Proof.SIMULATOR

    def test_the_buyer_is_sent_to_the_site_that_he_came_from(self, payments):
        assert self.opened(payments).redirect.startswith("https://shop.example/demo-pay/pay/")

    @pytest.mark.parametrize(
        ("language", "words"),
        [("it", "non si muove denaro"), ("en", "no money moves"), ("zh-Hans", "不会产生")],
    )
    def test_the_page_says_in_the_buyers_language_that_no_money_moves(
        self, payments, counter, language, words
    ):
        payment = payments.open(
            self.price,
            key=language,
            reference="<b>Walk</b>",
            back="https://shop.example/back",
            until=datetime.now(UTC) + timedelta(minutes=15),
            language=language,
        )
        shown = counter.get(f"/pay/{payment.remote_id}").text
        assert words in shown
        assert f'lang="{language}"' in shown
        assert "<b>Walk" not in shown

    def test_after_paying_the_browser_goes_back(self, payments, buyer):
        answer = buyer(self.opened(payments).remote_id, "pay")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "https://shop.example/back",
        )

    def test_books_outlive_the_process(self, payments, buyer, tmp_path, site):
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        again = DemoPay(site, transport=inside(Provider(tmp_path, SECRET)))
        assert again.read(payment.remote_id).stage == PaymentStage.PAID

    def test_another_body_under_the_same_key_is_refused(self, payments):
        self.opened(payments, key="k")
        with pytest.raises(Refused):
            self.opened(payments, key="k", price=self.price * 2)

    def test_a_late_notice_is_late(self, payments, buyer, post, clock):
        buyer(self.opened(payments).remote_id, "late")
        assert post() == []
        clock.ahead = 91
        assert len(post()) == 1

    def test_a_lost_notice_never_comes_but_the_money_is_there(self, payments, buyer, post):
        payment = self.opened(payments)
        buyer(payment.remote_id, "lost")
        assert post() == []
        assert payments.read(payment.remote_id).stage == PaymentStage.PAID

    def test_duplicates_have_one_event_id_and_a_second_event(self, payments, buyer, post):
        buyer(self.opened(payments).remote_id, "twice")
        events = [headers["Demo-Event"] for headers, _ in post()]
        assert (len(events), len(set(events))) == (3, 2)

    def test_money_after_closing_arrives_after_closing(self, payments, buyer, post, clock):
        payment = self.opened(payments)
        buyer(payment.remote_id, "expired")
        assert payments.read(payment.remote_id).stage == PaymentStage.OPEN
        assert payments.cancel(payment.remote_id).stage == PaymentStage.CLOSED
        clock.ahead = 4
        assert b'"paid"' in post()[0][1]
        assert payments.read(payment.remote_id).stage == PaymentStage.PAID

    def test_a_payment_past_its_time_is_closed(self, payments, clock):
        payment = self.opened(payments)
        clock.ahead = 901
        assert payments.read(payment.remote_id).stage == PaymentStage.CLOSED

    def test_a_notice_that_nobody_took_comes_again(self, payments, buyer, provider, clock):
        buyer(self.opened(payments).remote_id, "pay")
        assert provider.deliver(lambda *given: False) == 1
        assert provider.deliver(lambda *given: True) == 0
        clock.ahead = 3
        assert provider.deliver(lambda *given: True) == 1
        clock.ahead = 300
        assert provider.deliver(lambda *given: True) == 0

    def test_a_notice_older_than_five_minutes_is_refused(self, payments, buyer, post, clock):
        buyer(self.opened(payments).remote_id, "pay")
        ((headers, body),) = post()
        clock.ahead = 301
        with pytest.raises(Refused):
            payments.notified(headers, body)

    def test_a_notice_under_another_event_id_is_refused(self, payments, buyer, post):
        buyer(self.opened(payments).remote_id, "pay")
        ((headers, body),) = post()
        with pytest.raises(Refused):
            payments.notified({**headers, "Demo-Event": "evt_other"}, body)

    def test_a_merchant_with_another_secret_is_turned_away(self, provider, site):
        stranger = Site(site.notify_url, site.home, b"guessed")
        with pytest.raises(NotAuthorised):
            self.opened(DemoPay(stranger, transport=inside(provider)))

    def test_a_request_sent_again_is_turned_away(self, provider, site):
        seen = []

        def copy(request):
            seen.append(request)
            return inside(provider).handle_request(request)

        self.opened(DemoPay(site, transport=httpx.MockTransport(copy)))
        again = httpx.Client(transport=inside(provider))
        repeated = seen[0]
        answer = again.request(
            repeated.method,
            repeated.url,
            content=repeated.content,
            headers=repeated.headers,
        )
        assert answer.status_code == 401

    @pytest.mark.parametrize(
        ("error", "meaning"),
        [
            (httpx.ConnectError("no"), TryLater),
            (httpx.ReadTimeout("no"), OutcomeUnknown),
        ],
    )
    def test_a_broken_line_says_whether_it_may_be_repeated(self, site, error, meaning):
        def broken(request):
            raise error

        with pytest.raises(meaning):
            self.opened(DemoPay(site, transport=httpx.MockTransport(broken)))
