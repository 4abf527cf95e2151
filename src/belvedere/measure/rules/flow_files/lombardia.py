"""Lombardy's provinces by month and origin."""

from collections.abc import Mapping
from datetime import date

from belvedere.measure.rules.flow_files.cells import Cell, Reading, Wrong, adds_up, count, year
from belvedere.measure.rules.flow_files.origins import Origins, origin
from belvedere.measure.rules.flows import ALL, HOTELS, OTHERS
from belvedere.territory.rules import key

COLUMNS = (
    "anno", "provincia", "mese", "provenienza_turisti", "arrivi_totale", "presenze_totale",
    "arrivi_alberghiero", "presenze_alberghiero", "arrivi_extra_alberghiero",
    "presenze_extra_alberghiero",
)  # fmt: skip
MONTHS = (
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
)
LOMBARDY = {
    "varese": "012",
    "como": "013",
    "sondrio": "014",
    "milano": "015",
    "bergamo": "016",
    "brescia": "017",
    "pavia": "018",
    "cremona": "019",
    "mantova": "020",
    "lecco": "097",
    "lodi": "098",
    "monzaebrianza": "108",
}
"""ISTAT's codes of Lombardy's provinces, by the letters of their names."""


def read(row: int, values: Mapping[str, str], origins: Origins) -> Reading:
    """Read a row of Lombardy's provinces by month and origin."""
    unit = LOMBARDY.get(key(values["provincia"]))
    if unit is None:
        raise Wrong("provincia", f"“{values['provincia']}” is no province of Lombardy.")
    start = date(year(values), month(values["mese"]), 1)
    label = values["provenienza_turisti"]
    code, renamed = origin(label, origins, "provenienza_turisti")
    hotels, others, everything = (
        Cell(
            code,
            label,
            accommodation,
            count(values, f"arrivi_{name}"),
            count(values, f"presenze_{name}"),
        )
        for name, accommodation in (
            ("alberghiero", HOTELS),
            ("extra_alberghiero", OTHERS),
            ("totale", ALL),
        )
    )
    adds_up((hotels, others, everything), "presenze_totale")
    cells = (everything, hotels, others)
    return Reading(
        row,
        "elsewhere",
        unit,
        values["provincia"],
        start,
        cells,
        kind="month",
        broken=renamed,
    )


def month(text: str) -> int:
    """Return the number of a month by its Italian name.

    >>> month("Agosto"), month("gennaio")
    (8, 1)
    """
    try:
        return MONTHS.index(text.casefold()) + 1
    except ValueError:
        raise Wrong(
            "mese", f"“{text}” is not a month: its Italian name is expected, such as Agosto."
        ) from None
