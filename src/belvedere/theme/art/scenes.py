"""The eight scenes: one for each theme of the offer."""

from collections.abc import Callable
from random import Random

from belvedere.theme.art import land, things
from belvedere.theme.art.land import HEIGHT, WIDTH, Light, Ridge

Scene = Callable[[Random, Light], str]


def svg(theme: str, seed: str = "", width: int = 800, height: int = 500) -> str:
    """Return the scene of a theme as SVG; the same seed gives the same scene.

    Args:
        theme: One of `THEMES`; an unknown one becomes "slow".
        seed: Anything that tells this picture from the next, such as a product's slug.
        width: Width attribute in pixels; the drawing fills it and is cut, never distorted.
        height: Height attribute in pixels.

    """
    random = Random(f"{theme}/{seed}")  # noqa: S311 - it draws hills, it guards nothing
    light = random.choice(land.LIGHTS)
    scene = SCENES.get(theme, slow)(random, light)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="art" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{width}" height="{height}" preserveAspectRatio="xMidYMid slice" '
        f'aria-hidden="true" focusable="false">{land.sky(random, light)}{scene}</svg>'
    )


def _far(random: Random, light: Light, *, base: float = 250, swing: float = 26) -> str:
    """Return the two farthest ranges, common to most scenes."""
    first = land.ridge(random, base, swing)
    second = land.ridge(random, base + 48, swing * 0.9)
    return (
        first.filled(light.hills[0])
        + second.filled(light.hills[1])
        + second.relief(light.line, lines=2, opacity=0.3)
    )


def _hill(ground: Ridge, colour: str, light: Light, lines: int = 4, gap: float = 15) -> str:
    return ground.filled(colour) + ground.relief(light.line, lines=lines, gap=gap, opacity=0.28)


def _row(
    random: Random, ground: Ridge, start: float, step: float, count: int, height: float
) -> list[tuple[float, float, float]]:
    """Return places for a row of trees on the ground, unevenly tall."""
    xs = [start + step * k + random.uniform(-3, 3) for k in range(count)]
    return [(x, ground.y(x), height * random.uniform(0.8, 1.15)) for x in xs]


def art(random: Random, light: Light) -> str:
    """Draw a city of the Renaissance: dome, bell tower, loggia, roofs."""
    x, y = random.randint(330, 430), 392
    middle, front = land.ridge(random, 330, 16), land.ridge(random, 430, 10)
    roofs = [
        things.House(at, y + random.randint(6, 26), w, random.randint(40, 72))
        for at, w in ((x - 290, 62), (x - 200, 70), (x + 172, 66), (x + 262, 58))
    ]
    flip = random.choice((-1, 1))
    bell = x + 132 if flip > 0 else x - 158
    dome = (
        f'<path fill="{light.stone}" d="M{x - 92} {y + 30}v-96h200v96z"/>'
        f'<path fill="{light.shade}" d="M{x - 70} {y - 66}v-38h156v38z"/>'
        f'<path fill="{light.roof}" d="M{x - 66} {y - 104}'
        'c4-66 34-104 74-112c40 8 70 46 74 112z"/>'
        f'<path fill="none" stroke="{light.stone}" stroke-width="3" d="M{x - 32} {y - 104}'
        f'c4-54 18-90 40-112c22 22 36 58 40 112M{x + 8} {y - 104}v-112"/>'
        f'<path fill="{light.stone}" d="M{x - 4} {y - 214}v-24l12-16 12 16v24z"/>'
    )
    return (
        _far(random, light)
        + _hill(middle, light.hills[2], light)
        + things.cypresses(_row(random, middle, 40, 24, 3, 54), light.hills[4])
        + things.cypresses(_row(random, middle, 690, 26, 3, 50), light.hills[4])
        + things.houses(roofs, light)
        + things.towers([things.Tower(bell, y + 20, 30, 212, "roof")], light)
        + dome
        + things.arches(x - 92, y + 26, 200, 5, 46, light)
        + _hill(front, light.hills[4], light, lines=3)
    )


