"""Brings all that is made of the database up to date: the warehouse, then what pages read."""

import time

from ibis import Table

from belvedere.measure import charts, figures
from belvedere.measure.figures import Cell, Figures
from belvedere.measure.warehouse.export import Exported, export
from belvedere.measure.warehouse.funnels import cells, opened
from belvedere.shared import clock

KEPT = 30 * 24 * 3600  # seconds; a drawing that is wanted again is drawn again


def refresh(*, rebuild: bool = False) -> Exported:
    """Export facts and readings, reckon the figures anew, and forget old drawings.

    Args:
        rebuild: Write every day again, also those that are as they should be.

    Raises:
        Busy: Another export is at work; nothing was done.

    """
    moment = clock.now()
    done = export(rebuild=rebuild)
    facts = opened()
    if facts is None:
        figures.write(Figures(moment))
    else:
        figures.write(Figures(moment, _cells(facts, "market"), _cells(facts, "month")))
    _forget()
    return done


def _cells(facts: Table, field: str) -> tuple[Cell, ...]:
    found = cells(facts, ["area", "year", field])
    return tuple(
        Cell(area=area, year=year, key=key, funnel=found[area, year, key])
        for area, year, key in sorted(found)
    )


def _forget() -> None:
    oldest = time.time() - KEPT
    for each in charts.folder().glob("*.svg"):
        if each.stat().st_mtime < oldest:
            each.unlink(missing_ok=True)
