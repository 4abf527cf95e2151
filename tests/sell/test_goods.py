"""A coat from the Casentino: to every country or refused with the reason, sent, sent back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from belvedere.journal.models import Fact
from belvedere.offer.models import Product
from belvedere.sell import queries, services
from belvedere.sell.models import (
    Allotment,
    Carrier,
    Delivery,
    Order,
    Posting,
    Rate,
    Refund,
    Seller,
    Withdrawal,
)
from belvedere.sell.ports import PaymentStage
from belvedere.sell.queries import goods as reading
from belvedere.sell.rules import world
from belvedere.sell.rules.parcels import Refusal, Shipping, Why
from belvedere.sell.services import Buyer, Destination, GoodTerms
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory.models import Operator
from belvedere.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db
PARIS = Destination(
    country="FR", name="Claire Exemple", street="1 rue de l'Exemple", postcode="75001",
    city="Paris", phone="+33123456789",
)  # fmt: skip
CLAIRE = Buyer("Claire Exemple", email="claire@example.org")


def balance(account, **where):
    found = Posting.objects.filter(account=account, currency="EUR", **where)
    return found.aggregate(sum=Sum("amount_minor"))["sum"] or 0


@pytest.fixture
def post(db):
    """A sample carrier: Italy, the Union, China."""
    post = Carrier.objects.create(
        key="post", name="Posta", is_sample=True, follow_url="https://post.example/{number}"
    )
    union = sorted(world.UNION - {"IT"})
    for zone, countries, minor, hours in (
        ("Italia", ["IT"], 900, (24, 48)),
        ("Unione", union, 1900, (24, 72)),
        ("Cina", ["CN"], 4900, None),
    ):
        Rate.objects.create(
            carrier=post, zone=zone, countries=countries,
            steps=[[2000, minor], [10000, 2 * minor]],
            max_weight_g=10000, max_longest_mm=1500, max_girth_mm=3000,
            min_hours=hours and hours[0], max_hours=hours and hours[1],
        )  # fmt: skip
    return post


@pytest.fixture
def maker(casentino):
    maker = Operator.objects.create(area=casentino, name="Lanificio", slug="lanificio")
    Seller.objects.create(
        operator=maker, commission_percent=10, state="approved", legal_name="Lanificio srl",
        vat_number="IT99999999990", iban="IT60X0542811101000000123456", entitled=True,
        signatory="Nome Cognome", agreed_at=clock.now(), vat_scheme="oss",
        street="Via Esempio 1", postcode="52015", city="Stia",
    )  # fmt: skip
    return maker


@pytest.fixture
def coat(maker, post):
    """An orange coat of 1.8 kg at 390 euros; three in stock."""
    coat = Product.objects.create(
        operator=maker, kind="good", theme="crafts", slug="cappotto", state="on_sale",
        price_minor=39000, created_at=clock.now(),
    )  # fmt: skip
    services.set_good(
        coat.pk,
        GoodTerms(1800, 500, 400, 120, customs_name="Wool overcoat", hs_code="6201 20 00"),
    )
    services.stock(coat.pk, 3)
    return Allotment.objects.get(product=coat)


@pytest.fixture
def bought(coat, till):
    """Buy coats and pay; returns the maker's part."""

    def bought(quantity=1, to=PARIS):
        order = services.hold(
            [(coat.pk, quantity)], buyer=CLAIRE, destination=to, language="en"
        ).order
        payment = services.pay(order.pk, back="https://example.org")
        till.says(payment.remote_id, PaymentStage.PAID)
        return services.finalise(payment.pk).order.parts.get()

    return bought


def test_every_country_has_a_price_or_a_reason(coat):
    answers = {
        each: queries.offers(["cappotto"], each)["cappotto"] for each in world.countries()
    }
    assert len(answers) == 249
    sent = {key for key, each in answers.items() if isinstance(each.how, Shipping)}
    assert sent == world.UNION | {"CN"}
    refused = {key: each.how.why for key, each in answers.items() if key not in sent}
    assert all(isinstance(each, Why) for each in refused.values())
    assert refused["US"] == Why.NO_CARRIER
    assert refused["RU"] == Why.RESTRICTED
    assert refused["AQ"] == Why.NO_POST
    assert refused["MC"] == Why.SPECIAL
    assert {answers[each].days for each in world.UNION - {"IT"}} == {4}
    assert answers["CN"].days is None  # The carrier promises nothing there, nor do we.
    assert answers["CN"].price.minor == 31967  # Without Italian VAT.
    assert answers["HU"].vat_percent == Decimal(27)


