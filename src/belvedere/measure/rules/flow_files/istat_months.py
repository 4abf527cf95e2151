"""ISTAT's municipalities by month: nights alone, of all guests and all kinds of house."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from belvedere.measure.rules.flow_files.cells import Cell, Reading, Wrong, number, year
from belvedere.measure.rules.flow_files.municipalities import Known, municipalities, of
from belvedere.measure.rules.flows import ALL, WORLD

COLUMNS = ("cod_istat", "comune", "anno", "mese", "presenze")


def read(row: int, values: Mapping[str, str], known: Known) -> Reading:
    """Read a row of ISTAT's municipalities by month.

    Arrivals are not published. A municipality that the file never lists is neither shown nor
    said to be masked: nothing is known of it.

    Args:
        row: Line in the file.
        values: The row by column.
        known: The municipalities of the row's year.

    """
    if not values["comune"]:
        raise Wrong(
            "comune",
            "The name is empty, so the row is a subtotal: it would count guests twice.",
        )
    start = date(year(values), month(values["mese"]), 1)
    found, mended = municipalities(values["cod_istat"], values["comune"], known)
    cells = (Cell(WORLD, "", ALL, None, number(values, "presenze")),)
    each = of(row, found, values["comune"], start, cells, mended)
    return replace(each, kind="month", broken=start.month == 1 and bool(found & known.born))


def month(text: str) -> int:
    """Return the number of a month.

    >>> month("1"), month("08"), month("12")
    (1, 8, 12)
    """
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 12):
        raise Wrong("mese", f"“{text}” is not a month: a number from 1 to 12 is expected.")
    return int(text)
