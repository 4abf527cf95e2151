"""Drawing the maps anew, when the territory changed."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import groupby

from django.db import transaction

from belvedere.shared import clock
from belvedere.territory import maps
from belvedere.territory.models import Area, Drawing, Municipality
from belvedere.territory.queries import memberships, municipalities
from belvedere.territory.rules.shapes import Faces, Point, project
from belvedere.territory.tables import rows


@transaction.atomic
def draw_maps() -> int:
    """Draw the map of each region and of each ambito that has municipalities.

    True boundaries are drawn once every municipality of today has one; until then the cells
    of the seats, cut at a coarse outline, stand for them.

    Returns:
        How many maps were drawn.

    """
    everything = list(municipalities())
    faces, schematic = _faces(everything)
    homes = _homes()
    members = [
        maps.Member(
            each.code,
            each.slug,
            each.name,
            project(each.longitude, each.latitude),
            homes[each.pk].slug,
        )
        for each in everything
        if each.pk in homes and each.latitude is not None and each.longitude is not None
    ]
    sheets = _sheets(faces, members, {each.slug: each for each in homes.values()})
    Drawing.objects.all().delete()
    Drawing.objects.bulk_create(
        Drawing(area=area, schematic=schematic, sheet=sheet.as_json(), drawn_at=clock.now())
        for area, sheet in sheets
        if sheet
    )
    return len(sheets)


def _sheets(
    faces: Faces, members: list[maps.Member], homes: dict[str, Area]
) -> list[tuple[Area, maps.Sheet | None]]:
    names = {each.key: each.name for each in members}
    regions: dict[Area, list[maps.Member]] = defaultdict(list)
    sheets = []
    for slug, inside in groupby(sorted(members, key=_group), _group):
        some = list(inside)
        sheet = maps.draw(faces, some, key_of=lambda each: each.key, names=names, seats=True)
        sheets.append((homes[slug], sheet))
        above = homes[slug].parent
        if above:
            regions[above] += some
    areas = {slug: area.name for slug, area in homes.items()}
    for region, some in regions.items():
        sheets.append((region, maps.draw(faces, some, key_of=_group, names=areas, seats=False)))
    return sheets


def _faces(everything: Iterable[Municipality]) -> tuple[Faces, bool]:
    known = {each.code: each.boundary for each in everything if each.boundary}
    seats = {
        each.code: project(each.longitude, each.latitude)
        for each in everything
        if each.longitude is not None and each.latitude is not None
    }
    if known and known.keys() >= seats.keys():
        return maps.true(known), False
    return maps.schematic(seats, outline()), True


def _homes() -> dict[int, Area]:
    """Return today's ambito of each municipality, by its primary key."""
    return {each.municipality_id: each.area for each in memberships()}


def _group(member: maps.Member) -> str:
    return member.group


@cache
def outline() -> tuple[tuple[Point, ...], ...]:
    """Return the coarse outline of Tuscany, ring by ring."""
    return tuple(
        tuple(project(float(each["longitude"]), float(each["latitude"])) for each in ring)
        for _, ring in groupby(rows("outline"), lambda each: each["ring"])
    )
