"""The public pages, as a visitor's browser and a search engine's machine read them."""

import html
import json
import re
from datetime import time, timedelta

import pytest

from belvedere.offer import services
from belvedere.offer.models import Candidate, Product, Record
from belvedere.shared import clock
from belvedere.territory.models import Area, Place, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def worded(walk):
    """The walk with its words in Italian and, for its title, English."""
    services.write_text(walk, "title", "it", "La foresta a passo lento", status="source")
    services.write_text(walk, "title", "en", "The forest, slowly")
    services.write_text(walk, "description", "it", "Si cammina.\n\nPiano.", status="source")
    return walk


@pytest.fixture
def tomorrow(seller, walk):
    """Ten places on the walk tomorrow at half past nine, three of them left."""
    day = clock.today() + timedelta(days=1)
    seller.stock[walk.slug, day, time(9, 30)] = (3, 10)
    return day


def text(response):
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def data(response):
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.S
    )
    return json.loads(found[1])


class TestCatalogue:
    def test_a_product_on_sale_is_listed_with_its_price(self, client, worded):
        page = text(client.get("/experiences/"))
        assert "La foresta a passo lento" in page
        assert "25,00\xa0€" in client.get("/experiences/").content.decode()

    def test_a_product_not_on_sale_is_not_listed(self, client, worded):
        Product.objects.update(state="proposed")
        assert "La foresta" not in text(client.get("/experiences/"))

    def test_few_places_left_are_told(self, client, worded, tomorrow):
        assert "Few places left" in text(client.get("/en/experiences/"))

    def test_without_stock_it_says_that_no_dates_are_on_sale(self, client, worded):
        assert "No dates on sale now" in text(client.get("/en/experiences/"))

    def test_the_free_places_are_asked_for_once(self, client, worded, loom, seller):
        client.get("/experiences/")
        assert len(seller.asked) == 1
        assert set(seller.asked[0]) == {worded.slug, loom.slug}

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"theme": "outdoor"}, True),
            ({"theme": "food"}, False),
            ({"area": "casentino"}, True),
            ({"q": "foresta lento"}, True),
            ({"q": "spiaggia"}, False),
            ({"q": "slowly"}, True),
        ],
    )
    def test_filters(self, client, worded, query, found):
        assert ("La foresta" in text(client.get("/experiences/", query))) is found

    def test_the_day_filter_keeps_what_has_places_then(self, client, worded, tomorrow, loom):
        page = text(client.get("/experiences/", {"day": tomorrow.isoformat()}))
        assert worded.slug in page
        assert loom.slug not in page

    def test_a_day_that_is_none_is_told_and_kept(self, client, worded):
        page = text(client.get("/en/experiences/", {"day": "next week"}))
        assert "This is not a day we understand" in page
        assert 'value="next week"' in page
        assert "The forest, slowly" in page

    def test_nothing_found_says_what_to_do(self, client, worded):
        page = text(client.get("/en/experiences/", {"q": "beach"}))
        assert "Nothing fits this search" in page
        assert "Show all experiences" in page

    def test_a_page_too_far_is_the_last(self, client, worded):
        assert client.get("/experiences/", {"page": "99"}).status_code == 200

    def test_the_queries_do_not_grow_with_the_list(
        self, client, worded, guide, django_assert_max_num_queries
    ):
        for number in range(11):
            product = Product.objects.create(
                operator=guide,
                theme="food",
                slug=f"assaggio-{number}",
                state="on_sale",
                price_minor=1000,
                created_at=clock.now(),
            )
            services.write_text(product, "title", "it", f"Assaggio {number}", status="source")
        client.get("/experiences/")
        with django_assert_max_num_queries(10):
            page = text(client.get("/experiences/"))
        assert page.count('class="card"') == 12

    def test_the_source_stays_on_every_link(self, client, worded):
        page = client.get("/experiences/", {"s": "b-7f3k"}).content.decode()
        assert f"/experiences/{worded.slug}/?s=b-7f3k" in page
        assert '<input type="hidden" name="s" value="b-7f3k">' in page

    def test_the_list_is_told_to_machines(self, client, worded):
        listed = data(client.get("/zh-hans/experiences/"))
        entry = listed["mainEntity"]["itemListElement"][0]
        assert listed["inLanguage"] == "zh-Hans"
        assert entry["name"] == "The forest, slowly"
        assert entry["url"].endswith(f"/zh-hans/experiences/{worded.slug}/")


