"""Brings the datasets of the warehouse into Parquet files, one for each day.

What a day's file must hold is not remembered anywhere: it is counted anew, in PostgreSQL and
in the file, and days that differ are written again. Days are compared by the marks of their
rows. Facts are never changed or deleted, so that as many facts with the same keys are the
same facts; the mark of a reading is another when its value is. A row that is told late, or
whose transaction ended after that of a higher key, makes its day differ and is thus caught by
the next run; a watermark would have missed the second kind.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import connection

from belvedere.measure.warehouse.columns import DATASETS, FACTS, Dataset
from belvedere.shared.errors import BadInput

ONE_AT_A_TIME = 0x57415245  # an advisory lock of PostgreSQL; the number spells WARE
AT_ONCE = 500_000  # rows that are read into memory together
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
"""DuckDB fetches extensions from its maker's server by itself, unless it is told not to."""


class Busy(BadInput):
    """Another export is at work."""


@dataclass(frozen=True)
class Content:
    """What a day holds: how many rows, the highest mark, and the sum of the marks."""

    rows: int
    last: int
    marks: int


@dataclass(frozen=True)
class Exported:
    """What an export did.

    Attributes:
        facts: How many facts the warehouse holds now.
        readings: How many readings of channels.
        days: In how many files: one for each day of each dataset.
        written: Files that were written, because they were new or had become others.
        removed: Files that were taken away, because PostgreSQL knows no such day.
        seconds: How long it took.

    """

    facts: int
    readings: int
    days: int
    written: int
    removed: int
    seconds: float

    def summary(self) -> dict[str, Any]:
        """Return it as the command writes it."""
        return asdict(self)


@dataclass(frozen=True)
class _Brought:
    """What came of one dataset: its rows, its files, and those that changed."""

    rows: int
    days: int
    written: int
    removed: int


def folder(dataset: Dataset = FACTS) -> Path:
    """Return where the files of a dataset are."""
    return _home() / dataset.name


def files(dataset: Dataset = FACTS) -> list[Path]:
    """Return the files of a dataset."""
    return list(folder(dataset).glob(f"day=*/{_file(dataset)}"))


def pattern(dataset: Dataset = FACTS) -> str:
    """Return the pattern that all files of a dataset match."""
    return str(folder(dataset) / "day=*" / _file(dataset))


def _home() -> Path:
    return Path(settings.HOME) / "warehouse"


def _file(dataset: Dataset) -> str:
    return f"{dataset.name}.parquet"


def connect() -> duckdb.DuckDBPyConnection:
    """Open a DuckDB of one's own, in memory, that asks nothing of any server."""
    return duckdb.connect(":memory:", config=OFFLINE)


def export(*, rebuild: bool = False) -> Exported:
    """Bring the warehouse up to date with PostgreSQL.

    Each day's file is written beside its place and then renamed, so that whoever reads finds
    the old one or the new one, whole; whatever ends us half-way leaves the old ones.

    Args:
        rebuild: Write every day again, also those that are as they should be.

    Raises:
        Busy: Another export is at work; nothing was done.

    """
    started = time.monotonic()
    with _alone(), connect() as duck, _workshop() as bench:
        done = {each.name: _bring(each, duck, bench, rebuild) for each in DATASETS}
    return Exported(
        facts=done["facts"].rows,
        readings=done["readings"].rows,
        days=sum(each.days for each in done.values()),
        written=sum(each.written for each in done.values()),
        removed=sum(each.removed for each in done.values()),
        seconds=round(time.monotonic() - started, 2),
    )


