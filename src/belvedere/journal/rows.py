"""Inserting rows of the path that everybody waits for, at a fraction of the ORM's cost.

Keys are asked for in advance, so that what belongs together is written without waiting for an
answer after each table: a few rows in one round trip for all tables, many by COPY.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models

FEW = 8  # rows of one table; more of them are copied, which costs some 100 µs to begin with

Prepare = Callable[[Any], Any]


@dataclass(frozen=True)
class Reserved:
    """Keys of rows that are still to be inserted, and the database's time at that moment."""

    at: datetime
    keys: Mapping[type[models.Model], Iterator[int]]

    def key(self, model: type[models.Model]) -> int:
        """Return the next key for a row of a model."""
        return next(self.keys[model])


def reserve(wanted: Mapping[type[models.Model], int]) -> Reserved:
    """Ask the database for so many new keys of each model, in one query."""
    keys = "ARRAY(SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s))"
    asked = [part for model, count in wanted.items() for part in (_table(model), count)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(['statement_timestamp()', *[keys] * len(wanted)])}", asked
        )
        at, *found = cursor.fetchone()
    return Reserved(at, {model: iter(mine) for model, mine in zip(wanted, found, strict=True)})


def insert(*tables: Iterable[models.Model]) -> None:
    """Insert new rows, table by table in the order given, within the caller's transaction.

    Args:
        tables: Rows of one model each; with the keys that `reserve` gave, or without any: then
            the database gives them, and doesn't tell.

    """
    lists = [rows for rows in map(list, tables) if rows]
    few = all(len(rows) <= FEW for rows in lists)
    with connection.cursor() as cursor:
        if lists and few:  # One message: psycopg binds the values itself (`ClientCursor`).
            statements = [_values(rows) for rows in lists]
            cursor.execute(
                ";".join(each for each, _ in statements),
                [value for _, values in statements for value in values],
            )
        elif lists:
            for rows in lists:
                _copy(cursor, rows)
    for rows in lists:
        for row in rows:
            _told(row)


def insert_once(row: models.Model, column: str) -> bool:
    """Insert a row and tell it its key, unless the value of a unique column is there already.

    Returns:
        Whether it was inserted. Nothing is raised, so it needs no transaction of its own.

    """
    statement, values = _values([row])
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT ({column}) DO NOTHING RETURNING id", values)
        made = cursor.fetchone()
    if made:
        row.pk = made[0]
        _told(row)
    return bool(made)


def _told(row: models.Model) -> None:
    row._state.adding, row._state.db = False, connection.alias


def _values(rows: Sequence[models.Model]) -> tuple[str, list[Any]]:
    into, fields = _columns(type(rows[0]), rows[0].pk is not None)
    places = f"({', '.join(['%s'] * len(fields))})"
    return (
        f"INSERT INTO {into} VALUES {', '.join([places] * len(rows))}",  # noqa: S608
        [prepare(getattr(row, name)) for row in rows for name, prepare in fields],
    )


def _copy(cursor: Any, rows: Sequence[models.Model]) -> None:
    into, fields = _columns(type(rows[0]), rows[0].pk is not None)
    with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row([prepare(getattr(row, name)) for name, prepare in fields])


@cache
def _columns(
    model: type[models.Model], with_key: bool
) -> tuple[str, Sequence[tuple[str, Prepare]]]:
    """Return table and columns as SQL, and how each value is read and prepared."""
    fields = [each for each in model._meta.concrete_fields if with_key or not each.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(each.column)) for each in fields)
    return f"{_table(model)} ({columns})", [(each.attname, _prepare(each)) for each in fields]


def _prepare(field: Any) -> Prepare:
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    prepare: Prepare = field.get_prep_value
    return prepare


def _table(model: type[models.Model]) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))
