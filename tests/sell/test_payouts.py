"""Paying sellers: nothing twice, nothing lost, and what comes back is owed again."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Payout, Posting, Seller, Transfer
from belvedere.sell.queries import dac7
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


def balance(account):
    found = Posting.objects.filter(account=account)
    return found.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def reported(operator_id):
    """Return what the yearly report says that a seller was credited, to the cent."""
    found = dac7.report(clock.today().year, [operator_id])
    return sum(row.net for each in found for row in each.rows)


@pytest.fixture
def earned(confirmed, guide):
    """Earn fifty euros for the guide, less ten per cent of what they are without VAT."""
    Seller.objects.get_or_create(operator=guide, defaults={"commission_percent": 10})

    def earned(quantity=2):
        order = confirmed(quantity)
        services.redeem(order.vouchers.get().code, operator_id=guide.pk, any_day=True)
        return order

    return earned


NET = 5000 - 410 - 90  # 50.00 with 22 % VAT is 40.98 without; 10 % is 4.10, VAT on it 0.90.


def test_what_was_earned_is_paid_once_however_often_it_is_asked_for(earned, guide):
    earned()
    (payout,) = services.draft_payouts()
    assert (payout.operator, payout.amount.minor) == (guide, NET)
    assert services.draft_payouts() == []
    services.send_payout(payout.pk)
    assert balance("seller_payable") == 0
    services.pay_out(payout.pk, "CRO 1")
    assert (balance("payouts_in_transit"), balance("bank")) == (0, -NET)
    assert services.draft_payouts() == []
    with pytest.raises(services.WrongStep):
        services.send_payout(payout.pk)
    assert queries.invariants() == []


def test_a_payout_that_comes_back_after_it_was_paid_is_owed_again(earned):
    earned()
    (payout,) = services.draft_payouts()
    services.send_payout(payout.pk)
    services.pay_out(payout.pk)
    services.return_payout(payout.pk)
    assert Payout.objects.get().state == "returned"
    assert (balance("bank"), balance("seller_payable")) == (0, -NET)
    with pytest.raises(services.WrongStep):
        services.return_payout(payout.pk)
    (again,) = services.draft_payouts()
    services.send_payout(again.pk)
    services.return_payout(again.pk)
    assert (balance("payouts_in_transit"), balance("seller_payable")) == (0, -NET)
    assert (
        reported(again.operator_id) == NET
    )  # Credited, whether the bank has brought it or not.
    assert queries.invariants() == []


def test_a_refund_after_the_payout_is_taken_from_the_next_one(earned, till):
    first = earned()
    (payout,) = services.draft_payouts()
    services.send_payout(payout.pk)
    services.pay_out(payout.pk)
    services.request_refund(first.payments.get().pk, 5000)
    run_jobs("sell")
    assert services.draft_payouts() == []  # The seller owes us.
    (statement,) = queries.statements(first.parts.get().operator_id)
    assert statement.owed.minor == -NET
    assert reported(first.parts.get().operator_id) == 0
    Allotment.objects.update(capacity=40)
    earned(4)
    (payout,) = services.draft_payouts()
    assert (
        payout.amount.minor
        == Transfer.objects.exclude(kind="refund").order_by("-pk").first().amount_minor - NET
    )
    assert reported(payout.operator_id) == payout.amount.minor + NET
    assert queries.invariants() == []


def test_a_chargeback_after_the_payout_is_written_once(earned):
    order = earned()
    part = order.parts.get()
    (payout,) = services.draft_payouts()
    services.send_payout(payout.pk)
    assert services.charge_back(part.pk, 5000, "dp_1")
    assert services.charge_back(part.pk, 5000, "dp_1") is None
    with pytest.raises(BadInput):
        services.charge_back(part.pk, 1, "dp_2")
    assert balance("seller_payable") == 5000
    assert reported(part.operator_id) == NET - 5000
    assert queries.invariants() == []


def test_small_sums_wait(earned, guide):
    Seller.objects.update(commission_percent=80)
    earned(1)
    assert services.draft_payouts(minimum=2_000) == []


def test_what_no_money_moved_for_is_never_paid_out(earned, till):
    earned()
    Transfer.objects.update(simulated=True)
    assert services.draft_payouts() == []


def test_the_statement_says_gross_commission_vat_and_net(earned, guide):
    order = earned()
    order.refresh_from_db()
    (statement,) = queries.statements(guide.pk)
    (row,) = statement.rows
    assert row.number == order.number
    assert [each.minor for each in (row.gross, row.commission, row.vat, row.net)] == [
        5000, 410, 90, NET,
    ]  # fmt: skip
    assert statement.owed == statement.net == row.net


def test_the_end_of_the_day_earns_what_nobody_came_for(confirmed, guide, start):
    order = confirmed()
    assert services.close_days() == 0
    Allotment.objects.update(day=start.day - timedelta(days=4))
    assert services.close_days() == 1
    assert services.close_days() == 0
    part = order.parts.get()
    assert (part.delivered_minor, part.state) == (5000, "confirmed")
    assert balance("customer_deposits") == 0
    assert queries.invariants() == []
    services.redeem(order.vouchers.get().code, operator_id=guide.pk, any_day=True)
    assert queries.invariants() == []


def test_a_suspended_seller_waits_and_what_is_owed_stays_owed(earned, guide):
    earned()
    Seller.objects.update(state="suspended", reason="Complaints")
    assert services.draft_payouts() == []
    (statement,) = queries.statements(guide.pk)
    assert statement.owed.minor == reported(guide.pk) == NET
    Seller.objects.update(state="onboarding", reason="")
    assert [each.operator for each in services.draft_payouts()] == [guide]