def test_each_reason_has_its_sentence():
    from belvedere.sell import words

    assert {str(words.why(Refusal("FR", each), "it")) for each in Why}.__len__() == len(Why)


@pytest.mark.parametrize(
    ("change", "country", "why"),
    [
        ({"bulky": True}, "IT", Why.BULKY),
        ({"weight_g": 10001}, "IT", Why.TOO_HEAVY),
        ({"length_mm": 1501}, "FR", Why.TOO_LARGE),
        ({"hs_code": ""}, "CN", Why.NO_CUSTOMS),
    ],
)
def test_what_cannot_go_is_refused_with_the_reason(coat, change, country, why):
    good = coat.product.good
    for field, value in change.items():
        setattr(good, field, value)
    good.save()
    to = Destination(country, name="X", street="Y", postcode="52015", city="Z")
    with pytest.raises(services.NotShipped) as refused:
        services.hold([(coat.pk, 1)], buyer=CLAIRE, destination=to)
    assert refused.value.why == why
    coat.refresh_from_db()
    assert coat.taken == 0


def test_reduced_vat_abroad_is_refused_rather_than_guessed(coat):
    coat.product.options.update(vat_percent=10)
    with pytest.raises(services.NotShipped) as refused:
        services.hold([(coat.pk, 1)], buyer=CLAIRE, destination=PARIS)
    assert refused.value.why == Why.REDUCED_VAT
    Seller.objects.update(vat_scheme="home")
    services.hold([(coat.pk, 1)], buyer=CLAIRE, destination=PARIS)


def test_a_coat_to_france_costs_its_price_and_its_way(bought, coat):
    part = bought()
    assert (part.total_minor, part.shipping_minor) == (40900, 1900)
    # Twenty per cent within both, as France asks: 65.00 and 3.17.
    assert part.vat_minor == 6500 + 317
    assert part.commission_minor == 3250  # Of the coat without VAT, not of the postage.
    found = part.delivery
    assert (found.country, found.carrier.name, found.customs) == ("FR", "Posta", [])
    assert (found.min_hours, found.max_hours) == (24, 72)
    assert part.order.total_minor == 40900
    assert part.order.vouchers.count() == 0
    assert balance("customer_deposits") == -40900
    assert queries.invariants() == []


def test_outside_the_union_no_vat_and_lines_for_customs(bought):
    to = Destination("CN", name="李明", street="样例路1号", postcode="200000", city="上海")
    part = bought(2, to)
    assert (part.total_minor, part.vat_minor) == (2 * 31967 + 9800, 0)
    (line,) = part.delivery.customs
    assert line == {
        "description": "Wool overcoat", "quantity": 2, "net": 3600, "minor": 63934,
        "currency": "EUR", "hs": "62012000", "origin": "IT",
    }  # fmt: skip
    assert queries.invariants() == []


def test_goods_without_a_destination_are_not_held(coat):
    with pytest.raises(BadInput):
        services.hold([(coat.pk, 1)], buyer=CLAIRE)
    with pytest.raises(BadInput):
        services.hold([(coat.pk, 1)], buyer=CLAIRE, destination=Destination("FR", name="X"))


def test_collected_in_person_nothing_is_sent(bought, coat):
    coat.product.good.bulky = True
    coat.product.good.save()
    part = bought(1, Destination(collect=True))
    assert (part.total_minor, part.shipping_minor) == (39000, 0)
    with pytest.raises(services.NotThere):
        services.ship(part.pk)
    services.deliver(part.pk)
    part.refresh_from_db()
    assert part.state == "redeemed"
    assert queries.invariants() == []


@pytest.mark.parametrize("state", ["onboarding", "suspended"])
def test_only_approved_sellers_sell_goods(coat, state):
    Seller.objects.update(state=state, reason="perché")
    assert queries.offers(["cappotto"], "FR") == {}
    with pytest.raises(BadInput):
        services.hold([(coat.pk, 1)], buyer=CLAIRE, destination=PARIS)


