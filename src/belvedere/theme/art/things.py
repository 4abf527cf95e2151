"""What stands upon the land: trees, towers, houses, roads, vines, water, vessels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from belvedere.theme.art.land import Light, Ridge


def cypresses(places: Iterable[tuple[float, float, float]], colour: str) -> str:
    """Draw cypresses, each at (x, y of the ground, height)."""
    shapes = "".join(
        f"M{x:.0f} {y + 3:.0f}c{-h * 0.17:.0f}-{h * 0.2:.0f}{-h * 0.1:.0f}-{h * 0.75:.0f}"
        f" 0-{h:.0f}c{h * 0.1:.0f} {h * 0.25:.0f} {h * 0.17:.0f} {h * 0.8:.0f} 0 {h:.0f}z"
        for x, y, h in places
    )
    return f'<path fill="{colour}" d="{shapes}"/>'


def firs(places: Iterable[tuple[float, float, float]], colour: str) -> str:
    """Draw firs, each at (x, y of the ground, height)."""
    shapes = "".join(
        f"M{x:.0f} {y - h:.0f}l{h * 0.2:.0f} {h * 0.48:.0f}h-{h * 0.08:.0f}l{h * 0.14:.0f} "
        f"{h * 0.6:.0f}h-{h * 0.52:.0f}l{h * 0.14:.0f}-{h * 0.6:.0f}h-{h * 0.08:.0f}z"
        for x, y, h in places
    )
    return f'<path fill="{colour}" d="{shapes}"/>'


def bushes(random: Random, ground: Ridge, xs: Iterable[float], colour: str, size: int) -> str:
    """Draw round crowns, such as olives and oaks, sitting on the ground."""
    circles = "".join(
        f'<circle cx="{x:.0f}" cy="{ground.y(x) - size * 0.3:.0f}" '
        f'r="{size * random.uniform(0.7, 1.2):.0f}"/>'
        for x in xs
    )
    return f'<g fill="{colour}">{circles}</g>'


def pine(x: float, y: float, h: float, colour: str) -> str:
    """Draw an umbrella pine."""
    w = h * 0.55
    return (
        f'<path fill="{colour}" d="M{x - 3:.0f} {y + 4:.0f}l2-{h * 0.8:.0f}h4l2 {h * 0.8:.0f}z'
        f"M{x - w:.0f} {y - h * 0.72:.0f}q{w * 0.15:.0f}-{h * 0.3:.0f} {w:.0f}-{h * 0.3:.0f}"
        f't{w:.0f} {h * 0.3:.0f}q-{w:.0f} {h * 0.12:.0f}-{2 * w:.0f} 0z"/>'
    )


@dataclass(frozen=True)
class House:
    """One house: left edge, ground, width and height of its front, windows."""

    x: float
    y: float
    w: float
    h: float
    windows: int = 2


@dataclass(frozen=True)
class Tower:
    """One tower: left edge, ground, width, height; with merlons, a tiled roof, or flat."""

    x: float
    y: float
    w: float
    h: float
    crown: str = "merlons"


def houses(row: Iterable[House], light: Light) -> str:
    """Draw houses that stand side by side: lit fronts, shaded gables, low tiled roofs."""
    fronts = gables = roofs = panes = ""
    for each in row:
        x, y, w, h = round(each.x), round(each.y), round(each.w), round(each.h)
        half, rise = round(w * 0.19), round(h * 0.28)
        fronts += f"M{x} {y + 8}v-{h + 8}h{w}v{h + 8}z"
        gables += f"M{x + w} {y + 8}v-{h + 8}l{half}-{rise} {half} {rise}v{h + 8}z"
        roofs += f"M{x - 3} {y - h}l{half + 3}-{rise}h{w}l-{half - 3} {rise}z"
        for k in range(each.windows):
            pane = round(x + w * (k + 0.5) / each.windows - 3)
            panes += f"M{pane} {round(y - h * 0.62)}h6v9h-6z"
    return (
        f'<path fill="{light.stone}" d="{fronts}"/><path fill="{light.shade}" d="{gables}"/>'
        f'<path fill="{light.roof}" d="{roofs}"/><path fill="{light.tree}" d="{panes}"/>'
    )


def towers(row: Iterable[Tower], light: Light) -> str:
    """Draw towers that do not hide one another, shaded on one side."""
    lit = dark = slits = roofs = ""
    for each in row:
        x, y, w, h = round(each.x), round(each.y), round(each.w), round(each.h)
        top, shade = y - h, round(w * 0.36)
        lit += f"M{x} {y + 8}v-{h + 8}h{w}v{h + 8}z{_crown(each.crown, x, top, w)}"
        dark += f"M{x + w - shade} {y + 8}v-{h + 8}h{shade}v{h + 8}z"
        slits += f"M{round(x + w * 0.3) - 3} {top + 15}a3 3 0 0 1 6 0v9h-6z"
        if each.crown == "roof":
            half, rise = w / 2 + 4, round(w * 0.45)
            roofs += f"M{x - 4} {top}l{half:.0f}-{rise} {half:.0f} {rise}z"
    roof = f'<path fill="{light.roof}" d="{roofs}"/>' if roofs else ""
    return (
        f'<path fill="{light.stone}" d="{lit}"/><path fill="{light.shade}" d="{dark}"/>'
        f'<path fill="{light.tree}" d="{slits}"/>{roof}'
    )


def _crown(kind: str, x: int, top: int, w: int) -> str:
    if kind == "merlons":
        tooth, gap = round(w / 4) + 1, round(w / 6)
        return f"M{x - 3} {top}v-12h{tooth}v6h{gap}v-6h{tooth}v6h{gap}v-6h{tooth}v12z"
    return f"M{x - 3} {top}v-5h{w + 6}v5z" if kind == "flat" else ""


def road(points: Sequence[tuple[float, float]], colour: str, *, near: float = 26) -> str:
    """Draw a white road that winds away from the lower border and narrows as it goes."""
    left, right = [], []
    for k, (x, y) in enumerate(points):
        half = near * (1 - k / (len(points) - 0.4)) ** 1.5 / 2 + 1
        left.append((x - half, y))
        right.append((x + half, y))
    return f'<path fill="{colour}" d="{_smooth(left)}L{_smooth(right[::-1])[1:]}z"/>'


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    """Return an S through points, level at each of them."""
    path = f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for (_, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        path += f"S{x1:.0f} {middle:.0f} {x1:.0f} {y1:.0f}"
    return path


def birds(random: Random, colour: str) -> str:
    """Draw two or three birds far away."""
    x, y = random.randint(250, 520), random.randint(70, 130)
    shapes = "".join(
        f"M{x + dx} {y + dy}q6-8 12 0q6-8 12 0" for dx, dy in ((0, 0), (38, -14), (60, 12))
    )
    return f'<path fill="none" stroke="{colour}" stroke-width="2" d="{shapes}"/>'


def arches(x: float, y: float, width: float, count: int, height: float, light: Light) -> str:
    """Draw a loggia: a lit wall with dark round arches."""
    span = width / count
    hole = round(span * 0.6)
    rise = round(height * 0.52)
    holes = "".join(
        f"M{x + span * k + (span - hole) / 2:.0f} {y + 12:.0f}v-{rise + 12}"
        f"a{hole / 2:.0f} {hole / 2:.0f} 0 0 1 {hole} 0v{rise + 12}z"
        for k in range(count)
    )
    return (
        f'<path fill="{light.stone}" d="M{x:.0f} {y + 12:.0f}v-{height + 12:.0f}'
        f'h{width:.0f}v{height + 12:.0f}z"/><path fill="{light.shade}" '
        f'd="M{x - 5:.0f} {y - height:.0f}h{width + 10:.0f}v7h-{width + 10:.0f}z{holes}"/>'
    )