def unesco(random: Random, light: Light) -> str:
    """Draw a walled hill town of many towers."""
    x = random.randint(330, 470)
    hill, front = land.ridge(random, 372, 10), land.ridge(random, 440, 18)
    hill.rises.append((x, 74, 175))
    spots = sorted(random.sample(range(-4, 5), 6), key=abs, reverse=True)
    town = [
        things.Tower(
            x + k * 25 - 10,
            hill.y(x + k * 25) + 6,
            random.choice((18, 20, 23)),
            random.randint(85, 150) - abs(k) * 8,
            random.choice(("flat", "merlons", "flat")),
        )
        for k in spots
    ]
    houses = [
        things.House(x + k, hill.y(x + k + 22) + 10, 40, random.randint(28, 42))
        for k in (-150, -88, -28, 40, 98)
    ]
    return (
        _far(random, light)
        + things.towers(town, light)
        + _hill(hill, light.hills[2], light)
        + things.houses(houses, light)
        + things.bushes(
            random, hill, (x - 210, x - 190, x + 186, x + 212, x + 228), light.hills[3], 13
        )
        + _hill(front, light.hills[4], light, lines=3)
        + things.cypresses(_row(random, front, x - 260, 30, 3, 74), light.tree)
        + things.cypresses(_row(random, front, x + 250, 28, 2, 66), light.tree)
    )


def outdoor(random: Random, light: Light) -> str:
    """Draw mountains, a forest of firs and a path."""
    peaks = [land.ridge(random, 235, 34), land.ridge(random, 292, 30)]
    for peak in peaks:
        for _ in range(2):
            peak.rises.append(
                (random.randint(80, 720), random.randint(45, 95), random.randint(60, 110))
            )
    wood, near = land.ridge(random, 362, 24), land.ridge(random, 432, 22)
    far_trees = _row(random, wood, -10, 37, 23, 44)
    side = random.choice((0, 1))
    starts = (-6, 610) if side else (-6, 560)
    close = [
        tree
        for start, count in zip(starts, (7 - side * 2, 6), strict=True)
        for tree in _row(random, near, start, 40, count, 118)
    ]
    x = random.randint(380, 470)
    return (
        things.birds(random, light.tree)
        + peaks[0].filled(light.hills[0])
        + peaks[0].relief(light.line, lines=3, gap=18, opacity=0.45)
        + _hill(peaks[1], light.hills[1], light, lines=4, gap=17)
        + things.firs(far_trees, light.hills[3])
        + _hill(wood, light.hills[3], light, lines=3)
        + things.firs(close, light.tree)
        + near.filled(light.hills[4])
        + things.road(
            [
                (x - 60, 505),
                (x + 70, 478),
                (x - 20, 458),
                (x + 30, near.y(x + 30) + 2),
            ],
            light.glow,
        )
    )


def slow(random: Random, light: Light) -> str:
    """Draw a white road that winds between cypresses up to a farmhouse."""
    flip = random.choice((-1, 1))
    x = 400 + flip * random.randint(70, 130)
    hill, front = land.ridge(random, 345, 16), land.ridge(random, 418, 20)
    hill.rises.append((x, 46, 150))
    top = hill.y(x)
    turns = [
        (400 - flip * 170, 505),
        (400 + flip * 40, 462),
        (400 - flip * 90, 424),
        (x + flip * 50, 385),
        (x - flip * 26, 352),
        (x, top + 6),
    ]
    along = [
        (px + side * (34 - k * 4), py + 4, 84 - k * 13)
        for k, (px, py) in enumerate(turns[:-1])
        for side in (-1, 1)
    ]
    return (
        _far(random, light)
        + _hill(hill, light.hills[2], light)
        + things.cypresses(_row(random, hill, x - 74, 17, 2, 52), light.tree)
        + things.houses([things.House(x - 30, top + 4, 52, 36)], light)
        + things.cypresses(_row(random, hill, x + 58, 17, 3, 56), light.tree)
        + _hill(front, light.hills[3], light, lines=4)
        + things.road(turns, light.glow, near=44)
        + things.cypresses(sorted(along, key=lambda tree: tree[1]), light.tree)
    )