def test_sent_and_delivered_the_money_is_earned(bought, maker):
    part = bought()
    services.pack(part.pk)
    with pytest.raises(BadInput) as missing:
        services.ship(part.pk)
    assert missing.value.field == "tracking"
    services.ship(part.pk, tracking="rr 123 it")
    found = Delivery.objects.get()
    assert found.follow_url == "https://post.example/RR123IT"
    with pytest.raises(services.NotCancellable):
        services.cancel(part.order_id)
    assert balance("seller_payable") == 0
    services.deliver(part.pk)
    services.deliver(part.pk)  # Told twice, it counts once.
    part.refresh_from_db()
    assert (part.state, part.delivered_minor, part.kept_minor) == ("redeemed", 40900, 0)
    commission = 3250 + 715
    assert balance("seller_payable", operator=maker) == -(40900 - commission)
    assert balance("customer_deposits") == 0
    kinds = list(Fact.objects.filter(kind__startswith="sale.").values_list("kind", flat=True))
    assert {"sale.packed", "sale.sent", "sale.delivered"} <= set(kinds)
    assert kinds.count("sale.delivered") == 1
    assert queries.invariants() == []


def test_until_it_is_sent_all_goes_back(bought, coat):
    part = bought()
    services.pack(part.pk)
    services.cancel(part.order_id)
    run_jobs("sell")
    coat.refresh_from_db()
    order = Order.objects.get()
    assert (coat.taken, order.state, order.money) == (0, "cancelled", "refunded")
    assert Refund.objects.get().amount_minor == 40900
    assert queries.invariants() == []
    with pytest.raises(services.NotThere):
        services.ship(part.pk, tracking="x")


def test_a_parcel_that_comes_back_is_sent_again_or_called_off(bought):
    part = bought()
    services.ship(part.pk, tracking="A1")
    services.bring_back(part.pk)
    services.ship(part.pk, tracking="A2")
    services.bring_back(part.pk)
    services.cancel(part.order_id)
    run_jobs("sell")
    assert Order.objects.get().money == "refunded"
    assert queries.invariants() == []


def test_a_withdrawal_within_fourteen_days_gives_all_back(bought, coat, maker):
    part = bought()
    services.ship(part.pk, tracking="A1")
    services.deliver(part.pk)
    wish = services.withdraw(part.pk)
    assert services.withdraw(part.pk) == wish
    with pytest.raises(services.NotThere):
        services.take_back(wish.pk)
    services.answer_withdrawal(wish.pk, accept=True)
    refund = services.take_back(wish.pk, sellable=True)
    run_jobs("sell")
    assert (refund.amount_minor, refund.reason) == (40900, "returned")
    assert Order.objects.get().money == "refunded"
    assert balance("seller_payable", operator=maker) == 0
    assert balance("commission_revenue") == balance("vat_payable") == 0
    coat.refresh_from_db()
    assert (coat.taken, coat.free) == (1, 3)
    with pytest.raises(services.NotThere):
        services.take_back(wish.pk)
    assert queries.invariants() == []


def test_a_withdrawal_while_it_travels_is_a_cancellation_when_it_is_back(bought, coat):
    part = bought()
    services.ship(part.pk, tracking="A1")
    wish = services.withdraw(part.pk)
    services.answer_withdrawal(wish.pk, accept=True)
    services.take_back(wish.pk)
    run_jobs("sell")
    coat.refresh_from_db()
    assert (coat.taken, Order.objects.get().state) == (0, "cancelled")
    assert queries.invariants() == []


def test_a_withdrawal_too_late_or_of_what_was_made_to_measure_is_refused(bought, coat):
    part = bought()
    with pytest.raises(services.NotThere):
        services.withdraw(part.pk)  # Not sent yet: it is simply called off.
    services.ship(part.pk, tracking="A1")
    services.deliver(part.pk)
    Delivery.objects.update(delivered_at=clock.now() - timedelta(days=15, minutes=1))
    with pytest.raises(services.NotThere):
        services.withdraw(part.pk)
    Delivery.objects.update(delivered_at=clock.now())
    coat.product.good.to_measure = True
    coat.product.good.save()
    with pytest.raises(services.NotThere):
        services.withdraw(part.pk)


def test_a_refused_withdrawal_says_why(bought):
    part = bought()
    services.ship(part.pk, tracking="A1")
    services.deliver(part.pk)
    wish = services.withdraw(part.pk)
    with pytest.raises(BadInput):
        services.answer_withdrawal(wish.pk, accept=False)
    services.answer_withdrawal(wish.pk, accept=False, reason="Ricamato con un nome.")
    with pytest.raises(services.NotThere):
        services.answer_withdrawal(wish.pk, accept=True)
    assert Withdrawal.objects.get().reason == "Ricamato con un nome."


