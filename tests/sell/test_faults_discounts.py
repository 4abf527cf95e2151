"""Discounts at the worst moment, on a real PostgreSQL with real threads."""

import random

import pytest

from belvedere.sell import queries, services
from belvedere.sell.models import Discount, Hold, Order
from belvedere.sell.ports import PaymentStage
from belvedere.sell.services import DiscountTerms, NoDiscount
from belvedere.shared.money import Amount
from belvedere.testing.jobs import run_jobs
from tests.sell.test_faults import crowd, killed_after, let_expire, sweep, wrong

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def make(casentino):
    def make(code="DEMO5", **terms):
        terms.setdefault("amount", Amount(500))
        return services.make_discount(code, casentino.pk, DiscountTerms(**terms))

    return make


@pytest.fixture
def roomy(walk, start):
    """Places for everybody: only the discount is scarce."""
    services.offer_places(walk.pk, [start.day], start=start.start, capacity=100)
    return start


def test_fifty_buyers_share_three_uses(make, roomy):
    discount = make(max_uses=3)
    got = crowd(*[lambda: services.hold([(roomy.pk, 1)], code="DEMO5") for _ in range(50)])
    discount.refresh_from_db()
    roomy.refresh_from_db()
    assert wrong(got) == []
    assert sum(isinstance(each, Hold) for each in got) == 3
    assert sum(isinstance(each, NoDiscount) for each in got) == 47
    assert (discount.used, discount.spent_minor, roomy.taken) == (3, 1500, 3)
    assert queries.invariants() == []


def test_a_budget_of_a_hundred_gives_thirty_three_times(make, roomy):
    discount = make(amount=Amount(30), budget=Amount(100))
    got = crowd(*[lambda: services.hold([(roomy.pk, 1)], code="DEMO5") for _ in range(30)])
    discount.refresh_from_db()
    assert wrong(got) == []
    assert sum(isinstance(each, Hold) for each in got) == 3
    assert (discount.used, discount.spent_minor) == (3, 90)
    assert queries.invariants() == []


def test_sweeper_buyer_and_closing_provider_give_back_once(make, book, till):
    discount = make(max_uses=2)
    for _ in range(6):
        order = book(1, code="DEMO5")
        payment = services.pay(order.pk, back="")
        let_expire()
        got = crowd(
            services.release_expired,
            services.release_expired,
            lambda order=order: services.release(order.pk),
            lambda payment=payment: services.close(payment.pk),
            services.settle_open_payments,
        )
        assert wrong(got) == []
        sweep()
        discount.refresh_from_db()
        assert (discount.used, discount.spent_minor) == (0, 0)
        assert queries.invariants() == []


def test_expiry_late_money_and_another_buyer_in_the_same_moment(make, book, till, start, li):
    make(max_uses=1)
    dice = random.Random(5)
    for _ in range(6):
        order = book(1, code="DEMO5")
        payment = services.pay(order.pk, back="")
        let_expire()
        todo = [
            lambda p=payment: till.says(p.remote_id, PaymentStage.PAID),
            lambda p=payment: services.finalise(p.pk),
            lambda p=payment: services.close(p.pk),
            services.release_expired,
            lambda: services.hold([(start.pk, 1)], buyer=li, code="DEMO5"),
        ]
        dice.shuffle(todo)
        assert wrong(crowd(*todo)) == []
        till.says(payment.remote_id, PaymentStage.PAID)
        services.finalise(payment.pk)
        run_jobs("sell")
        order.refresh_from_db()
        ended = (order.state, order.money)
        assert ended in {("confirmed", "paid"), ("expired", "refunded")}
        assert queries.invariants() == []
        let_expire()
        services.release_expired()
        Discount.objects.update(max_uses=1 + Discount.objects.get().used)


def test_killed_at_any_statement_the_discount_is_taken_with_the_places_or_not(make, start, li):
    make(max_uses=1)
    through, statements = False, 0
    while not through:
        call = lambda: services.hold([(start.pk, 1)], buyer=li, code="DEMO5")  # noqa: E731
        through = killed_after(statements, call)
        statements += 1
        assert Discount.objects.get().used == int(through)
        assert queries.invariants() == []
    order = Order.objects.get()
    through, statements = False, 0
    while not through:
        through = killed_after(statements, lambda: services.release(order.pk))
        statements += 1
        assert Discount.objects.get().used == int(not through)
        assert queries.invariants() == []
    assert statements > 5


def test_carts_with_discounts_and_sweepers_never_block_each_other(make, roomy, walk, tomorrow):
    services.offer_places(walk.pk, [tomorrow], capacity=100)
    other = walk.allotments.exclude(pk=roomy.pk).get()
    for code in ("ONE", "TWO"):
        make(code)
    dice = random.Random(11)
    for _ in range(3):
        let_expire()
        todo = [services.release_expired for _ in range(4)]
        for _ in range(12):
            lines = [(roomy.pk, 1), (other.pk, 1)]
            dice.shuffle(lines)
            code = dice.choice(["ONE", "TWO"])
            todo.append(lambda lines=lines, code=code: services.hold(lines, code=code))
        dice.shuffle(todo)
        assert wrong(crowd(*todo)) == []
        assert queries.invariants() == []
