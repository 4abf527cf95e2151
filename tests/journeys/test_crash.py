"""A crowd at the till while everything is killed: nobody is charged for nothing.

The site is the one that `belvedere demo` starts, with its web server, worker and PostgreSQL as
processes of their own; the payment provider keeps its own books in a file that none of them
owns. Whatever is killed, the same command brings it back and the two sets of books agree.
"""

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from belvedere.config import postgres
from belvedere.config.demo.visitor import Lost, Visitor
from belvedere.config.env import Env
from belvedere.config.postgres.cluster import Cluster
from belvedere.shared import clock

START = 240.0
HEAL = 150.0
TEN_PLACES = "/en/book/castagne-pane-e-pecorino/"
TWENTY_PLACES = "/en/book/castello-di-poppi-al-tramonto/"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true, *, seconds, what):
    """Look again and again until something is so; fails with what was waited for."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        pause.wait(0.5)


@dataclass
class Site:
    """A demo that runs as a user would start it."""

    home: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self):
        ours = {
            key: value for key, value in os.environ.items() if not key.startswith("BELVEDERE_")
        }
        return {
            **ours,
            "BELVEDERE_HOME": str(self.home),
            "BELVEDERE_MODE": "demo",
            "BELVEDERE_PORT": str(self.port),
        }

    def belvedere(self, *words):
        return [sys.executable, "-m", "belvedere.config.cli", *words]

    def start(self):
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.belvedere("demo", "--no-walk", "--port", str(self.port)),
                env=self.environ,
                stdout=log,
                stderr=log,
            )
        until(self.answers, seconds=START, what=f"an answer, see {self.home}/log")

    def answers(self):
        assert self.process.poll() is None, (self.home / "log").read_text()[-2000:]
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/-/health", timeout=5).status_code == 200
        return False

    def kill(self, which):
        """Kill -9 a program of the site: part of its command line says which."""
        for each in psutil.process_iter(["cmdline", "environ"]):
            words = " ".join(each.info["cmdline"] or [])
            home = (each.info["environ"] or {}).get("BELVEDERE_HOME")
            if which in words and home == str(self.home):
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()

    def kill_postgres(self):
        server = Cluster.of(self.home).postmaster()
        assert server
        server.kill()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def run(self, *words):
        return subprocess.run(
            self.belvedere(*words),
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def ask(self, question):
        """Ask the database a question in SQL; returns the rows."""
        code = (
            "from django.db import connection as c; import json; k = c.cursor();"
            f"k.execute({question!r}); print(json.dumps(k.fetchall(), default=str))"
        )
        said = self.run("shell", "-v0", "-c", code)
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The demo, running; taken away with its database afterwards."""
    site = Site(tmp_path_factory.mktemp("home of a demo"), free_port())
    site.start()
    yield site
    site.stop()
    postgres.remove(Env(home=site.home))


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
        what="ten confirmed orders of one place each",
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
                what="buyers",
            )
            kill()
            until(site.answers, seconds=START, what="an answer after the kill")
        ends = [each.result() for each in buyers]
    assert "paid" in ends
    site.process.kill()  # And the one who watches over the others, too.
    site.process.wait()
    site.start()

    until(lambda: books(site) == ours(site), seconds=HEAL, what="the two sets of books agree")
    checked = site.run("check_sales")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert len(ours(site)) <= 10 + 20
