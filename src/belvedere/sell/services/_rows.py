"""Inserting rows of the path that everybody waits for, without asking each field how."""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def insert(rows: Iterable[Row]) -> list[Row]:
    """Insert new rows of one model in one statement, and tell each its key.

    As `bulk_create`, at a fraction of its cost. Good for numbers, texts, dates and times; not
    for JSON.
    """
    made = list(rows)
    if not made:
        return made
    statement, fields = _statement(type(made[0]))
    columns: list[Any] = [
        [each.get_prep_value(getattr(row, each.attname)) for row in made] for each in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, columns)
        keys = cursor.fetchall()
    for row, (key,) in zip(made, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
    return made


@cache
def _statement(model: type[models.Model]) -> tuple[str, list[Any]]:
    """Return the INSERT of a model, and the fields that it takes, each as a list."""
    fields = [each for each in model._meta.concrete_fields if not each.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(each.column)) for each in fields)
    lists = ", ".join(f"%s::{each.db_type(connection)}[]" for each in fields)
    table = quote(model._meta.db_table)
    return (
        f"INSERT INTO {table} ({columns})"  # noqa: S608  names of our own tables
        f" SELECT * FROM unnest({lists}) RETURNING id",
        fields,
    )
