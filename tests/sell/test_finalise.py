from datetime import timedelta

import pytest
from django.db.models.functions import Now

from belvedere.journal.models import Fact
from belvedere.journal.rules import Touch
from belvedere.sell import queries, services
from belvedere.sell.models import (
    Hold,
    Order,
    Payment,
    PaymentEvent,
    Refund,
    SellerOrder,
    Voucher,
)
from belvedere.sell.ports import Notice, PaymentStage
from belvedere.shared import clock
from belvedere.shared.errors import TryLater
from belvedere.shared.money import Amount
from belvedere.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


def let_expire(order):
    Hold.objects.filter(order=order).update(expires_at=Now() - timedelta(seconds=1))


def taken(start):
    start.refresh_from_db()
    return start.taken


def kinds():
    return list(Fact.objects.filter(kind__startswith="sale").values_list("kind", flat=True))


def test_a_paid_order_is_confirmed_with_number_and_voucher(paid, start):
    followed = clock.now() - timedelta(seconds=90)
    payment = services.finalise(paid(touch=Touch("b-7f3k2", followed)).pk)
    order = payment.order
    order.refresh_from_db()
    assert (order.state, order.money, order.hold.state) == ("confirmed", "paid", "confirmed")
    assert order.number.startswith("B")
    assert Voucher.objects.get(order=order).quantity == 2
    assert kinds() == ["sale.held", "sale.paid", "sale.confirmed"]
    fact = Fact.objects.get(kind="sale.confirmed")
    assert 90 <= fact.detail["seconds_from_link"] <= 95
    assert (fact.source, fact.product, fact.area) == (
        "b-7f3k2",
        "foresta-di-camaldoli",
        "casentino",
    )
    assert taken(start) == 2
    assert queries.invariants() == []


def test_nothing_personal_is_in_the_facts(confirmed):
    confirmed()
    said = str(list(Fact.objects.values()))
    assert "李明" not in said
    assert "13912345678" not in said


def test_finalising_again_changes_nothing(paid):
    payment = paid()
    services.finalise(payment.pk)
    before = (kinds(), Order.objects.get().number)
    services.finalise(payment.pk)
    assert (kinds(), Order.objects.get().number) == before


def test_the_browsers_return_proves_nothing(book, till):
    payment = services.pay(book().pk, back="https://example.org/back")
    assert services.finalise(payment.pk).state == "pending"
    assert Order.objects.get().state == "placed"


def test_paying_extends_the_hold_by_the_databases_clock(book, till):
    order = book(minutes=1)
    before = order.hold.expires_at
    services.pay(order.pk, back="")
    hold = Hold.objects.get()
    assert hold.state == "paying"
    assert hold.expires_at > before + timedelta(minutes=10)
    assert hold.expires_at > hold.pay_deadline


def test_paying_twice_is_one_payment(book, till):
    order = book()
    assert services.pay(order.pk, back="") == services.pay(order.pk, back="")
    assert len(till.payments) == 1


def test_an_expired_hold_cannot_be_paid_so_nothing_is_charged(book, till):
    order = book()
    let_expire(order)
    with pytest.raises(services.NotHeld):
        services.pay(order.pk, back="")
    assert till.payments == {}


def test_a_refused_payment_leaves_the_places_held_for_another_try(book, till):
    order = book()
    payment = services.pay(order.pk, back="")
    till.says(payment.remote_id, PaymentStage.FAILED)
    services.finalise(payment.pk)
    assert Hold.objects.get().state == "held"
    second = services.pay(order.pk, back="")
    assert second != payment
    till.says(second.remote_id, PaymentStage.PAID)
    services.finalise(second.pk)
    assert Order.objects.get().state == "confirmed"
    assert queries.invariants() == []


def test_a_wrong_amount_confirms_nothing_and_calls_a_person(paid, till):
    payment = paid()
    till.says(payment.remote_id, PaymentStage.PAID, amount=Amount(1, "EUR"))
    assert services.finalise(payment.pk).problem == "amount_differs"
    assert Order.objects.get().state == "placed"
    assert "waits for a person" in queries.invariants()[0]


