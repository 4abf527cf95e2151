"""The office gives money back: seen before, once however often it is sent, never too much."""

from decimal import Decimal
from uuid import uuid4

import pytest

from belvedere.journal.models import Fact
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Order, Posting, Refund, Seller
from belvedere.sell.ports import PaymentStage
from belvedere.sell.rules import NotCancellable, OtherBody, TooMuch
from belvedere.sell.services import DiscountTerms
from belvedere.shared.errors import BadInput
from belvedere.testing.jobs import run_jobs
from tests.sell.test_faults import crowd

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(confirmed, guide):
    """Fifty euros, of which the agency keeps ten per cent and the VAT on it within them."""
    Seller.objects.create(operator=guide, commission_percent=Decimal(10))
    return confirmed()


@pytest.fixture
def part(order):
    return order.parts.get()


def redeem(order, guide):
    services.redeem(order.vouchers.get().code, operator_id=guide.pk, any_day=True)


def test_what_follows_is_said_before_and_is_what_follows(order, part, guide, till):
    assert services.outlook(part.pk, 2000).kept.minor == 2000
    redeem(order, guide)
    seen = services.outlook(part.pk, 2000)
    assert (seen.kept.minor, seen.paid.minor) == (0, 2000)
    assert seen.seller.minor + seen.commission.minor + seen.vat.minor == 2000
    refund = services.give_back(part.pk, 2000, key=uuid4(), note="Rain")
    posted = dict(
        Posting.objects.filter(entry__key=f"returned:{refund.pk}:{part.pk}").values_list(
            "account", "amount_minor"
        )
    )
    assert posted["seller_payable"] == seen.seller.minor
    assert posted["commission_revenue"] == seen.commission.minor
    assert posted["vat_payable"] == seen.vat.minor
    run_jobs()
    refund.refresh_from_db()
    assert (refund.state, refund.note) == ("done", "Rain")
    assert queries.invariants() == []


def test_ten_clicks_at_once_give_back_once(part):
    key = uuid4()
    made = crowd(*[lambda: services.give_back(part.pk, 1500, key=key, note="Rain")] * 10)
    assert {each.pk for each in made} == {Refund.objects.get().pk}
    assert Refund.objects.get().value_minor == 1500
    assert queries.invariants() == []


def test_ten_people_at_once_give_back_no_more_than_there_is(part):
    made = crowd(*[lambda: services.give_back(part.pk, 1500, key=uuid4(), note="x")] * 10)
    assert sum(isinstance(each, TooMuch) for each in made) == 7
    assert Refund.objects.count() == 3
    assert queries.invariants() == []


def test_a_key_is_for_one_refund(part):
    key = uuid4()
    services.give_back(part.pk, 1500, key=key, note="Rain")
    with pytest.raises(OtherBody):
        services.give_back(part.pk, 1600, key=key, note="Rain")


@pytest.mark.parametrize("minor", [0, -1, 5001])
def test_nothing_and_too_much_are_refused_before_and_after(part, minor):
    for ask in (
        lambda: services.outlook(part.pk, minor),
        lambda: services.give_back(part.pk, minor, key=uuid4(), note="x"),
    ):
        with pytest.raises(TooMuch if minor > 0 else BadInput):
            ask()
    assert not Refund.objects.exists()


def test_called_off_as_well_its_places_are_free_and_its_voucher_is_void(order, part):
    refund = services.give_back(part.pk, 5000, key=uuid4(), note="Landslide", call_off=True)
    order.refresh_from_db()
    assert order.state == Order.State.CANCELLED
    assert Allotment.objects.get().taken == 0
    assert Refund.objects.get() == refund
    assert Fact.objects.filter(kind="sale.cancelled").count() == 1
    run_jobs()
    assert queries.invariants() == []


def test_what_is_called_off_goes_back_whole_and_not_once_somebody_is_in(order, part, guide):
    with pytest.raises(BadInput):
        services.give_back(part.pk, 100, key=uuid4(), note="x", call_off=True)
    redeem(order, guide)
    with pytest.raises(NotCancellable):
        services.give_back(part.pk, 5000, key=uuid4(), note="x", call_off=True)
    assert not Refund.objects.exists()
    assert queries.invariants() == []


def test_what_was_given_outside_is_noted_as_done_and_the_provider_is_not_asked(part, till):
    refund = services.give_back(part.pk, 5000, key=uuid4(), note="Cash", by_hand="R 12/2026")
    run_jobs()
    refund.refresh_from_db()
    assert (refund.state, refund.by_hand) == ("done", "R 12/2026")
    assert not till.refunds
    fact = Fact.objects.get(kind="sale.refunded")
    assert fact.detail["by_hand"] is True
    assert "Cash" not in str(fact.detail)
    assert queries.invariants() == []


def test_a_refused_refund_is_given_by_hand_and_noted_once(part):
    refund = services.give_back(part.pk, 5000, key=uuid4(), note="Rain")
    Refund.objects.update(state="failed")
    with pytest.raises(BadInput):
        services.note_refund(refund.pk, "  ")
    assert services.note_refund(refund.pk, "CRO 123").state == "done"
    with pytest.raises(BadInput):
        services.note_refund(refund.pk, "CRO 124")
    assert Posting.objects.get(account="bank").amount_minor == -5000
    assert queries.invariants() == []


def test_of_a_discounted_part_the_agency_gets_its_share_back(start, li, till, guide, casentino):
    Seller.objects.create(operator=guide, commission_percent=Decimal(10))
    services.make_discount("DEMO20", casentino.pk, DiscountTerms(percent=Decimal(20)))
    order = services.hold([(start.pk, 2)], buyer=li, code="demo20").order
    payment = services.pay(order.pk, back="https://example.org")
    till.says(payment.remote_id, PaymentStage.PAID)
    services.finalise(payment.pk)
    part = order.parts.get()
    assert (part.total_minor, part.left_minor) == (5000, 4000)
    with pytest.raises(TooMuch):
        services.outlook(part.pk, 4001)
    redeem(order, guide)
    seen = services.outlook(part.pk, 1000)
    assert (seen.paid.minor, seen.discount.minor, seen.kept.minor) == (1000, 250, 0)
    assert seen.seller.minor + seen.commission.minor + seen.vat.minor == 1250
    refund = services.give_back(part.pk, 1000, key=uuid4(), note="Rain")
    run_jobs()
    refund.refresh_from_db()
    assert (refund.state, refund.amount_minor) == ("done", 1000)
    part.refresh_from_db()
    assert (part.refunded_minor, part.back_minor, part.left_minor) == (1250, 1000, 3000)
    spent = Posting.objects.filter(account="promo_expense").values_list(
        "amount_minor", flat=True
    )
    assert sorted(spent) == [-250, 1000]
    assert queries.invariants() == []
