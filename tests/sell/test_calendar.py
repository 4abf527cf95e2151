"""What the seller tells a calendar: the starts of a month, each at its day's own price."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from belvedere.sell import services
from belvedere.sell.models import Option, Price, Quote, Unit
from belvedere.sell.queries import SellBooking
from belvedere.shared import clock
from belvedere.shared.money import Amount

pytestmark = pytest.mark.django_db


def month(walk, **more):
    today = clock.today()
    return SellBooking().calendar(walk.slug, today, today + timedelta(days=40), **more)


def test_a_month_is_two_queries_however_many_starts(
    walk, tomorrow, django_assert_num_queries, django_assert_max_num_queries, client
):
    days = [tomorrow + timedelta(days=n) for n in range(30)]
    for hour in (9, 15):
        services.offer_places(walk.pk, days, start=time(hour), capacity=10)
    with django_assert_num_queries(2):
        assert len(month(walk)) == 60
    with django_assert_max_num_queries(5):
        client.get(f"/experiences/{walk.slug}/calendar/", headers={"HX-Request": "true"})


def test_each_day_has_its_own_lowest_price_and_no_childs(walk, tomorrow):
    services.offer_places(walk.pk, [tomorrow, tomorrow + timedelta(days=1)], capacity=10)
    option = Option.objects.get(product=walk)
    adult = option.units.get()
    child = Unit.objects.create(option=option, type="CHILD", price_minor=900, position=2)
    child.accompanied_by.add(adult)
    Price.objects.create(
        unit=adult, minor=2000, currency="EUR", first_day=tomorrow, last_day=tomorrow
    )
    assert [each.price for each in month(walk)] == [Amount(2000), Amount(2500)]


def test_a_reader_of_chinese_sees_the_days_price_in_yuan(walk, tomorrow):
    services.offer_places(walk.pk, [tomorrow], capacity=10)
    Quote.objects.create(base="EUR", quoted="CNY", rate="8", provider="x", at=clock.now())
    (start,) = month(walk, language="zh-Hans")
    assert start.also == Amount(20000, "CNY")


def test_a_sold_out_start_leads_to_its_list_and_one_that_is_closed_to_nothing(
    walk, start, li, tomorrow
):
    services.hold([(start.pk, 10)], buyer=li)
    (sold_out,) = month(walk)
    assert sold_out.waiting_url.endswith(f"/waiting-list/?when={tomorrow}T09%3A30")
    Option.objects.update(cutoff_minutes=3 * 24 * 60)
    (closed,) = month(walk)
    assert (closed.free, closed.waiting_url) == (0, "")


def test_what_can_no_longer_be_booked_is_not_shown(walk, start):
    Option.objects.update(cutoff_minutes=3 * 24 * 60)
    assert month(walk) == []
    Option.objects.update(cutoff_minutes=0)
    walk.state = "withdrawn"
    walk.save()
    assert month(walk) == []


def test_a_day_of_next_season_can_be_booked_from_the_calendar(walk, client):
    day = clock.today() + timedelta(days=200)
    services.offer_places(walk.pk, [day], start=time(9, 30), capacity=10)
    page = client.get(f"/book/{walk.slug}/", {"day": day.isoformat(), "start": "09:30"})
    assert f'value="{day}T09:30" selected' in page.content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_start_chosen_in_the_checkouts_calendar_leaves_what_was_typed(
    live, open_page, walk, tomorrow
):
    for hour in (9, 15):
        services.offer_places(walk.pk, [tomorrow], start=time(hour), capacity=10)
    page = open_page(f"/book/{walk.slug}/", width=390)
    page.fill("input[name=name]", "Ada")
    page.click("#month summary")
    if tomorrow.day == 1:
        page.click("#calendar-after")
    page.click(f"#calendar-{tomorrow}")
    page.click(f"a[data-start='{tomorrow}T15:00']")
    expect(page.locator("select[name=when]")).to_have_value(f"{tomorrow}T15:00")
    expect(page.locator("input[name=name]")).to_have_value("Ada")