def _bring(
    dataset: Dataset, duck: duckdb.DuckDBPyConnection, bench: Path, rebuild: bool
) -> _Brought:
    wanted = _in_postgresql(dataset)
    held = {} if rebuild else _in_files(dataset, duck)
    changed = sorted(day for day, each in wanted.items() if held.get(day) != each)
    for days in _together(changed, wanted):
        _write(dataset, duck, bench, days)
    removed = _remove_others(dataset, set(wanted))
    rows = sum(each.rows for each in wanted.values())
    return _Brought(rows, len(wanted), len(changed), removed)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise Busy("Another export is at work: wait until it has ended.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def _in_postgresql(dataset: Dataset) -> dict[date, Content]:
    # Only constants of this package are written into the statements of this file.
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT day, count(*), max(mark), sum(mark) FROM ("  # noqa: S608
            f"SELECT {dataset.day} AS day, {dataset.marked} AS mark"
            f" FROM {dataset.tables} WHERE {dataset.wanted}) AS marked GROUP BY 1"
        )
        return {day: Content(count, last, int(marks)) for day, count, last, marks in cursor}


def _in_files(dataset: Dataset, duck: duckdb.DuckDBPyConnection) -> dict[date, Content]:
    found = {}
    for path in files(dataset):
        held = _held(dataset, duck, path)
        if held:
            found[_day(path)] = held
    return found


def _held(dataset: Dataset, duck: duckdb.DuckDBPyConnection, path: Path) -> Content | None:
    """Return what a file holds; None if it is broken, or has other columns than ours."""
    try:
        said = duck.execute(
            "SELECT name FROM parquet_schema(?) WHERE type IS NOT NULL", [str(path)]
        ).fetchall()
        if [name for (name,) in said] != [each.name for each in dataset.columns]:
            return None
        row = duck.execute(
            f"SELECT count(*), max({dataset.mark}), sum({dataset.mark})"  # noqa: S608
            " FROM read_parquet(?)",
            [str(path)],
        ).fetchone()
    except duckdb.Error:
        return None
    return Content(row[0], row[1] or 0, int(row[2] or 0)) if row else None


def _day(path: Path) -> date:
    return date.fromisoformat(path.parent.name.removeprefix("day="))


@contextmanager
def _workshop() -> Iterator[Path]:
    """Give a folder on the warehouse's own disk, so that a rename is one step.

    What a killed export left behind is cleared away: there is one export at a time.
    """
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(".making-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=home) as bench:
        yield Path(bench)


def _together(days: list[date], wanted: dict[date, Content]) -> Iterator[list[date]]:
    """Give the days in lots that fit into memory."""
    lot: list[date] = []
    rows = 0
    for day in days:
        if lot and rows + wanted[day].rows > AT_ONCE:
            yield lot
            lot, rows = [], 0
        lot.append(day)
        rows += wanted[day].rows
    if lot:
        yield lot


def _write(
    dataset: Dataset, duck: duckdb.DuckDBPyConnection, bench: Path, days: list[date]
) -> None:
    table = bench / "lot.csv"
    _read(dataset, table, days)
    types = ", ".join(f"'{each.name}': '{each.type}'" for each in dataset.columns)
    names = ", ".join(each.name for each in dataset.columns)
    duck.execute(
        "CREATE OR REPLACE TEMP TABLE lot AS"  # noqa: S608
        f" SELECT * FROM read_csv(?, columns={{'day': 'DATE', {types}}}, header=false,"
        " auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='',"
        " allow_quoted_nulls=false) ORDER BY day, id",
        [str(table)],
    )
    for day in days:
        made = bench / _file(dataset)
        duck.execute(
            f"COPY (SELECT {names} FROM lot WHERE day = ? ORDER BY id) TO '{_quoted(made)}'"  # noqa: S608
            " (FORMAT parquet, COMPRESSION zstd)",
            [day],
        )
        _put(made, folder(dataset) / f"day={day.isoformat()}" / _file(dataset))
    duck.execute("DROP TABLE lot")


def _read(dataset: Dataset, table: Path, days: list[date]) -> None:
    """Write the rows of some days as CSV, as fast as PostgreSQL can tell them."""
    columns = ", ".join(each.expression for each in dataset.columns)
    statement = (
        f"COPY (SELECT {dataset.day}, {columns} FROM {dataset.tables}"  # noqa: S608
        f" WHERE {dataset.wanted} AND {dataset.day} = ANY(%s)) TO STDOUT (FORMAT csv)"
    )
    with (
        connection.cursor() as cursor,
        table.open("wb") as file,
        cursor.copy(statement, [days]) as copy,
    ):
        for block in copy:
            file.write(block)


def _put(made: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(place)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _remove_others(dataset: Dataset, days: set[date]) -> int:
    found = [
        each
        for each in folder(dataset).glob("day=*")
        if _day(each / _file(dataset)) not in days
    ]
    for each in found:
        shutil.rmtree(each)
    return len(found)
