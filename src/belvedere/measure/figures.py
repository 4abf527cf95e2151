"""The figures that the worker has prepared from the warehouse, as pages read them.

Pages read one small file and no numerical engine (ADR-0016). It is made anew after each
export: `measure.warehouse.prepare`.
"""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from belvedere.measure.rules import Funnel, Places, together
from belvedere.shared import clock
from belvedere.shared.money import Amount

FRESH = timedelta(minutes=5)
FORM = 1
"""The file's form; a file of another form is as good as none."""


@dataclass(frozen=True)
class Cell:
    """The funnel of one area in one year, in one market or one month of it."""

    area: str
    year: int
    key: str
    funnel: Funnel


@dataclass(frozen=True)
class Figures:
    """All that has been prepared, and when.

    A step belongs to the day on which it happened, by Italy's calendar: an order that was
    paid in one year and redeemed in the next counts once in each, at another step.
    """

    made_at: datetime
    markets: tuple[Cell, ...] = ()
    months: tuple[Cell, ...] = ()

    def years(self, areas: Collection[str] | None = None) -> list[int]:
        """Return the years in which anything happened, the last one first."""
        return sorted({each.year for each in self.months if _in(each, areas)}, reverse=True)

    def areas(self) -> set[str]:
        """Return the areas in which anything happened, by slug; `""` is in none."""
        return {each.area for each in self.months}

    def by_market(self, year: int, areas: Collection[str] | None = None) -> dict[str, Funnel]:
        """Return a year's funnel of each market, in some areas together or in all."""
        return _sums(self.markets, year, areas)

    def by_month(self, year: int, areas: Collection[str] | None = None) -> dict[str, Funnel]:
        """Return a year's funnel of each month (`2026-11`), in some areas or in all."""
        return _sums(self.months, year, areas)


def path() -> Path:
    """Return where the figures are."""
    return Path(settings.HOME) / "warehouse" / "figures.json"


def read() -> Figures | None:
    """Return what has been prepared, or None.

    The worker is asked for new figures if there are none, or if they are older than `FRESH`.
    """
    found = _read()
    if found is None or clock.now() - found.made_at > FRESH:
        ask("measure.refresh", "measure.refresh", timestamp=0)
    return found


def _read() -> Figures | None:
    try:
        held = json.loads(path().read_text(encoding="utf-8"))
        if held["form"] == FORM:
            return Figures(
                datetime.fromisoformat(held["made_at"]),
                tuple(_cell(each) for each in held["markets"]),
                tuple(_cell(each) for each in held["months"]),
            )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # Not there, or written by another version: it is made anew.
    return None


def write(figures: Figures) -> None:
    """Keep the figures: the file is replaced whole, or not at all."""
    content = {
        "form": FORM,
        "made_at": figures.made_at.isoformat(),
        "markets": [_plain(each) for each in figures.markets],
        "months": [_plain(each) for each in figures.months],
    }
    put(path(), json.dumps(content, separators=(",", ":")))


def put(place: Path, text: str) -> None:
    """Write a file beside its place and rename it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_suffix(".making")
    made.write_text(text, encoding="utf-8")
    made.replace(place)


def ask(task: str, lock: str, **arguments: Any) -> None:
    """Ask the worker for something, unless it has been asked already."""
    try:
        with transaction.atomic():
            app.configure_task(task, queue="measure", queueing_lock=lock).defer(**arguments)
    except AlreadyEnqueued:
        return


def _in(cell: Cell, areas: Collection[str] | None) -> bool:
    return areas is None or cell.area in areas


def _sums(
    cells: Collection[Cell], year: int, areas: Collection[str] | None
) -> dict[str, Funnel]:
    found = defaultdict(list)
    for each in cells:
        if each.year == year and _in(each, areas):
            found[each.key].append(each.funnel)
    return {key: together(funnels) for key, funnels in found.items()}


_STEPS = ("held", "paid", "confirmed", "redeemed", "cancelled")


def _plain(cell: Cell) -> list[Any]:
    funnel = cell.funnel
    return [
        cell.area,
        cell.year,
        cell.key,
        funnel.followed,
        [getattr(funnel, step) for step in _STEPS],
        [getattr(funnel.places, step) for step in _STEPS],
        [[each.minor, each.currency] for each in funnel.revenue],
    ]


def _cell(plain: list[Any]) -> Cell:
    area, year, key, followed, orders, places, revenue = plain
    funnel = Funnel(
        followed=followed,
        **dict(zip(_STEPS, orders, strict=True)),
        places=Places(**dict(zip(_STEPS, places, strict=True))),
        revenue=tuple(Amount(minor, currency) for minor, currency in revenue),
    )
    return Cell(area, year, key, funnel)
