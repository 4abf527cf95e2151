"""The scenes: light, decorative, the same for one seed, different for the next."""

from xml.etree import ElementTree

import pytest

from belvedere.theme import art


@pytest.mark.parametrize("theme", art.THEMES)
def test_a_scene_is_well_formed_decorative_and_at_most_4_kb(theme):
    for seed in range(100):
        drawn = art.svg(theme, str(seed))
        assert ElementTree.fromstring(drawn).get("aria-hidden") == "true"
        assert len(drawn.encode()) <= 4096


@pytest.mark.parametrize("theme", art.THEMES)
def test_one_seed_always_gives_one_scene_and_another_seed_another(theme):
    assert art.svg(theme, "eremo") == art.svg(theme, "eremo")
    assert len({art.svg(theme, str(seed)) for seed in range(20)}) == 20


def test_the_eight_themes_of_the_offer_have_a_scene():
    assert set(art.THEMES) == {
        "art",
        "unesco",
        "outdoor",
        "slow",
        "spa",
        "villages",
        "food",
        "crafts",
    }


def test_a_theme_that_nobody_drew_still_shows_a_scene():
    assert art.svg("submarines", "a").startswith("<svg")


def test_several_scenes_stand_on_one_page_without_sharing_an_id():
    assert " id=" not in "".join(art.svg(theme, "a") for theme in art.THEMES)


def test_the_size_is_that_which_was_asked_for():
    scene = ElementTree.fromstring(art.svg("food", "a", 1200, 630))
    assert (scene.get("width"), scene.get("height")) == ("1200", "630")