def test_a_walk_and_a_coat_of_one_operator_end_each_in_its_way(coat, start, till, maker):
    Product.objects.filter(pk=start.product_id).update(operator=maker)
    order = services.hold(
        [(start.pk, 2), (coat.pk, 1)], buyer=CLAIRE, destination=PARIS, language="en"
    ).order
    payment = services.pay(order.pk, back="")
    till.says(payment.remote_id, PaymentStage.PAID)
    services.finalise(payment.pk)
    part = order.parts.get()
    voucher = order.vouchers.get()
    services.redeem(voucher.code, operator_id=maker.pk, any_day=True)
    part.refresh_from_db()
    assert (part.state, part.delivered_minor) == ("partly_redeemed", 5000)
    services.ship(part.pk, tracking="A1")
    services.deliver(part.pk)
    part.refresh_from_db()
    assert (part.state, part.kept_minor) == ("redeemed", 0)
    assert queries.invariants() == []


def test_the_address_is_forgotten_when_it_has_served(bought):
    part = bought()
    Order.objects.update(forget_after=clock.today() - timedelta(days=1))
    Delivery.objects.update(forget_after=clock.today() - timedelta(days=1))
    assert services.forget_expired() == 0  # It has not been sent yet.
    services.ship(part.pk, tracking="A1")
    services.deliver(part.pk)
    Order.objects.update(forget_after=clock.today() - timedelta(days=1))
    Delivery.objects.update(forget_after=clock.today() - timedelta(days=1))
    assert services.forget_expired() == 1
    found = Delivery.objects.get()
    assert (found.name, found.street, found.city, found.phone, found.postcode) == ("",) * 5
    assert found.forgotten_at
    assert found.country == "FR"  # The books need it.
    for fact in Fact.objects.all():
        assert "Claire" not in str(fact.detail)
        assert "rue" not in str(fact.detail)
    assert queries.invariants() == []


def test_the_database_refuses_a_seller_who_did_not_say_all(maker):
    with pytest.raises(IntegrityError), transaction.atomic():
        Seller.objects.update(iban="")


class TestOnboarding:
    @pytest.fixture
    def weaver(self, casentino):
        return Operator.objects.create(area=casentino, name="Bottega", slug="bottega")

    SAID = {
        "business": {"legal_name": " Bottega  snc ", "street": "Via 1", "postcode": "52015",
                     "city": "Stia"},
        "tax": {"vat_number": "99999999990", "vat_scheme": "home"},
        "bank": {"iban": "it60 x054 2811 1010 0000 0123 456"},
        "sending": {"ready_hours": 48},
        "agreement": {"signatory": "Nome Cognome", "entitled": True},
    }  # fmt: skip

    def test_step_by_step_to_approval_and_back(self, weaver):
        for step, values in self.SAID.items():
            assert step == "sending" or step not in services.done(reading.seller(weaver.pk))
            services.begin(weaver)
            with pytest.raises(BadInput):
                services.send_for_review(weaver)
            services.fill(weaver, values)
        seller = services.send_for_review(weaver)
        assert (seller.state, seller.iban, seller.legal_name) == (
            "ready_for_review", "IT60X0542811101000000123456", "Bottega snc",
        )  # fmt: skip
        services.reject_seller(seller.pk, reason="Il conto è di un altro.")
        services.fill(weaver, self.SAID["bank"])
        services.send_for_review(weaver)
        services.approve_seller(seller.pk)
        services.suspend_seller(seller.pk, reason="Pacchi in ritardo.")
        with pytest.raises(services.NotNow):
            services.fill(weaver, self.SAID["bank"])
        services.approve_seller(seller.pk)
        services.fill(weaver, {"iban": "IT40S0542811101000000123456"})
        assert reading.seller(weaver.pk).state == "onboarding"  # Another account: look again.
        told = Fact.objects.filter(subject=f"seller:{weaver.pk}")
        assert set(told.values_list("kind", flat=True)) == {
            "seller.began", "seller.sent", "seller.rejected", "seller.approved",
            "seller.suspended",
        }  # fmt: skip
        assert not [each for each in told if "IT60" in str(each.detail)]

    @pytest.mark.parametrize(
        "wrong", [{"vat_number": "99999999991"}, {"iban": "IT60X0542811101000000123457"}]
    )
    def test_a_wrong_number_is_refused_and_nothing_is_changed(self, weaver, wrong):
        with pytest.raises(BadInput) as refused:
            services.fill(weaver, {"legal_name": "Altro", **wrong})
        assert refused.value.field in wrong
        assert reading.seller(weaver.pk) is None or not reading.seller(weaver.pk).legal_name
