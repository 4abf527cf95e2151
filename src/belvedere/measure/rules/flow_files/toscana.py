"""The Region's municipalities by year: residents and foreigners."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from belvedere.measure.rules.flow_files.cells import Cell, Reading, Wrong, count, with_all
from belvedere.measure.rules.flow_files.municipalities import Known, municipalities, of
from belvedere.measure.rules.flows import ALL, FOREIGN, ITALY

COLUMNS = (
    "anno", "sigla_provincia", "comune", "cod_istat", "ambito",
    "arrivi_italiani", "arrivi_stranieri", "presenze_italiane", "presenze_straniere",
)  # fmt: skip


def read(row: int, values: Mapping[str, str], known: Known, ambito: str) -> Reading:
    """Read a row of the Region's municipalities by year.

    Args:
        row: Line in the file.
        values: The row by column.
        known: The municipalities of the row's year.
        ambito: Slug of the ambito that the row's label means; empty if we don't know it.

    """
    if not values["comune"]:
        raise Wrong(
            "comune",
            "The name is empty, so the row is a subtotal: it would count guests twice.",
        )
    found, mended = municipalities(values["cod_istat"], values["comune"], known)
    if not ambito:
        raise Wrong("ambito", f"“{values['ambito']}” is no spelling of an ambito that we know.")
    for code in sorted(found):
        if known.ambiti.get(code, ambito) != ambito:
            raise Wrong(
                "ambito",
                f"In {known.year} {known.names[code]} belongs to {known.ambiti[code]}, not to "
                f"“{values['ambito']}”: date the move in the territory first.",
            )
    parts = [
        Cell(origin, "", ALL, count(values, f"arrivi_{ends[0]}"), count(values, ends[1]))
        for origin, ends in (
            (ITALY, ("italiani", "presenze_italiane")),
            (FOREIGN, ("stranieri", "presenze_straniere")),
        )
    ]
    start = date(known.year, 1, 1)
    each = of(row, found, values["comune"], start, with_all(parts), mended)
    return replace(each, broken=bool(found & known.born))


def joined(first: Reading, second: Reading) -> Reading | None:
    """Join two rows of one unit of which each has what the other lacks; None if they clash.

    A wrong code tears a pair of municipalities apart: one row has its Italians and noughts,
    the other its foreigners.
    """
    parts = []
    for mine, theirs in zip(first.cells[:2], second.cells[:2], strict=True):
        if mine.nights and theirs.nights:
            return None
        parts.append(mine if mine.nights or mine.arrivals else theirs)
    return replace(first, cells=with_all(parts), mended=True)
