"""PostgreSQL is killed under a crowd: whoever was told of a place has one, once.

The site is `belvedere run` with its own web server, worker and database, as processes. The
database flushes its commits, as in life.
"""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.installation import Installation, until

BUYERS = 64
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ORDER = re.compile(r"/orders/([^/]+)/")
SEED = """
from datetime import timedelta
from belvedere.offer.models import Product
from belvedere.sell import services
from belvedere.shared import clock
from belvedere.territory.models import Area, Operator
area = Area.objects.create(kind="ambito", name="Casentino", slug="prova")
guide = Operator.objects.create(area=area, name="Guide", slug="guide-di-prova")
walk = Product.objects.create(operator=guide, theme="outdoor", slug="camminata",
    state="on_sale", price_minor=2500, created_at=clock.now())
services.offer_places(walk.pk, [clock.today() + timedelta(days=9)], capacity=50)
print("day", clock.today() + timedelta(days=9))
"""


@pytest.fixture
def site(tmp_path):
    """A site with fifty places, running; taken away with its database afterwards."""
    site = Installation(tmp_path / "home of a site")
    site.start("run")
    yield site
    site.remove()


def buy(site, day, number, told):
    """Book one place, and try again with the same form until there is a clear answer."""
    form = {
        "when": day,
        "quantity": "1",
        "name": f"Guest {number}",
        "email": f"guest{number}@example.org",
        "consent": "on",
        "key": str(uuid4()),
    }
    address = f"{site.url}/en/book/camminata/"
    pause, cut = threading.Event(), 0
    for _ in range(60):
        try:
            with httpx.Client(timeout=20) as browser:
                page = browser.get(address)
                if "Sold out" in page.text:
                    return "refused", cut
                found = TOKEN.search(page.text)
                if page.status_code == 200 and found:
                    sent = {**form, "csrfmiddlewaretoken": found[1]}
                    answer = browser.post(address, data=sent)
                    if answer.status_code == 302:
                        told.append(answer.headers["location"])
                        return ORDER.search(answer.headers["location"])[1], cut
                    if answer.status_code == 409:
                        return "refused", cut
        except httpx.HTTPError:
            pass
        cut += 1
        pause.wait(1)
    return "no answer", cut


def test_postgresql_is_killed_under_a_crowd_and_comes_back(site):
    seeded = site.belvedere("shell", "-c", SEED)
    day = re.search(r"day (\S+)", seeded.stdout)[1]
    told = []
    with ThreadPoolExecutor(BUYERS) as crowd:
        buyers = [crowd.submit(buy, site, day, number, told) for number in range(BUYERS)]
        until(lambda: len(told) >= 8, seconds=120, waiting_for="the first buyers")
        site.kill_postgres()
        ends = [each.result() for each in buyers]
    answers = [answer for answer, _ in ends]
    assert "no answer" not in answers
    tokens = {each for each in answers if each != "refused"}
    kept = {row[0] for row in site.ask("SELECT token FROM sell_order WHERE state = 'placed'")}
    assert tokens <= kept  # Who was told of a place has it.
    (taken,) = site.ask("SELECT taken FROM sell_allotment")[0]
    assert len(kept) == taken == 50 == len(tokens)
    assert answers.count("refused") == BUYERS - 50
    checked = site.belvedere("check_sales")
    assert checked.returncode == 0, checked.stdout + checked.stderr
