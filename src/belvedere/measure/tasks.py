"""What the observatory does by itself; a job that needs the engines imports them."""

import importlib
from typing import Any

from procrastinate.contrib.django import app


@app.periodic(cron="7 * * * *", periodic_id="measure.refresh")
@app.task(name="measure.refresh", queue="measure", queueing_lock="measure.refresh")
def refresh(timestamp: int) -> dict[str, Any]:
    """Bring the warehouse and what pages read of it up to date."""
    prepare = importlib.import_module("belvedere.measure.warehouse.prepare")
    found: dict[str, Any] = prepare.refresh().summary()
    return found


@app.task(name="measure.draw", queue="measure")
def draw(chart: dict[str, Any]) -> None:
    """Draw a chart that a page asked for."""
    charts = importlib.import_module("belvedere.measure.charts")
    drawing = importlib.import_module("belvedere.measure.warehouse.drawing")
    drawing.draw(charts.chart(chart))
