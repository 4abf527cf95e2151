"""A traveller of any language finds, books and keeps; words say in which language they are."""

import re
from datetime import time, timedelta
from html import unescape

import polib
import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from playwright.sync_api import expect

from belvedere.config.words import PACKAGE, TRAVELLERS, path_of
from belvedere.offer import services as offer
from belvedere.publish import services as publish
from belvedere.publish.welcome import WELCOME
from belvedere.sell import services
from belvedere.sell.models import Allotment
from belvedere.sell.services import Buyer
from belvedere.shared import clock
from belvedere.shared.languages import LANGUAGES, WRITTEN_TAGS, prefix, written
from belvedere.shared.money import Amount

RTL = {"ar", "he"}
TITLES = {"it": "Nella foresta lenta", "en": "Slowly through the forest", "zh-Hans": "森林慢行"}
MACHINES = [each for each in LANGUAGES if not each.read]


@pytest.fixture(scope="module")
def italian():
    """The interface's Italian, as it would stand in a page: what is long enough to be known."""
    entries = (
        each for stage in TRAVELLERS for each in polib.pofile(path_of(PACKAGE / stage, "it"))
    )
    texts = (each.msgstr for each in entries if each.msgstr != each.msgid)
    return [each for each in texts if len(each) > 14 and " " in each and "%" not in each]


@pytest.fixture
def forest(walk):
    """A walk with words in the three languages, and places tomorrow."""
    for tag, title in TITLES.items():
        offer.write_text(walk, "title", tag, title, status="source" if tag == "it" else "human")
    services.offer_places(
        walk.pk, [clock.today() + timedelta(days=1)], start=time(9, 30), capacity=100
    )
    return walk


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def opening(html):
    return re.search("<html[^>]*>", html)[0]


def look(html, language, italian):
    """Look at what is the same on every page of a language."""
    assert f'lang="{language.tag}"' in opening(html)
    assert ('dir="rtl"' in opening(html)) is (language.tag in RTL)
    assert ('class="machine"' in html) is not language.read
    if language.tag != "it":
        text = unescape(re.sub(r"<[^>]+>|\s+", " ", html))
        assert [each for each in italian if each in text] == []


def tagged(words, tag, page):
    """Return the element's start of some words: with their language if not the page's."""
    if tag == page:
        return words
    way = ' dir="ltr"' if page in RTL else ""
    return f'lang="{tag}"{way}>{words}'


def test_a_traveller_reads_every_page_in_their_language(client, forest, italian, subtests):
    publish.seed_site()
    for language in LANGUAGES:
        with subtests.test(language.tag):
            pages(client, forest, italian, language)


def pages(client, forest, italian, language):
    """Look at the home page, an experience, its checkout and an order."""
    tag, content = language.tag, written(language.tag)
    home = read(client, prefix(tag))
    experience = read(client, f"{prefix(tag)}experiences/{forest.slug}/")
    checkout = read(client, f"{prefix(tag)}book/{forest.slug}/")
    start, ada = Allotment.objects.get(), Buyer(name="Ada", email="a@example.org")
    order = services.hold([(start.pk, 2)], buyer=ada, language=tag).order
    kept = read(client, f"{prefix(tag)}orders/{order.token}/")
    for html in (home, experience, checkout, kept):
        look(html, language, italian)
        assert TITLES[content] in html
    assert tagged(WELCOME[content]["title"], content, tag) in home
    for html in (experience, checkout, kept):
        assert tagged(TITLES[content], content, tag) in html
    with override(language.code):
        assert _("Book your place") in experience
        assert _("Your name") in unescape(checkout)
    assert Amount(2500).text(tag) in unescape(experience)
    assert Amount(5000).text(tag) in unescape(kept)


def test_search_engines_are_offered_the_languages_that_people_write(client, forest, subtests):
    for language in MACHINES:
        with subtests.test(language.tag):
            html = read(client, f"{prefix(language.tag)}experiences/{forest.slug}/")
            assert '<meta name="robots" content="noindex">' in html
            head = html.split("</head>")[0]
            told = set(re.findall(r'rel="alternate" hreflang="([^"]+)"', head))
            assert told == {"x-default", *WRITTEN_TAGS}
            others = re.findall(r'hreflang="([^"]+)" rel="nofollow"', html)
            assert len(others) == len(LANGUAGES) - len(WRITTEN_TAGS)


def test_the_menu_of_languages_has_all_by_their_own_names(client, forest):
    html = read(client, f"/experiences/{forest.slug}/?day=2030-01-01")
    for each in LANGUAGES:
        path = f"{prefix(each.tag)}experiences/{forest.slug}/"
        assert f'href="{path}?day=2030-01-01" lang="{each.tag}"' in html
        assert f">{each.name}</a>" in html
    assert '<meta name="robots"' not in html


@pytest.mark.parametrize("tag", ["de", "zh-Hant", "ar"])
def test_staff_pages_lead_to_a_language_that_has_them(client, db, tag):
    there = client.get(f"{prefix(tag)}desk/sign-in/?next=/desk/", follow=False)
    assert there.status_code == 307
    assert there["Location"] == f"{prefix(written(tag))}desk/sign-in/?next=/desk/"
    html = read(client, there["Location"])
    assert "العربية" not in html


@pytest.mark.parametrize(
    ("asked", "path"),
    [("de-AT,en;q=0.5", "/de/"), ("zh-TW", "/zh-hant/"), ("he", "/he/"), ("fi", "/")],
)
def test_a_followed_link_opens_in_the_language_that_the_browser_asks_for(
    client, db, asked, path
):
    there = client.get(
        reverse("publish:follow", args=["b-none"]), headers={"accept-language": asked}
    )
    assert there["Location"] == f"{path}campaigns/"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tag", ["ar", "th", "de"])
def test_a_phone_shows_it_whole_with_nothing_in_the_way(live, open_page, axe, forest, tag):
    publish.seed_site()
    page = open_page(prefix(tag), language=tag, width=390)
    menu = page.locator(".languages summary")
    menu.focus()
    menu.press("Enter")
    expect(page.get_by_role("link", name="Bahasa Indonesia")).to_be_visible()
    fits(page)
    axe(page)
    menu.press("Tab")
    expect(page.get_by_role("link", name="Italiano").first).to_be_focused()
    page.goto(f"{page.url}book/{forest.slug}/")
    fits(page)
    axe(page)


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".languages details > ul").bounding_box()
    assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= 390)
