"""Drawing maps: from seats while no boundary is known, else from the boundaries.

A `Sheet` is a finished drawing in whole pixels, `WIDTH` wide. It is worked out once, kept as
JSON (`models.Drawing`), and a page only prints it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from belvedere.territory.rules import shapes
from belvedere.territory.rules.shapes import Faces, Point, Ring

WIDTH = 1000
TALLEST = 1150
MARGIN = 40
ROUGH = 2.2
"""Corners whose triangle is smaller than this many square pixels are left out."""


@dataclass(frozen=True)
class Shape:
    """One area or municipality on a sheet.

    Attributes:
        key: Its slug.
        name: Its own name.
        d: SVG path.
        x: Where its label stands.
        y: Where its label stands.
        seat: Where its seat is; None for an area.

    """

    key: str
    name: str
    d: str
    x: int
    y: int
    seat: tuple[int, int] | None = None


@dataclass(frozen=True)
class Sheet:
    """A drawing, and where a point of the world lies on it."""

    height: int
    west: int
    north: int
    steps_a_pixel: float
    outline: str
    shapes: list[Shape] = field(default_factory=list)

    def at(self, latitude: float, longitude: float) -> Point:
        """Return the pixel of a point of the world, which may lie off the sheet."""
        return self.pixel(shapes.project(longitude, latitude))

    def pixel(self, point: Point) -> Point:
        """Return the pixel of a point of the grid."""
        return (
            round((point[0] - self.west) / self.steps_a_pixel),
            round((point[1] - self.north) / self.steps_a_pixel),
        )

    def as_json(self) -> dict[str, Any]:
        """Return what `Drawing.sheet` keeps."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Sheet":
        """Return the sheet that was kept."""
        drawn = [
            Shape(**{**each, "seat": tuple(each["seat"]) if each["seat"] else None})
            for each in kept["shapes"]
        ]
        return cls(**{**kept, "shapes": drawn})


@dataclass(frozen=True)
class Member:
    """A municipality as the draughtsman sees it."""

    code: str
    key: str
    name: str
    seat: Point
    group: str


def draw(
    faces: Faces,
    members: Sequence[Member],
    *,
    key_of: Callable[[Member], str],
    names: Mapping[str, str],
    seats: bool,
) -> Sheet | None:
    """Draw members, joined by a key. Returns None where nothing can be drawn.

    Args:
        faces: Rings by municipality's code.
        members: Which of them to draw.
        key_of: What joins them: their ambito, or nothing but themselves.
        names: Names by that key.
        seats: Whether the shapes' labels stand at the seats.

    """
    own = {each.code: faces[each.code] for each in members if faces.get(each.code)}
    if not own:
        return None
    keys = {each.code: key_of(each) for each in members}
    whole = shapes.group(own, lambda code: "")[""]
    frame = _frame(point for ring in _main(whole, seats) for point in ring)
    tolerance = ROUGH * frame.steps_a_pixel**2
    joined = shapes.group(own, keys.__getitem__, tolerance=tolerance)
    around = shapes.group(joined, lambda key: "")
    at_seat = {key_of(each): frame.pixel(each.seat) for each in members} if seats else {}
    drawn = [
        _shape(frame, key, names[key], rings, at_seat.get(key))
        for key, rings in sorted(joined.items(), key=lambda each: names[each[0]])
    ]
    return Sheet(
        frame.height,
        frame.west,
        frame.north,
        frame.steps_a_pixel,
        shapes.path(around.get("", []), frame.pixel),
        drawn,
    )


def schematic(seats: Mapping[str, Point], outline: Iterable[Sequence[Point]]) -> Faces:
    """Return the cells of the seats, worked out once for the same seats."""
    return _cells(tuple(sorted(seats.items())), tuple(tuple(ring) for ring in outline))


def true(boundaries: Mapping[str, Mapping[str, Any]]) -> Faces:
    """Return the rings of GeoJSON geometries by municipality's code."""
    return {code: _rings(geometry) for code, geometry in boundaries.items()}


@lru_cache(maxsize=4)
def _cells(
    seats: tuple[tuple[str, Point], ...], outline: tuple[tuple[Point, ...], ...]
) -> Faces:
    return shapes.cells(dict(seats), outline)


def _rings(geometry: Mapping[str, Any]) -> list[Ring]:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    rings = [
        [shapes.project(each[0], each[1]) for each in ring[:-1]]
        for polygon in polygons
        for ring in polygon
    ]
    return [ring for ring in rings if len(set(ring)) > 2]


def _main(rings: list[Ring], near: bool) -> list[Ring]:
    """Return the rings that the frame must hold; islets far out would make the rest tiny."""
    least = sum(shapes.area(ring) for ring in rings) / 20 if near else 0
    return [ring for ring in rings if shapes.area(ring) >= least]


def _frame(points: Iterable[Point]) -> Sheet:
    xs, ys = zip(*points, strict=True)
    wide, high = max(xs) - min(xs) or 1, max(ys) - min(ys) or 1
    across, down = WIDTH - 2 * MARGIN, TALLEST - 2 * MARGIN
    steps = max(wide / across, high / down)
    west = min(xs) - (WIDTH - wide / steps) / 2 * steps
    north = min(ys) - MARGIN * steps
    return Sheet(round(high / steps) + 2 * MARGIN, round(west), round(north), steps, "")


def _shape(frame: Sheet, key: str, name: str, rings: list[Ring], seat: Point | None) -> Shape:
    x, y = seat or frame.pixel(shapes.middle(rings[0]))
    return Shape(key, name, shapes.path(rings, frame.pixel), x, y, seat)
