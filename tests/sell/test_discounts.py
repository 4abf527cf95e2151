"""Discounts: within their limits, once, and to the cent in ledger, statement and check."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.db.models.functions import Now

from belvedere.journal.models import Fact
from belvedere.journal.rules import UNKNOWN, Touch
from belvedere.offer.models import Product
from belvedere.sell import queries, services
from belvedere.sell.models import (
    Allotment,
    Discount,
    Hold,
    Order,
    Posting,
    Quote,
    Refund,
    Seller,
    Transfer,
)
from belvedere.sell.ports import PaymentSpec, PaymentStage, Proof
from belvedere.sell.queries import lately
from belvedere.sell.rules.discounts import NotOff
from belvedere.sell.services import Destination, DiscountTerms, NoDiscount
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount
from belvedere.territory.models import Area, Operator
from belvedere.testing.jobs import run_jobs
from tests.sell.test_goods import CLAIRE, PARIS, coat, maker, post  # noqa: F401

pytestmark = pytest.mark.django_db


def balance(account, currency="EUR", **where):
    found = Posting.objects.filter(account=account, currency=currency, **where)
    return found.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def pay(order, till):
    payment = services.pay(order.pk, back="https://example.org")
    till.says(payment.remote_id, PaymentStage.PAID)
    return services.finalise(payment.pk)


@pytest.fixture
def make(casentino):
    """Make a discount, of five euros unless it says something else."""

    def make(code="DEMO5", **terms):
        if "percent" not in terms:
            terms.setdefault("amount", Amount(500))
        return services.make_discount(code, casentino.pk, DiscountTerms(**terms))

    return make


@pytest.fixture
def farm(casentino):
    """A farm of which the agency keeps 12 per cent."""
    farm = Operator.objects.create(area=casentino, name="Fattoria", slug="fattoria")
    Seller.objects.create(operator=farm, commission_percent=Decimal(12))
    return farm


@pytest.fixture
def lesson(farm, tomorrow):
    """A cooking class at 33.33, VAT 10 % in it."""
    lesson = Product.objects.create(
        operator=farm, theme="food", slug="cucina", state="on_sale", price_minor=3333,
        created_at=clock.now(),
    )  # fmt: skip
    units = [services.UnitTerms("ADULT")]
    services.set_terms(lesson.pk, [services.OptionTerms(units=units, vat_percent=Decimal(10))])
    services.offer_places(lesson.pk, [tomorrow], capacity=6)
    return Allotment.objects.get(product=lesson)


@pytest.fixture
def both(start, lesson, li):
    """Two walks (50.00) and a cooking class (33.33), of two operators."""

    def both(code=""):
        lines = [(start.pk, 2), (lesson.pk, 1)]
        return services.hold(lines, buyer=li, language="zh-Hans", code=code).order

    return both


def refused(call, *args, **options):
    with pytest.raises(NoDiscount) as caught:
        call(*args, **options)
    assert caught.value.field == "code"
    return caught.value.why


def test_the_agencys_discount_leaves_the_sellers_their_price(make, both, till, farm):
    discount = make(source="b-7f3k")
    order = both(" demo5 ")
    assert (order.total_minor, order.discount_minor) == (7833, 500)
    parts = list(order.parts.order_by("-total_minor"))
    assert [each.total_minor for each in parts] == [5000, 3333]
    assert [each.discount_minor for each in parts] == [300, 200]
    payment = pay(order, till)
    assert (payment.amount_minor, payment.value_minor) == (7833, 7833)
    assert balance("psp_clearing") == 7833
    assert balance("promo_expense") == 500
    assert balance("promo_expense", source="b-7f3k") == 500
    assert balance("customer_deposits") == -8333
    voucher = order.vouchers.get(line__seller_order__operator=farm)
    services.redeem(voucher.code, operator_id=farm.pk, any_day=True)
    # 33.33 with 10 % VAT is 30.30 without: 12 % of it are 3.64, and 22 % on that 0.80.
    assert balance("commission_revenue") == -364
    assert balance("seller_payable", operator=farm) == -(3333 - 364 - 80)
    discount.refresh_from_db()
    assert (discount.used, discount.spent_minor) == (1, 500)
    assert queries.invariants() == []


def test_a_sellers_discount_lowers_the_price_vat_and_commission_of_that_seller(
    make, both, till, farm
):
    make("FARM20", percent=Decimal(20), by_seller=True, operator=farm.pk)
    order = both("FARM20")
    assert (order.total_minor, order.discount_minor) == (5000 + 2666, 667)
    part = order.parts.get(operator=farm)
    # 26.66 with 10 % VAT: 2.42 in it; 12 % of 24.24 are 2.91, and 22 % on that 0.64.
    assert (part.total_minor, part.discount_minor, part.vat_minor) == (2666, 0, 242)
    assert (part.commission_minor, part.commission_vat_minor) == (291, 64)
    assert order.parts.exclude(operator=farm).get().total_minor == 5000
    line = part.lines.get()
    assert (line.full.minor, line.total_minor) == (3333, 2666)
    pay(order, till)
    assert balance("promo_expense") == 0
    voucher = order.vouchers.get(line=line)
    services.redeem(voucher.code, operator_id=farm.pk, any_day=True)
    assert balance("seller_payable", operator=farm) == -(2666 - 291 - 64)
    assert queries.invariants() == []


@pytest.mark.parametrize("yuan", [False, True])
def test_partial_refunds_of_two_sellers_are_exact_in_ledger_statement_and_check(
    make, both, till, farm, guide, yuan
):
    if yuan:
        Quote.objects.create(
            base="EUR", quoted="CNY", rate=Decimal("7.8123"), provider="ECB", at=clock.now()
        )
        till.spec = PaymentSpec("till", "Till", Proof.NONE, frozenset({"CNY"}))
        type(till).spec = till.spec
    try:
        _refund_in_three_steps(make, both, till, farm, guide, yuan)
    finally:
        type(till).spec = PaymentSpec("till", "Till", Proof.NONE, frozenset({"EUR"}))


def _refund_in_three_steps(make, both, till, farm, guide, yuan):
    from belvedere.sell import registry

    registry.installed()["till"].spec = till.spec
    make(amount=Amount(1000))
    order = both("DEMO5")
    mine = order.parts.get(operator=farm)
    assert (mine.discount_minor, mine.due_minor) == (400, 2933)
    payment = pay(order, till)
    assert payment.amount_minor == (round(7333 * 7.8123) if yuan else 7333)
    voucher = order.vouchers.get(line__seller_order=mine)
    services.redeem(voucher.code, operator_id=farm.pk, any_day=True)
    # A third of what was paid for the class, then ten euros over both, then all the rest.
    services.request_refund(payment.pk, 977, part_id=mine.pk)
    mine.refresh_from_db()
    assert (mine.refunded_minor, mine.back_minor) == (1111, 977)  # 1.34 is the agency's.
    assert balance("promo_expense") == 1000 - 134
    assert queries.invariants() == []
    spread = services.request_refund(payment.pk, 1000)
    left = {guide.pk: 4400, farm.pk: 2933 - 977}
    shares = dict(spread.shares.values_list("seller_order__operator", "value_minor"))
    assert sum(shares.values()) == 1000
    assert shares[farm.pk] == round(1000 * left[farm.pk] / sum(left.values()))
    assert queries.invariants() == []
    with pytest.raises(services.TooMuch):
        services.request_refund(payment.pk, 7333 - 1977 + 1)
    services.request_refund(payment.pk, 7333 - 1977)
    run_jobs("sell")
    assert till.payments[payment.remote_id].refunded_minor == payment.amount_minor
    for account in ("promo_expense", "customer_deposits", "refunds_in_transit",
                    "commission_revenue", "vat_payable", "seller_payable"):  # fmt: skip
        assert balance(account) == 0, account
    (statement,) = queries.statements(farm.pk)
    assert next(each.gross.minor for each in statement.rows) == 3333
    assert sum(each.gross.minor for each in statement.rows) == 0
    assert sum(each.net.minor for each in statement.rows) == 0
    assert Transfer.objects.aggregate(sum=Sum("amount_minor"))["sum"] == 0
    order.refresh_from_db()
    assert order.money == "refunded"
    assert services.check() == []


def test_calling_one_part_off_gives_the_buyer_what_they_paid_and_the_agency_the_rest(
    make, both, till, farm
):
    discount = make()
    payment = pay(both("DEMO5"), till)
    order = payment.order
    order.parts.update(free_until=clock.now() + timedelta(hours=1))
    part = order.parts.get(operator=farm)
    refund = services.cancel(order.pk, part.pk)
    run_jobs("sell")
    assert refund.value_minor == 3333 - 200
    assert till.payments[payment.remote_id].refunded_minor == 3133
    assert balance("promo_expense") == 300
    assert balance("customer_deposits") == -5000
    assert Fact.objects.get(kind="sale.cancelled").detail["given_back"] == 3133
    discount.refresh_from_db()
    assert discount.used == 1  # It was paid with it.
    assert queries.invariants() == []


def test_called_off_after_the_free_time_the_seller_has_earned_the_full_price(
    make, both, till, farm
):
    make()
    order = pay(both("DEMO5"), till).order
    order.parts.update(free_until=clock.now() - timedelta(hours=1))
    assert services.cancel(order.pk) is None
    assert balance("customer_deposits") == 0
    assert balance("promo_expense") == 500
    assert -balance("seller_payable", operator=farm) == 3333 - 364 - 80
    assert queries.invariants() == []


@pytest.mark.parametrize("by_seller", [False, True])
def test_a_discount_of_everything_is_confirmed_without_a_payment(
    make, book, till, guide, by_seller
):
    make("FREE", percent=Decimal(100), by_seller=by_seller, operator=guide.pk)
    order = book(2, code="FREE")
    assert order.total_minor == 0
    payment = services.pay(order.pk, back="")
    order.refresh_from_db()
    assert (payment.state, order.state, order.money) == ("captured", "confirmed", "paid")
    assert till.payments == {}
    assert balance("promo_expense") == -balance("customer_deposits")
    assert balance("promo_expense") == (0 if by_seller else 5000)
    assert queries.invariants() == []
    order.parts.update(free_until=clock.now() + timedelta(hours=1))
    assert services.cancel(order.pk) is None
    assert balance("promo_expense") == balance("customer_deposits") == 0
    assert not Refund.objects.exists()
    assert queries.invariants() == []


def test_a_fixed_amount_never_takes_off_more_than_what_it_is_for_costs(make, both, farm):
    make("BIG", amount=Amount(100_000), operator=farm.pk)
    order = both("BIG")
    assert (order.total_minor, order.discount_minor) == (5000, 3333)
    assert queries.invariants() == []


def test_a_chargeback_takes_at_most_what_the_buyer_paid(make, both, till, farm):
    make()
    payment = pay(both("DEMO5"), till)
    part = payment.order.parts.get(operator=farm)
    voucher = payment.order.vouchers.get(line__seller_order=part)
    services.redeem(voucher.code, operator_id=farm.pk, any_day=True)
    with pytest.raises(BadInput):
        services.charge_back(part.pk, 3134, "dp_1")
    services.charge_back(part.pk, 3133, "dp_1")
    assert balance("psp_clearing") == 5000 - 300
    assert queries.invariants() == []


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"valid_from": clock.now() + timedelta(hours=1)}, NotOff.NOT_YET),
        ({"minimum": Amount(8334)}, NotOff.TOO_LITTLE),
        ({"max_uses": 0}, NotOff.USED_UP),
        ({"budget": Amount(499)}, NotOff.USED_UP),
    ],
)
def test_a_code_that_is_not_for_this_or_not_now_is_refused_with_its_reason(
    make, both, start, terms, why
):
    make(**terms)
    assert refused(both, "DEMO5") == why
    assert refused(both, "DEMO6") == NotOff.UNKNOWN
    start.refresh_from_db()
    assert start.taken == 0
    assert not Hold.objects.exists()


def test_a_code_that_is_over_stopped_or_for_something_else_is_refused(
    make, book, both, farm, lesson
):
    elsewhere = make("FARM", operator=farm.pk)
    assert refused(book, code="FARM") == NotOff.OTHER
    make("CLASS", product=lesson.product_id)
    assert refused(book, code="CLASS") == NotOff.OTHER
    assert both("CLASS").parts.get(operator=farm).discount_minor == 500
    Discount.objects.filter(pk=elsewhere.pk).update(valid_from=Now() - timedelta(days=2))
    Discount.objects.filter(pk=elsewhere.pk).update(valid_until=Now() - timedelta(days=1))
    assert refused(both, "FARM") == NotOff.OVER
    stopped = make("STOP")
    assert services.stop_discount(stopped.pk)
    assert not services.stop_discount(stopped.pk)
    assert refused(both, "STOP") == NotOff.OVER


def test_a_discount_of_an_area_is_for_what_is_sold_in_it(make, book, both, casentino, guide):
    tuscany, elba = casentino.parent, Area.objects.create(kind="ambito", name="E", slug="elba")
    terms = DiscountTerms(amount=Amount(500))
    services.make_discount("TUSCANY", tuscany.pk, terms)
    services.make_discount("ELBA", elba.pk, terms)
    assert refused(book, code="ELBA") == NotOff.OTHER
    assert book(1, code="TUSCANY").discount_minor == 500
    make()
    guide.area = elba
    guide.save()
    lately.forget()
    order = both("DEMO5")  # The walk is of Elba now, the class of the Casentino.
    assert [each.discount_minor for each in order.parts.order_by("-total_minor")] == [0, 500]


def test_a_discount_in_euros_is_not_for_prices_in_yuan(make, start):
    services.set_terms(
        start.product_id,
        [
            services.OptionTerms(
                units=[services.UnitTerms("ADULT", prices=[("", None, None, 50000, "CNY")])]
            )
        ],
    )
    make()
    why = refused(services.hold, [(start.pk, 1)], currency="CNY", code="DEMO5")
    assert why == NotOff.OTHER


def test_what_is_released_expires_or_is_left_gives_the_discount_back(make, book):
    discount = make(max_uses=1)
    order = book(1, code="DEMO5")
    assert refused(book, code="DEMO5") == NotOff.USED_UP
    assert services.release(order.pk)
    assert not services.release(order.pk)
    order = book(1, code="DEMO5")
    Hold.objects.filter(pk=order.hold_id).update(expires_at=Now() - timedelta(seconds=1))
    assert services.release_expired() == 1
    assert services.release_expired() == 0
    discount.refresh_from_db()
    assert (discount.used, discount.spent_minor) == (0, 0)
    assert queries.invariants() == []


def _paid_late(book, till):
    payment = services.pay(book(1, code="DEMO5").pk, back="https://example.org")
    Hold.objects.update(expires_at=Now() - timedelta(seconds=1))
    services.close(payment.pk)
    services.release_expired()
    till.says(payment.remote_id, PaymentStage.PAID)
    return payment


def test_money_that_came_late_takes_the_discount_again_though_its_time_is_over(
    make, book, till
):
    discount = make(max_uses=1)
    payment = _paid_late(book, till)
    discount.refresh_from_db()
    assert discount.used == 0
    services.stop_discount(discount.pk)  # The price was promised before.
    services.finalise(payment.pk)
    discount.refresh_from_db()
    order = Order.objects.get(pk=payment.order_id)
    assert (order.state, discount.used, discount.spent_minor) == ("confirmed", 1, 500)
    assert queries.invariants() == []


def test_money_that_came_late_goes_back_when_others_have_used_the_discount_up(
    make, book, till, start
):
    discount = make(max_uses=1)
    payment = _paid_late(book, till)
    book(1, code="DEMO5")
    services.finalise(payment.pk)
    run_jobs("sell")
    order = Order.objects.get(pk=payment.order_id)
    assert (order.state, order.money) == ("expired", "refunded")
    assert Refund.objects.get().reason == "discount"
    assert till.payments[payment.remote_id].refunded_minor == 2000
    discount.refresh_from_db()
    start.refresh_from_db()
    assert (discount.used, start.taken) == (1, 1)
    assert queries.invariants() == []


@pytest.mark.parametrize("came", [None, Touch(UNKNOWN), Touch("b-2222")])
def test_who_came_by_no_link_of_ours_was_led_by_the_discounts_piece(make, book, came):
    make(source="b-7f3k")
    order = book(1, code="DEMO5", touch=came)
    expected = "b-2222" if came and came.code == "b-2222" else "b-7f3k"
    assert order.source == expected
    fact = Fact.objects.get(kind="sale.held")
    assert (fact.source, fact.detail["discount"]) == (expected, order.discount_id)


def test_the_same_key_with_another_code_is_another_wish(make, start, li):
    from uuid import uuid4

    make()
    key = uuid4()
    held = services.hold([(start.pk, 1)], buyer=li, client_key=key, code="DEMO5")
    again = services.hold([(start.pk, 1)], buyer=li, client_key=key, code="DEMO5")
    assert held.pk == again.pk
    with pytest.raises(services.OtherBody):
        services.hold([(start.pk, 1)], buyer=li, client_key=key)
    assert Discount.objects.get().used == 1


def test_in_a_line_discounts_go_to_the_first_and_nobody_loses_the_turn(make, start, li):
    Allotment.objects.update(mode="batch")
    discount = make(max_uses=2)
    turns = [services.ask((start.pk, 1), buyer=li, code="DEMO5") for _ in range(4)]
    assert refused(services.ask, (start.pk, 1), buyer=li, code="NONE") == NotOff.UNKNOWN
    services.admit(start.pk)
    orders = []
    for turn in turns:
        turn.refresh_from_db()
        orders.append(turn.hold.order)
    assert [each.total_minor for each in orders] == [2000, 2000, 2500, 2500]
    discount.refresh_from_db()
    assert (discount.used, discount.spent_minor) == (2, 1000)
    assert queries.invariants() == []


def test_goods_are_sent_at_the_full_price_of_sending_and_declared_at_what_they_cost(
    make,
    coat,  # noqa: F811
    maker,  # noqa: F811
):
    make("COAT10", percent=Decimal(10), by_seller=True, operator=maker.pk)
    there = Destination(country="CN", name="Li", street="1", city="Beijing")
    order = services.hold([(coat.pk, 1)], buyer=CLAIRE, destination=there, code="COAT10").order
    part = order.parts.get()
    # 390.00 without the VAT of 22 % are 319.67; a tenth less is 287.70.
    assert (part.shipping_minor, part.total_minor) == (4900, 28770 + 4900)
    assert part.delivery.customs[0]["minor"] == 28770
    assert queries.invariants() == []


def test_goods_sent_back_give_the_buyer_what_they_paid_and_the_agency_the_rest(
    make,
    coat,  # noqa: F811
    till,
):
    make(amount=Amount(9000))
    order = services.hold([(coat.pk, 1)], buyer=CLAIRE, destination=PARIS, code="DEMO5").order
    payment = pay(order, till)
    part = order.parts.get()
    services.ship(part.pk, tracking="DEMO1")
    services.deliver(part.pk)
    wish = services.withdraw(part.pk)
    services.answer_withdrawal(wish.pk, accept=True)
    refund = services.take_back(wish.pk)
    run_jobs("sell")
    assert refund.value_minor == 39000 + 1900 - 9000
    assert till.payments[payment.remote_id].refunded_minor == payment.amount_minor
    assert balance("promo_expense") == balance("seller_payable") == 0
    assert queries.invariants() == []


@pytest.mark.parametrize(
    ("code", "terms", "field"),
    [
        ("", {"amount": Amount(500)}, "code"),
        ("CITTÀ", {"amount": Amount(500)}, "code"),
        ("DEMO5", {}, "percent"),
        ("DEMO5", {"amount": Amount(500), "percent": Decimal(5)}, "percent"),
        ("DEMO5", {"percent": Decimal("100.5")}, "percent"),
        ("DEMO5", {"amount": Amount(0)}, "amount"),
        ("DEMO5", {"amount": Amount(500), "by_seller": True}, "operator"),
        ("DEMO5", {"amount": Amount(500), "budget": Amount(1, "CNY")}, "budget"),
        (
            "DEMO5",
            {"amount": Amount(500), "valid_until": clock.now() - timedelta(days=1)},
            "valid_until",
        ),
    ],
)
def test_terms_that_contradict_themselves_are_refused(casentino, code, terms, field):
    with pytest.raises(BadInput) as caught:
        services.make_discount(code, casentino.pk, DiscountTerms(**terms))
    assert caught.value.field == field
    assert not Discount.objects.exists()


def test_a_code_is_there_once(make):
    make()
    with pytest.raises(BadInput) as caught:
        make("demo 5")
    assert caught.value.field == "code"


@pytest.mark.parametrize(
    "change", [{"used": 2}, {"spent_minor": 1001}, {"percent": 5}, {"funded_by": "seller"}]
)
def test_the_database_refuses_what_goes_beyond_the_limits(make, change):
    make(max_uses=1, budget=Amount(1000))
    with pytest.raises(IntegrityError), transaction.atomic():
        Discount.objects.update(**change)


def test_the_check_finds_a_discount_that_was_counted_wrongly(make, book):
    make()
    book(1, code="DEMO5")
    Discount.objects.update(used=0)
    assert any("discount" in each for each in services.check())