def spa(random: Random, light: Light) -> str:
    """Draw warm pools in terraces, steam, a round tower behind."""
    x = random.randint(340, 460)
    hill = land.ridge(random, 330, 18)
    hill.rises.append((x + random.choice((-150, 150)), 40, 140))
    water, shine = "#a9d3d1", "#d8ecea"
    pools = ""
    for k in range(4):
        w, y = 150 + k * 66, 352 + k * 40
        cx = x + (40 if k % 2 else -40) * random.uniform(0.6, 1.2)
        pools += (
            _pool(cx, y + 9, w + 14, 24 + k * 5, light.shade)
            + _pool(cx, y + 3, w + 12, 23 + k * 5, light.stone)
            + _pool(cx, y + 4, w, 18 + k * 4, water)
            + f'<path stroke="{shine}" stroke-width="3" stroke-linecap="round" d="'
            f"M{cx - w * 0.55:.0f} {y + 2}h{w * 0.4:.0f}"
            f'M{cx + w * 0.1:.0f} {y + 9}h{w * 0.5:.0f}"/>'
        )
    steam = "".join(
        f"M{x + dx} {340 + dy}c-22-28 22-48 0-78s18-46 2-70"
        for dx, dy in ((-120, 40), (-30, 6), (70, 30), (150, 60))
    )
    at = 120 if hill.rises[0][0] < x else 640
    return (
        _far(random, light)
        + things.towers([things.Tower(at, hill.y(at + 15) + 6, 34, 84)], light)
        + things.houses([things.House(at + 34, hill.y(at + 50) + 6, 60, 38)], light)
        + _hill(hill, light.hills[2], light, lines=4)
        + things.cypresses(_row(random, hill, 760 - at, 24, 4, 66), light.hills[4])
        + f'<path fill="{light.hills[3]}" d="M-10 380q200-44 400-30t420 4v160h-820z"/>'
        + pools
        + f'<path fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="7" '
        f'stroke-linecap="round" d="{steam}"/>'
    )


def _pool(x: float, y: int, rx: int, ry: int, colour: str) -> str:
    return f'<ellipse cx="{x:.0f}" cy="{y}" rx="{rx}" ry="{ry}" fill="{colour}"/>'


def villages(random: Random, light: Light) -> str:
    """Draw a stone village that climbs its hill to a castle."""
    x = random.randint(330, 470)
    hill, front = land.ridge(random, 395, 8), land.ridge(random, 452, 16)
    hill.rises.append((x, 128, 150))
    summit = hill.y(x)
    rows = "".join(
        things.houses(_street(random, x, summit + drop + 26, reach), light)
        for reach, drop in ((60, 16), (118, 52), (165, 92))
    )
    castle = [
        things.Tower(x - 12, summit, 30, 104),
        things.Tower(x - 62, summit + 14, 46, 52),
        things.Tower(x + 20, summit + 12, 50, 46),
    ]
    return (
        _far(random, light, base=262)
        + things.towers(castle, light)
        + _hill(hill, light.hills[2], light, lines=2, gap=34)
        + rows
        + things.bushes(random, hill, (x - 214, x + 215), light.hills[3], 16)
        + _hill(front, light.hills[4], light, lines=3)
        + things.pine(x + random.choice((-250, 265)), 462, 120, light.tree)
    )


def _street(random: Random, x: float, y: float, reach: int) -> list[things.House]:
    count = 2 + reach // 40
    return [
        things.House(
            x - reach + k * 2 * reach / count + random.uniform(-5, 5),
            y,
            40,
            random.randint(30, 44),
            1,
        )
        for k in range(count)
    ]