class TestProduct:
    def url(self, walk, prefix=""):
        return f"{prefix}/experiences/{walk.slug}/"

    def test_it_is_shown_in_each_language_with_bcp_47(self, client, worded):
        page = client.get(self.url(worded, "/zh-hans")).content.decode()
        assert '<html lang="zh-Hans">' in page
        for tag in ("it", "en", "zh-Hans"):
            assert f'hreflang="{tag}"' in page

    def test_a_foreign_text_says_so_to_people_and_to_machines(self, client, worded):
        page = text(client.get(self.url(worded, "/en")))
        assert "in Italian" in page
        assert '<p lang="it">Si cammina.</p>' in page

    def test_a_machines_words_are_marked(self, client, worded):
        services.write_text(worded, "description", "en", "One walks.", status="machine")
        assert "translated by machine" in text(client.get(self.url(worded, "/en")))

    def test_the_next_days_lead_to_the_checkout_with_the_source(self, client, worded, tomorrow):
        page = text(client.get(self.url(worded), {"s": "b-7f3k"}))
        assert f"/book/{worded.slug}/?day={tomorrow}&s=b-7f3k" in page
        assert "09:30" in page

    def test_a_sold_out_start_has_no_button(self, client, worded, seller):
        seller.stock[worded.slug, clock.today(), None] = (0, 10)
        page = text(client.get(self.url(worded, "/en")))
        assert ": waiting list" in page
        assert (
            "/book/"
            not in page.replace(json.dumps(data(client.get(self.url(worded)))), "")[
                page.index("</head>") :
            ]
        )

    def test_without_stock_it_says_so(self, client, worded):
        assert "No dates on sale now" in text(client.get(self.url(worded, "/en")))

    def test_the_policy_is_told_in_words(self, client, worded):
        page = text(client.get(self.url(worded, "/en")))
        assert "until 2 days before it starts" in page

    def test_the_address_is_there_in_both_scripts(self, client, worded):
        services.write_text(worded, "address", "it", "Camaldoli, Poppi", status="source")
        services.write_text(worded, "address", "zh-Hans", "波皮市卡马尔多利")
        page = text(client.get(self.url(worded, "/zh-hans")))
        assert "波皮市卡马尔多利" in page
        assert '<span lang="it">Camaldoli, Poppi</span>' in page

    def test_what_an_operator_writes_is_never_markup(self, client, worded):
        attack = "<script>alert(1)</script>\n<b>grassetto</b> </script>"
        services.write_text(worded, "description", "it", attack, status="source")
        services.write_text(worded, "title", "it", '"><img src=x>', status="source")
        Product.objects.update(meeting_point="<i>qui</i>")
        page = client.get(self.url(worded)).content.decode()
        for bad in ("<script>alert", "<b>", "<img src=x", "<i>qui"):
            assert bad not in page
        assert "&lt;b&gt;grassetto" in page
        assert data(client.get(self.url(worded)))["mainEntity"]["name"] == '"><img src=x>'

    def test_line_ends_become_lines_and_paragraphs(self, client, worded):
        services.write_text(worded, "description", "it", "uno\ndue\n\ntre", status="source")
        assert "<p>uno<br>due</p>" in client.get(self.url(worded)).content.decode()

    @pytest.mark.parametrize("state", ["draft", "proposed", "returned"])
    def test_what_is_not_approved_is_not_found(self, client, worded, state):
        Product.objects.update(state=state)
        assert client.get(self.url(worded)).status_code == 404

    def test_its_operator_sees_it_before_it_is_approved(self, client, worded, guide):
        Product.objects.update(state="proposed")
        user = User.objects.create_user("ada")
        user.memberships.create(role="operator", operator=guide)
        client.force_login(user)
        assert client.get(self.url(worded)).status_code == 200

    def test_another_operator_does_not(self, client, worded, guide, casentino):
        Product.objects.update(state="proposed")
        other = guide.area.operators.create(name="Altri", slug="altri")
        user = User.objects.create_user("bea")
        user.memberships.create(role="operator", operator=other)
        client.force_login(user)
        assert client.get(self.url(worded)).status_code == 404

    def test_what_was_withdrawn_is_gone_and_says_so(self, client, worded):
        Product.objects.update(state="withdrawn")
        answer = client.get(self.url(worded, "/en"))
        assert answer.status_code == 410
        assert "no longer on sale" in text(answer)

    def test_the_data_for_machines_tell_price_and_places(self, client, worded, tomorrow):
        thing = data(client.get(self.url(worded)))["mainEntity"]
        assert thing["@type"] == ["Product", "TouristTrip"]
        assert thing["offers"]["price"] == "25.00"
        assert thing["offers"]["priceCurrency"] == "EUR"
        assert thing["offers"]["availability"] == "https://schema.org/LimitedAvailability"
        assert thing["provider"]["name"] == "Guide del Parco"

    def test_the_queries_are_few(self, client, worded, tomorrow, django_assert_max_num_queries):
        client.get(self.url(worded))
        with django_assert_max_num_queries(12):
            client.get(self.url(worded))


