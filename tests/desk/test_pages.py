"""Every page of the desk in a browser: accessible, no wider than a phone, also in Chinese."""

from datetime import timedelta

import pytest
from django.urls import reverse

from belvedere.journal import services as journal
from belvedere.offer import services as catalogue
from belvedere.sell import services as sales
from belvedere.shared import clock
from belvedere.shared.money import Amount
from belvedere.territory import services as territory
from belvedere.territory.rules.agreements import moment
from belvedere.theme import qr
from tests.desk.conftest import PASSWORD, account

pytestmark = pytest.mark.browser
STAFF = ["home", "proposals", "translations", "invitations", "results", "agreements"]
OPERATOR = ["today", "scan", "experiences", "write"]


@pytest.fixture
def season(live, transactional_db, walk, poppi):
    """A walk with words, days and sales, and a proposal that waits."""
    for language, title in (("it", "Nella foresta"), ("zh-Hans", "森林慢行")):
        status = "source" if language == "it" else "human"
        catalogue.write_text(walk, "title", language, title, status=status)
    sales.offer_places(walk.pk, [clock.today() + timedelta(days=2)], capacity=8)
    for step in ("held", "paid", "confirmed"):
        journal.record(
            f"sale.{step}", "order:1", product=walk.slug, quantity=2,
            amount=Amount(5000) if step == "paid" else None,
        )  # fmt: skip
    return catalogue.propose(
        walk.operator_id, theme="food", language="it", title="A funghi",
        description="Per chi cammina.", price=Amount(4500),
    )  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_the_agreements_hold_on_a_phone_and_for_axe(page, axe, live, season, casentino, prefix):
    signed = territory.sign(
        "Ctrip", casentino, kind="commercial", title="Accordo con Ctrip",
        deed=territory.Deed(moment("2019"), words="Firmato a Bto."),
    )  # fmt: skip
    territory.renew(
        signed.pk, deed=territory.Deed(moment("14/03/2020"), term_until=clock.today())
    )
    for side in ("agency", "partner"):
        territory.owe(signed.pk, who_owes=side, what="Un video", due_on=clock.today())
    come_in(page, live, account("head", "head", casentino))
    paths = [reverse("desk:agreements"), reverse("desk:agreement-new")]
    for path in [*paths, reverse("desk:agreement", args=[signed.pk])]:
        assert page.goto(live.url + prefix + path).status == 200, path
        for each in page.locator("main summary").all():
            each.click()
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{path} is wider than the phone"
        assert page.locator("h1").count() == 1, path
        axe(page)


def come_in(page, live, user):
    page.goto(f"{live.url}/desk/sign-in/")
    page.fill("[name=contact]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")


@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_the_pages_hold_on_a_phone_and_for_axe(page, axe, live, season, guide, prefix):
    slug, sold = season.slug, "foresta-di-camaldoli"
    people = [
        (account("editor", "editor", guide.area), STAFF, ["proposal", "product"], slug),
        (account("anna", "operator", guide), OPERATOR, ["experience", "days", "sign"], sold),
    ]
    for person, lists, details, of in people:
        page.context.clear_cookies()
        come_in(page, live, person)
        paths = [reverse(f"desk:{each}") for each in lists]
        paths += [reverse(f"desk:{each}", args=[of]) for each in details]
        for path in paths:
            answer = page.goto(live.url + prefix + path)
            assert answer.status == 200, path
            width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert width <= 0, f"{path} is wider than the phone"
            assert page.locator("h1").count() == 1, path
            axe(page)


def test_our_own_reader_reads_a_voucher_where_the_browser_cannot(page, live, season, guide):
    come_in(page, live, account("anna", "operator", guide))
    page.goto(live.url + reverse("desk:scan"))
    code = "https://casentino.example/v/K7WM3QXPZ"
    read = page.evaluate(
        """async ([url, bytes]) => {
            const { BarcodeDetector } = await import(url);
            const picture = await createImageBitmap(
                new Blob([new Uint8Array(bytes)], { type: "image/png" }));
            const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
            return found[0]?.rawValue;
        }""",
        [f"{live.url}/static/desk/vendor/qr.js", list(qr.png(code, 6))],
    )
    assert read == code
