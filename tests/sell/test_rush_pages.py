"""The form that thousands open at once: drawn once, with a token and a key for each of them."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from belvedere.sell import services
from belvedere.sell.models import Order
from belvedere.sell.queries import lately
from belvedere.sell.views import rush

pytestmark = pytest.mark.django_db
OWN = re.compile(r'name="(csrfmiddlewaretoken|key)" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _as_in_life(monkeypatch):
    """What was drawn is kept for so long that a slow machine doesn't matter."""
    rush.forget()
    lately.forget()
    monkeypatch.setattr(lately, "SECONDS", 60.0)
    yield
    rush.forget()
    lately.forget()


@pytest.fixture
def address(walk, tomorrow):
    services.offer_places(walk.pk, [tomorrow], capacity=2)
    return f"/en/book/{walk.slug}/"


def own(page):
    return dict(OWN.findall(page.content.decode()))


def without_own(page):
    return OWN.sub("", page.content.decode())


def form(page, day, **more):
    given = {"when": f"{day:%Y-%m-%d}", "quantity": "1", "name": "Ada", "consent": "on"}
    return {**given, "email": "ada@example.org", **own(page), **more}


def test_it_is_one_page_with_a_token_and_a_key_for_each(
    address, tomorrow, django_assert_num_queries
):
    first, second = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    drawn = first.get(address)
    with django_assert_num_queries(0):
        again = second.get(address)
    assert without_own(again) == without_own(drawn)
    assert again["Cache-Control"] == drawn["Cache-Control"]
    assert own(again).keys() == {"csrfmiddlewaretoken", "key"}
    assert not set(own(again).values()) & set(own(drawn).values())
    assert second.post(address, form(drawn, tomorrow)).status_code == 403
    assert second.post(address, form(again, tomorrow)).status_code == 302
    assert first.post(address, form(drawn, tomorrow)).status_code == 302
    assert Order.objects.count() == 2


def test_another_address_is_another_page(client, address):
    client.get(address)
    assert b'value="SPRING"' not in client.get(address).content
    assert b'value="SPRING"' in client.get(f"{address}?code=SPRING").content
    assert "Prenota" in client.get(address.removeprefix("/en")).content.decode()


def test_who_has_a_basket_has_a_page_of_their_own(address, tomorrow):
    client, other = Client(), Client()
    page = client.get(address)
    client.post(address, form(page, tomorrow, basket="1"))
    assert b"1 thing in your basket" in client.get(address).content
    assert b"in your basket" not in other.get(address).content


def test_once_something_sold_out_it_is_drawn_anew(address, tomorrow):
    late, early = Client(), Client()
    page = late.get(address)
    early.post(address, form(page, tomorrow, quantity="2", key=str(uuid4())))
    assert late.post(address, form(page, tomorrow)).status_code == 409
    assert b"Sold out" in Client().get(address).content


def test_it_is_kept_for_a_moment_only(client, address, walk, monkeypatch):
    client.get(address)
    walk.price_minor = 9900
    walk.save()
    assert b"99.00" not in client.get(address).content
    monkeypatch.setattr(lately, "SECONDS", 0.0)
    lately.forget()
    assert b"99.00" in client.get(address).content
