"""Shapes of a map: cells round seats, groups of them, simpler lines. Pure: no database.

Everything lies on a grid of whole numbers (`UNIT` metres), because two neighbours must agree on
every corner they share: only then can the line between them be found, dropped inside a group,
and simplified once for both.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import pairwise

Point = tuple[int, int]
Ring = list[Point]
Faces = Mapping[str, Sequence[Ring]]

UNIT = 10
"""Metres of one step of the grid."""

_METRES_A_DEGREE = 111_320
_SQUEEZE = math.cos(math.radians(43.4))
_NEAR = 3
_BUCKET = 256


def project(longitude: float, latitude: float) -> Point:
    """Return where a point lies on the grid: east and south are positive.

    The projection is the plain one with the middle of Tuscany as its true parallel; over 200
    kilometres its error is smaller than a seat.

    >>> project(11.0, 43.0)
    (88971, -478676)
    """
    step = _METRES_A_DEGREE / UNIT
    return round(longitude * step * _SQUEEZE), round(-latitude * step)


def cells(
    seats: Mapping[str, Point], outline: Iterable[Sequence[Point]]
) -> dict[str, list[Ring]]:
    """Return the Voronoi cell of each seat, cut at an outline.

    >>> two = cells({"a": (0, 0), "b": (10, 0)}, [[(-5, -5), (15, -5), (15, 5), (-5, 5)]])
    >>> two["a"]
    [[(-5, -5), (5, -5), (5, 5), (-5, 5)]]
    """
    rings = [[(float(x), float(y)) for x, y in ring] for ring in outline]
    found = {code: _cell(seat, seats, rings) for code, seat in seats.items()}
    return _noded(_snapped(found))


def group(
    faces: Faces, group_of: Callable[[str], str], *, tolerance: float = 0
) -> dict[str, list[Ring]]:
    """Join faces into groups and simplify the lines between the groups.

    A line between two groups is simplified once, so that no gap opens; points where three meet
    stay where they are.

    Args:
        faces: Rings by name.
        group_of: Which group a face belongs to.
        tolerance: Corners whose triangle is smaller than this area are left out.

    >>> west, east = [(0, 0), (5, 0), (5, 5), (0, 5)], [(5, 0), (9, 0), (9, 5), (5, 5)]
    >>> sorted(group({"a": [west], "b": [east]}, lambda name: "all", tolerance=1)["all"][0])
    [(0, 0), (0, 5), (9, 0), (9, 5)]

    """
    edges = _borders(faces, group_of)
    lines = _lines(edges)
    simple = {line: simplified(line, tolerance) for line in lines}
    chains: dict[str, list[tuple[Point, ...]]] = defaultdict(list)
    for line, points in simple.items():
        for name in edges.get((line[0], line[1]), ()):
            chains[name].append(points)
        for name in edges.get((line[1], line[0]), ()):
            chains[name].append(points[::-1])
    return {name: _joined(found) for name, found in chains.items()}


def simplified(line: Sequence[Point], tolerance: float) -> tuple[Point, ...]:
    """Leave out the corners that matter least (Visvalingam and Whyatt 1993).

    The ends stay; a closed line keeps at least a triangle.

    >>> simplified([(0, 0), (5, 1), (10, 0)], 6), simplified([(0, 0), (5, 9), (10, 0)], 6)
    (((0, 0), (10, 0)), ((0, 0), (5, 9), (10, 0)))
    """
    closed = line[0] == line[-1]
    before = list(range(-1, len(line) - 1))
    after = list(range(1, len(line) + 1))
    heap = [(_triangle(line[i - 1], line[i], line[i + 1]), i) for i in range(1, len(line) - 1)]
    heapq.heapify(heap)
    alive = dict((i, area) for area, i in heap)
    while heap and len(alive) > 2 * closed:
        area, i = heapq.heappop(heap)
        if alive.get(i) != area:
            continue
        if area >= tolerance:
            break
        del alive[i]
        a, b = before[i], after[i]
        after[a], before[b] = b, a
        for each in (a, b):
            if each in alive:
                grown = max(area, _triangle(line[before[each]], line[each], line[after[each]]))
                alive[each] = grown
                heapq.heappush(heap, (grown, each))
    return tuple(line[i] for i in (0, *sorted(alive), len(line) - 1))


def middle(ring: Sequence[Point], steps: int = 14) -> Point:
    """Return a point well inside a ring, where a label finds room.

    >>> middle([(0, 0), (100, 0), (100, 100), (0, 100)], steps=2)
    (50, 50)
    """
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    west, north = min(xs), min(ys)
    width, height = max(xs) - west, max(ys) - north
    grid = [
        (west + width * i // steps, north + height * j // steps)
        for i in range(1, steps)
        for j in range(1, steps)
    ]
    inner = [each for each in grid if inside(each, ring)]
    return max(inner, key=lambda each: _room(each, ring)) if inner else ring[0]


def inside(point: Point, ring: Sequence[Point]) -> bool:
    """Say whether a point lies in a ring.

    >>> inside((1, 1), [(0, 0), (4, 0), (0, 4)]), inside((4, 4), [(0, 0), (4, 0), (0, 4)])
    (True, False)
    """
    x, y = point
    hit = False
    for (x0, y0), (x1, y1) in _sides(ring):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            hit = not hit
    return hit


def area(ring: Sequence[Point]) -> float:
    """Return the area of a ring, in squares of the grid.

    >>> area([(0, 0), (4, 0), (4, 3), (0, 3)])
    12.0
    """
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in _sides(ring))) / 2


def path(rings: Iterable[Sequence[Point]], place: Callable[[Point], Point]) -> str:
    """Write rings as an SVG path in whole pixels, each step from the one before.

    >>> path([[(0, 0), (40, 0), (40, 40)]], lambda point: (point[0] // 4, point[1] // 4))
    'M0 0l10 0 0 10z'
    """
    written = []
    for ring in rings:
        pixels = [place(each) for each in ring]
        steps = [
            (x1 - x0, y1 - y0)
            for (x0, y0), (x1, y1) in pairwise(pixels)
            if (x0, y0) != (x1, y1)
        ]
        if len(steps) > 1:
            told = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
            written.append(f"M{pixels[0][0]} {pixels[0][1]}l{told}z")
    return "".join(written)


# Voronoi cells -------------------------------------------------------------------------------
_Float = tuple[float, float]
_Half = tuple[float, float, float]


def _cell(
    seat: Point, seats: Mapping[str, Point], outline: list[list[_Float]]
) -> list[list[_Float]]:
    """Cut the outline by the half-plane nearer to this seat than to each other one."""
    far = 10.0**7
    convex = [(-far, -far), (far, -far), (far, far), (-far, far)]
    halves: list[_Half] = []
    for other in sorted(seats.values(), key=lambda each: math.dist(each, seat)):
        if other == seat:
            continue
        if math.dist(other, seat) / 2 > max(math.dist(each, seat) for each in convex):
            break
        half = _nearer(seat, other)
        cut = _clipped(convex, half)
        if cut != convex:
            halves.append(half)
            convex = cut
    pieces = []
    for ring in outline:
        for half in halves:
            ring = _clipped(ring, half)
        if len(ring) > 2:
            pieces.append(ring)
    return pieces


def _nearer(seat: Point, other: Point) -> _Half:
    """Return a, b, c of the half-plane ax + by <= c that is nearer to `seat`."""
    a, b = other[0] - seat[0], other[1] - seat[1]
    return a, b, (a * (other[0] + seat[0]) + b * (other[1] + seat[1])) / 2


def _clipped(ring: list[_Float], half: _Half) -> list[_Float]:
    """Cut a ring by a half-plane (Sutherland and Hodgman 1974)."""
    a, b, c = half
    kept: list[_Float] = []
    for (x0, y0), (x1, y1) in zip(ring[-1:] + ring[:-1], ring, strict=True):
        here, there = a * x0 + b * y0 - c, a * x1 + b * y1 - c
        if (here > 0) != (there > 0):
            share = here / (here - there)
            kept.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
        if there <= 0:
            kept.append((x1, y1))
    return kept


def _snapped(faces: Mapping[str, list[list[_Float]]]) -> dict[str, list[Ring]]:
    """Put corners on the grid; those within a few steps of each other become one."""
    seen: dict[tuple[int, int], list[Point]] = defaultdict(list)

    def put(corner: _Float) -> Point:
        point = (round(corner[0]), round(corner[1]))
        column, row = point[0] // _BUCKET, point[1] // _BUCKET
        for i in (column - 1, column, column + 1):
            for j in (row - 1, row, row + 1):
                for known in seen[i, j]:
                    if math.dist(known, point) <= _NEAR:
                        return known
        seen[column, row].append(point)
        return point

    return {
        name: [[put(each) for each in ring] for ring in rings] for name, rings in faces.items()
    }


def _noded(faces: dict[str, list[Ring]]) -> dict[str, list[Ring]]:
    """Give each side the corners of others that lie on it, so that neighbours' sides match."""
    corners: dict[tuple[int, int], set[Point]] = defaultdict(set)
    for rings in faces.values():
        for ring in rings:
            for point in ring:
                corners[point[0] // _BUCKET, point[1] // _BUCKET].add(point)
    return {
        name: [_with_corners(ring, corners) for ring in rings] for name, rings in faces.items()
    }


def _with_corners(ring: Ring, corners: Mapping[tuple[int, int], set[Point]]) -> Ring:
    full: Ring = []
    for a, b in _sides(ring):
        length = math.dist(a, b)
        if not length:
            continue
        full.append(a)
        between = []
        for point in _close_to(a, b, corners):
            along = (
                (point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])
            ) / length
            across = abs((point[0] - a[0]) * (b[1] - a[1]) - (point[1] - a[1]) * (b[0] - a[0]))
            if 0 < along < length and across / length <= _NEAR and point not in (a, b):
                between.append((along, point))
        full += [point for _, point in sorted(between)]
    return full


def _close_to(a: Point, b: Point, corners: Mapping[tuple[int, int], set[Point]]) -> set[Point]:
    found: set[Point] = set()
    steps = max(abs(a[0] - b[0]), abs(a[1] - b[1])) // (_BUCKET // 2) + 1
    for step in range(steps + 1):
        column = (a[0] + (b[0] - a[0]) * step // steps) // _BUCKET
        row = (a[1] + (b[1] - a[1]) * step // steps) // _BUCKET
        for i in (column - 1, column, column + 1):
            for j in (row - 1, row, row + 1):
                found |= corners.get((i, j), set())
    return found


# Lines between groups ------------------------------------------------------------------------
_Edge = tuple[Point, Point]


def _borders(faces: Faces, group_of: Callable[[str], str]) -> dict[_Edge, set[str]]:
    """Return the sides that have another group, or nothing, on their other hand."""
    edges: dict[_Edge, set[str]] = defaultdict(set)
    for name, rings in faces.items():
        mine = group_of(name)
        for ring in rings:
            for a, b in _sides(ring):
                if a == b:
                    continue
                back = edges.get((b, a))
                if back and mine in back:
                    back.discard(mine)
                else:
                    edges[a, b].add(mine)
    return {edge: groups for edge, groups in edges.items() if groups}


def _lines(edges: Mapping[_Edge, set[str]]) -> list[tuple[Point, ...]]:
    """Chain sides into lines that end where more than two meet, or the sides' groups change."""
    beside: dict[Point, dict[Point, Hashable]] = defaultdict(dict)
    for a, b in edges:
        pair = frozenset((*edges.get((a, b), ()), *edges.get((b, a), ())))
        beside[a][b] = beside[b][a] = pair
    joints = {
        point
        for point, others in beside.items()
        if len(others) != 2 or len(set(others.values())) > 1
    }
    done: set[frozenset[Point]] = set()
    lines = []
    for start in (*sorted(joints), *sorted(beside)):
        for towards in sorted(beside[start]):
            if frozenset((start, towards)) not in done and (
                start in joints or not any(frozenset((start, n)) in done for n in beside[start])
            ):
                lines.append(_follow(start, towards, beside, joints, done))
    return lines


def _follow(
    start: Point,
    towards: Point,
    beside: Mapping[Point, Mapping[Point, Hashable]],
    joints: set[Point],
    done: set[frozenset[Point]],
) -> tuple[Point, ...]:
    line = [start, towards]
    done.add(frozenset(line))
    while line[-1] not in joints and line[-1] != start:
        onward = next(each for each in beside[line[-1]] if each != line[-2])
        done.add(frozenset((line[-1], onward)))
        line.append(onward)
    return tuple(line)


def _joined(chains: Iterable[tuple[Point, ...]]) -> list[Ring]:
    """Join lines end to end into rings."""
    starts: dict[Point, list[tuple[Point, ...]]] = defaultdict(list)
    for chain in chains:
        starts[chain[0]].append(chain)
    rings = []
    for first in sorted(starts):
        while starts[first]:
            ring: Ring = []
            here = first
            while starts[here]:
                chain = starts[here].pop()
                ring += chain[:-1]
                here = chain[-1]
            rings.append(ring)
    return sorted(rings, key=area, reverse=True)


def _sides(ring: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def _triangle(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def _room(point: Point, ring: Sequence[Point]) -> float:
    return min(_distance(point, a, b) for a, b in _sides(ring))


def _distance(point: Point, a: Point, b: Point) -> float:
    length = math.dist(a, b) ** 2
    if not length:
        return math.dist(point, a)
    share = ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / length
    share = min(1, max(0, share))
    return math.dist(point, (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
