"""Draws charts as SVG, with Altair and vl-convert, in the colours and type of the theme.

Nothing is fetched: vl-convert has Vega inside. The words stay text, so that the page's own
fonts show them, also the Chinese ones.
"""

from typing import Any

import altair
import vl_convert

from belvedere.measure import charts, figures
from belvedere.measure.charts import Chart

WIDTH = 340  # a phone's; the page lets the drawing grow
GREEN, ACCENT, LINE, MUTED, INK = "#24463a", "#a33b16", "#e0d6c5", "#57615a", "#1f2a26"
FONT = "Titillium Web, system-ui, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


def draw(wanted: Chart) -> str:
    """Draw a chart, keep the drawing, and return it."""
    made = vl_convert.vegalite_to_svg(specification(wanted))
    figures.put(charts.place(wanted), made)
    return made


def specification(wanted: Chart) -> dict[str, Any]:
    """Return a chart as Vega-Lite understands it."""
    rows = [
        {"at": at, "name": name, "value": value, "part": _part(wanted, at)}
        for at, (name, value) in enumerate(wanted.points)
    ]
    base = altair.Chart(altair.Data(values=rows))
    shape = _bars(base, wanted) if wanted.kind == "bars" else _line(base, wanted)
    found: dict[str, Any] = (
        shape.properties(width=WIDTH, autosize=altair.AutoSizeParams(type="fit-x"))
        .configure(background="transparent", font=FONT, padding=6)
        .configure_view(stroke=None)
        .configure_axis(
            gridColor=LINE,
            domainColor=LINE,
            tickColor=LINE,
            labelColor=MUTED,
            titleColor=MUTED,
            titleFontWeight="normal",
            labelFontSize=11,
            titleFontSize=11,
            labelLimit=130,
        )
        .to_dict()
    )
    return found


def _names(**axis: Any) -> dict[str, Any]:
    return {"type": "nominal", "sort": None, "axis": altair.Axis(title=None, **axis)}


def _values(wanted: Chart) -> altair.Axis:
    return altair.Axis(title=wanted.measure, format="d", tickMinStep=1, tickCount=5)


def _bars(base: altair.Chart, wanted: Chart) -> Any:
    """Draw the name above each bar: a long one is not cut off, in whatever type it is set."""
    most = max((value or 0 for _, value in wanted.points), default=0) or 1
    along = altair.X(
        "value",
        type="quantitative",
        axis=_values(wanted),
        scale=altair.Scale(domain=[0, most * 1.2], nice=False),
    )
    down = altair.Y("at", type="ordinal", axis=None)
    bars = base.mark_bar(color=GREEN, size=14, yOffset=8).encode(x=along, y=down)
    said = base.mark_text(align="left", dx=4, dy=8, color=INK, fontSize=11).encode(
        x=along, y=down, text=altair.Text("value", type="quantitative", format="d")
    )
    named = base.mark_text(align="left", dy=-8, color=INK, fontSize=11).encode(
        x=altair.value(0), y=down, text=altair.Text("name", type="nominal")
    )
    return altair.layer(bars, said, named).properties(height=38 * max(len(wanted.points), 1))


def _part(wanted: Chart, at: int) -> int:
    """Return in which part of a line a point lies: nothing leads from one to another."""
    gaps = (place for place, (_, value) in enumerate(wanted.points) if value is None)
    return sum(place <= at for place in {*wanted.breaks, *gaps})


def _line(base: altair.Chart, wanted: Chart) -> Any:
    along = altair.X(
        "name",
        **_names(labelAngle=0, labelOverlap=True, labelSeparation=5),
        scale=altair.Scale(domain=[name for name, _ in wanted.points]),
    )
    up = altair.Y("value", type="quantitative", axis=_values(wanted))
    line = (
        base.transform_filter("isValid(datum.value)")
        .mark_line(color=ACCENT, strokeWidth=2, point={"color": ACCENT, "size": 28})
        .encode(x=along, y=up, detail=altair.Detail("part", type="nominal"))
    )
    return altair.layer(line).properties(height=180)
