"""Styles name no left and no right, so that a page mirrors itself where script runs so."""

import re

import pytest

from belvedere.config.words import PACKAGE

SIDES = re.compile(
    r"(?<![-\w])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[-\w]*"
    r"|border-(?:top|bottom)-(?:left|right)-radius|left|right)\s*:"
    r"|(?<![-\w])(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
    r"|translateX\(|\bto (?:left|right)\b"
)
FOUR = re.compile(r"(?<![-\w])(?:margin|padding|inset|border-width)\s*:([^;}\"]+)")
STYLES = re.compile(r"<style[^>]*>(.*?)</style>|\bstyle=\"([^\"]*)\"", re.S)
# A sheet of paper is laid out once, in the languages that people write: none runs leftwards.
PAPER = {"poster.html"}


def styles():
    for path in sorted(PACKAGE.rglob("*.css")):
        yield path, path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.html")):
        if path.name not in PAPER:
            text = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))
            found = STYLES.findall(text)
            yield path, "\n".join(f"{block}{line};" for block, line in found)


def sided(style):
    """Return what of a style knows left from right."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.S)
    found = [each[0] for each in SIDES.finditer(style)]
    for match in FOUR.finditer(style):
        sizes = re.sub(r"\(.*\)", "()", match[1]).replace("!important", "").split()
        if len(sizes) == 4 and sizes[1] != sizes[3]:
            found.append(match[0])
    return found


def test_no_style_knows_left_from_right():
    found = {str(path.relative_to(PACKAGE)): sided(style) for path, style in styles()}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("style", "wrong"),
    [
        ("margin-left: 1px", True),
        ("a{float:right}", True),
        ("padding: 1px 2px 3px 4px", True),
        ("padding: 1px 2px 3px 2px", False),
        ("border-top-left-radius: 2px", True),
        ("left: 0", True),
        ("text-align: start; margin-inline-start: 1px", False),
        ("@page { @bottom-right { content: 'a' } }", False),
    ],
)
def test_a_side_is_seen(style, wrong):
    assert bool(sided(style)) is wrong
