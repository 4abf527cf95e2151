"""The navigation: what each role finds at its foot and in the groups, and where one is."""

import pytest
from django.urls import resolve, reverse
from playwright.sync_api import expect

from belvedere.desk.views.navigation import FOOT, navigation
from tests.desk.conftest import account
from tests.desk.test_pages import come_in

FOOTS = {
    "operator": ["today", "scan", "experiences", "selling", "statement"],
    "head": ["home", "heads", "plans", "results"],
    "promotion": ["home", "plans", "campaigns", "results"],
    "editor": ["home", "proposals", "translations", "campaigns"],
    "analyst": ["home", "results", "markets", "flows"],
}
EVERY = ["home", "plans", "labs", "agreements", "results", "markets", "heads"]
EDITING = ["campaigns", "translations", "proposals", "packages", "invitations"]
ALL = {
    "operator": FOOTS["operator"],
    "head": [*EVERY, *EDITING, "discounts", "sellers", "payouts", "refunds", "flows"],
    "promotion": [*EVERY, *EDITING, "discounts", "sellers", "flows"],
    "editor": [*EVERY, *EDITING],
    "analyst": [*EVERY, "flows"],
}


def keys(links):
    """The short names of links."""
    return [each.place.key for each in links]


@pytest.mark.parametrize("role", FOOTS)
def test_each_role_has_what_it_uses_most_at_the_foot_and_the_rest_in_groups(role):
    nav = navigation(reverse("desk:plans"), {role})
    assert keys(nav.foot) == FOOTS[role]
    assert sorted(keys(link for group in nav.groups for link in group.links)) == sorted(
        ALL[role]
    )
    assert nav.more == (len(ALL[role]) > FOOT)


def test_the_groups_are_the_loop():
    nav = navigation(reverse("desk:home"), {"head"})
    labels = [str(each.label) for each in nav.groups]
    assert labels == ["", "Programmare", "Pubblicare", "Vendere", "Misurare"]
    assert [group.label for group in navigation("/", {"operator"}).groups] == [""]


def test_who_has_two_roles_finds_the_first_of_both():
    assert keys(navigation("/", {"editor", "operator"}).foot) == [
        "today", "home", "scan", "proposals",
    ]  # fmt: skip


@pytest.mark.parametrize("role", FOOTS)
def test_every_place_can_be_opened_by_the_role(enter, role, casentino, guide):
    client = enter(account(role, role, guide if role == "operator" else casentino))
    for group in navigation("/", {role}).groups:
        for link in group.links:
            assert client.get(link.place.url, follow=True).status_code == 200, link.place.url
            assert resolve(link.place.url).view_name == link.place.name


def test_the_page_itself_and_a_page_below_it_are_current():
    for path, said in (
        (reverse("desk:plans"), "page"),
        (reverse("desk:plan", args=[1]), "true"),
    ):
        nav = navigation(path, {"head"})
        (current,) = [link for group in nav.groups for link in group.links if link.current]
        assert (current.place.key, current.current) == ("plans", said)
        assert not nav.elsewhere
    assert navigation(reverse("desk:labs"), {"head"}).elsewhere


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_more_opens_the_rest_on_a_phone_also_without_javascript(
    open_page, axe, live, transactional_db, casentino, javascript
):
    phone = open_page(javascript=javascript)
    come_in(phone, live, account("editor", "editor", casentino))
    phone.goto(live.url + reverse("desk:labs"))
    foot = phone.locator(".desk-foot > li")
    assert foot.count() == FOOT
    boxes = [each.bounding_box() for each in foot.all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    more = phone.locator(".desk-more > summary")
    assert more.get_attribute("aria-current") == "true"
    more.focus()
    phone.keyboard.press("Enter")
    assert (
        phone.get_by_role("link", name="Lab", exact=True).get_attribute("aria-current")
        == "page"
    )
    if javascript:
        axe(phone)
        phone.keyboard.press("Escape")
        assert not phone.locator(".desk-more").get_attribute("open")
        assert phone.evaluate("document.activeElement.tagName") == "SUMMARY"
        phone.keyboard.press("Enter")
    phone.get_by_role("link", name="Accordi", exact=True).click()
    phone.wait_for_url(f"**{reverse('desk:agreements')}")


@pytest.mark.browser
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_wide_screens_show_the_whole_loop(
    open_page, axe, live, transactional_db, casentino, prefix
):
    wide = open_page(width=1280)
    come_in(wide, live, account("head", "head", casentino))
    wide.goto(live.url + prefix + reverse("desk:plans"))
    links = wide.locator(".desk-wide a")
    assert links.count() == len(ALL["head"])
    assert all(each.is_visible() for each in links.all())
    assert len({each.bounding_box()["y"] for each in links.all()}) == 1, "they stand in a row"
    expect(wide.locator(".desk-foot")).not_to_be_visible()
    axe(wide)
