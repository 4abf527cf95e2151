"""A crowd at the till while everything is killed: nobody is charged for nothing.

The site is the one that `belvedere demo` starts, with its web server, worker and PostgreSQL as
processes of their own; the payment provider keeps its own books in a file that none of them
owns. Whatever is killed, the same command brings it back and the two sets of books agree.
"""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from belvedere.config.demo.visitor import Lost, Visitor
from belvedere.shared import clock
from tests.installation import Installation, until

HEAL = 150.0
TEN_PLACES = "/en/book/castagne-pane-e-pecorino/"
TWENTY_PLACES = "/en/book/castello-di-poppi-al-tramonto/"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The demo, running; taken away with its database afterwards."""
    site = Installation(tmp_path_factory.mktemp("home of a demo"))
    site.start("demo", "--no-walk")
    yield site
    site.remove()


def buy(site, path, number):
    """Book one place and pay it; says how it ended in a word."""
    with Visitor(site.url, "en") as buyer:
        try:
            held = buyer.submit(
                buyer.open(path),
                having="book",
                press="1",
                name=f"Buyer {number}",
                email=f"buyer{number}@example.org",
                when=clock.today().isoformat(),
                quantity="1",
                consent="on",
            )
            if held.status == 409:
                return "told"
            provider = buyer.submit(held, having="pay", press="1")
            done = buyer.submit(provider, having="do", press="pay")
        except Lost as lost:
            return "told" if "All places are taken" in str(lost) else str(lost)
        except httpx.HTTPError:
            return "cut off"
        return "paid" if done.status == 200 else f"status {done.status}"


def test_fifty_buyers_of_ten_places_over_http(site):
    with ThreadPoolExecutor(50) as crowd:
        ends = list(crowd.map(lambda number: buy(site, TEN_PLACES, number), range(50)))
    assert sorted(set(ends)) == ["paid", "told"], set(ends)
    assert (ends.count("paid"), ends.count("told")) == (10, 40)
    question = """
        SELECT count(*), sum(o.places) FROM (
          SELECT o.id, sum(l.quantity) AS places FROM sell_order o
          JOIN sell_holdline l ON l.hold_id = o.hold_id
          JOIN sell_allotment a ON a.id = l.allotment_id
          JOIN offer_product p ON p.id = a.product_id
          WHERE p.slug = 'castagne-pane-e-pecorino' AND o.state = 'confirmed' GROUP BY o.id
        ) o"""
    until(
        lambda: [int(each) for each in site.ask(question)[0]] == [10, 10],
        seconds=HEAL,
        waiting_for="ten confirmed orders of one place each",
    )


def books(site):
    """Return what the provider holds for us now, by payment: taken less given back."""
    with sqlite3.connect(site.home / "demo-provider.sqlite3", timeout=30) as db:
        return dict(
            db.execute(
                "SELECT id, amount - refunded FROM payments"
                " WHERE state = 'paid' AND amount > refunded"
            )
        )


def ours(site):
    """Return what the confirmed orders are worth to us, by the provider's payment."""
    rows = site.ask(
        "SELECT p.remote_id, p.amount_minor FROM sell_payment p JOIN sell_order o"
        " ON o.id = p.order_id WHERE p.confirms AND o.state = 'confirmed'"
        " AND p.provider = 'demo'"  # What a reseller owes is not with this provider.
    )
    return {remote: int(minor) for remote, minor in rows}


def test_everything_is_killed_while_a_crowd_pays(site):
    victims = [
        lambda: site.kill("granian"),
        lambda: site.kill("belvedere.config.cli worker"),
        site.kill_postgres,
        lambda: site.kill("granian"),
    ]
    with ThreadPoolExecutor(16) as crowd:
        buyers = [crowd.submit(buy, site, TWENTY_PLACES, 100 + number) for number in range(64)]
        for count, kill in enumerate(victims, start=1):
            until(
                lambda count=count: sum(each.done() for each in buyers) >= 6 * count,
                seconds=HEAL,
                waiting_for="buyers",
            )
            kill()
            until(site.answers, seconds=240, waiting_for="an answer after the kill")
        ends = [each.result() for each in buyers]
    assert "paid" in ends
    site.process.kill()  # And the one who watches over the others, too.
    site.process.wait()
    site.start("demo", "--no-walk")

    until(
        lambda: books(site) == ours(site),
        seconds=HEAL,
        waiting_for="the two sets of books agree",
    )
    checked = site.belvedere("check_sales")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert len(ours(site)) <= 10 + 20
