"""The demo as whoever tries it sees it: one command, one page, four steps, and as new again."""

import re
import stat
from datetime import timedelta

import httpx
import pytest

from belvedere.config.demo.make import TOTAL
from belvedere.config.demo.visitor import Visitor
from belvedere.shared import clock
from tests.installation import Installation, until

ROLES = ["head", "promotion", "editor", "analyst", "operator", "maker"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo, running, its sample travellers gone home."""
    demo = Installation(tmp_path_factory.mktemp("try it"))
    demo.start("demo")
    until(lambda: "Ctrl+C" in demo.said(), seconds=120, waiting_for="the welcome")
    yield demo
    demo.remove()


@pytest.fixture
def visitor(demo):
    with Visitor(demo.url, "en") as found:
        yield found


def test_the_terminal_names_the_address_and_one_link_a_role(demo):
    said = demo.said()
    assert [f"[{step}/{TOTAL}]" in said for step in range(1, TOTAL + 2)] == [
        *[True] * TOTAL,
        False,
    ]
    assert f"{demo.url}/zh-hans/" in said
    record = demo.record()
    assert [each["role"] for each in record["users"]] == ROLES
    assert all(each["link"] in said for each in record["users"])
    assert record["sites"].keys() == {"it", "en", "zh-Hans"}
    assert stat.S_IMODE((demo.home / "demo.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("path", "words"), [("/", "Prova"), ("/en/", "Try it"), ("/zh-hans/", "试一试")]
)
def test_every_page_carries_the_strip(visitor, path, words):
    page = visitor.open(path)
    assert page.status == 200
    assert words in page.soup.select_one(".demo-steps").get_text()


@pytest.mark.parametrize("prefix", ["", "/en", "/zh-hans"])
def test_the_page_try_it_has_its_four_steps_and_the_poster(visitor, prefix):
    page = visitor.open(f"{prefix}/demo/")
    assert page.status == 200
    assert [bool(page.soup.find(id=each)) for each in ("scan", "book", "redeem", "sale")] == [
        True
    ] * 4
    poster = visitor.follow(page, lambda url: url.endswith("poster.pdf"))
    assert poster.body.startswith(b"%PDF-")
    landing = visitor.follow(page, lambda url: "/r/" in url)
    assert landing.status == 200
    assert "/experiences/" in landing.url


def is_product(url):
    return bool(re.search(r"/experiences/[a-z-]+/$", url))


PUBLIC = ["/", "/experiences/", "/places/", "/campaigns/", "/newsletter/", "/about/privacy/"]


def weight(visitor, page):
    """Return the bytes of styles and scripts that a page loads, as they travel (gzip)."""
    loaded = [each["href"] for each in page.soup.select("link[rel=stylesheet]")]
    loaded += [each["src"] for each in page.soup.select("script[src]")]
    assert all(each.startswith("/static/") for each in loaded)
    sent = 0
    for address in loaded:
        with visitor.client.stream(
            "GET", f"{visitor.base}{address}", headers={"Accept-Encoding": "gzip"}
        ) as answer:
            assert answer.headers["content-encoding"] == "gzip"
            sent += sum(len(part) for part in answer.iter_raw())
    return sent


def test_public_pages_load_at_most_60_kb_of_styles_and_scripts(visitor):
    catalogue = visitor.open("/zh-hans/experiences/")
    product = visitor.follow(catalogue, is_product)
    checkout = visitor.follow(product, lambda url: "/book/" in url)
    for page in [product, checkout, *map(visitor.open, PUBLIC)]:
        assert page.status == 200, page.url
        assert 0 < weight(visitor, page) <= 60_000, page.url


@pytest.mark.parametrize("role", ROLES)
def test_one_click_signs_in_as_a_role(demo, visitor, role):
    link = next(each["link"] for each in demo.record()["users"] if each["role"] == role)
    page = visitor.open(link)
    assert page.status == 200
    assert "/desk/" in page.url
    assert "sign-in" not in page.url


def test_one_click_works_on_this_computer_only(demo, visitor):
    link = demo.record()["users"][0]["link"]
    answer = visitor.client.get(link, headers={"X-Forwarded-For": "192.0.2.7"})
    assert answer.status_code == 404


def test_a_resellers_program_finds_what_it_needs_to_try(demo):
    octo = demo.record()["octo"]
    assert octo["url"] == f"{demo.url}/octo"
    days = {
        "localDateStart": clock.today().isoformat(),
        "localDateEnd": (clock.today() + timedelta(days=30)).isoformat(),
    }
    headers = {"Authorization": f"Bearer {octo['token']}"}
    seen = {}
    with httpx.Client(headers=headers, timeout=30) as shop:
        for each in shop.get(f"{octo['url']}/products").json():
            what = {"productId": each["id"], "optionId": each["options"][0]["id"], **days}
            slots = shop.post(f"{octo['url']}/availability", json=what).json()
            assert sum(slot["available"] for slot in slots) >= 2
            seen.setdefault(each["availabilityType"], []).extend(slots)
    assert seen.keys() == {"START_TIME", "OPENING_HOURS"}
    every = [slot for slots in seen.values() for slot in slots]
    assert "SOLD_OUT" in {slot["status"] for slot in every}
    assert 10 in {slot["vacancies"] for slot in every}


AGREED = """SELECT title, count(*) FROM territory_agreement JOIN territory_act
    ON agreement_id = territory_agreement.id WHERE is_demo GROUP BY title ORDER BY title"""


def test_it_begins_again_as_new(demo, visitor):
    assert demo.ask("SELECT count(*) FROM sell_order")[0][0] > 0
    agreed = demo.ask(AGREED)
    assert agreed == [("Toscana–Ctrip (demo)", 2), ("Toscana–Jiangsu (demo)", 2)]
    page = visitor.submit(visitor.open("/en/demo/"), having="reset", press="1")
    assert page.status == 200
    assert demo.ask("SELECT count(*) FROM sell_order") == [(0,)]
    assert demo.ask(AGREED) == agreed
    assert demo.ask("SELECT count(*) FROM journal_fact WHERE kind = 'sale.paid'") == [(0,)]
    for path in ("/", "/en/", "/zh-hans/", "/en/campaigns/", "/en/demo/", "/en/experiences/"):
        assert visitor.open(path).status == 200, path
    campaign = visitor.follow(visitor.open("/en/"), lambda url: "/campaigns/" in url)
    assert campaign.status == 200
    product = visitor.follow(visitor.open("/zh-hans/"), is_product)
    assert "¥" in product.text
    checked = demo.belvedere("check_sales")
    assert checked.returncode == 0, checked.stdout
