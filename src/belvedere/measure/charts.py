"""Charts as pages ask for them: what to draw, and the drawing once the worker has made it.

A drawing is kept under a name made of all that can be seen in it, so that the same chart is
drawn once and another one never takes its place. Drawing itself, which needs the numerical
engines, is `measure.warehouse.drawing`.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from belvedere.measure import figures

LOOK = 2
"""Counts up when the drawing changes, so that the old ones are not shown any more."""


@dataclass(frozen=True)
class Chart:
    """One chart of one quantity.

    Attributes:
        kind: `bars` compare things, in the order given; `line` follows months or years.
        measure: What is counted, as the axis says it: "Orders paid".
        points: What each point is called in the page's language, and its value; a line is
            broken where there is none.
        breaks: The places of the points that can't be compared with the one before, so that
            no line leads to them.

    """

    kind: Literal["bars", "line"]
    measure: str
    points: tuple[tuple[str, int | None], ...]
    breaks: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """Return the name of its drawing.

        >>> one = Chart("bars", "Orders", (("Cina", 3),))
        >>> one.key == Chart("bars", "Orders", (("Cina", 3),)).key
        True
        >>> one.key == Chart("bars", "Orders", (("Cina", 4),)).key
        False
        """
        seen = json.dumps([LOOK, asdict(self)], ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(seen.encode()).hexdigest()[:32]


def chart(plain: dict[str, Any]) -> Chart:
    """Return a chart from what a job carries.

    >>> chart(asdict(Chart("bars", "Orders", (("Cina", 3),)))).points
    (('Cina', 3),)
    """
    points = tuple(
        (str(label), None if value is None else int(value)) for label, value in plain["points"]
    )
    return Chart(plain["kind"], plain["measure"], points, tuple(plain.get("breaks", ())))


def folder() -> Path:
    """Return where the drawings are."""
    return Path(settings.HOME) / "warehouse" / "charts"


def place(wanted: Chart) -> Path:
    """Return where the drawing of a chart is, or will be."""
    return folder() / f"{wanted.key}.svg"


def svg(wanted: Chart) -> str:
    """Return the drawing of a chart; empty if there is none yet, and then it is asked for."""
    try:
        return place(wanted).read_text(encoding="utf-8")
    except FileNotFoundError:
        figures.ask("measure.draw", f"measure.draw:{wanted.key}", chart=asdict(wanted))
        return ""
