"""Fifty buyers of ten places, through the pages and a real web server's threads."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import httpx
import pytest

from belvedere.sell import queries, registry, services
from belvedere.sell.models import Allotment, Order

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.mark.django_db(transaction=True)
def test_fifty_buyers_of_ten_places_over_http(walk, tomorrow, live):
    services.offer_places(walk.pk, [tomorrow], start=time(9, 30), capacity=10)
    address = f"{live.url}/zh-hans/book/{walk.slug}/"
    gate = threading.Barrier(50)

    def buyer(number):
        with httpx.Client(timeout=60, follow_redirects=True) as browser:
            page = browser.get(address)
            gate.wait(60)
            held = browser.post(
                address,
                data={
                    "csrfmiddlewaretoken": TOKEN.search(page.text)[1],
                    "when": f"{tomorrow:%Y-%m-%d}T09:30",
                    "quantity": "1",
                    "name": f"游客{number}",
                    "phone": f"+86 139 1234 56{number:02}",
                    "consent": "on",
                    "key": str(uuid4()),
                },
            )
            if held.status_code != 200:
                return held
            paying = browser.post(
                str(held.url) + "pay/",
                data={"csrfmiddlewaretoken": TOKEN.search(held.text)[1]},
            )
            assert urlsplit(str(paying.url)).path.startswith("/demo-pay/pay/")
            return browser.post(str(paying.url), data={"do": "pay"})

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(buyer, range(50)))
    sold = [each for each in answers if "预订成功" in each.text]
    told = [each for each in answers if each.status_code == 409 and "售罄" in each.text]
    assert (len(sold), len(told)) == (10, 40)
    assert Allotment.objects.get().taken == 10
    assert Order.objects.filter(state="confirmed", money="paid").count() == 10
    assert queries.invariants() == []
    bring_the_notices(live)
    assert queries.invariants() == []


def bring_the_notices(live):
    """Bring the provider's notices over real HTTP; each is taken."""
    from belvedere.connectors.demo_pay.payments import provider

    here = registry.site("demo")

    def send(url, body, headers):
        path = urlsplit(url).path
        answer = httpx.post(urljoin(live.url, path), content=body, headers=headers)
        assert answer.status_code == 200
        return True

    assert provider(here.home, here.secret).deliver(send) >= 10
