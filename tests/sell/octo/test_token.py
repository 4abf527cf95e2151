"""Letting a reseller in from the command line, and exchanging what a buyer holds."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from belvedere.journal.models import Fact, Source
from belvedere.sell import queries, services
from belvedere.sell.models import Reseller
from belvedere.sell.services import Buyer

pytestmark = pytest.mark.django_db


def test_the_command_prints_a_token_that_opens_the_door(guide, client):
    out, told = StringIO(), StringIO()
    call_command("octo_token", guide.slug, "Viaggi Lontani", stdout=out, stderr=told)
    headers = {"Authorization": f"Bearer {out.getvalue().strip()}"}
    assert client.get("/octo/supplier", headers=headers).json()["id"] == guide.slug
    made = Reseller.objects.get()
    assert Source.objects.get(code=made.source).subject == f"reseller:{made.pk}"
    assert made.source in told.getvalue()
    assert Fact.objects.get(kind="reseller.made").subject == f"reseller:{made.pk}"


@pytest.mark.parametrize(("operator", "name"), [("nobody", "A"), ("guide-del-parco", " ")])
def test_the_command_says_what_is_wrong(guide, operator, name):
    with pytest.raises(CommandError):
        call_command("octo_token", operator, name)


class TestChange:
    def test_a_buyers_hold_becomes_another_before_it_is_paid(self, start, book):
        order = book(3)
        changed = services.change(order.pk, [(start.pk, 5)])
        start.refresh_from_db()
        assert (start.taken, changed.total_minor, changed.state) == (5, 12500, "placed")
        assert queries.invariants() == []
        services.change(order.pk, [(start.pk, 1)])
        assert services.release(order.pk)
        start.refresh_from_db()
        assert start.taken == 0
        assert queries.invariants() == []

    def test_what_is_being_paid_stays(self, start, book, till):
        order = book(2)
        services.pay(order.pk, back="")
        with pytest.raises(services.NotHeld):
            services.change(order.pk, [(start.pk, 1)])
        assert queries.invariants() == []

    def test_too_many_change_nothing(self, start, book):
        order = book(2)
        with pytest.raises(services.SoldOut):
            services.change(order.pk, [(start.pk, 11)])
        start.refresh_from_db()
        assert (start.taken, Fact.objects.filter(kind="sale.changed").count()) == (2, 0)

    def test_it_is_charged_to_an_account_as_a_buyers_is_paid(self, start):
        hold = services.hold([(start.pk, 2)], buyer=Buyer("Anna", email="a@example.org"))
        payment = services.charge(hold.order.pk, "account:1")
        assert payment.confirms
        with pytest.raises(services.NotHeld):
            services.charge(hold.order.pk, "account:1")
        refund = services.request_refund(payment.pk, 1000)
        assert services.send_refund(refund.pk).state == "done"
        assert queries.invariants() == []
