"""One order in yuan: two operators' experiences and a maker's coat to France, to the cent.

It is followed from the basket to the statement of each seller, through a partial refund, and
compared in the ledger, the settlement, the statements and the traveller's page.
"""

# ruff: noqa: F811  # Fixtures of another module.

import re
from datetime import time
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from belvedere.offer.models import Product
from belvedere.sell import queries, services
from belvedere.sell.models import (
    Allotment,
    Order,
    Payment,
    Posting,
    Quote,
    Refund,
    Seller,
    Transfer,
)
from belvedere.shared import clock
from belvedere.territory.models import Operator
from belvedere.testing.jobs import run_jobs
from tests.sell.test_goods import coat, maker, post  # noqa: F401  The fixtures.

pytestmark = pytest.mark.django_db


def balance(account, currency="EUR", **where):
    found = Posting.objects.filter(account=account, currency=currency, **where)
    return found.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def at(name, *args):
    with override("zh-hans"):
        return reverse(f"sell-pages:{name}", args=args)


@pytest.fixture
def cook(casentino, tomorrow):
    farm = Operator.objects.create(area=casentino, name="Fattoria", slug="fattoria")
    Seller.objects.create(operator=farm, commission_percent=Decimal(12))
    lesson = Product.objects.create(
        operator=farm, theme="food", slug="cucina", state="on_sale", price_minor=6050,
        created_at=clock.now(),
    )  # fmt: skip
    services.offer_places(lesson.pk, [tomorrow], start=time(11), capacity=6)
    return Allotment.objects.get(product=lesson)


@pytest.fixture
def quote(db):
    Quote.objects.all().delete()
    return Quote.objects.create(
        base="EUR", quoted="CNY", rate=Decimal("7.8137"), provider="Test", at=clock.now()
    )


@pytest.fixture
def filled(client, start, cook, coat):
    """A basket: two walks (50.00), a lesson for two (121.00), a coat (390.00)."""
    for each, hour in ((start, "09:30"), (cook, "11:00")):
        client.post(
            at("checkout", each.product.slug),
            {"when": f"{each.day:%Y-%m-%d}T{hour}", "quantity": "2", "basket": "1"},
        )
    client.post(at("buy", coat.product.slug), {"basket": "1", "quantity": "1", "to": "FR"})
    return client


