"""Writing an experience: what is typed is never lost, what is wrong is told beside it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from belvedere.desk.models import Draft
from belvedere.offer import services as catalogue
from belvedere.offer.models import Product
from belvedere.sell import queries as sales
from belvedere.shared import clock
from belvedere.territory import services as territory

WORDS = {
    "title": "Alla carbonaia",
    "happens": "Si costruisce una carbonaia.",
    "audience": "Per tutti.",
    "theme": "outdoor",
}


@pytest.fixture
def selling(poppi):
    """What the second screen holds when everything is right."""
    return {
        "price": "18,50",
        "day": [(clock.today() + timedelta(days=each)).isoformat() for each in (7, 14)],
        "start": "09:30",
        "minutes": "120",
        "places": "8",
        "where": f"m:{poppi.pk}",
        "meeting_point": "Davanti alla chiesa",
    }


def starts(product):
    last = clock.today() + timedelta(days=100)
    return [each for each in sales.free_days(product.pk, clock.today(), last) if each.capacity]


def test_two_screens_make_a_proposal(enter, anna, guide, selling, photograph):
    client = enter(anna)
    first = client.post(reverse("desk:write"), WORDS | {"picture": photograph})
    assert first.url == reverse("desk:write-days")
    sent = client.post(reverse("desk:write-days"), selling)
    product = Product.objects.get(operator=guide)
    assert sent.url == reverse("desk:experience", args=[product.slug])
    assert (product.state, product.price_minor, product.latitude) == ("proposed", 1850, 43.72)
    assert product.pictures.get().picture.holder == guide.name
    assert [each.capacity for each in starts(product)] == [8, 8]
    assert not Draft.objects.exists()


def test_what_is_wrong_is_told_in_its_place_and_the_rest_is_kept(enter, anna, photograph):
    client = enter(anna)
    answer = client.post(reverse("desk:write"), WORDS | {"happens": "", "picture": photograph})
    assert list(answer.context["form"].errors) == ["happens"]
    again = client.get(reverse("desk:write"))
    assert "Alla carbonaia" in again.content.decode()
    assert again.context["draft"].picture is not None


def test_a_file_that_is_no_picture_is_refused_in_words(enter, anna, photograph):
    photograph.seek(0)
    photograph.write(b"no picture at all")
    photograph.seek(0)
    answer = enter(anna).post(reverse("desk:write"), WORDS | {"picture": photograph})
    assert list(answer.context["form"].errors) == ["picture"]
    assert Draft.objects.get().picture is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "venti"),
        ("price", "0"),
        ("start", "mattina"),
        ("places", "0"),
        ("where", "m:999999"),
        ("meeting_point", ""),
        ("day", []),
        ("day", ["2020-01-01"]),
    ],
)
def test_each_field_of_the_second_screen_says_what_is_wrong(
    enter, anna, guide, selling, field, value
):
    client = enter(anna)
    client.post(reverse("desk:write"), WORDS)
    answer = client.post(reverse("desk:write-days"), selling | {field: value})
    assert list(answer.context["form"].errors) == [field]
    assert not Product.objects.filter(operator=guide).exists()
    assert client.get(reverse("desk:write-days")).context["form"]["places"].value() == (
        value if field == "places" else "8"
    )


def test_weekdays_stand_for_all_such_days_shown(enter, anna, guide, selling):
    client = enter(anna)
    client.post(reverse("desk:write"), WORDS)
    client.post(reverse("desk:write-days"), selling | {"day": [], "weekday": ["5", "6"]})
    product = Product.objects.get(operator=guide)
    assert {each.day.weekday() for each in starts(product)} == {5, 6}


def test_going_back_keeps_the_second_screen(enter, anna, selling):
    client = enter(anna)
    client.post(reverse("desk:write"), WORDS)
    back = client.post(reverse("desk:write-days"), selling | {"price": "", "back": "1"})
    assert back.url == reverse("desk:write")
    assert client.get(reverse("desk:write-days")).context["form"]["start"].value() == "09:30"


def test_typing_is_kept_before_anything_is_sent(enter, anna, guide):
    client = enter(anna)
    assert client.post(reverse("desk:keep"), {"title": "Alla carb"}).status_code == 204
    assert Draft.objects.get(operator=guide).values["title"] == "Alla carb"
    client.post(reverse("desk:discard"))
    assert not Draft.objects.exists()


def test_a_returned_experience_is_mended_and_sent_again(
    enter, anna, editor, guide, selling, photograph
):
    client = enter(anna)
    client.post(reverse("desk:write"), WORDS | {"picture": photograph})
    client.post(reverse("desk:write-days"), selling)
    product = Product.objects.get(operator=guide)
    catalogue.give_back(product.pk, note="Per quale età?", by=editor)
    shown = client.get(reverse("desk:write-again", args=[product.slug]))
    assert "Per quale età?" in shown.content.decode()
    assert shown.context["form"]["title"].value() == "Alla carbonaia"
    again = WORDS | {"audience": "Dai sei anni."}
    client.post(reverse("desk:write-again", args=[product.slug]), again)
    one = selling | {"day": selling["day"][:1], "places": "6"}
    client.post(reverse("desk:write-days-again", args=[product.slug]), one)
    product.refresh_from_db()
    assert (product.state, product.pictures.count()) == ("proposed", 1)
    assert [each.capacity for each in starts(product)] == [6]
    assert Product.objects.filter(operator=guide).count() == 1


def test_what_is_on_sale_is_not_rewritten(enter, anna, walk):
    url = reverse("desk:write-again", args=[walk.slug])
    assert enter(anna).get(url).status_code == 404


def test_more_days_are_offered_later_and_a_day_is_closed_with_none(enter, anna, walk, selling):
    client, url = enter(anna), reverse("desk:days", args=[walk.slug])
    days = {"day": selling["day"], "start": "10:00", "places": "5"}
    assert client.post(url, days).status_code == 302
    assert [each.capacity for each in starts(walk)] == [5, 5]
    client.post(url, days | {"day": selling["day"][:1], "places": "0"})
    assert len(starts(walk)) == 1


def test_an_invitation_makes_an_account_and_leads_to_the_first_experience(client, guide):
    token = territory.invite(guide).token
    answer = client.post(
        reverse("desk:join", args=[token]),
        {"name": "Laura", "contact": "333 765 4321", "password": "castagne-e-pecorino",
         "language": "en"},
    )  # fmt: skip
    assert answer.url == "/en/desk/experiences/new/"
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("contact", "boh"), ("contact", "laura@"), ("password", "corta")],
)
def test_a_wrong_field_of_the_account_is_told_and_the_invitation_still_works(
    client, guide, field, value
):
    token = territory.invite(guide).token
    right = {"name": "Laura", "contact": "laura@example.org",
             "password": "castagne-e-pecorino", "language": "it"}  # fmt: skip
    url = reverse("desk:join", args=[token])
    assert list(client.post(url, right | {field: value}).context["form"].errors) == [field]
    assert client.post(url, right).status_code == 302
    assert client.post(url, right).status_code == 410


def test_an_invitation_that_never_was_says_so(client, db):
    assert client.get(reverse("desk:join", args=["nonsense"])).status_code == 410


def test_the_list_of_experiences_needs_the_same_queries_for_one_and_for_many(
    enter, anna, guide, walk, django_assert_max_num_queries
):
    client = enter(anna)
    for number in range(8):
        Product.objects.create(
            operator=guide, theme="food", slug=f"pane-{number}", state="on_sale",
            price_minor=1000, created_at=clock.now(),
        )  # fmt: skip
    with django_assert_max_num_queries(18):
        client.get(reverse("desk:experiences"))
