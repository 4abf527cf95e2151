"""The operator's five minutes, on a phone, in Italian, without instructions.

Laura has a link. She taps what looks like the next thing to tap; the test fails where a page
doesn't say what comes next in words that she would look for.
"""

import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from belvedere.offer.models import Product, Text
from belvedere.sell import queries as sales
from belvedere.shared import clock
from belvedere.territory import services as territory
from tests.desk.conftest import account

pytestmark = pytest.mark.browser


@pytest.fixture
def invitation(live, transactional_db, guide, poppi):
    """What the promotion officer sent to Laura."""
    officer = account("promotion", "promotion", guide.area)
    return live.url + territory.invite(guide, officer).path


@pytest.fixture
def photo(tmp_path):
    """A photograph with something on it."""
    picture = Image.new("RGB", (1800, 1200), (40, 90, 60))
    ImageDraw.Draw(picture).ellipse((600, 300, 1200, 900), fill=(220, 160, 60))
    path = tmp_path / "bosco.jpg"
    picture.save(path, "JPEG")
    return path


def fields(page):
    """Count what somebody has to fill in on a page; a row of choices is one thing."""
    return page.evaluate(
        """() => new Set([...document.querySelectorAll("main form :is(input,select,textarea)")]
            .filter((each) => each.type !== "hidden" && each.checkVisibility())
            .map((each) => each.name || "weekday")).size"""
    )


def test_an_operator_goes_from_the_link_to_the_proposal(page, axe, invitation, photo, guide):
    steps = []

    def seen():
        """Look at the screen as Laura does: nothing cut off, nothing serious for axe."""
        steps.append((page.title(), fields(page)))
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{page.url} is wider than the phone"
        axe(page)

    page.goto(invitation)
    seen()
    assert steps[0][1] <= 4, "the account asks for more than four things"
    page.get_by_label("nome", exact=False).first.fill("Laura Ceccarelli")
    page.get_by_label("Telefono o e-mail").fill("333 765 4321")
    page.get_by_label("Password").fill("castagne-e-pecorino")
    page.get_by_role("button", name="Avanti").click()

    seen()
    page.set_input_files("input[type=file]", photo)
    expect(page.locator("[data-preview]")).to_be_visible()
    page.get_by_label("Come si chiama?").fill("Alla carbonaia di Badia Prataglia")
    page.get_by_label("Che cosa si fa insieme?").fill(
        "Si costruisce una piccola carbonaia e si ascoltano le storie dei carbonai."
    )
    page.get_by_label("Per chi è").fill("Per tutti, dai sei anni; scarpe chiuse.")
    page.get_by_text("Outdoor").click()
    page.get_by_role("button", name=re.compile("prezzo")).click()

    seen()
    page.get_by_label("Prezzo per un adulto").fill("18")
    page.get_by_label("Posti ogni volta").fill("12")
    page.get_by_role("checkbox", name="sabato", exact=True).check()
    page.get_by_label("Inizia alle").fill("09:30")
    page.get_by_label("Dove si svolge?").select_option(label="Poppi, altrove")
    page.get_by_label("Dove ci si trova?").fill("Badia Prataglia, davanti alla chiesa")
    page.get_by_role("button", name="Manda al redattore").click()

    seen()
    expect(page.get_by_role("heading", level=1, name="Alla carbonaia")).to_be_visible()
    expect(page.get_by_text("un redattore la sta guardando", exact=False).first).to_be_visible()
    for name in ("Italiano", "English", "简体中文"):
        expect(page.locator("article", has_text=name).first).to_be_visible()
    product = Product.objects.get(operator=guide)
    assert (product.state, product.price_minor, product.theme) == ("proposed", 1800, "outdoor")
    assert product.pictures.count() == 1
    starts = sales.free_days(product.pk, clock.today(), clock.today().replace(year=9999))
    assert {each.day.weekday() for each in starts} == {5}
    assert len(starts) >= 8
    assert {each.capacity for each in starts} == {12}
    assert len(steps) == 4
    walked = "; ".join(f"{title}: {n} fields" for title, n in steps)
    print(f"\n{len(steps) - 1} screens to the proposal. {walked}")  # noqa: T201


def test_without_javascript_the_same_forms_do_the_same(open_page, live, invitation, guide):
    page = open_page(live.url + "/", javascript=False)
    page.goto(invitation)
    page.fill("[name=name]", "Laura")
    page.fill("[name=contact]", "laura@example.org")
    page.fill("[name=password]", "castagne-e-pecorino")
    page.click("main button")
    page.fill("[name=title]", "Alla carbonaia")
    page.fill("[name=happens]", "Si costruisce una carbonaia.")
    page.fill("[name=audience]", "Per tutti.")
    page.check("[name=theme][value=outdoor]")
    page.click("main form >> button >> nth=0")
    page.fill("[name=price]", "18,50")
    page.check("[name=weekday][value='6']")
    page.fill("[name=start]", "10:00")
    page.select_option("[name=where]", index=1)
    page.fill("[name=meeting_point]", "Poppi")
    page.click("main form >> button >> nth=0")
    product = Product.objects.get(operator=guide)
    assert product.price_minor == 1850
    starts = sales.free_days(product.pk, clock.today(), clock.today().replace(year=9999))
    assert {each.day.weekday() for each in starts} == {6}
    assert Text.objects.filter(object_id=product.pk, field="title").get().status == "source"