def food(random: Random, light: Light) -> str:
    """Draw a vineyard in rows, a farm with its cypresses on the ridge."""
    x = random.randint(200, 330) if random.random() < 0.5 else random.randint(470, 560)
    hill = land.ridge(random, 330, 14)
    hill.rises.append((x, 34, 170))
    vanish = 400 + random.randint(-120, 120)
    rows = "".join(
        f"M{vanish + k * 26} 366Q{vanish + k * 60} 410 {vanish + k * 150} 510"
        for k in range(-8, 9)
    )
    field = Ridge(372, ((8, 900, random.uniform(0, 6)),))
    return (
        _far(random, light)
        + _hill(hill, light.hills[2], light, lines=4)
        + things.bushes(random, hill, range(x - 300, x - 120, 34), light.hills[3], 12)
        + things.houses([things.House(x - 60, hill.y(x) + 6, 76, 46, 3)], light)
        + things.towers([things.Tower(x - 6, hill.y(x) + 4, 28, 78, "roof")], light)
        + things.cypresses(_row(random, hill, x + 64, 20, 4, 66), light.tree)
        + field.filled(light.hills[3])
        + f'<path fill="none" stroke="{light.hills[4]}" stroke-width="15" d="{rows}"/>'
        + f'<path fill="none" stroke="{light.hills[2]}" stroke-width="5" '
        f'stroke-linecap="round" stroke-dasharray="1 13" d="{rows}"/>'
    )


def crafts(random: Random, light: Light) -> str:
    """Draw pots fresh from the kiln on a sill, and the hills through an arch."""
    middle = land.ridge(random, 330, 20)
    hues = [light.roof, light.stone, light.hills[3], "#d99a3a", light.shade, "#2f6f7a"]
    random.shuffle(hues)
    pots, x = "", 120
    for hue in hues[:5]:
        h, w = random.randint(95, 165), random.randint(44, 62)
        pots += _pot(x + w, 432, w, h, hue, light)
        x += 2 * w + random.randint(12, 24)
    wall = (
        f'<path fill="{light.stone}" fill-rule="evenodd" d="M0 0h800v500H0zM70 440V250'
        f'a330 200 0 0 1 660 0v190z"/>'
        f'<path fill="none" stroke="{light.shade}" stroke-width="10" '
        f'd="M70 440V250a330 200 0 0 1 660 0v190"/>'
    )
    return (
        _far(random, light)
        + _hill(middle, light.hills[2], light)
        + things.cypresses(
            _row(random, middle, random.randint(150, 520), 24, 5, 60), light.tree
        )
        + wall
        + f'<path fill="{light.shade}" d="M0 428h800v30H0z"/>'
        f'<path fill="{light.roof}" d="M0 458h800v42H0z"/>' + pots
    )


def _pot(x: float, y: float, w: float, h: float, colour: str, light: Light) -> str:
    neck, foot = w * 0.45, w * 0.5
    band = y - h * 0.5
    return (
        f'<path fill="{colour}" d="M{x - foot:.0f} {y}C{x - w * 1.2:.0f} {y - h * 0.35:.0f} '
        f"{x - w:.0f} {y - h * 0.75:.0f} {x - neck:.0f} {y - h * 0.86:.0f}l-5-{h * 0.14:.0f}"
        f"h{neck * 2 + 10:.0f}l-5 {h * 0.14:.0f}C{x + w:.0f} {y - h * 0.75:.0f} "
        f'{x + w * 1.2:.0f} {y - h * 0.35:.0f} {x + foot:.0f} {y}z"/>'
        f'<path fill="none" stroke="{light.glow}" stroke-opacity=".8" stroke-width="4" '
        f'd="M{x - w * 0.88:.0f} {band:.0f}q{w * 0.88:.0f} 16 {w * 1.76:.0f} 0'
        f'm-{w * 1.7:.0f} 14q{w * 0.82:.0f} 15 {w * 1.64:.0f} 0"/>'
    )


SCENES: dict[str, Scene] = {
    "art": art,
    "unesco": unesco,
    "outdoor": outdoor,
    "slow": slow,
    "spa": spa,
    "villages": villages,
    "food": food,
    "crafts": crafts,
}