@pytest.fixture
def order(filled, quote):
    """The basket, sent to France and paid in yuan."""
    form = {
        "to": "FR", "name": "李明", "street": "1 rue de l'Exemple", "postcode": "75001",
        "city": "Paris", "phone": "+86 139 1234 5678", "email": "li@example.cn",
        "consent": "on", "key": str(uuid4()),
    }  # fmt: skip
    page = filled.post(at("basket"), form)["Location"]
    provider = filled.post(page + "pay/", {"pay": "demo:CNY"})["Location"]
    filled.post(
        provider.split("testserver")[-1], "do=pay",
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    services.finalise(Payment.objects.get().pk)
    return Order.objects.get()


def test_the_basket_says_what_the_coat_costs_to_france_before_anybody_pays(filled):
    page = filled.get(at("basket") + "?to=FR").content.decode()
    sending = re.sub(r"\s+", " ", page)
    assert "法国" in sending
    assert "19.00" in sending
    assert "580.00" in sending  # 50.00 + 121.00 + 390.00 + 19.00


def test_without_a_country_the_coat_cannot_be_sent(filled):
    page = filled.get(at("basket")).content.decode()
    assert 'name="to"' in page
    assert 'name="street"' not in page
    answer = filled.post(at("basket"), {"name": "李明", "phone": "+8613912345678"})
    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_a_country_where_it_is_not_sent_is_said_with_the_reason(filled):
    page = filled.get(at("basket") + "?to=BR").content.decode()
    assert 'name="street"' not in page
    assert "巴西" in page


def test_it_stands_everywhere_to_the_cent_also_after_a_partial_refund(
    order,
    client,
    guide,
    maker,
    cook,
    coat,
):
    payment = order.payments.get()
    parts = {each.operator_id: each for each in order.parts.all()}
    walk, lesson, sent = (
        parts[guide.pk], parts[cook.product.operator_id], parts[maker.pk],
    )  # fmt: skip
    assert [walk.total_minor, lesson.total_minor] == [5000, 12100]
    assert (sent.total_minor, sent.shipping_minor) == (40900, 1900)
    assert order.total_minor == sum(each.total_minor for each in parts.values())
    assert payment.currency == "CNY"
    assert payment.amount == order.about
    assert sum(payment.splits.values_list("amount_minor", flat=True)) == payment.amount_minor
    assert balance("customer_deposits") == -order.total_minor
    assert queries.invariants() == []

    # The service is given: two are let in, one of two is let in, the coat arrives.
    codes = {each.line.seller_order_id: each.code for each in order.vouchers.all()}
    services.redeem(codes[walk.pk], operator_id=guide.pk, any_day=True)
    farm = cook.product.operator_id
    services.redeem(codes[lesson.pk], operator_id=farm, quantity=1, any_day=True)
    services.ship(sent.pk, tracking="FR123")
    services.deliver(sent.pk)
    assert balance("customer_deposits") == -6050
    assert queries.invariants() == []

    # The lesson was half as long: 30.25 go back, of which half had been earned already.
    services.request_refund(payment.pk, 6050 + 3025, part_id=lesson.pk)
    run_jobs("sell")
    refund = Refund.objects.get()
    lesson.refresh_from_db()
    split = payment.splits.get(seller_order=lesson)
    assert refund.amount_minor == split.refunded_minor
    assert refund.amount_minor == split.amount_minor * 9075 // 12100
    assert (lesson.delivered_minor, lesson.refunded_minor) == (3025, 9075)
    assert balance("customer_deposits") == 0
    assert balance("refunds_in_transit") == 0
    back = payment.amount_minor - refund.amount_minor
    assert balance("psp_clearing", "CNY") == back
    assert balance("fx_position") == order.total_minor - 9075
    assert queries.invariants() == []

    # Each seller's statement, the settlement and the ledger say the same.
    earned = {
        guide.pk: (5000, 0),
        farm: (3025, lesson.commission_minor * 3025 // 12100),
        maker.pk: (sent.total_minor, sent.commission_minor),
    }
    for operator, (gross, commission) in earned.items():
        (statement,) = queries.statements(operator)
        assert sum(each.gross.minor for each in statement.rows) == gross
        kept = sum(each.commission.minor for each in statement.rows)
        assert abs(kept - commission) <= 1
        net = sum(each.net.minor for each in statement.rows)
        vat = sum(each.vat.minor for each in statement.rows)
        assert net == gross - kept - vat
        assert -balance("seller_payable", operator=operator) == net
    Transfer.objects.update(simulated=False)  # As if money had moved.
    paid = {each.operator_id: each.amount_minor for each in services.draft_payouts()}
    assert paid == {
        operator: -balance("seller_payable", operator=operator) for operator in earned
    }

    # And the traveller's page.
    page = client.get(at("order", order.token)).content.decode()
    for amount in (order.total_minor, 5000, 12100):
        assert f"{amount / 100:.2f}" in page
    assert f"{refund.amount_minor / 100:,.2f}" in page
    assert "FR123" in page

    # And the receipt.
    paper = client.get(at("receipt", order.token))
    assert paper["Content-Type"] == "application/pdf"
    text = " ".join(each.extract_text() for each in PdfReader(BytesIO(paper.content)).pages)
    for minor in (order.total_minor, 5000, 12100, 1900):
        assert f"{minor / 100:.2f}" in text
    for minor in (payment.amount_minor, refund.amount_minor):
        assert f"{minor / 100:,.2f}" in text
    vat = sum(each.vat_minor for each in parts.values())
    assert f"{vat / 100:.2f}" in text


def test_there_is_no_receipt_of_what_was_not_bought(client, start, li):
    held = services.hold([(start.pk, 1)], buyer=li).order
    assert client.get(at("receipt", held.token)).status_code == 404
