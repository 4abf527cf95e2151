"""Walks the loop through the real pages: follow, book, pay, redeem, send, cancel, give up.

A process of `belvedere demo`. Its last line is JSON with what came of it, read from the
database, so that it tells what is true and not what the walkers meant to do.
"""

import importlib
import json
import os
import re
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import django

from belvedere.config import home
from belvedere.config.demo.make import record
from belvedere.config.demo.visitor import Lost, Page, Visitor

PATIENCE = 60.0  # seconds for a payment to be confirmed
CROWD = 12
_PRODUCT = re.compile(r"/experiences/[a-z0-9-]+/(\?|$)")
_MOVES = "form[action*='/moves/']"
_PLAN = re.compile(r"/desk/plans/\d+/$")
_APPROVED = re.compile(r"/desk/plans/\d+/\d+/$")
_PARCEL = re.compile(r"/desk/selling/parcels/\d+/$")
_VOUCHER = re.compile(r"/v/([A-Za-z0-9-]+)$")


@dataclass(frozen=True)
class Traveller:
    """Somebody invented who books: how they came, what they want, what they do then."""

    name: str
    contact: str
    language: str
    code: str
    places: int
    then: str = "pay"
    discount: str = ""


def main(argv: list[str]) -> None:
    """Send the travellers, one after the other and then as a crowd."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")
    django.setup()
    path = record()
    told = json.loads(path.read_text())
    base = told["url"].rstrip("/")
    codes = _codes()
    _tell("Sample travellers walk the loop: scan, book, pay, redeem")
    vouchers = [_travel(base, each) for each in _travellers(codes)]
    _look(base, list(codes.values()))
    if "--short" not in argv:
        _crowd(base, codes["fair"])
    guide = next(each for each in told["users"] if each["role"] == "operator")
    _redeem(base, guide, [code for code in vouchers if code][:2])
    _coat(base, next(each for each in told["users"] if each["role"] == "maker"))
    users = {each["role"]: each for each in told["users"]}
    _papers(base, users["head"])
    _plan_again(base, users)
    home.write_private(path, json.dumps({**told, "walked": True}, indent=2, ensure_ascii=False))
    sys.stdout.write(json.dumps(_figures()) + "\n")


def _codes() -> dict[str, str]:
    """Return the source codes that the demo's pieces carry."""
    placements = importlib.import_module("belvedere.publish.models").Placement.objects
    ours = placements.filter(piece__action__campaign__is_demo=True).select_related(
        "piece__action"
    )
    found = {}
    for each in ours:
        kind = each.piece.action.kind
        found["fair" if kind == "poster" and "fair" in each.name else kind] = each.code
    return found


def _travellers(codes: dict[str, str]) -> Sequence[Traveller]:
    station, letter, fair = codes["poster"], codes["newsletter"], codes["fair"]
    site, wechat = codes["mini_site"], codes["post"]
    return (
        Traveller(
            "演示旅客甲", "phone:+8613912345678", "zh-Hans", station, 2, discount="DEMO5"
        ),
        Traveller("Viaggiatrice demo", "email:demo.it@example.org", "it", letter, 2),
        Traveller("Demo traveller", "email:demo.en@example.org", "en", fair, 1),
        Traveller("Demo-Reisende", "email:demo.de@example.org", "en", fair, 3, "refuse"),
        Traveller("演示旅客乙", "phone:+8613912345679", "zh-Hans", station, 1, "cancel"),
        Traveller("Curioso demo", "email:demo.c@example.org", "it", letter, 1, "leave"),
        Traveller("演示旅客丙", "phone:+8613912345680", "zh-Hans", site, 2),
        *(
            Traveller(f"演示旅客{name}", f"phone:+861391234569{number}", "zh-Hans", wechat, 1)
            for number, name in enumerate("丁戊己")
        ),
        *(
            Traveller(f"Lettrice demo {n}", f"email:demo.l{n}@example.org", "it", letter, 1)
            for n in (1, 2)
        ),
    )


def _travel(base: str, who: Traveller) -> str:
    """Let one traveller go all the way; returns the voucher's code if they have one."""
    with Visitor(base, who.language) as browser:
        landing = browser.open(f"/r/{who.code}")
        held = _book(browser, landing, who)
        if who.then == "leave":
            return ""
        provider = browser.submit(held, having="pay", press="1")
        refuses = who.then == "refuse"
        back = browser.submit(provider, having="do", press="refuse" if refuses else "pay")
        if refuses:
            return ""
        confirmed = _confirmed(browser, back)
        if who.then == "cancel":
            asked = browser.follow(confirmed, lambda url: url.endswith("/cancel/"))
            browser.submit(asked, having="cancel", press="1")
            return ""
        return _voucher(confirmed)


