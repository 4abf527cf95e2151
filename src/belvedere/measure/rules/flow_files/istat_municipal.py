"""ISTAT's municipalities by year: residents and foreigners, hotels and others."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from belvedere.measure.rules.flow_files.cells import Cell, Reading, Wrong, adds_up, number
from belvedere.measure.rules.flow_files.municipalities import Known, codes, municipalities, of
from belvedere.measure.rules.flows import ALL, FOREIGN, HOTELS, ITALY, OTHERS, WORLD
from belvedere.territory.rules import key

COLUMNS = (
    "cod_istat", "comune", "provincia", "anno",
    *(f"{what}_{where}{who}" for what in ("arr", "pre") for where in ("tot", "alb", "ext")
      for who in ("_res", "_nres", "")),
)  # fmt: skip


def read(
    row: int, values: Mapping[str, str], known: Known, provinces: Mapping[str, str]
) -> Reading:
    """Read a row of ISTAT's municipalities by year.

    Args:
        row: Line in the file.
        values: The row by column.
        known: The municipalities of the row's year.
        provinces: Slugs of the provinces by ISTAT code.

    """
    label = values["comune"]
    if not label:
        raise Wrong(
            "comune",
            "The name is empty, so the row is a subtotal: it would count guests twice.",
        )
    cells = tuple(_cells(values))
    start = date(known.year, 1, 1)
    shown = tuple(each for each in cells if each.nights is not None)
    code = codes(values["cod_istat"])[0]
    if key(label).startswith("altricomuni"):
        if code[:3] not in provinces:
            raise Wrong("cod_istat", f"{code[:3]} is no province that we know.")
        return Reading(row, "remainder", code, label, start, shown, area=provinces[code[:3]])
    if not shown and code in (known.ended | known.coming):
        return Reading(row, "municipality", code, label, start, ())
    found, mended = municipalities(values["cod_istat"], label, known)
    each = of(row, found, label, start, cells, mended)
    return replace(each, broken=bool(found & known.born))


def _cells(values: Mapping[str, str]) -> Iterable[Cell]:
    for where, accommodation in (("tot", ALL), ("alb", HOTELS), ("ext", OTHERS)):
        three = []
        for who, origin in (("_res", ITALY), ("_nres", FOREIGN), ("", WORLD)):
            arrivals = number(values, f"arr_{where}{who}")
            nights = number(values, f"pre_{where}{who}")
            if (arrivals is None) != (nights is None):
                raise Wrong(
                    f"arr_{where}{who}",
                    "Of arrivals and nights only one is given: both or none.",
                )
            three.append(Cell(origin, "", accommodation, arrivals, nights))
        adds_up(three, f"pre_{where}")
        yield from three