def test_another_currency_confirms_nothing(paid, till):
    payment = paid()
    till.says(payment.remote_id, PaymentStage.PAID, amount=Amount(5000, "CNY"))
    services.finalise(payment.pk)
    assert Order.objects.get().state == "placed"


def test_late_money_takes_free_places_again(paid, start):
    payment = paid()
    expire_while_paying(payment)
    assert taken(start) == 0
    services.finalise(payment.pk)
    order = Order.objects.get()
    assert (order.state, order.money, order.hold.state) == ("confirmed", "paid", "confirmed")
    assert taken(start) == 2
    assert queries.invariants() == []


def test_late_money_for_places_that_are_gone_goes_back_and_the_buyer_is_told(
    paid, start, till, li, mailoutbox
):
    payment = paid()
    Order.objects.update(email="li@example.cn")
    expire_while_paying(payment)
    services.hold([(start.pk, 9)], buyer=li)
    services.finalise(payment.pk)
    order = Order.objects.get(pk=payment.order_id)
    assert (order.state, order.money) == ("expired", "refund_due")
    assert queries.invariants() == []
    run_jobs("sell")
    order.refresh_from_db()
    assert (order.money, Refund.objects.get().state) == ("refunded", "done")
    assert list(till.refunds.values()) == [5000]
    assert "退" in mailoutbox[0].body
    assert taken(start) == 9
    assert queries.invariants() == []


def expire_while_paying(payment):
    """The provider said that it is closed; then the money arrived all the same."""
    order = payment.order
    Payment.objects.filter(pk=payment.pk).update(state="closed")
    Hold.objects.filter(order=order).update(state="held")
    let_expire(order)
    assert services.release_expired() == 1


def test_a_second_payment_goes_back(paid, till, book):
    payment = paid()
    till.says(payment.remote_id, PaymentStage.FAILED)
    services.finalise(payment.pk)
    second = services.pay(payment.order_id, back="")
    till.says(second.remote_id, PaymentStage.PAID)
    services.finalise(second.pk)
    till.says(payment.remote_id, PaymentStage.PAID)
    services.finalise(payment.pk)
    order = Order.objects.get()
    assert order.state == "confirmed"
    assert Refund.objects.get().reason == "double"
    run_jobs("sell")
    order.refresh_from_db()
    assert order.money == "paid"
    assert queries.invariants() == []


def test_a_late_refusal_never_undoes_money(paid, till):
    payment = paid()
    services.finalise(payment.pk)
    till.says(payment.remote_id, PaymentStage.FAILED)
    services.finalise(payment.pk)
    assert Payment.objects.get().state == "captured"


def test_a_notice_is_stored_once_and_leads_to_a_reading(paid):
    payment = paid()
    services.notice("till", Notice("e1", payment.remote_id))
    assert services.notice("till", Notice("e1", payment.remote_id)).times == 2
    assert PaymentEvent.objects.count() == 1
    assert run_jobs("sell")[0] == "sell.finalise"
    assert Order.objects.get().state == "confirmed"


def test_a_notice_before_the_payments_row_is_kept_and_adopted(book, till):
    order = book()
    real = till.open

    def calls_back_before_answering(amount, **given):
        payment = real(amount, **given)
        till.says(payment.remote_id, PaymentStage.PAID)
        services.notice("till", Notice("early", payment.remote_id))
        return payment

    till.open = calls_back_before_answering
    services.pay(order.pk, back="")
    run_jobs("sell")
    order.refresh_from_db()
    assert order.state == "confirmed"
    assert PaymentEvent.objects.get().payment == Payment.objects.get()


