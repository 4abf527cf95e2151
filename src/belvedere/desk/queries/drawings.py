"""Charts as the desk's pages show them: the drawing, and what it shows in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from belvedere.measure import charts
from belvedere.measure.charts import Chart


@dataclass(frozen=True)
class Drawing:
    """A chart in the page: the drawing, empty until it is made, and what it shows in words."""

    svg: str
    alternative: str


def drawing(
    kind: Literal["bars", "line"],
    measure: str,
    points: Sequence[tuple[str, int | None]],
    alternative: str,
    *,
    breaks: Sequence[int] = (),
) -> Drawing:
    """Return a chart; what is not drawn yet is asked of the worker.

    Args:
        kind: As of `measure.charts.Chart`.
        measure: What is counted.
        points: What each point is called, and its value.
        alternative: The same for who does not see it.
        breaks: Before which points a line is broken.

    """
    wanted = Chart(kind, measure, tuple(points), tuple(breaks))
    return Drawing(charts.svg(wanted), alternative)
