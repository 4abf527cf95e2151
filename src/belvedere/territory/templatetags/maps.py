"""Maps on pages: `{% load maps %}`, `{% region_map %}`, `{% area_map area %}`.

A map is a drawing for the eye (`aria-hidden`); the list under it says the same in words, with
the links, so that who cannot see or point loses nothing.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from belvedere.shared.languages import DEFAULT, tag
from belvedere.territory.maps import WIDTH, Shape, Sheet
from belvedere.territory.models import Area, Drawing, Municipality
from belvedere.territory.queries import names

register = template.Library()

LETTER = 17
"""Pixels of the sheet that a letter of a label takes, about."""
LINE = 36
NONE: Mapping[str, int] = {}
DISC = 34


@dataclass(frozen=True)
class Drawn:
    """A shape as the template prints it: named in the page's language, linked, numbered."""

    shape: Shape
    name: str
    said: str
    number: int
    url: str
    highlighted: bool
    shade: int | None = None


@dataclass(frozen=True)
class Mark:
    """A numbered point on a map."""

    number: int
    x: int
    y: int
    label: str
    url: str


@dataclass(frozen=True)
class Label:
    """A name on a map, where it collides with nothing."""

    text: str
    x: int
    y: int
    anchor: str


@register.inclusion_tag("territory/_map.html", takes_context=True)
def region_map(
    context: Context,
    highlight: Any = None,
    area: Any = None,
    shades: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Draw the region with its ambiti, each a link to its page.

    Args:
        context: The page's.
        highlight: The area to set off, or its slug.
        area: The region; the only one that has a map if none is given.
        shades: How dark to draw an ambito, 0 to 4, by its slug; the table beside the map says
            what that means.

    """
    regions = Drawing.objects.select_related("area").filter(area__kind=Area.Kind.REGION)
    found = (regions.filter(area=area) if area else regions).first()
    if found is None:
        return {"sheet": None}
    sheet = Sheet.from_json(found.sheet)
    chosen = highlight if isinstance(highlight, str) else getattr(highlight, "slug", "")
    drawn = _drawn(
        sheet,
        Area.objects.filter(slug__in=[each.key for each in sheet.shapes]),
        chosen,
        link=True,
        shades=shades or {},
    )
    return _context(context, found, sheet, drawn=drawn, numbered=True)


@register.inclusion_tag("territory/_map.html", takes_context=True)
def area_map(
    context: Context, area: Any, points: Iterable[Sequence[Any]] = (), highlight: Any = None
) -> dict[str, Any]:
    """Draw an area with its municipalities and numbered points.

    Args:
        context: The page's.
        area: The area; where it has no map, the nearest above it that has one is drawn.
        points: Latitude, longitude, label and address of each point.
        highlight: The municipality to set off, or its slug.

    """
    found = _drawing(area)
    if found is None:
        return {"sheet": None}
    sheet = Sheet.from_json(found.sheet)
    keys = [each.key for each in sheet.shapes]
    region = found.area.kind == Area.Kind.REGION
    things = (Area if region else Municipality)._default_manager.filter(slug__in=keys)
    chosen = highlight if isinstance(highlight, str) else getattr(highlight, "slug", "")
    if region and not chosen:
        chosen = area.slug
    drawn = _drawn(sheet, things, chosen, link=False)
    marks = _marks(sheet, points)
    labels = [] if region else _labels(drawn, marks)
    return _context(context, found, sheet, drawn=drawn, marks=marks, labels=labels)


def _drawing(area: Any) -> Drawing | None:
    """Return the map of an area, or of the nearest above it that has one."""
    while isinstance(area, Area):
        found = Drawing.objects.select_related("area").filter(area=area).first()
        if found:
            return found
        area = area.parent
    return None


def _context(context: Context, found: Drawing, sheet: Sheet, **more: Any) -> dict[str, Any]:
    language = tag(get_language() or DEFAULT)
    return {
        "sheet": sheet,
        "width": WIDTH,
        "schematic": found.schematic,
        "title": names([found.area], language, gloss=False)[found.area.pk],
        "source": context.get("source", ""),
        "key": found.area.slug,
        **more,
    }


def _drawn(
    sheet: Sheet, things: Any, chosen: str, *, link: bool, shades: Mapping[str, int] = NONE
) -> list[Drawn]:
    by_slug = {each.slug: each for each in things}
    language = tag(get_language() or DEFAULT)
    short = names(by_slug.values(), language, gloss=False)
    long = names(by_slug.values(), language) if link else short
    pks = {each.key: by_slug[each.key].pk for each in sheet.shapes if each.key in by_slug}
    return [
        Drawn(
            shape,
            short.get(pks.get(shape.key, 0), shape.name),
            long.get(pks.get(shape.key, 0), shape.name),
            number,
            _url(shape.key) if link else "",
            shape.key == chosen,
            shades.get(shape.key),
        )
        for number, shape in enumerate(sheet.shapes, start=1)
    ]


def _url(slug: str) -> str:
    try:
        return reverse("offer:area", args=[slug])
    except NoReverseMatch:
        return ""


def _marks(sheet: Sheet, points: Iterable[Sequence[Any]]) -> list[Mark]:
    """Put numbers on the points that the sheet shows, apart from each other."""
    marks: list[Mark] = []
    for latitude, longitude, label, url in points:
        if latitude is None or longitude is None:
            continue
        x, y = sheet.at(latitude, longitude)
        if 0 <= x <= WIDTH and 0 <= y <= sheet.height:
            x, y = _free(x, y, marks)
            marks.append(Mark(len(marks) + 1, x, y, str(label), str(url or "")))
    return marks


def _free(x: int, y: int, marks: Sequence[Mark]) -> tuple[int, int]:
    """Return the nearest spot on a spiral that no mark covers yet."""
    for step in range(200):
        turn, away = step * 2.4, 0.35 * DISC * math.sqrt(step)
        here = (round(x + away * math.cos(turn)), round(y + away * math.sin(turn)))
        if all(math.dist(here, (each.x, each.y)) >= 1.7 * DISC for each in marks):
            return here
    return x, y


def _labels(drawn: Sequence[Drawn], marks: Sequence[Mark]) -> list[Label]:
    """Put the names beside the seats where they collide with no name or mark."""
    taken = [(each.x - DISC, each.y - DISC, each.x + DISC, each.y + DISC) for each in marks]
    seats = {
        each.number: (each.shape.x - 8, each.shape.y - 8, each.shape.x + 8, each.shape.y + 8)
        for each in drawn
    }
    labels = []
    for each in sorted(drawn, key=lambda each: (not each.highlighted, each.number)):
        wide = sum(LETTER * (2 if ord(letter) > 0x2E80 else 1) for letter in each.name)
        others = [*taken, *(box for number, box in seats.items() if number != each.number)]
        for label, box in _spots(each, wide):
            if _fits(box) and not any(_touch(box, other) for other in others):
                taken.append(box)
                labels.append(label)
                break
    return labels


Box = tuple[int, int, int, int]


def _spots(each: Drawn, wide: int) -> Iterable[tuple[Label, Box]]:
    """Say where a name may stand: under the seat, over it, right or left of it."""
    x, y, half = each.shape.x, each.shape.y, wide // 2
    for down in (LINE, -LINE // 2):
        yield (
            Label(each.name, x, y + down, "middle"),
            (x - half, y + down - LINE, x + half, y + down + 6),
        )
    yield (
        Label(each.name, x + 14, y + 10, "start"),
        (x + 12, y - 22, x + 14 + wide, y + 14),
    )
    yield (
        Label(each.name, x - 14, y + 10, "end"),
        (x - 14 - wide, y - 22, x - 12, y + 14),
    )


def _fits(box: Box) -> bool:
    return box[0] >= 0 and box[2] <= WIDTH


def _touch(one: Box, two: Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
