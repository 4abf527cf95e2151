"""The frame of every page: languages, addresses, the source token, errors, notes."""

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import translation

from belvedere.config import context
from belvedere.shared.money import Amount

pytestmark = pytest.mark.django_db
SAID = {
    404: {
        "it": "Questa pagina non c'è",
        "en": "This page is not here",
        "zh-Hans": "没有找到这个页面",
    },
    500: {
        "it": "Qualcosa è andato storto da parte nostra",
        "en": "Something went wrong on our side",
        "zh-Hans": "我们这边出了点问题",
    },
}


def render(source, **values):
    return engines["django"].from_string("{% load belvedere %}" + source).render(values)


def page_at(address, code="it", **values):
    request = RequestFactory().get(address)
    with translation.override(code):
        template = engines["django"].from_string('{% extends "theme/base.html" %}')
        return template.render({**context.site(request), **values}, request)


@pytest.mark.usefixtures("with_gallery")
def test_a_page_names_its_versions_and_the_default_for_search_engines():
    html = page_at("/en/gallery/?s=x", "en")
    for tag, path in (
        ("it", "/gallery/"),
        ("x-default", "/gallery/"),
        ("en", "/en/gallery/"),
        ("zh-Hans", "/zh-hans/gallery/"),
    ):
        assert f'hreflang="{tag}" href="http://127.0.0.1:8000{path}"' in html


@pytest.mark.usefixtures("with_gallery")
def test_the_canonical_address_has_no_source_token():
    html = page_at("/gallery/?s=x&page=2")
    assert '<link rel="canonical" href="http://127.0.0.1:8000/gallery/">' in html


@pytest.mark.usefixtures("with_gallery")
def test_the_language_switch_keeps_what_was_chosen_and_the_source():
    html = page_at("/gallery/?theme=food&s=old", source="b-1.2")
    assert 'href="/zh-hans/gallery/?theme=food&amp;s=b-1.2"' in html


@pytest.mark.usefixtures("with_gallery")
def test_a_page_says_in_what_language_it_is():
    assert '<html lang="zh-Hans">' in page_at("/zh-hans/gallery/", "zh-hans")


def test_a_view_may_name_the_versions_itself():
    html = page_at("/a/", alternates=[("it", "/a/"), ("en", "/en/b/")])
    assert 'hreflang="en" href="http://127.0.0.1:8000/en/b/"' in html
    assert 'href="/zh-hans/' not in html.split("<main")[0].split("languages")[1]


def test_an_address_without_versions_offers_the_home_pages_instead():
    html = page_at("/nowhere-at-all.txt")
    assert "x-default" not in html
    assert 'href="/en/" lang="en"' in html


def test_a_page_that_is_not_installed_has_no_link():
    assert render('[{% link "nobody:nowhere" %}]') == "[]"


@pytest.mark.parametrize(
    ("url", "carried"),
    [
        ("/a/", "/a/?s=t"),
        ("/a/?day=1", "/a/?day=1&s=t"),
        ("/a/?s=old&day=1", "/a/?day=1&s=t"),
        ("/a/#b", "/a/?s=t#b"),
        ("", ""),
    ],
)
def test_a_link_carries_the_source_token_once(url, carried):
    assert render("{{ url|with_source:'t'|safe }}", url=url) == carried


def test_a_link_without_a_source_stays_as_it_is():
    assert render("{{ '/a/?b=1'|with_source:'' }}") == "/a/?b=1"


@pytest.mark.parametrize(
    ("language", "text"),
    [("it", "25,00\xa0€"), ("en", "€25.00"), ("zh-Hans", "€25.00")],
)
def test_money_is_written_in_the_manner_of_the_language(language, text):
    assert render("{{ a|money:l }}", a=Amount(2500, "EUR"), l=language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "martedì 24 novembre 2026"),
        ("en", "Tuesday, November 24, 2026"),
        ("zh-Hans", "2026年11月24日星期二"),
    ],
)
def test_a_day_is_written_in_full(language, text):
    assert render("{{ d|long_day:l }}", d=date(2026, 11, 24), l=language) == text


def test_a_moment_is_written_as_the_day_that_it_is_in_italy():
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert render("{{ d|long_day:'it' }}", d=late) == "mercoledì 25 novembre 2026"


def test_an_icon_speaks_only_when_it_has_a_label():
    assert 'aria-hidden="true"' in render('{% icon "clock" %}')
    assert 'role="img" aria-label="Durata"' in render('{% icon "clock" "Durata" %}')


def test_an_unknown_icon_is_an_error_of_the_template():
    with pytest.raises(KeyError):
        render('{% icon "unicorn" %}')


def test_the_strip_of_the_demo_shows_in_a_demo_only(settings):
    settings.DEMO = False
    assert "demo-strip" not in page_at("/")
    settings.DEMO = True
    assert "demo-strip" in page_at("/", demo_steps="try")


@pytest.mark.usefixtures("with_gallery")
@pytest.mark.parametrize("tag", ["it", "en", "zh-Hans"])
@pytest.mark.parametrize(("code", "path"), [(404, "nothing-here.html"), (500, "broken/")])
def test_an_error_is_told_in_the_language_of_the_address(tag, code, path):
    prefix = {"it": "/", "en": "/en/", "zh-Hans": "/zh-hans/"}[tag]
    answer = Client(raise_request_exception=False).get(prefix + path)
    assert answer.status_code == code
    assert SAID[code][tag] in answer.content.decode()


@pytest.mark.usefixtures("with_gallery")
def test_the_page_of_our_own_failure_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = Client(raise_request_exception=False).get("/en/broken/")
    assert answer.status_code == 500


@pytest.mark.parametrize("code", ["it", "en", "zh-hans"])
@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_a_page_for_errors_stands_without_any_context(name, code, django_assert_num_queries):
    with translation.override(code), django_assert_num_queries(0):
        html = get_template(f"{name}.html").render({})
    assert html.count("<h1>") == 1
    assert "<h1></h1>" not in html
    assert "noindex" in html


def test_pages_behind_the_sign_in_are_not_for_search_engines():
    html = engines["django"].from_string('{% extends "theme/desk.html" %}').render({})
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.parametrize("note", ["privacy", "accessibility", "sources"])
def test_a_note_at_the_foot_opens_in_every_language_without_a_query(
    client, home, note, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = client.get(f"{home}/about/{note}/")
    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1
