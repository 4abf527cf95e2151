"""What the stylesheets promise: light, readable, mirrored, of one hand."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from belvedere import theme

ROOT = Path(theme.__file__).parent
CSS = ROOT / "static" / "theme" / "theme.css"
SHEETS = sorted((ROOT / "static" / "theme").glob("*.css"))
STAGES = ROOT.parent
PHYSICAL = re.compile(
    r"(?:margin|padding|border)-(?:left|right|top|bottom)|^\s*(?:left|right|top|bottom|width|height"
    r"|min-width|max-width|min-height|max-height)\s*:|text-align:\s*(?:left|right)|float\s*:",
    re.MULTILINE,
)
TEXT_ON = [
    ("--ink", "--paper"),
    ("--ink", "--surface"),
    ("--ink", "--sunk"),
    ("--muted", "--paper"),
    ("--muted", "--surface"),
    ("--muted", "--sunk"),
    ("--accent", "--paper"),
    ("--accent", "--surface"),
    ("--accent-deep", "--sunk"),
    ("--accent-deep", "--accent-soft"),
    ("--on-accent", "--accent"),
    ("--on-accent", "--accent-deep"),
    ("--on-green", "--green"),
    ("--green", "--green-soft"),
    ("--ochre", "--ochre-soft"),
    ("--accent", "--ochre-soft"),
    ("--red", "--red-soft"),
    ("--red", "--paper"),
    ("--blue", "--blue-soft"),
    ("--ink", "--blue-soft"),
    ("--ink", "--ochre-soft"),
    ("--ink", "--green-soft"),
    ("--ink", "--red-soft"),
]


def colours():
    found = dict(re.findall(r"(--[a-z-]+):\s*(#[0-9a-f]{3,6});", CSS.read_text()))
    return {name: _rgb(value) for name, value in found.items()}


def _rgb(text):
    digits = text[1:] if len(text) == 7 else "".join(each * 2 for each in text[1:])
    return tuple(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))


def luminance(rgb):
    """Relative luminance as WCAG 2.1 defines it."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_the_contrast_that_wcag_states():
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read_on_its_ground(text, ground):
    palette = colours()
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("ground", ["--paper", "--surface"])
def test_the_border_of_a_field_and_the_focus_can_be_seen(ground):
    palette = colours()
    assert contrast(palette["--line-strong"], palette[ground]) >= 3
    assert contrast(palette["--blue"], palette[ground]) >= 3


def test_what_every_page_loads_leaves_room_in_the_budget_of_60_kb():
    files = [CSS, Path(finders.find("django_htmx/htmx-2.min.js"))]
    size = sum(len(gzip.compress(each.read_bytes(), 9)) for each in files)
    assert size < 30_000


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda each: each.name)
def test_a_stylesheet_uses_logical_properties_only(sheet):
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert PHYSICAL.findall(rules) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda each: each.name)
def test_a_stylesheet_loads_nothing_from_elsewhere(sheet):
    assert re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", sheet.read_text()) == []


def test_every_file_that_a_stylesheet_names_is_there():
    for sheet in SHEETS:
        for name in re.findall(r'url\("([^"]+)"\)', sheet.read_text()):
            assert (sheet.parent / name).is_file(), name


def test_every_colour_that_a_stylesheet_uses_is_defined():
    for sheet in SHEETS:
        text = sheet.read_text()
        used = set(re.findall(r"var\((--[a-z-]+)", text))
        assert used <= set(re.findall(r"(--[a-z-]+):", text))


def test_every_icon_that_a_template_asks_for_is_drawn():
    from belvedere.theme import icons

    asked = {
        name
        for template in STAGES.glob("*/templates/**/*.html")
        for name in re.findall(r'{%\s*icon\s+"([^"]+)"', template.read_text(encoding="utf-8"))
    }
    assert asked
    assert asked - set(icons.drawings()) == set()
