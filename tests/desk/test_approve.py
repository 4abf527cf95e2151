"""The editors: words in three languages, approval, return."""

import pytest
from django.urls import reverse

from belvedere.offer import queries as catalogue
from belvedere.offer import services
from belvedere.offer.models import Product
from belvedere.shared.money import Amount


@pytest.fixture
def proposed(guide):
    """What Anna has sent."""
    return services.propose(
        guide.pk, theme="food", language="it", title="A funghi", description="Per chi cammina.",
        price=Amount(4500), texts={"summary": "Si cercano i porcini."},
    )  # fmt: skip


def words(product, language):
    return {
        field: (each.value, each.status)
        for field, each in catalogue.words(product, language).items()
        if not each.foreign
    }


def test_what_waits_stands_first(enter, editor, proposed):
    shelves = enter(editor).get(reverse("desk:proposals")).context["shelves"]
    assert (shelves[0].state, shelves[0].cards[0].product) == ("proposed", proposed)


def test_an_editor_translates_and_approves(enter, editor, proposed):
    client = enter(editor)
    typed = {
        "text-title-en": "Mushroom picking", "text-title-zh-Hans": "采蘑菇",
        "text-title-it": "A funghi", "text-summary-en": "",
    }  # fmt: skip
    client.post(reverse("desk:texts", args=[proposed.slug]), typed)
    assert words(proposed, "en") == {"title": ("Mushroom picking", "human")}
    assert words(proposed, "zh-Hans")["title"] == ("采蘑菇", "human")
    client.post(reverse("desk:approve", args=[proposed.slug]))
    proposed.refresh_from_db()
    assert proposed.state == "on_sale"


def test_a_machines_words_become_a_persons_when_somebody_has_read_them(enter, editor, proposed):
    services.write_text(proposed, "title", "en", "Mushrooms", status="machine")
    client, url = enter(editor), reverse("desk:texts", args=[proposed.slug])
    client.post(url, {"text-title-en": "Mushrooms"})
    assert words(proposed, "en")["title"] == ("Mushrooms", "machine")
    client.post(url, {"text-title-en": "Mushrooms", "checked-text-title-en": "1"})
    assert words(proposed, "en")["title"] == ("Mushrooms", "human")


def test_the_preview_says_that_a_machine_wrote_it(enter, editor, proposed):
    services.write_text(proposed, "title", "en", "Mushrooms", status="machine")
    page = enter(editor).get(f"/en{reverse('desk:proposal', args=[proposed.slug])}")
    assert "Translated by machine" in page.content.decode()
    assert "Not translated yet" in page.content.decode()


def test_a_text_too_long_is_told_beside_it_and_nothing_typed_is_lost(enter, editor, proposed):
    typed = {"text-title-en": "x" * 200, "text-title-zh-Hans": "采蘑菇", "text-title-it": ""}
    answer = enter(editor).post(reverse("desk:texts", args=[proposed.slug]), typed)
    assert answer.status_code == 422
    assert set(answer.context["problems"]) == {"text-title-en", "text-title-it"}
    assert "x" * 200 in answer.content.decode()
    assert words(proposed, "zh-Hans")["title"][0] == "采蘑菇"
    assert words(proposed, "it")["title"][0] == "A funghi"


def test_returning_needs_a_reason(enter, editor, proposed):
    client, url = enter(editor), reverse("desk:give-back", args=[proposed.slug])
    assert client.post(url, {"note": " "}).status_code == 422
    client.post(url, {"note": "Per quale età?"})
    proposed.refresh_from_db()
    assert (proposed.state, proposed.note_to_operator) == ("returned", "Per quale età?")


def test_two_editors_do_not_decide_twice(enter, editor, proposed):
    client = enter(editor)
    client.post(reverse("desk:give-back", args=[proposed.slug]), {"note": "No"})
    client.post(reverse("desk:approve", args=[proposed.slug]))
    proposed.refresh_from_db()
    assert proposed.state == "returned"


def test_what_is_missing_is_listed_by_language(enter, editor, proposed):
    rows = enter(editor).get(reverse("desk:translations")).context["rows"]
    assert {(each.language, each.missing) for each in rows} == {("English", 3), ("简体中文", 3)}


def test_the_list_needs_the_same_queries_for_one_and_for_many(
    enter, editor, guide, proposed, django_assert_max_num_queries
):
    client = enter(editor)
    for number in range(10):
        services.propose(
            guide.pk, theme="food", language="it", title=f"Pane {number}", description="Pane.",
            price=Amount(1000),
        )  # fmt: skip
    assert Product.objects.count() == 11
    with django_assert_max_num_queries(20):
        client.get(reverse("desk:proposals"))
    with django_assert_max_num_queries(36):  # With how the year stands: plan, flows, sales.
        client.get(reverse("desk:home"))
    with django_assert_max_num_queries(18):
        client.get(reverse("desk:translations"))
