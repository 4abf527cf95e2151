"""Putting things aside, and sending them as one order."""

from datetime import time
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from belvedere.offer.models import Product
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Order, Payment
from belvedere.sell.services import OptionTerms, UnitTerms
from belvedere.shared import clock
from belvedere.territory.models import Operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(casentino, tomorrow):
    farm = Operator.objects.create(area=casentino, name="Fattoria", slug="fattoria")
    lesson = Product.objects.create(
        operator=farm, theme="food", slug="cucina", state="on_sale", price_minor=6000,
        created_at=clock.now(),
    )  # fmt: skip
    units = [UnitTerms("ADULT"), UnitTerms("CHILD", 2500, max_age=12, accompanied_by=["ADULT"])]
    services.set_terms(lesson.pk, [OptionTerms(units=units, max_units=6)])
    services.offer_places(lesson.pk, [tomorrow], start=time(11), capacity=6)
    return Allotment.objects.get(product=lesson)


def at(name, *args, language="zh-hans"):
    with override(language):
        return reverse(f"sell-pages:{name}", args=args)


def counts(allotment, adults, children):
    (option,) = queries.tariff([allotment.product_id])
    adult, child = option.units
    return {f"unit_{adult.id}": str(adults), f"unit_{child.id}": str(children)}


@pytest.fixture
def contact():
    return {
        "name": "李明", "phone": "+86 139 1234 5678", "consent": "on", "key": str(uuid4()),
    }  # fmt: skip


@pytest.fixture
def filled(client, start, lesson):
    """A basket with two walks, and a lesson for two adults and a child."""
    walk = {"when": f"{start.day:%Y-%m-%d}T09:30", "quantity": "2", "basket": "1"}
    client.post(at("checkout", start.product.slug), walk)
    when = {"when": f"{lesson.day:%Y-%m-%d}T11:00", "basket": "1"}
    return client.post(
        at("checkout", lesson.product.slug), {**when, **counts(lesson, 2, 1)}, follow=True
    )


def test_nobody_is_asked_who_they_are_before_the_basket_is_sent(filled, start):
    page = filled.content.decode()
    assert "2 × 成人, 1 × 儿童" in page
    assert "¥" in page  # About so much in yuan.
    start.refresh_from_db()
    assert start.taken == 0
    assert not Order.objects.exists()


def test_a_basket_of_two_operators_is_one_order_paid_once(
    client, filled, contact, start, lesson
):
    held = client.post(at("basket"), contact)
    order = Order.objects.get()
    assert held["Location"] == at("order", order.token)
    assert [each.total_minor for each in order.parts.all()] == [5000, 14500]
    assert "购物车是空的" in client.get(at("basket")).content.decode()
    page = client.get(held["Location"]).content.decode()
    assert "Fattoria" in page
    assert 'value="demo:CNY"' in page
    assert 'value="demo:EUR"' in page
    client.post(held["Location"] + "pay/", {"pay": "demo:CNY"})
    payment = Payment.objects.get()
    assert (payment.currency, payment.value_minor) == ("CNY", 19500)
    assert payment.amount_minor == int(Decimal(19500) * order.quote.rate)
    assert queries.invariants() == []


def test_what_was_sold_meanwhile_is_said_and_nothing_is_held(
    client, filled, contact, start, lesson
):
    services.hold([(start.pk, 9)])
    answer = client.post(at("basket"), contact)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "剩余名额不足" in page
    assert "李明" in page
    lesson.refresh_from_db()
    assert lesson.taken == 0


def test_a_start_is_taken_out(client, filled, start, lesson):
    page = client.post(at("drop", start.pk), follow=True).content.decode()
    assert "Fattoria" in page
    assert start.product.operator.name not in page


def test_an_empty_basket_says_where_to_begin(client):
    page = client.get(at("basket", language="it")).content.decode()
    assert "È vuoto" in page


def test_a_basket_that_was_tampered_with_is_passed_over(client, start):
    session = client.session
    session["basket"] = [{"allotment": "x"}, 7, {"allotment": start.pk, "units": {"999999": 1}}]
    session.save()
    assert "购物车是空的" in client.get(at("basket")).content.decode()


def test_a_child_alone_is_refused_in_the_visitors_language(client, lesson, contact):
    form = {**contact, "when": f"{lesson.day:%Y-%m-%d}T11:00", **counts(lesson, 0, 1)}
    answer = client.post(at("checkout", lesson.product.slug), form)
    assert answer.status_code == 422
    assert "儿童：须与成人同行" in answer.content.decode()
    answer = client.post(
        at("checkout", lesson.product.slug, language="it"), {**form, **counts(lesson, 0, 0)}
    )
    assert "Scrivi quante persone vengono" in answer.content.decode()


def test_one_part_is_called_off_by_the_traveller(client, filled, contact, lesson):
    client.post(at("basket"), contact)
    order = Order.objects.get()
    page = at("order", order.token)
    client.post(page + "pay/", {"pay": "demo:EUR"})
    payment = Payment.objects.get()
    from belvedere.sell.ports import Payment as Said
    from belvedere.sell.ports import PaymentStage

    services.settle(payment.pk, Said(payment.remote_id, PaymentStage.PAID, payment.amount))
    order.parts.update(free_until=clock.now().replace(year=2100))
    part = order.parts.get(operator__slug="fattoria")
    assert f"?part={part.pk}" in client.get(page).content.decode()
    asked = client.get(f"{page}cancel/?part={part.pk}").content.decode()
    assert "取消Fattoria的部分" in asked
    assert "145.00" in asked
    client.post(f"{page}cancel/", {"part": part.pk})
    part.refresh_from_db()
    order.refresh_from_db()
    assert (part.state, order.state) == ("cancelled", "confirmed")
    assert "已取消" in client.get(page).content.decode()
    assert queries.invariants() == []


def asked(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_pages_ask_as_often_however_many_things_there_are(
    client, filled, contact, casentino, tomorrow, lesson
):
    few = asked(client, at("basket"))
    for each in range(4):
        farm = Operator.objects.create(area=casentino, name=f"F{each}", slug=f"f{each}")
        product = Product.objects.create(
            operator=farm, theme="food", slug=f"p{each}", state="on_sale", price_minor=900,
            created_at=clock.now(),
        )  # fmt: skip
        services.offer_places(product.pk, [tomorrow], start=time(15), capacity=6)
        when = {"when": f"{tomorrow:%Y-%m-%d}T15:00", "quantity": "1", "basket": "1"}
        client.post(at("checkout", product.slug), when)
    assert asked(client, at("basket")) == few
    many = client.post(at("basket"), contact)["Location"]
    when = {"when": f"{tomorrow:%Y-%m-%d}T11:00", "basket": "1", **counts(lesson, 1, 0)}
    client.post(at("checkout", lesson.product.slug), when)
    one = client.post(at("basket"), {**contact, "key": str(uuid4())})["Location"]
    assert asked(client, many) <= asked(client, one) + 1