def test_an_orphan_is_shown_after_five_minutes(till):
    services.notice("till", Notice("who", "till-unknown"))
    assert queries.invariants() == []
    PaymentEvent.objects.update(received_at=clock.now() - timedelta(minutes=6))
    assert "without its payment" in queries.invariants()[0]


def test_the_poller_finds_what_no_notice_told(paid):
    paid()
    assert services.settle_open_payments() == 1
    assert Order.objects.get().state == "confirmed"


def test_the_poller_resumes_a_payment_whose_opening_was_cut_off(book, till):
    order = book()
    till.down = True
    with pytest.raises(TryLater):
        services.pay(order.pk, back="")
    assert Payment.objects.get().state == "created"
    till.down = False
    services.settle_open_payments()
    assert Payment.objects.get().state == "pending"
    assert len(till.payments) == 1


def test_places_being_paid_are_free_only_after_the_provider_closed(book, till, start):
    order = book()
    services.pay(order.pk, back="")
    let_expire(order)
    till.down = True
    services.settle_open_payments()
    assert services.release_expired() == 0
    assert taken(start) == 2
    till.down = False
    Payment.objects.update(checked_at=None)
    services.settle_open_payments()
    assert services.release_expired() == 1
    assert taken(start) == 0
    assert queries.invariants() == []


def test_closing_too_late_confirms_instead(paid, start):
    payment = paid()
    let_expire(payment.order)
    services.settle_open_payments()
    assert Order.objects.get().state == "confirmed"


def test_a_cancellation_in_time_gives_all_back(confirmed, start, till, mailoutbox):
    order = confirmed()
    SellerOrder.objects.update(free_until=clock.now() + timedelta(hours=1))
    refund = services.cancel(order.pk)
    assert refund.amount == Amount(5000)
    assert taken(start) == 0
    assert queries.invariants() == []
    run_jobs("sell")
    order.refresh_from_db()
    assert (order.state, order.money) == ("cancelled", "refunded")
    assert kinds()[-2:] == ["sale.cancelled", "sale.refunded"]
    assert queries.invariants() == []


def test_a_cancellation_after_the_free_period_gives_nothing_back(confirmed, start):
    order = confirmed()
    SellerOrder.objects.update(free_until=clock.now() - timedelta(hours=1))
    assert services.cancel(order.pk) is None
    assert taken(start) == 0
    assert queries.invariants() == []
    with pytest.raises(services.NotCancellable):
        services.cancel(order.pk)


def test_giving_back_more_than_came_in_is_refused(confirmed):
    payment = confirmed().payments.get()
    services.request_refund(payment.pk, 3000)
    with pytest.raises(services.TooMuch):
        services.request_refund(payment.pk, 3000)


def test_a_refund_whose_answer_was_lost_is_sent_once(confirmed, till):
    payment = confirmed().payments.get()
    refund = services.request_refund(payment.pk, 2000)
    till.down = True
    with pytest.raises(TryLater):
        services.send_refund(refund.pk)
    till.down = False
    services.send_refund(refund.pk)
    services.send_refund(refund.pk)
    assert till.payments[payment.remote_id].refunded_minor == 2000
    assert Order.objects.get().money == "partly_refunded"
    assert Fact.objects.filter(kind="sale.refunded").count() == 1
    assert queries.invariants() == []


def test_what_costs_nothing_is_confirmed_without_a_provider(walk, start, li, till):
    walk.price_minor = 0
    walk.save()
    order = services.hold([(start.pk, 1)], buyer=li).order
    services.pay(order.pk, back="")
    order.refresh_from_db()
    assert order.state == "confirmed"
    assert till.payments == {}
    assert queries.invariants() == []


def test_a_buyer_is_forgotten_when_the_purpose_has_ended(confirmed):
    order = confirmed()
    assert services.forget_expired() == 0
    Order.objects.update(forget_after=clock.today() - timedelta(days=1))
    assert services.forget_expired() == 1
    order.refresh_from_db()
    assert (order.name, order.phone, order.email) == ("", "", "")
    assert queries.invariants() == []
