"""What every way to pay must do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from belvedere.sell.ports import Payment, Payments, PaymentStage
from belvedere.shared.errors import Refused
from belvedere.shared.money import Amount

Signed = tuple[dict[str, str], bytes]


class PaymentsContract:
    """Behaviour all ways to pay share. Subclasses give three fixtures.

    `payments` is the connector; `buyer` does what a buyer does on the provider's page:
    `buyer(remote_id, "pay" | "refuse")`; `notice(remote_id)` returns the headers and the raw
    body of the provider's last notice of a payment. A provider that closes nothing at once
    also gives `wait_to_close`, which lets that time pass.

    Attributes:
        price: What the tests pay.
        refused: What the provider says of a payment that the buyer refused. Some say
            nothing: theirs stays open until it is closed.

    """

    price = Amount(5000, "EUR")
    refused = PaymentStage.FAILED

    @pytest.fixture
    def wait_to_close(self) -> Callable[[], None]:
        return lambda: None

    def opened(self, payments: Payments, key: str = "", price: Amount | None = None) -> Payment:
        return payments.open(
            price or self.price,
            key=key or str(uuid4()),
            reference="Test",
            back="https://shop.example/back",
            until=datetime.now(UTC) + timedelta(minutes=15),
            language="it",
        )

    def test_says_what_it_is_and_how_far_it_is_proven(self, payments: Payments) -> None:
        assert payments.spec.key
        assert payments.spec.name
        assert payments.spec.proof
        assert self.price.currency in payments.spec.currencies

    def test_an_opened_payment_leads_somewhere_and_is_not_paid(
        self, payments: Payments
    ) -> None:
        payment = self.opened(payments)
        assert payment.redirect or payment.qr or payment.bridge
        assert payment.stage == PaymentStage.OPEN
        assert payments.read(payment.remote_id).stage == PaymentStage.OPEN

    def test_the_same_key_is_one_payment(self, payments: Payments) -> None:
        key, until = str(uuid4()), datetime.now(UTC) + timedelta(minutes=15)

        def opened() -> Payment:
            return payments.open(
                self.price,
                key=key,
                reference="Test",
                back="https://shop.example/back",
                until=until,
                language="it",
            )

        assert opened().remote_id == opened().remote_id

    def test_what_the_buyer_paid_is_read_with_its_amount(
        self, payments: Payments, buyer: Callable[[str, str], None]
    ) -> None:
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        read = payments.read(payment.remote_id)
        assert (read.stage, read.amount) == (PaymentStage.PAID, self.price)

    def test_a_refusal_is_read_as_one(
        self, payments: Payments, buyer: Callable[[str, str], None]
    ) -> None:
        payment = self.opened(payments)
        buyer(payment.remote_id, "refuse")
        assert payments.read(payment.remote_id).stage == self.refused

    def test_a_closed_payment_cannot_be_paid(
        self,
        payments: Payments,
        buyer: Callable[[str, str], None],
        wait_to_close: Callable[[], None],
    ) -> None:
        payment = self.opened(payments)
        wait_to_close()
        assert payments.cancel(payment.remote_id).stage == PaymentStage.CLOSED
        buyer(payment.remote_id, "pay")
        assert payments.read(payment.remote_id).stage == PaymentStage.CLOSED

    def test_closing_says_when_it_was_paid_already(
        self, payments: Payments, buyer: Callable[[str, str], None]
    ) -> None:
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        assert payments.cancel(payment.remote_id).stage == PaymentStage.PAID

    def test_the_same_refund_key_gives_back_once(
        self, payments: Payments, buyer: Callable[[str, str], None]
    ) -> None:
        payment, key = self.opened(payments), str(uuid4())
        buyer(payment.remote_id, "pay")
        part = Amount(2000, self.price.currency)
        payments.refund(payment.remote_id, part, key=key)
        assert payments.refund(payment.remote_id, part, key=key).refunded_minor == 2000

    def test_no_more_goes_back_than_was_paid(
        self, payments: Payments, buyer: Callable[[str, str], None]
    ) -> None:
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        most = Amount(3000, self.price.currency)
        payments.refund(payment.remote_id, most, key=str(uuid4()))
        with pytest.raises(Refused):
            payments.refund(payment.remote_id, most, key=str(uuid4()))

    def test_a_notice_names_its_payment(
        self,
        payments: Payments,
        buyer: Callable[[str, str], None],
        notice: Callable[[str], Signed],
    ) -> None:
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        given = payments.notified(*notice(payment.remote_id))
        assert given.remote_id == payment.remote_id
        assert given.event_id

    def test_one_changed_byte_is_refused(
        self,
        payments: Payments,
        buyer: Callable[[str, str], None],
        notice: Callable[[str], Signed],
    ) -> None:
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        headers, body = notice(payment.remote_id)
        with pytest.raises(Refused):
            payments.notified(headers, body + b" ")

    def test_a_notice_without_signature_is_refused(
        self,
        payments: Payments,
        buyer: Callable[[str, str], None],
        notice: Callable[[str], Signed],
    ) -> None:
        payment = self.opened(payments)
        buyer(payment.remote_id, "pay")
        with pytest.raises(Refused):
            payments.notified({}, notice(payment.remote_id)[1])
