"""How offices write their counts of guests, one file a layout, and what each row means.

Pure: no database. Each layout has its `COLUMNS` and a `read` that turns a row into our words.
"""

from belvedere.measure.rules.flow_files import (
    istat_months,
    istat_municipal,
    lombardia,
    origin_province,
    toscana,
)
from belvedere.measure.rules.flow_files.cells import Cell, Reading, Wrong, with_all, year
from belvedere.measure.rules.flow_files.municipalities import Known, masked
from belvedere.measure.rules.flow_files.origin_province import Half

__all__ = [
    "Cell",
    "Half",
    "Known",
    "Reading",
    "Wrong",
    "istat_months",
    "istat_municipal",
    "lombardia",
    "masked",
    "origin_province",
    "toscana",
    "with_all",
    "year",
]
