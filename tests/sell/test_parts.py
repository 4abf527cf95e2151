"""One cart of several operators: one payment, a part for each, and a ledger to the cent."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from belvedere.journal.models import Fact
from belvedere.offer.models import Product
from belvedere.sell import queries, services
from belvedere.sell.models import (
    Allotment,
    Entry,
    Option,
    Posting,
    Quote,
    Refund,
    Seller,
    Transfer,
)
from belvedere.sell.ports import PaymentSpec, PaymentStage, Proof
from belvedere.sell.services import Buyer, OptionTerms, UnitTerms, Wanted
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory.models import Operator
from belvedere.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


def balance(account, currency="EUR", **where):
    found = Posting.objects.filter(account=account, currency=currency, **where)
    return found.aggregate(sum=Sum("amount_minor"))["sum"] or 0


@pytest.fixture
def maker(casentino):
    """A workshop that weaves coats."""
    return Operator.objects.create(area=casentino, name="Lanificio", slug="lanificio")


@pytest.fixture
def coat(maker):
    coat = Product.objects.create(
        operator=maker, kind="good", theme="crafts", slug="cappotto-casentino",
        state="on_sale", price_minor=39000, created_at=clock.now(),
    )  # fmt: skip
    services.stock(coat.pk, 3)
    return Allotment.objects.get(product=coat)


@pytest.fixture
def cooking(casentino, tomorrow):
    """A cooking class of another operator, tomorrow at eleven, for adults and children."""
    farm = Operator.objects.create(area=casentino, name="Fattoria", slug="fattoria")
    Seller.objects.create(operator=farm, commission_percent=Decimal(12))
    lesson = Product.objects.create(
        operator=farm, theme="food", slug="cucina", state="on_sale", price_minor=6000,
        created_at=clock.now(),
    )  # fmt: skip
    services.set_terms(
        lesson.pk,
        [
            OptionTerms(
                units=[
                    UnitTerms("ADULT"),
                    UnitTerms("CHILD", 2500, max_age=12, accompanied_by=["ADULT"]),
                ],
                max_units=6,
                vat_percent=Decimal(10),
                cutoff_minutes=60,
            )
        ],
    )
    services.offer_places(lesson.pk, [tomorrow], start=time(11), capacity=6)
    return Allotment.objects.get(product=lesson)


def units(allotment, **counts):
    (option,) = queries.tariff([allotment.product_id])
    keys = {each.type: each.id for each in option.units}
    return Wanted(allotment.pk, {keys[kind]: count for kind, count in counts.items()})


@pytest.fixture
def yuan_till(till):
    """A till that takes yuan alone, as the wallets of China do."""
    till.spec = PaymentSpec("till", "Till", Proof.NONE, frozenset({"CNY"}))
    type(till).spec = till.spec
    from belvedere.sell import registry

    registry.installed()["till"].spec = till.spec
    yield till
    type(till).spec = PaymentSpec("till", "Till", Proof.NONE, frozenset({"EUR"}))


@pytest.fixture
def cart(start, cooking, coat, li):
    """Two walks (50.00), a class for two adults and a child (145.00), a coat (390.00)."""

    def cart():
        return services.hold(
            [(start.pk, 2), units(cooking, ADULT=2, CHILD=1), (coat.pk, 1)],
            buyer=li,
            language="zh-Hans",
        ).order

    return cart


def pay(order, till):
    payment = services.pay(order.pk, back="https://example.org")
    till.says(payment.remote_id, PaymentStage.PAID)
    return services.finalise(payment.pk)


def test_a_cart_of_three_operators_is_one_order_with_three_parts(cart, start, cooking, coat):
    order = cart()
    parts = list(order.parts.all())
    assert [each.operator.slug for each in parts] == [
        "guide-del-parco", "fattoria", "lanificio",
    ]  # fmt: skip
    assert [each.total_minor for each in parts] == [5000, 14500, 39000]
    assert order.total_minor == 58500
    for each, left in ((start, 8), (cooking, 3), (coat, 2)):
        each.refresh_from_db()
        assert each.free == left
    facts = Fact.objects.filter(kind="sale.held").values_list("product", "quantity")
    assert set(facts) == {
        ("foresta-di-camaldoli", 2), ("cucina", 3), ("cappotto-casentino", 1),
    }  # fmt: skip
    assert queries.invariants() == []


def test_one_payment_confirms_all_and_stands_in_the_ledger(cart, till):
    payment = pay(cart(), till)
    order = payment.order
    assert set(order.parts.values_list("state", flat=True)) == {"confirmed"}
    assert order.vouchers.count() == 2  # The coat is sent.
    assert balance("psp_clearing") == 58500
    assert balance("customer_deposits") == -58500
    assert sorted(payment.splits.values_list("amount_minor", flat=True)) == [5000, 14500, 39000]
    assert queries.invariants() == []


def test_paid_in_yuan_the_ledger_balances_in_both_currencies(cart, yuan_till):
    quote = Quote.objects.create(
        base="EUR", quoted="CNY", rate=Decimal("7.8123"), provider="ECB", at=clock.now()
    )
    payment = pay(cart(), yuan_till)
    assert payment.currency == "CNY"
    assert payment.amount_minor == round(58500 * 7.8123)
    assert payment.value_minor == 58500
    assert balance("psp_clearing", "CNY") == payment.amount_minor
    assert balance("fx_position", "CNY") == -payment.amount_minor
    assert balance("fx_position") == 58500
    assert balance("customer_deposits") == -58500
    assert Entry.objects.get().quote == quote
    assert sum(payment.splits.values_list("amount_minor", flat=True)) == payment.amount_minor
    paid = Fact.objects.filter(kind="sale.paid")
    assert paid.aggregate(sum=Sum("amount_minor"))["sum"] == 58500
    assert {each.currency for each in paid} == {"EUR"}
    assert queries.invariants() == []


def test_calling_one_part_off_leaves_the_others_and_gives_its_money_back(
    cart, yuan_till, cooking
):
    payment = pay(cart(), yuan_till)
    order = payment.order
    order.parts.update(free_until=clock.now() + timedelta(hours=1))
    lesson = order.parts.get(operator__slug="fattoria")
    services.cancel(order.pk, lesson.pk)
    run_jobs("sell")
    order.refresh_from_db()
    assert (order.state, order.money) == ("confirmed", "partly_refunded")
    cooking.refresh_from_db()
    assert cooking.taken == 0
    refund = Refund.objects.get()
    split = payment.splits.get(seller_order=lesson)
    assert (refund.value_minor, refund.amount_minor) == (14500, split.amount_minor)
    assert yuan_till.payments[payment.remote_id].refunded_minor == split.amount_minor
    assert balance("customer_deposits") == -44000
    assert balance("refunds_in_transit") == 0
    assert queries.invariants() == []
    with pytest.raises(services.NotCancellable):
        services.cancel(order.pk, lesson.pk)
    order.parts.update(free_until=clock.now() + timedelta(hours=1))
    services.cancel(order.pk)
    run_jobs("sell")
    order.refresh_from_db()
    assert (order.state, order.money) == ("cancelled", "refunded")
    assert yuan_till.payments[payment.remote_id].refunded_minor == payment.amount_minor
    assert balance("psp_clearing", "CNY") == balance("fx_position", "CNY") == 0
    assert queries.invariants() == []


def test_being_let_in_earns_the_sellers_share_and_the_agencys_commission(cart, till, cooking):
    order = pay(cart(), till).order
    voucher = order.vouchers.get(line__allotment=cooking)
    farm = cooking.product.operator_id
    services.redeem(voucher.code, operator_id=farm, quantity=1, any_day=True)
    services.redeem(voucher.code, operator_id=farm, any_day=True)
    # 145.00 with 10 % VAT is 131.82 without: 12 % of it are 15.82, and 22 % on that 3.48.
    assert balance("commission_revenue") == -1582
    assert balance("vat_payable") == -348
    assert balance("seller_payable", operator=farm) == -(14500 - 1582 - 348)
    earned = Transfer.objects.filter(operator=farm).aggregate(sum=Sum("amount_minor"))["sum"]
    assert earned == 14500 - 1582 - 348
    assert order.parts.get(operator=farm).state == "redeemed"
    order.refresh_from_db()
    assert order.state == "partly_redeemed"
    assert queries.invariants() == []


@pytest.mark.parametrize("keeps", [False, True])
def test_a_refund_after_the_service_is_taken_back_from_the_seller(cart, till, cooking, keeps):
    Seller.objects.update(refund_commission="keep" if keeps else "return")
    payment = pay(cart(), till)
    order = payment.order
    farm = cooking.product.operator_id
    voucher = order.vouchers.get(line__allotment=cooking)
    services.redeem(voucher.code, operator_id=farm, any_day=True)
    part = order.parts.get(operator=farm)
    for _ in range(3):  # A third each time, to the cent in the end.
        services.request_refund(payment.pk, 4833, part_id=part.pk)
    services.request_refund(payment.pk, 1, part_id=part.pk)
    with pytest.raises(services.TooMuch):
        services.request_refund(payment.pk, 1, part_id=part.pk)
    run_jobs("sell")
    kept = 1582 + 348 if keeps else 0
    assert -balance("commission_revenue") - balance("vat_payable") == kept
    assert balance("seller_payable", operator=farm) == kept
    assert queries.invariants() == []


def test_a_refund_over_all_parts_is_spread_by_what_each_has_left(cart, yuan_till):
    payment = pay(cart(), yuan_till)
    refund = services.request_refund(payment.pk, 10_000)
    shares = dict(refund.shares.values_list("seller_order__operator__slug", "value_minor"))
    assert shares == {"guide-del-parco": 855, "fattoria": 2478, "lanificio": 6667}
    services.request_refund(payment.pk, 48_500)
    run_jobs("sell")
    assert yuan_till.payments[payment.remote_id].refunded_minor == payment.amount_minor
    assert queries.invariants() == []


def test_three_refunds_of_a_third_are_exact(cart, yuan_till):
    payment = pay(cart(), yuan_till)
    for _ in range(3):
        services.request_refund(payment.pk, 19_500)
    run_jobs("sell")
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == payment.amount_minor
    assert queries.invariants() == []


def test_a_child_alone_is_refused_and_nothing_is_taken(cooking):
    with pytest.raises(services.NotAllowed):
        services.hold([units(cooking, CHILD=1)])
    with pytest.raises(services.NotAllowed):
        services.hold([units(cooking, ADULT=7)])
    cooking.refresh_from_db()
    assert cooking.taken == 0


def test_a_unit_of_another_product_is_refused(cooking, start):
    (option,) = queries.tariff([cooking.product_id])
    with pytest.raises(BadInput):
        services.hold([Wanted(start.pk, {option.units[0].id: 1})])


def test_nothing_is_sold_after_the_cutoff(cooking):
    services.hold([units(cooking, ADULT=1)])
    Option.objects.filter(product=cooking.product_id).update(cutoff_minutes=3 * 24 * 60)
    with pytest.raises(BadInput):
        services.hold([units(cooking, ADULT=1)])


def test_prices_follow_season_and_market(cooking, li, tomorrow):
    services.set_terms(
        cooking.product_id,
        [
            OptionTerms(
                units=[
                    UnitTerms(
                        "ADULT",
                        prices=[
                            ("", tomorrow, tomorrow, 7000, "EUR"),
                            ("CN", None, None, 5500, "EUR"),
                        ],
                    ),
                    UnitTerms("CHILD", 2500),
                ]
            )
        ],
    )
    maria = Buyer("Maria", email="maria@example.it")
    here = services.hold([units(cooking, ADULT=1)], buyer=maria).order
    there = services.hold([units(cooking, ADULT=1)], buyer=li, language="zh-Hans").order
    assert (here.total_minor, there.total_minor) == (7000, 5500)


def test_terms_that_contradict_themselves_are_refused_whole(cooking):
    before = queries.tariff([cooking.product_id])
    with pytest.raises(BadInput):
        services.set_terms(
            cooking.product_id, [OptionTerms(name="x", min_units=4, max_units=2)]
        )
    assert queries.tariff([cooking.product_id]) == before


def test_what_was_sold_keeps_its_unit(cart, cooking):
    cart()
    with pytest.raises(BadInput):
        services.set_terms(cooking.product_id, [OptionTerms(units=[UnitTerms("FAMILY")])])


def test_the_database_refuses_an_entry_that_does_not_balance(cart, till):
    pay(cart(), till)
    with pytest.raises(IntegrityError):
        unbalance(Entry.objects.get())


@transaction.atomic
def unbalance(entry):
    Posting.objects.create(entry=entry, account="bank", amount_minor=5, currency="EUR")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "change",
    ["UPDATE sell_posting SET amount_minor = 1", "DELETE FROM sell_posting",
     "UPDATE sell_entry SET kind = 'x'", "DELETE FROM sell_entry"],
)  # fmt: skip
def test_the_ledger_is_append_only(cart, till, change):
    pay(cart(), till)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_goods_have_no_day_and_their_stock_is_guarded(coat, li):
    order = services.hold([(coat.pk, 2)], buyer=li, language="zh-Hans").order
    with pytest.raises(services.SoldOut):
        services.hold([(coat.pk, 2)])
    with pytest.raises(services.StillTaken):
        services.stock(coat.product_id, 1)
    assert order.parts.get().free_until is None
    assert queries.invariants() == []


def test_prices_in_another_currency_are_refused_beside_ours(start, cooking):
    services.set_terms(
        cooking.product_id,
        [OptionTerms(units=[UnitTerms("ADULT", prices=[("", None, None, 50000, "CNY")]),
                            UnitTerms("CHILD")])],
    )  # fmt: skip
    order = services.hold([units(cooking, ADULT=1)], currency="CNY").order
    assert (order.total_minor, order.currency) == (50000, "CNY")
    with pytest.raises(BadInput):
        services.hold([(start.pk, 1)], currency="CNY")


def test_a_payment_of_nothing_confirms_without_a_provider(start, till, li):
    start.product.price_minor = 0
    start.product.save()
    order = services.hold([(start.pk, 1)], buyer=li, language="zh-Hans").order
    payment = services.pay(order.pk, back="")
    order.refresh_from_db()
    assert (payment.state, order.state) == ("captured", "confirmed")
    assert queries.invariants() == []


def test_a_chargeback_of_what_was_paid_in_yuan_is_in_yuan_at_the_provider(
    cart, yuan_till, cooking
):
    payment = pay(cart(), yuan_till)
    order, farm = payment.order, cooking.product.operator_id
    voucher = order.vouchers.get(line__allotment=cooking)
    services.redeem(voucher.code, operator_id=farm, any_day=True)
    part = order.parts.get(operator=farm)
    split = payment.splits.get(seller_order=part)
    before = balance("psp_clearing", "CNY")
    services.charge_back(part.pk, 4000, "dp_1")
    services.charge_back(part.pk, 10500, "dp_2")
    assert before - balance("psp_clearing", "CNY") == split.amount_minor
    assert balance("psp_clearing") == 0
    assert queries.invariants() == []


def test_the_end_of_a_visits_day_earns_the_visit_and_not_the_coat_beside_it(
    maker, coat, till, li, tomorrow
):
    loom = Product.objects.create(
        operator=maker, theme="crafts", slug="telaio", state="on_sale", price_minor=3000,
        created_at=clock.now(),
    )  # fmt: skip
    services.offer_places(loom.pk, [tomorrow], capacity=4)
    visit = Allotment.objects.get(product=loom)
    wanted = [(visit.pk, 2), (coat.pk, 1)]
    order = pay(services.hold(wanted, buyer=li, language="zh-Hans").order, till).order
    voucher = order.vouchers.get()
    services.redeem(voucher.code, operator_id=maker.pk, quantity=1, any_day=True)
    Allotment.objects.filter(pk=visit.pk).update(day=tomorrow - timedelta(days=5))
    assert services.close_days() == 1
    assert services.close_days() == 0
    part = order.parts.get()
    assert (part.delivered_minor, part.kept_minor) == (6000, 39000)
    services.redeem(voucher.code, operator_id=maker.pk, any_day=True)
    part.refresh_from_db()
    assert part.kept_minor == 39000  # The coat's, still.
    assert queries.invariants() == []