def _book(browser: Visitor, landing: Page, who: Traveller) -> Page:
    """Choose the first day with places on the page one has come to, and say who one is."""
    if not landing.soup.select_one('a[href*="/book/"]'):  # A mini-site leads to products.
        landing = browser.follow(landing, lambda url: bool(_PRODUCT.search(url)))
    checkout = browser.follow(landing, lambda url: "/book/" in url)
    field, _, value = who.contact.partition(":")
    return browser.submit(
        checkout,
        having="book",
        press="1",
        name=who.name,
        quantity=str(who.places),
        consent="on",
        code=who.discount,
        **{field: value},
    )


def _confirmed(browser: Visitor, page: Page) -> Page:
    """Wait as a person would, looking again, until the page shows the voucher."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not _voucher(page):
        if time.monotonic() > deadline:
            raise Lost(f"No voucher after {PATIENCE:.0f} s. The page says: {page.text[:300]}")
        pause.wait(0.5)
        page = browser.open(page.url)
    return page


def _voucher(page: Page) -> str:
    for link in page.soup.find_all("a", href=True):
        found = _VOUCHER.search(urlsplit(str(link["href"])).path)
        if found:
            return found[1]
    return ""


def _look(base: str, codes: Sequence[str]) -> None:
    """Follow the links without buying, and one that nobody issued."""
    for language in ("it", "en", "zh-Hans"):
        with Visitor(base, language) as browser:
            for code in (*codes, "b-22222"):
                browser.open(f"/r/{code}")


def _crowd(base: str, code: str) -> None:
    """Let more people than there are places want the same start at the same moment."""
    with Visitor(base, "en") as first:
        url = first.follow(first.open(f"/r/{code}"), lambda url: "/book/" in url).url

    def one(number: int) -> None:
        with Visitor(base, "en") as browser:
            page = browser.open(url)
            who = Traveller(
                f"Crowd {number}", f"email:crowd{number}@example.org", "en", code, 1
            )
            try:
                held = browser.submit(
                    page, having="book", press="1", name=who.name, quantity="1", consent="on",
                    email=f"crowd{number}@example.org",
                )  # fmt: skip
                provider = browser.submit(held, having="pay", press="1")
                _confirmed(browser, browser.submit(provider, having="do", press="pay"))
            except Lost:
                return  # Told that the places are gone: the journal and the stock say how many.

    with ThreadPoolExecutor(CROWD) as crowd:
        list(crowd.map(one, range(CROWD)))


def _redeem(base: str, guide: dict[str, Any], vouchers: Sequence[str]) -> None:
    """Let the guide sign in on the desk and take in the guests of today."""
    with Visitor(base, "it") as browser:
        _sign_in(browser, guide)
        for code in vouchers:
            browser.submit(browser.open("/desk/scan/"), having="code", code=code)


def _coat(base: str, maker: dict[str, Any]) -> None:
    """Let a buyer in France buy a coat, the maker send it, the buyer say that it is there."""
    with Visitor(base, "en") as buyer, Visitor(base, "it") as browser:
        goods = buyer.submit(buyer.open("/en/goods/"), having="to", to="FR")
        coat = buyer.follow(goods, lambda url: "/goods/cappotto-casentino/" in url)
        checkout = buyer.follow(coat, lambda url: "/buy/" in url)
        held = buyer.submit(
            checkout, having="book", press="1", name="Acheteuse de démonstration",
            street="1 rue de l'Exemple", postcode="75001", city="Paris", consent="on",
            email="demo.fr@example.org",
        )  # fmt: skip
        provider = buyer.submit(held, having="pay")
        bought = _waited(buyer, buyer.submit(provider, having="do", press="pay"))
        _sign_in(browser, maker)
        parcel = browser.follow(
            browser.open("/desk/selling/"), lambda url: bool(_PARCEL.search(url))
        )
        browser.submit(parcel, having="tracking", tracking="DEMO0001FR", deed="ship")
        buyer.submit(buyer.open(bought.url), having="received", press="1")


def _waited(browser: Visitor, page: Page) -> Page:
    """Look again until the page shows the way of the goods."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not page.soup.select_one('[id^="delivery-"]'):
        if time.monotonic() > deadline:
            raise Lost(f"Not paid after {PATIENCE:.0f} s. The page says: {page.text[:300]}")
        pause.wait(0.5)
        page = browser.open(page.url)
    return page


