"""How many statements a sale costs: each one is time in which a hot start stands still."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from belvedere.sell import services
from belvedere.sell.ports import PaymentStage

pytestmark = pytest.mark.django_db(transaction=True)


def statements(call):
    with CaptureQueriesContext(connection) as asked:
        found = call()
    told = [each["sql"] for each in asked]
    return found, [each for each in told if each not in ("BEGIN", "COMMIT")]


def test_a_sale_costs_few_statements_and_the_hot_one_comes_last(start, till, li):
    held, asked = statements(lambda: services.hold([(start.pk, 2)], buyer=li))
    assert len(asked) <= 12
    assert asked[-1].split()[:2] == ["UPDATE", "sell_allotment"]
    payment, asked = statements(lambda: services.pay(held.order.pk, back="https://example.org"))
    assert len(asked) <= 12
    till.says(payment.remote_id, PaymentStage.PAID)
    _, asked = statements(lambda: services.finalise(payment.pk))
    assert len(asked) <= 18
    assert not any("sell_allotment" in each for each in asked if "UPDATE" in each[:9])


def test_facts_of_many_products_are_one_statement(walk, guide, tomorrow, li):
    pools = []
    for name in ("uno", "due", "tre"):
        walk.pk, walk.slug = None, name
        walk.save(force_insert=True)
        services.offer_places(walk.pk, [tomorrow], capacity=5)
        pools.append(walk.allotments.get().pk)
    _, asked = statements(lambda: services.hold([(pool, 1) for pool in pools], buyer=li))
    facts = [each for each in asked if each.startswith('INSERT INTO "journal_fact"')]
    assert len(facts) == 1
    assert len(asked) <= 12
