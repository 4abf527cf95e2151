"""What the channels counted, reckoned on the warehouse: by source, action, channel, market.

`rules.Counted` says what is added up and what never is. The expressions are Ibis and name no
engine, as those of the funnels.
"""

from datetime import UTC, datetime
from typing import Literal

import ibis
from ibis import Table

from belvedere.measure.rules import Counted
from belvedere.measure.warehouse import export
from belvedere.measure.warehouse.columns import READINGS

Field = Literal["source", "subject", "action", "channel", "market", "area"]


def counted_by(field: Field, *, until: datetime | None = None) -> dict[str, list[Counted]]:
    """Return what was counted of each source, piece, action, channel, market or area.

    Args:
        field: What the numbers are of; `subject` is a piece (`piece:7`).
        until: As of when: later readings don't count. None for the last ones.

    """
    readings = opened()
    if readings is None:
        return {}
    if until is not None:
        moment = until.astimezone(UTC).replace(tzinfo=None)
        readings = readings.filter(readings.counted_at <= moment)
    found: dict[str, list[Counted]] = {}
    for row in _sums(_last(readings), field).to_pyarrow().to_pylist():
        found.setdefault(row["key"], []).append(
            Counted(
                channel=row["channel"],
                metric=row["metric"],
                value=row["value"],
                at=row["at"].replace(tzinfo=UTC),
                posts=row["posts"],
            )
        )
    return found


def opened() -> Table | None:
    """Open the readings of the warehouse; None if there are none."""
    if not export.files(READINGS):
        return None
    duck = ibis.duckdb.from_connection(export.connect())
    return duck.read_parquet(export.pattern(READINGS), hive_partitioning=True)


def _last(readings: Table) -> Table:
    """Keep the last reading of each metric of each post."""
    newest = ibis.row_number().over(
        group_by=["subject", "channel", "metric"], order_by=ibis.desc("counted_at")
    )
    ranked = readings.mutate(age=newest)
    return ranked.filter(ranked.age == 0).drop("age")


def _sums(last: Table, field: Field) -> Table:
    keyed = last.mutate(key=last[field])
    return (
        keyed.group_by(["key", "channel", "metric"])
        .aggregate(value=keyed.value.sum(), at=keyed.counted_at.max(), posts=keyed.count())
        .order_by(["key", "channel", "metric"])
    )