def _papers(base: str, head: dict[str, Any]) -> None:
    """Let the head prepare this month's invoices for commission, and issue what is complete."""
    with Visitor(base, "it") as browser:
        _sign_in(browser, head)
        page = browser.open("/desk/payouts/invoices/")
        running = page.soup.select("#month option")[-1]["value"]
        page = browser.submit(page, having="month", month=str(running))
        if page.soup.select_one("form[action$='/issue/'] button.btn-primary"):
            browser.press(page, lambda url: url.endswith(f"/{running}/issue/"))


def _plan_again(base: str, users: dict[str, dict[str, Any]]) -> None:
    """Close the loop: the head asks for a proposal, accepts its moves, makes the next plan."""
    with Visitor(base, "it") as browser:
        _sign_in(browser, users["head"])
        plan = browser.follow(browser.open("/desk/plans/"), lambda url: bool(_PLAN.search(url)))
        approved = browser.follow(plan, lambda url: bool(_APPROVED.search(url)))
        proposal = browser.press(approved, lambda url: url.endswith("/propose/"))
        for _move in proposal.soup.select(_MOVES):
            waiting = proposal.soup.select(f"li.row:not(:has(.badge)) {_MOVES}")
            if waiting:
                address = urljoin(base, str(waiting[0]["action"]))
                proposal = browser.press(proposal, address.__eq__, accepted="yes")
        browser.press(proposal, lambda url: url.endswith("/next/"), when="next")


def _sign_in(browser: Visitor, user: dict[str, Any]) -> None:
    page = browser.open("/desk/sign-in/")
    browser.submit(page, having="password", contact=user["name"], password=user["password"])


def _figures() -> dict[str, Any]:
    """Read from the database what there is and what came of it."""
    territory = importlib.import_module("belvedere.territory.queries")
    facts = importlib.import_module("belvedere.journal.models").Fact.objects
    actions = importlib.import_module("belvedere.publish.models").Action.objects
    planned = importlib.import_module("belvedere.plan.models")
    flows = importlib.import_module("belvedere.measure.models").FlowObservation.objects
    spoken = importlib.import_module("wagtail.models").Locale.objects
    tags = importlib.import_module("belvedere.shared.languages")

    def of(kind: str) -> int:
        return int(facts.filter(kind=kind).count())

    sold = facts.filter(kind="sale.paid").exclude(source__in=["", "unknown"])
    return {
        "ambiti": territory.ambiti().count(),
        "municipalities": territory.municipalities().count(),
        "places": territory.places().count(),
        "languages": [tags.tag(each.language_code) for each in spoken.order_by("pk")],
        "actions": actions.count(),
        "visits": of("source.followed"),
        "holds": of("sale.held"),
        "orders_paid": of("sale.paid"),
        "redeemed": of("sale.redeemed"),
        "goods_delivered": of("sale.delivered"),
        "oversold": _oversold(),
        "facts": facts.count(),
        "sources_with_sales": sold.values("source").distinct().count(),
        "flow_facts": flows.count(),
        "plan_versions": planned.PlanVersion.objects.count(),
        "proposals": planned.Proposal.objects.count(),
        "ideas": planned.Idea.objects.count(),
    }


def _oversold() -> int:
    """Count the places that were held or sold beyond the capacity, from the holds themselves.

    The stock's own counter is not asked: the database refuses to let it say so.
    """
    with importlib.import_module("django.db").connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT COALESCE(SUM(GREATEST(given.places - pool.capacity, 0)), 0)
            FROM sell_allotment pool JOIN (
                SELECT line.allotment_id, SUM(line.quantity) AS places
                FROM sell_holdline line JOIN sell_hold hold ON hold.id = line.hold_id
                WHERE hold.state IN ('held', 'paying', 'confirmed')
                GROUP BY line.allotment_id
            ) given ON given.allotment_id = pool.id
            """
        )
        return int(cursor.fetchone()[0])


def _tell(said: str) -> None:
    sys.stderr.write(f"  {said}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
