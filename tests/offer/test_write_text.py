"""Texts in several languages, and what they are worth."""

import pytest

from belvedere.offer import queries, services
from belvedere.offer.models import Text
from belvedere.shared.errors import BadInput

pytestmark = pytest.mark.django_db


def said(walk, language, field="title"):
    return queries.texts([walk], language)[walk.pk, field]


def test_a_changed_original_makes_its_translations_outdated(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    services.write_text(walk, "title", "en", "The wood", status="human")
    services.write_text(walk, "title", "it", "Il bosco sacro", status="source")
    assert said(walk, "en").outdated


def test_a_new_translation_is_no_longer_outdated(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    services.write_text(walk, "title", "en", "The wood")
    services.write_text(walk, "title", "it", "Il bosco sacro", status="source")
    services.write_text(walk, "title", "en", "The sacred wood")
    text = Text.objects.get(language="en")
    assert (text.status, text.revision, text.source_revision) == ("human", 2, 2)


def test_the_same_words_again_make_nothing_outdated(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    services.write_text(walk, "title", "en", "The wood")
    services.write_text(walk, "title", "it", "Il bosco ", status="source")
    assert not said(walk, "en").outdated


def test_a_machine_never_overwrites_what_a_person_wrote(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    services.write_text(walk, "title", "en", "The wood", status="human")
    services.write_text(walk, "title", "en", "The forest", status="machine")
    assert (said(walk, "en").value, said(walk, "en").status) == ("The wood", "human")


def test_a_machine_does_not_overwrite_a_persons_outdated_text_either(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    services.write_text(walk, "title", "en", "The wood", status="human")
    services.write_text(walk, "title", "it", "La selva", status="source")
    services.write_text(walk, "title", "en", "The jungle", status="machine")
    assert said(walk, "en").value == "The wood"


def test_a_machine_renews_its_own_outdated_text(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    services.write_text(walk, "title", "en", "The wood", status="machine")
    services.write_text(walk, "title", "it", "La selva", status="source")
    services.write_text(walk, "title", "en", "The thick wood", status="machine")
    assert (said(walk, "en").value, said(walk, "en").machine) == ("The thick wood", True)


def test_a_missing_language_falls_back_to_english_and_says_so(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    services.write_text(walk, "title", "en", "The wood")
    shown = said(walk, "zh-Hans")
    assert (shown.value, shown.language, shown.foreign) == ("The wood", "en", True)


def test_without_english_the_original_is_shown(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    assert said(walk, "zh-Hans").language == "it"


def test_many_objects_cost_one_query(walk, loom, django_assert_num_queries):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    services.write_text(loom, "title", "it", "Il telaio", status="source")
    with django_assert_num_queries(1):
        found = queries.texts([walk, loom], "en")
    assert len(found) == 2


def test_a_second_original_is_refused(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    with pytest.raises(BadInput):
        services.write_text(walk, "title", "en", "The wood", status="source")


def test_a_text_that_is_too_long_says_by_how_much(walk):
    with pytest.raises(BadInput, match=r"121.*120"):
        services.write_text(walk, "title", "it", "x" * 121, status="source")


def test_emptying_a_translation_takes_it_away(walk):
    services.write_text(walk, "title", "it", "Il bosco", status="source")
    services.write_text(walk, "title", "en", "The wood")
    services.write_text(walk, "title", "en", " ")
    assert said(walk, "en").language == "it"
