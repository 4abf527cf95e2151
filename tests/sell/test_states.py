"""A season in random order: whatever buyers, providers and clocks do, all agrees."""

import contextlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models.functions import Now
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from belvedere.offer.models import Product
from belvedere.sell import queries, registry, services
from belvedere.sell.models import Allotment, Hold, Order, Payment, Refund, Seller
from belvedere.sell.ports import Notice, PaymentSpec, PaymentStage, Proof
from belvedere.sell.services import Buyer
from belvedere.shared import clock
from belvedere.shared.errors import BadInput, RemoteError
from belvedere.shared.money import Amount
from belvedere.territory.models import Area, Operator
from belvedere.testing.jobs import run_jobs
from tests.sell.conftest import Till

numbers = st.integers(0, 5)


class Season(RuleBasedStateMachine):
    """Orders, payments, notices, clocks, cancellations and refunds, in any order."""

    @initialize()
    def open_the_shop(self):
        self.world = transaction.atomic()
        self.world.__enter__()
        self.till, self.events = Till(), 0
        self.before = registry.installed
        takes = PaymentSpec("till", "Till", Proof.NONE, frozenset({"EUR", "CNY"}))
        till_of = type("TillOf", (), {"spec": takes})
        till_of.__new__ = lambda cls, site: self.till
        registry.installed = lambda: {"till": till_of}
        area = Area.objects.create(kind="ambito", name="A", slug="a")
        guide = Operator.objects.create(area=area, name="G", slug="g")
        walk = Product.objects.create(
            operator=guide,
            theme="outdoor",
            slug="w",
            state="on_sale",
            price_minor=1000,
            created_at=clock.now(),
        )
        first = clock.today() + timedelta(days=1)
        days = [first, first + timedelta(days=9)]
        services.offer_places(walk.pk, days, capacity=5)
        maker = Operator.objects.create(area=area, name="M", slug="m")
        Seller.objects.create(operator=maker, commission_percent=Decimal("12.5"))
        coat = Product.objects.create(
            operator=maker,
            kind="good",
            theme="crafts",
            slug="c",
            state="on_sale",
            price_minor=3333,
            created_at=clock.now(),
        )
        services.stock(coat.pk, 4)
        for code, terms in (
            ("AGENCY", {"amount": Amount(700), "max_uses": 3}),
            ("SELLER", {"percent": Decimal("33.3"), "by_seller": True, "budget": Amount(2500),
                        "operator": guide.pk}),
            ("ALL", {"percent": Decimal(100), "max_uses": 2}),
        ):  # fmt: skip
            services.make_discount(code, area.pk, services.DiscountTerms(**terms))
        self.guide, self.walk, self.days = guide, walk, days
        self.pools = list(Allotment.objects.order_by("day").values_list("pk", flat=True))

    def teardown(self):
        if hasattr(self, "before"):
            registry.installed = self.before
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    def order(self, number):
        return Order.objects.order_by("-pk")[number : number + 1].first()

    def payment(self, number):
        found = Payment.objects.exclude(remote_id="").order_by("-pk")
        return found[number : number + 1].first()

    @rule(
        lines=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), max_size=3),
        code=st.sampled_from(["", "", "AGENCY", "SELLER", "ALL"]),
    )
    def hold(self, lines, code):
        try:
            wanted = [(self.pools[at], quantity) for at, quantity in lines]
            services.hold(wanted, buyer=Buyer("Li", email="li@example.cn"), code=code)
        except BadInput:
            pass

    @rule(number=numbers)
    def extend(self, number):
        if order := self.order(number):
            with contextlib.suppress(BadInput):
                services.extend(order.hold_id)

    @rule(number=numbers, down=st.booleans(), currency=st.sampled_from(["EUR", "CNY"]))
    def pay(self, number, down, currency):
        if order := self.order(number):
            self.till.down = down
            with contextlib.suppress(BadInput, RemoteError):
                services.pay(order.pk, back="", currency=currency)
            self.till.down = False

    @rule(number=numbers, stage=st.sampled_from(["paid", "failed", "closed"]))
    def provider_says(self, number, stage):
        payment = self.payment(number)
        # Money that was taken stays taken; anything else may still become paid.
        if payment and self.till.payments[payment.remote_id].stage != PaymentStage.PAID:
            self.till.says(payment.remote_id, PaymentStage(stage))

    @rule(number=numbers, again=st.booleans())
    def notice(self, number, again):
        if payment := self.payment(number):
            self.events += not again
            services.notice("till", Notice(f"e{self.events}", payment.remote_id))

    @rule(number=numbers)
    def come_back(self, number):
        if payment := self.payment(number):
            services.finalise(payment.pk)

    @rule(number=numbers)
    def time_passes(self, number):
        if order := self.order(number):
            Hold.objects.filter(pk=order.hold_id).update(
                expires_at=Now() - timedelta(seconds=1)
            )

    @rule()
    def sweep(self):
        Payment.objects.update(checked_at=Now() - timedelta(hours=1))
        services.settle_open_payments()
        services.release_expired()

    @rule()
    def work(self):
        run_jobs("sell")

    @rule(number=numbers)
    def leave(self, number):
        if order := self.order(number):
            with contextlib.suppress(BadInput):
                services.release(order.pk)

    @rule(number=numbers, part=st.sampled_from([None, 0, 1]))
    def cancel(self, number, part):
        if order := self.order(number):
            parts = [None, *order.parts.values_list("pk", flat=True)]
            with contextlib.suppress(BadInput):
                services.cancel(
                    order.pk, parts[0 if part is None else 1 + part % order.parts.count()]
                )

    @rule(number=numbers, minor=st.integers(1, 4000))
    def refund(self, number, minor):
        if payment := self.payment(number):
            with contextlib.suppress(BadInput):
                services.request_refund(payment.pk, minor)

    @rule(number=numbers, quantity=st.integers(1, 3))
    def redeem(self, number, quantity):
        order = self.order(number)
        voucher = order and order.vouchers.first()
        if voucher:
            with contextlib.suppress(BadInput):
                services.redeem(
                    voucher.code, operator_id=self.guide.pk, quantity=quantity, any_day=True
                )

    @rule(capacity=st.integers(0, 8))
    def change_capacity(self, capacity):
        with contextlib.suppress(services.StillTaken):
            services.offer_places(self.walk.pk, self.days, capacity=capacity)

    @invariant()
    def all_agrees(self):
        found = [each for each in queries.invariants() if "waits for a person" not in each]
        assert found == []

    @invariant()
    def nobody_is_charged_for_nothing(self):
        for payment in Payment.objects.filter(state="captured"):
            order = Order.objects.get(pk=payment.order_id)
            served = payment.confirms and order.state in Order.SOLD
            back = sum(each.value_minor for each in Refund.objects.filter(payment=payment))
            assert served or back or order.state == "cancelled"


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_all_agrees():
    run_state_machine_as_test(
        Season,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
