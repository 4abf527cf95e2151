"""Brings the journal's facts into Parquet files, one for each day.

What a day's file must hold is not remembered anywhere: it is counted anew, in the journal and
in the file, and days that differ are written again. Facts are never changed or deleted, so
that as many facts with the same keys are the same facts. A fact that is told late, or whose
transaction ended after that of a higher key, makes its day differ and is thus caught by the
next run; a watermark would have missed the second kind.
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

from belvedere.measure.warehouse.columns import COLUMNS, DAY, OURS
from belvedere.shared.errors import BadInput

ONE_AT_A_TIME = 0x57415245  # an advisory lock of PostgreSQL; the number spells WARE
AT_ONCE = 500_000  # facts that are read into memory together
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
"""DuckDB fetches extensions from its maker's server by itself, unless it is told not to."""

FILE = "facts.parquet"
_TYPES = "{" + ", ".join(f"'{each.name}': '{each.type}'" for each in COLUMNS) + "}"
_NAMES = ", ".join(each.name for each in COLUMNS)


class Busy(BadInput):
    """Another export is at work."""


@dataclass(frozen=True)
class Content:
    """What a day holds: how many facts, the highest key, and the sum of the keys."""

    facts: int
    last: int
    keys: int


@dataclass(frozen=True)
class Exported:
    """What an export did.

    Attributes:
        facts: How many facts the warehouse holds now.
        days: On how many days.
        written: Days whose file was written, because it was new or had become another.
        removed: Days whose file was taken away, because the journal has none such.
        seconds: How long it took.

    """

    facts: int
    days: int
    written: int
    removed: int
    seconds: float

    def summary(self) -> dict[str, Any]:
        """Return it as the command writes it."""
        return asdict(self)


def folder() -> Path:
    """Return where the files of the facts are."""
    return Path(settings.HOME) / "warehouse" / "facts"


def pattern() -> str:
    """Return the pattern that all files of facts match."""
    return str(folder() / "day=*" / FILE)


def connect() -> duckdb.DuckDBPyConnection:
    """Open a DuckDB of one's own, in memory, that asks nothing of any server."""
    return duckdb.connect(":memory:", config=OFFLINE)


def export(*, rebuild: bool = False) -> Exported:
    """Bring the warehouse up to date with the journal.

    Each day's file is written beside its place and then renamed, so that whoever reads finds
    the old one or the new one, whole; whatever ends us half-way leaves the old ones.

    Args:
        rebuild: Write every day again, also those that are as they should be.

    Raises:
        Busy: Another export is at work; nothing was done.

    """
    started = time.monotonic()
    with _alone(), connect() as duck:
        wanted = _in_the_journal()
        held = {} if rebuild else _in_files(duck)
        changed = sorted(day for day, each in wanted.items() if held.get(day) != each)
        with _workshop() as bench:
            for days in _together(changed, wanted):
                _write(duck, bench, days)
        removed = _remove_others(set(wanted))
    return Exported(
        facts=sum(each.facts for each in wanted.values()),
        days=len(wanted),
        written=len(changed),
        removed=removed,
        seconds=round(time.monotonic() - started, 2),
    )


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


def _in_the_journal() -> dict[date, Content]:
    # Only constants of this package are written into the statements of this file.
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {DAY}, count(*), max(id), sum(id) FROM journal_fact"  # noqa: S608
            f" WHERE {OURS} GROUP BY 1"
        )
        return {day: Content(count, last, int(keys)) for day, count, last, keys in cursor}


def _in_files(duck: duckdb.DuckDBPyConnection) -> dict[date, Content]:
    found = {}
    for path in folder().glob(f"day=*/{FILE}"):
        held = _held(duck, path)
        if held:
            found[_day(path)] = held
    return found


def _held(duck: duckdb.DuckDBPyConnection, path: Path) -> Content | None:
    """Return what a file holds; None if it is broken, or has other columns than ours."""
    try:
        said = duck.execute(
            "SELECT name FROM parquet_schema(?) WHERE type IS NOT NULL", [str(path)]
        ).fetchall()
        if [name for (name,) in said] != [each.name for each in COLUMNS]:
            return None
        row = duck.execute(
            "SELECT count(*), max(id), sum(id) FROM read_parquet(?)", [str(path)]
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
    home = folder().parent
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(".making-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=home) as bench:
        yield Path(bench)


def _together(days: list[date], wanted: dict[date, Content]) -> Iterator[list[date]]:
    """Give the days in lots that fit into memory."""
    lot: list[date] = []
    facts = 0
    for day in days:
        if lot and facts + wanted[day].facts > AT_ONCE:
            yield lot
            lot, facts = [], 0
        lot.append(day)
        facts += wanted[day].facts
    if lot:
        yield lot


def _write(duck: duckdb.DuckDBPyConnection, bench: Path, days: list[date]) -> None:
    table = bench / "facts.csv"
    _read(table, days)
    duck.execute(
        "CREATE OR REPLACE TEMP TABLE lot AS"  # noqa: S608
        f" SELECT * FROM read_csv(?, columns={{'day': 'DATE', {_TYPES[1:]}, header=false,"
        " auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='',"
        " allow_quoted_nulls=false) ORDER BY day, id",
        [str(table)],
    )
    for day in days:
        made = bench / FILE
        duck.execute(
            f"COPY (SELECT {_NAMES} FROM lot WHERE day = ? ORDER BY id) TO '{_quoted(made)}'"  # noqa: S608
            " (FORMAT parquet, COMPRESSION zstd)",
            [day],
        )
        _put(made, folder() / f"day={day.isoformat()}" / FILE)
    duck.execute("DROP TABLE lot")


def _read(table: Path, days: list[date]) -> None:
    """Write the facts of some days as CSV, as fast as PostgreSQL can tell them."""
    columns = ", ".join(each.expression for each in COLUMNS)
    statement = (
        f"COPY (SELECT {DAY}, {columns} FROM journal_fact"  # noqa: S608
        f" WHERE {OURS} AND {DAY} = ANY(%s)) TO STDOUT (FORMAT csv)"
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


def _remove_others(days: set[date]) -> int:
    found = [each for each in folder().glob("day=*") if _day(each / FILE) not in days]
    for each in found:
        shutil.rmtree(each)
    return len(found)
