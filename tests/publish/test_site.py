"""The site's own pages stand in three languages, each knowing the others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from belvedere.publish import services
from belvedere.publish.models import HomePage, MiniSite
from belvedere.publish.sample import SLUG
from belvedere.publish.welcome import WELCOME


@pytest.fixture
def home(db):
    return services.seed_site()


@pytest.fixture
def mini_site(home, campaign, walk):
    return services.seed_mini_site(campaign)


@pytest.mark.parametrize(
    ("path", "tag"), [("/", "it"), ("/en/", "en"), ("/zh-hans/", "zh-Hans")]
)
def test_the_home_page_stands_in_each_language(client, home, path, tag):
    answer = client.get(path)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert WELCOME[tag]["title"] in html
    assert f'<html lang="{tag}"' in html
    for other, url in (("it", "/"), ("en", "/en/"), ("zh-Hans", "/zh-hans/")):
        assert f'hreflang="{other}" href="http://127.0.0.1:8000{url}"' in html


def test_seeding_again_changes_nothing_that_an_editor_wrote(home):
    home.title = "Un altro titolo"
    home.save_revision().publish()
    services.seed_site()
    home.refresh_from_db()
    assert home.title == "Un altro titolo"
    assert HomePage.objects.count() == 3


def test_a_site_whose_pages_were_emptied_is_made_again(client, mini_site):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE publish_homepage, publish_minisite, publish_campaign CASCADE")
    services.seed_site()
    assert HomePage.objects.count() == 3
    assert client.get("/zh-hans/").status_code == 200


def test_the_home_page_invites_to_what_can_be_booked_and_to_what_is_on(
    client, home, campaign, walk
):
    html = client.get("/").content.decode()
    assert f"/experiences/{walk.slug}/" in html
    assert f"/campaigns/{campaign.slug}/" in html


def test_the_home_page_needs_no_more_queries_for_more_products(client, home, campaign, walk):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get("/")
        return len(seen)

    queries()
    few = queries()
    for number in range(5):
        walk.pk, walk.slug = None, f"walk-{number}"
        walk.save()
    assert queries() == few


@pytest.mark.parametrize("prefix", ["", "/en", "/zh-hans"])
def test_a_mini_site_stands_in_each_language_with_its_products(client, mini_site, prefix, walk):
    language = (prefix or "/it").strip("/")
    page = MiniSite.objects.get(locale__language_code=language)
    answer = client.get(page.url)
    assert answer.status_code == 200
    assert page.url.startswith(f"{prefix}/")
    html = answer.content.decode()
    assert f"{prefix}/experiences/{walk.slug}/" in html
    assert html.count('rel="alternate"') >= 3


def test_a_mini_site_in_chinese_says_nothing_in_italian(client, mini_site):
    page = MiniSite.objects.get(locale__language_code="zh-hans")
    html = client.get(page.url).content.decode()
    assert "适合慢慢走的山谷" in html
    assert "什么时候来合适？" in html
    assert "Come arrivare" not in html
    assert "In treno" not in html


def test_seeding_the_sample_twice_makes_one(mini_site, campaign):
    assert services.seed_mini_site(campaign) == mini_site
    assert MiniSite.objects.filter(slug=SLUG).count() == 1


def test_the_source_travels_on_every_link_of_ours(client, mini_site, poster_piece):
    code = poster_piece.placements.first().code
    html = client.get(f"{mini_site.url}?s={code}").content.decode()
    assert f"/experiences/foresta-di-camaldoli/?s={code}" in html


def test_a_piece_may_lead_to_a_mini_site_in_its_own_language(client, mini_site, poster_action):
    piece = services.create_piece(
        poster_action.pk, title="慢游", language="zh-Hans", page_id=mini_site.pk
    )
    code = piece.placements.get().code
    answer = client.get(f"/r/{code}", headers={"user-agent": "Mozilla/5.0 (Android)"})
    assert answer["Location"].startswith("/zh-hans/casentino-huoche/?s=")


def test_the_list_of_campaigns_shows_what_runs(client, campaign):
    html = client.get("/zh-hans/campaigns/").content.decode()
    assert "倾听的山谷" in html


def test_a_draft_is_not_shown_and_a_closed_one_says_so(client, campaign, casentino):
    type(campaign).objects.update(state="draft")
    assert client.get(f"/campaigns/{campaign.slug}/").status_code == 404
    type(campaign).objects.update(state="closed")
    answer = client.get(f"/campaigns/{campaign.slug}/")
    assert answer.status_code == 200
    assert b"alert-info" in answer.content
    assert campaign.slug not in client.get("/campaigns/").content.decode()


def test_no_campaign_at_all_is_said_in_words(client, db):
    assert b"/experiences/" in client.get("/campaigns/").content


def test_the_list_needs_as_many_queries_for_ten_campaigns_as_for_one(client, campaign):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get("/campaigns/")
        return len(seen)

    queries()
    few = queries()
    for number in range(9):
        campaign.pk, campaign.slug = None, f"c{number}"
        campaign.save()
    assert queries() == few
