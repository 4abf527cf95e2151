"""A year goes round: an idea of the lab, a planned action, a campaign, sales, the head's page,
the proposal, and the plan of the next year on paper.

Staff work in a real Chromium; buyers besides the first one use the pages as a browser without
JavaScript does.
"""

import re
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from belvedere.config.demo.visitor import Visitor
from belvedere.plan.models import Idea, OperatingPlan
from belvedere.publish import services as publish
from belvedere.publish.models import Campaign
from belvedere.shared import clock
from belvedere.testing.jobs import run_jobs
from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.browser
WEAVING = "Tessere il panno in un pomeriggio"


def signed_in(page, user):
    page.goto("/desk/sign-in/")
    page.fill("[name=contact]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    return page


def send(page, field):
    """Press the button of the form that has a field."""
    page.locator(f"form:has([name={field}]) button[type=submit]").first.click()


def buy(url, path, number):
    """Book and pay one place, as a browser without JavaScript does."""
    with Visitor(url, "en") as buyer:
        landing = buyer.open(path)
        checkout = buyer.follow(landing, lambda link: "/book/" in link)
        held = buyer.submit(
            checkout, having="book", press="1", name=f"Buyer {number}", quantity="1",
            email=f"buyer{number}@example.org", consent="on",
        )  # fmt: skip
        done = buyer.submit(
            buyer.submit(held, having="pay", press="1"), having="do", press="pay"
        )
        assert done.status == 200


def test_a_year_goes_round(open_page, axe, account, live):
    year = clock.today().year
    plan = OperatingPlan.objects.get(year=year)
    idea = Idea.objects.get(title=WEAVING)
    officer = signed_in(open_page(width=1280, height=900), account("promotion"))
    head = signed_in(open_page(width=1280, height=900), account("head"))

    # The lab's idea is chosen.
    board = f"/desk/labs/{idea.workshop.slug}/ideas/"
    officer.goto(board)
    officer.locator(f"#idea-{idea.pk} summary", has_text=re.compile("Voti|decisione")).click()
    officer.fill(f"#idea-{idea.pk} [name=reason]", "Si può fare al coperto, d'inverno")
    officer.click(f"#idea-{idea.pk} button[value=choose]")

    # It becomes an action of a new version of the plan, which the head approves.
    officer.goto(f"/desk/plans/{plan.pk}/")
    officer.fill("[name=note]", "Dal living lab: il telaio d'inverno")
    send(officer, "note")
    draft = officer.url
    officer.goto(f"{draft}actions/")
    officer.fill("[name=title]", "Il telaio d'inverno")
    officer.select_option("[name=channel_kind]", "poster")
    officer.fill("[name=starts_on]", f"{year}-01-01")
    officer.fill("[name=ends_on]", f"{year}-12-31")
    officer.fill("[name=budget]", "900")
    axe(officer)
    send(officer, "channel_kind")
    action = plan.versions.order_by("-number")[0].actions.get(title="Il telaio d'inverno")
    head.goto(draft)
    head.locator("form[action$='/approve/'] button").click()
    assert plan.versions.order_by("-number")[0].approved

    # The idea knows what it became, and so does who had it.
    officer.goto(board)
    officer.locator(f"#idea-{idea.pk} summary", has_text=re.compile("diventata")).click()
    officer.fill(f"#idea-{idea.pk} [name=planned]", action.key)
    officer.click(f"#idea-{idea.pk} button[value=planned]")
    reader = open_page(f"/labs/{idea.workshop.slug}/")
    expect(reader.get_by_text(WEAVING).first).to_be_visible()
    axe(reader)

    # A campaign's poster carries it out; its cost is noted.
    campaign = Campaign.objects.get(is_demo=True)
    poster = publish.plan_action(campaign.pk, kind="poster", title="Telaio, in vetrina")
    product = campaign.area.operators.get(slug="demo-bottega-del-panno").products.get(
        kind="experience"
    )
    piece = publish.create_piece(
        poster.pk, title="Telaio", language="it", product_id=product.pk, placements=["Stia"]
    )
    code = piece.placements.get().code
    officer.goto(f"/desk/plans/{plan.pk}/actions/{action.key}/")
    officer.fill("[name=amount]", "900")
    send(officer, "amount")
    officer.check(f"[name=subjects][value='action:{poster.pk}']")
    send(officer, "subjects")

    # Travellers follow its code and pay; others come by the letter.
    letter = campaign.actions.get(kind="newsletter").pieces.get().placements.get().code
    for number in range(3):
        buy(live.url, f"/r/{code}", number)
        buy(live.url, f"/r/{letter}", 10 + number)
    run_jobs()

    # The head reads it on one page, and on paper.
    head.goto(f"/desk/head/casentino/{year}/")
    row = head.locator("tr", has_text="Il telaio d'inverno")
    assert "+ 3 simulati" in row.inner_text()
    assert "300,00" in row.inner_text()
    assert "21.805 arrivi" in head.locator("main").inner_text()
    axe(head)
    sheet = head.request.get(f"{live.url}/desk/head/casentino/{year}/it.pdf").body()
    assert "Il telaio d'inverno" in PdfReader(BytesIO(sheet)).pages[0].extract_text()

    # What was dear gives to what was cheap; a person accepts, and the next plan is made.
    head.goto(draft)
    head.locator("form[action$='/propose/'] button").click()
    axe(head)
    while head.locator("li.row:not(:has(.badge)) form[action*='/moves/']").count():
        head.locator(
            "li.row:not(:has(.badge)) form[action*='/moves/'] button[value=yes]"
        ).first.click()
        head.wait_for_load_state()
    head.click("button[name=when][value=next]")
    following = OperatingPlan.objects.get(year=year + 1)
    version = following.versions.get()
    before = {each.key: each.budget_minor for each in plan.versions.last().actions.all()}
    after = {each.key: each.budget_minor for each in version.actions.all()}
    assert after[action.key] < before[action.key]
    assert after["newsletter"] > before["newsletter"]
    assert sum(after.values()) == sum(before.values())
    paper = head.request.get(f"{live.url}/desk/plans/{following.pk}/1/it.pdf").body()
    text = " ".join(each.extract_text() for each in PdfReader(BytesIO(paper)).pages)
    assert str(year + 1) in text
    assert "Il telaio d'inverno" in text
