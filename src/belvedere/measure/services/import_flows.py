"""Taking a file of flows in: what is new, what differs, and what is left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from belvedere.journal.services import record
from belvedere.measure.models import FlowObservation, Quarantined
from belvedere.measure.rules import Provider
from belvedere.measure.rules.flow_files import Reading
from belvedere.shared import clock
from belvedere.shared.imports import Imported
from belvedere.territory import queries as territory

KEY = ("provider", "vintage", "unit", "period_kind", "period_start", "origin", "accommodation")
SAID = (
    "status", "scope", "area_id", "municipality_id", "unit_label", "coverage", "origin_label",
    "arrivals", "nights", "masked", "broken",
)  # fmt: skip
COLUMNS = (*KEY, *SAID, "imported_at")


@dataclass(frozen=True)
class Refusal:
    """A row that cannot be accepted."""

    row: int
    field: str
    reason: str
    content: Mapping[str, str]


@transaction.atomic
def import_flows(
    profile: str,
    file: str,
    readings: Sequence[Reading],
    refused: Sequence[Refusal] = (),
    *,
    provider: Provider,
    rows: int,
) -> Imported:
    """Take a file of counts in, all or nothing.

    The vintage is the last year that the file has. The same file again changes nothing; a
    corrected one changes what it corrects; one with a year more stands beside the old one,
    which stays as it was.

    Args:
        profile: Which kind of file it is.
        file: Its name, for the quarantine.
        readings: The rows in our words; no two have the same key.
        refused: The rows that are left out.
        provider: Who counted.
        rows: How many rows the file has.

    Returns:
        What was done. Objects are observations: one row gives several.

    """
    _quarantine(profile, file, refused)
    vintage = str(max((each.start.year for each in readings), default=0))
    created, changed, all_of_them = keep(readings, provider=provider, vintage=vintage)
    if created or changed:
        record(
            "flow.imported",
            f"import:{profile}",
            quantity=created,
            provider=provider.key,
            vintage=vintage,
            changed=changed,
            quarantined=len(refused),
        )
    return Imported(
        rows=rows,
        accepted=rows - len(refused),
        quarantined=len(refused),
        created=created,
        changed=changed,
        unchanged=all_of_them - created - changed,
    )


def keep(
    readings: Iterable[Reading], *, provider: Provider, vintage: str
) -> tuple[int, int, int]:
    """Write observations down, inside the caller's transaction.

    They travel by COPY and are compared by the database: 190,000 take some seconds.

    Returns:
        How many are new, how many differ from what stood there, how many there are.

    """
    columns = ", ".join(COLUMNS)
    changes = ", ".join(f"{each} = excluded.{each}" for each in (*SAID, "imported_at"))
    ours = ", ".join(f"old.{each}" for each in SAID)
    theirs = ", ".join(f"excluded.{each}" for each in SAID)
    table = FlowObservation._meta.db_table
    # Everything is asked for before the COPY: while it runs, the connection answers nothing.
    rows = list(_rows(readings, provider, vintage))
    # Only names of columns of this module are written into the statements.
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS flow_reading")
        cursor.execute(
            f"CREATE TEMPORARY TABLE flow_reading ON COMMIT DROP AS"  # noqa: S608
            f" SELECT {columns} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY flow_reading ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"WITH done AS (INSERT INTO {table} AS old ({columns})"  # noqa: S608
            f" SELECT {columns} FROM flow_reading"
            f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {changes}"
            f" WHERE ({ours}) IS DISTINCT FROM ({theirs})"
            f" RETURNING (xmax = 0) AS fresh)"
            f" SELECT count(*) FILTER (WHERE fresh),"
            f" count(*) FILTER (WHERE NOT fresh) FROM done"
        )
        created, changed = cursor.fetchone()
    return int(created), int(changed), len(rows)


def _rows(
    readings: Iterable[Reading], provider: Provider, vintage: str
) -> Iterator[tuple[Any, ...]]:
    areas, municipalities = territory.area_keys(), territory.municipality_keys()
    now = clock.now()
    for each in readings:
        coverage = "{" + ",".join(each.coverage) + "}"
        before = (provider.key, vintage, each.unit, each.kind, each.start)
        where = (
            provider.status,
            each.scope,
            areas.get(each.area),
            municipalities.get(each.municipality),
            each.label,
            coverage,
        )
        for cell in each.cells:
            yield (
                *before,
                cell.origin,
                cell.accommodation,
                *where,
                cell.origin_label,
                cell.arrivals,
                cell.nights,
                cell.nights is None,
                each.broken,
                now,
            )


def _quarantine(profile: str, file: str, refused: Sequence[Refusal]) -> None:
    """Let the quarantine of the file be exactly what was refused now."""
    now = clock.now()
    standing = Quarantined.objects.filter(profile=profile, file=file)
    standing.exclude(row__in=[each.row for each in refused]).delete()
    Quarantined.objects.bulk_create(
        [
            Quarantined(
                profile=profile,
                file=file,
                row=each.row,
                field=each.field,
                reason=each.reason[:300],
                content=dict(each.content),
                seen_at=now,
            )
            for each in refused
        ],
        update_conflicts=True,
        unique_fields=["profile", "file", "row"],
        update_fields=["field", "reason", "content", "seen_at"],
    )
