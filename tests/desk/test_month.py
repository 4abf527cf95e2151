"""The operator's month at a glance."""

from datetime import time

import pytest
from django.urls import reverse

from belvedere.desk import queries
from belvedere.sell import services as sales
from belvedere.shared import clock
from tests.offer.test_pages import text


@pytest.fixture
def today(book):
    """Two guests of twenty today, and an afternoon that nobody has booked."""
    voucher = book(quantity=2)
    product = voucher.line.allotment.product
    sales.offer_places(product.pk, [clock.today()], start=time(23, 59), capacity=6)
    return clock.today()


def test_each_start_says_how_many_are_taken_and_leads_to_its_day(enter, anna, today):
    page = text(enter(anna).get(reverse("desk:month")))
    assert "2 di 26 posti" in page
    assert "<strong>2/20</strong>" in page
    assert "<strong>0/6</strong>" in page
    assert f"{reverse('desk:today')}?day={today}" in page


def test_a_month_is_two_queries(anna, guide, today, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        queries.month(guide, f"{today:%Y-%m}", "it")


@pytest.mark.parametrize("asked", ["", "2026-13", "1999-01", "next"])
def test_a_month_that_is_none_is_this_one(enter, anna, today, asked):
    assert "<strong>2/20</strong>" in text(
        enter(anna).get(reverse("desk:month"), {"month": asked})
    )


def test_another_operators_month_is_their_own(enter, casentino, today):
    from belvedere.territory.models import Operator
    from tests.desk.conftest import account

    other = Operator.objects.create(area=casentino, name="Altri", slug="altri")
    page = text(enter(account("bruno", "operator", other)).get(reverse("desk:month")))
    assert "2/20" not in page
    assert "Nessun giorno" in page


def test_staff_have_no_month_of_guests(enter, editor):
    assert enter(editor).get(reverse("desk:month")).status_code == 403
