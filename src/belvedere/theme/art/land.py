"""The land of a scene: light, hills and the lines that give them relief."""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

WIDTH, HEIGHT = 800, 500
STEP = 100


@dataclass(frozen=True)
class Light:
    """The colours of one hour: sky above and at the horizon, sun, hills far to near."""

    sky: str
    glow: str
    sun: str
    hills: tuple[str, str, str, str, str]
    tree: str
    stone: str
    shade: str
    roof: str
    line: str = "#fff"


LIGHTS = (
    Light(  # Late afternoon
        "#f7e2b8",
        "#fbeed3",
        "#e79a35",
        ("#dccaa0", "#bdb882", "#93a069", "#5f7f56", "#305546"),
        "#1f4035",
        "#f3e4c8",
        "#d3b78f",
        "#b5532b",
    ),
    Light(  # Morning with mist
        "#d9e8e6",
        "#eff3ea",
        "#f4c778",
        ("#c3d6d0", "#9fbfb2", "#78a08b", "#4c7c63", "#275345"),
        "#183d34",
        "#f5ead6",
        "#cfbd9f",
        "#bd5f36",
    ),
    Light(  # Sunset
        "#f4c7a6",
        "#f9e0c6",
        "#c4481f",
        ("#dfa98a", "#bb8471", "#8a6c66", "#55605a", "#28463f"),
        "#1c3630",
        "#f6dcc0",
        "#d0a384",
        "#96391a",
    ),
    Light(  # Noon in spring
        "#c9e0ea",
        "#e8f1ee",
        "#fff4d4",
        ("#cdd8ae", "#b3c47f", "#8fab5c", "#608c4e", "#336447"),
        "#214a3a",
        "#fbf0dc",
        "#d9c29c",
        "#c0613a",
    ),
    Light(  # October
        "#efe4cd",
        "#f7f0df",
        "#dd8a2c",
        ("#dec593", "#cfa15c", "#b8773f", "#7f6c42", "#3c5643"),
        "#28453a",
        "#f6e8cd",
        "#d1b184",
        "#9c421f",
    ),
    Light(  # Blue hour
        "#b9cbd8",
        "#e9dfd3",
        "#f6e7c4",
        ("#a9bcc6", "#86a0ab", "#628189", "#3f626a", "#23474f"),
        "#173339",
        "#efe3d0",
        "#c3b199",
        "#a8563a",
    ),
)


@dataclass
class Ridge:
    """The upper edge of one hill: a few waves, and perhaps a rise where something stands.

    Attributes:
        base: Mean height, in pixels from the top.
        waves: Triples of amplitude, wave length and phase.
        rises: Triples of centre, height and half width.

    """

    base: float
    waves: tuple[tuple[float, float, float], ...]
    rises: list[tuple[float, float, float]] = field(default_factory=list)

    def y(self, x: float) -> float:
        """Return the height of the ground at `x`."""
        y = self.base + sum(
            a * math.sin(math.tau * x / length + phase) for a, length, phase in self.waves
        )
        return y - sum(h * math.exp(-(((x - c) / w) ** 2)) for c, h, w in self.rises)

    def curve(self, drop: float = 0, sway: float = 0) -> str:
        """Return the edge as a smooth path, `drop` lower and more even by `sway` (0 to 1)."""
        points = [
            (x, (1 - sway) * self.y(x) + sway * self.base + drop)
            for x in range(-STEP, WIDTH + 2 * STEP, STEP)
        ]
        start = _middle(points[0], points[1])
        path, here = f"M{start[0]:.0f} {start[1]:.0f}", (round(start[0]), round(start[1]))
        for point, following in pairwise(points[1:]):
            end = _middle(point, following)
            path += "q" + _join(
                point[0] - here[0], point[1] - here[1], end[0] - here[0], end[1] - here[1]
            )
            here = (here[0] + round(end[0] - here[0]), here[1] + round(end[1] - here[1]))
        return path

    def filled(self, colour: str) -> str:
        """Return the hill as a shape down to the lower border."""
        return f'<path fill="{colour}" d="{self.curve()}V{HEIGHT}H-40z"/>'

    def relief(
        self, colour: str, *, lines: int = 3, gap: float = 16, opacity: float = 0.35
    ) -> str:
        """Return relief lines under the edge, wider apart the lower they lie."""
        paths = "".join(
            self.curve(gap * (k + 0.12 * k * k), min(0.8, 0.1 * k)) for k in range(1, lines + 1)
        )
        return f'<path fill="none" stroke="{colour}" stroke-opacity="{opacity}" d="{paths}"/>'


def _middle(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _join(*numbers: float) -> str:
    """Write path numbers as shortly as SVG allows: a minus sign also separates.

    >>> _join(40, -3.2, 80, 1)
    '40-3 80 1'
    """
    text = ""
    for number in numbers:
        part = str(round(number))
        text += part if not text or part.startswith("-") else f" {part}"
    return text


def ridge(random: Random, base: float, swing: float) -> Ridge:
    """Return a ridge of gentle waves about a height."""
    waves = (
        (swing, random.uniform(620, 980), random.uniform(0, math.tau)),
        (swing * 0.45, random.uniform(300, 460), random.uniform(0, math.tau)),
    )
    return Ridge(base + random.uniform(-8, 8), waves)


def sky(random: Random, light: Light) -> str:
    """Return the sky with its sun and, on some days, a few long clouds."""
    x = random.choice((random.randint(140, 300), random.randint(500, 660)))
    y, r = random.randint(95, 170), random.randint(38, 58)
    strokes = "".join(
        f"M{random.randint(-20, 640)} {random.randint(50, 150)}h{random.randint(90, 230)}"
        for _ in range(random.randint(1, 4))
    )
    clouds = (
        f'<path stroke="{light.glow}" stroke-width="{random.randint(8, 14)}" '
        f'stroke-linecap="round" d="{strokes}"/>'
    )
    return (
        f'<path fill="{light.sky}" d="M0 0h800v500H0z"/>{clouds}'
        f'<circle cx="{x}" cy="{y}" r="{r * 2}" fill="{light.glow}" opacity=".5"/>'
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="{light.sun}"/>'
    )