class TestPlaces:
    def test_a_place_is_listed_and_shown(self, client, castle):
        assert castle.name in text(client.get("/places/"))
        page = text(client.get(f"/places/{castle.slug}/"))
        assert "Poppi" in page

    def test_a_hidden_place_is_not_found(self, client, castle):
        Place.objects.update(shown=False)
        assert client.get(f"/places/{castle.slug}/").status_code == 404

    def test_a_joined_places_old_address_leads_to_the_other(self, client, castle):
        old = Place.objects.create(name="Castello", slug="castello", kind="castle", shown=False)
        record = Record.objects.create(
            profile="culture-places", key="Q1/museo", place=old, row=2, seen_at=clock.now()
        )
        Candidate.objects.create(
            record=record, place=castle, reason="name", state="joined", old_slug="castello"
        )
        answer = client.get("/places/castello/")
        assert (answer.status_code, answer.url) == (301, f"/places/{castle.slug}/")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"kind": "castle"}, True),
            ({"kind": "museum"}, False),
            ({"area": "casentino"}, True),
            ({"q": "guidi poppi"}, True),
            ({"q": "mare"}, False),
            ({"area": "nowhere"}, True),
        ],
    )
    def test_filters(self, client, castle, query, found):
        assert (castle.name in text(client.get("/places/", query))) is found

    def test_the_queries_do_not_grow_with_the_list(
        self, client, poppi, django_assert_max_num_queries
    ):
        Place.objects.bulk_create(
            Place(name=f"Torre {n}", slug=f"torre-{n}", kind="castle", municipality=poppi)
            for n in range(60)
        )
        client.get("/places/")
        with django_assert_max_num_queries(10):
            page = text(client.get("/places/"))
        assert page.count("/places/torre-") == 2 * 24  # In the list, and for machines.

    def test_a_place_tells_machines_what_and_where_it_is(self, client, castle):
        thing = data(client.get(f"/places/{castle.slug}/"))["mainEntity"]
        assert "LandmarksOrHistoricalBuildings" in thing["@type"]
        assert thing["geo"]["latitude"] == 43.7224
        assert thing["sameAs"] == ["https://www.wikidata.org/wiki/Q3662410"]

    def test_what_can_be_booked_there_is_shown(self, client, castle, worded):
        Product.objects.update(place=castle)
        page = text(client.get(f"/en/places/{castle.slug}/"))
        assert "Experiences here" in page
        assert "The forest, slowly" in page


class TestArea:
    def test_it_shows_experiences_places_and_municipalities(self, client, castle, worded):
        page = text(client.get("/areas/casentino/"))
        for each in ("Casentino", "Poppi", castle.name, "La foresta a passo lento"):
            assert each in page

    def test_a_region_shows_what_lies_in_it(self, client, castle, worded):
        page = text(client.get("/areas/toscana/"))
        assert "La foresta a passo lento" in page

    def test_an_empty_area_says_so(self, client, casentino):
        Area.objects.create(kind="ambito", slug="mugello", name="Mugello")
        page = text(client.get("/en/areas/mugello/"))
        assert "No experience is on sale here yet" in page

    def test_an_unknown_area_is_not_found(self, client, db):
        assert client.get("/areas/atlantide/").status_code == 404
