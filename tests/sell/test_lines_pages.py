"""The pages of a line and of a waiting list, in three languages."""

from datetime import time, timedelta
from uuid import uuid4

import pytest

from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Turn, Waiting
from belvedere.sell.queries import lately
from belvedere.sell.views import rush as drawn
from belvedere.shared import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_in_life(monkeypatch):
    """Answers are kept for a second, or two on a busy machine."""
    lately.forget()
    drawn.forget()
    monkeypatch.setattr(lately, "SECONDS", 2.0)
    yield
    lately.forget()
    drawn.forget()


@pytest.fixture
def rush(walk, tomorrow):
    services.offer_places(walk.pk, [tomorrow], start=time(18), capacity=3, mode="batch")
    return Allotment.objects.get(product=walk)


def form(start, **changes):
    return {
        "when": f"{start.day:%Y-%m-%d}T{start.start:%H:%M}",
        "quantity": "1",
        "name": "Ada",
        "email": "ada@example.org",
        "consent": "on",
        "key": str(uuid4()),
        **changes,
    }


@pytest.mark.parametrize("prefix", ["", "/en", "/zh-hans"])
def test_a_rush_leads_to_the_waiting_room_and_from_there_to_the_order(
    client, rush, walk, prefix, django_assert_max_num_queries
):
    held = client.post(f"{prefix}/book/{walk.slug}/", form(rush))
    room = held["Location"]
    assert room.startswith(f"{prefix}/queue/")
    with django_assert_max_num_queries(10):
        page = client.get(room)
    assert page["Refresh"] == "2"
    assert b'role="status"' in page.content
    services.admit_all()
    led = client.get(room)
    assert led["Location"].startswith(f"{prefix}/orders/")
    assert client.get(led["Location"]).status_code == 200


def test_reloading_the_form_keeps_the_place(client, rush, walk):
    data = form(rush)
    first = client.post(f"/book/{walk.slug}/", data)["Location"]
    assert client.post(f"/book/{walk.slug}/", data)["Location"] == first
    assert Turn.objects.count() == 1


def test_the_page_says_how_many_are_before_and_serves_the_line_if_nobody_does(
    client, rush, walk
):
    for number in range(3):
        room = client.post(
            f"/en/book/{walk.slug}/", form(rush, email=f"ada{number}@example.org")
        )["Location"]
    assert "2 requests are before yours" in client.get(room).content.decode()
    Turn.objects.update(asked_at=clock.now() - timedelta(seconds=5))
    assert client.get(room)["Location"].startswith("/en/orders/")


def test_who_is_late_is_told_and_led_to_the_waiting_list(client, rush, walk):
    rooms = [
        client.post(f"/en/book/{walk.slug}/", form(rush, email=f"ada{n}@example.org"))[
            "Location"
        ]
        for n in range(4)
    ]
    services.admit_all()
    page = client.get(rooms[-1])
    assert "gone before your turn" in page.content.decode()
    assert f"/en/book/{walk.slug}/waiting-list/" in page.content.decode()
    assert "Refresh" not in page


def test_leaving_the_line(client, rush, walk):
    room = client.post(f"/en/book/{walk.slug}/", form(rush))["Location"]
    page = client.post(f"{room}leave/", follow=True)
    assert "You have left the line" in page.content.decode()


@pytest.mark.parametrize("prefix", ["", "/en", "/zh-hans"])
def test_a_sold_out_start_is_refused_cheaply_and_leads_to_its_list(
    client, start, walk, book, prefix, django_assert_num_queries
):
    book(10)
    address = f"{prefix}/book/{walk.slug}/?day={start.day:%Y-%m-%d}&start=09:30"
    page = client.get(address)
    assert f"{prefix}/book/{walk.slug}/waiting-list/?when=" in page.content.decode()
    with django_assert_num_queries(0):
        again = client.get(address)
    assert again.content == page.content
    same = client.get(address, headers={"if-none-match": page["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_what_comes_free_is_known_at_once(
    client, start, walk, book, django_capture_on_commit_callbacks
):
    order = book(10)
    address = f"/book/{walk.slug}/?day={start.day:%Y-%m-%d}"
    assert "ETag" in client.get(address)
    with django_capture_on_commit_callbacks(execute=True):
        services.release(order.pk)
    assert "ETag" not in client.get(address)


@pytest.mark.parametrize("prefix", ["", "/en", "/zh-hans"])
def test_getting_onto_the_list_and_off_it(client, start, walk, book, prefix):
    order = book(10)
    address = f"{prefix}/book/{walk.slug}/waiting-list/"
    assert client.get(address).status_code == 200
    missing = client.post(address, form(start, email="", consent=""))
    assert missing.status_code == 422
    listed = client.post(address, form(start))["Location"]
    assert listed.startswith(f"{prefix}/waiting-list/")
    assert client.get(listed).status_code == 200
    services.release(order.pk)
    waiting = Waiting.objects.get()
    offered = client.get(listed).content.decode()
    assert f"/orders/{waiting.hold.order.token}/" in offered
    client.post(f"{listed}leave/")
    waiting.refresh_from_db()
    assert (waiting.email, waiting.hold.state) == ("", "released")
    assert client.get(listed).status_code == 200
    assert queries.invariants() == []


def test_there_is_no_list_of_a_start_with_places(client, start, walk):
    page = client.post(f"/en/book/{walk.slug}/waiting-list/", form(start))
    assert page.status_code == 409
    assert not Waiting.objects.exists()


def test_a_start_that_sells_out_while_somebody_writes_offers_the_list(
    client, start, walk, book
):
    book(10)
    page = client.post(f"/en/book/{walk.slug}/", form(start))
    assert page.status_code == 409
    assert "waiting list of this start" in page.content.decode()
