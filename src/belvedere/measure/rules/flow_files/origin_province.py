"""ISTAT's provinces by origin and kind of house: arrivals and nights in rows of their own."""

from collections.abc import Mapping
from typing import NamedTuple

from belvedere.measure.rules.flow_files.cells import Wrong, count, year
from belvedere.measure.rules.flow_files.origins import Origins, origin
from belvedere.measure.rules.flows import ALL
from belvedere.territory.rules import key

COLUMNS = ("anno", "cod_prov", "provincia", "tipologia", "provenienza", "misura", "valore")
KINDS = {
    "TOTALE": ALL,
    "Alberghi 5 e 4 stelle": "HOTEL_4_5",
    "Alberghi 3 stelle e RTA": "HOTEL_3",
    "Alberghi 2 e 1 stella": "HOTEL_1_2",
    "Campeggi": "CAMPING",
    "Alloggi in Affitto g.f.i.": "RENTED",
    "Altri es. ricettivi": "OTHER_REST",
}


class Half(NamedTuple):
    """A row that gives arrivals or nights alone."""

    row: int
    province: str
    label: str
    year: int
    origin: str
    origin_label: str
    accommodation: str
    measure: str
    value: int

    @property
    def key(self) -> tuple[object, ...]:
        """Return what the other half has too."""
        return (self.province, self.year, self.origin, self.accommodation)


def read(
    row: int, values: Mapping[str, str], provinces: Mapping[str, str], origins: Origins
) -> Half:
    """Read a row of origins by province: arrivals or nights, the other in another row."""
    code = values["cod_prov"].zfill(3)
    if code not in provinces:
        raise Wrong("cod_prov", f"“{values['cod_prov']}” is no province that we know.")
    if key(values["provincia"]) not in key(provinces[code]):
        raise Wrong(
            "cod_prov",
            f"Code and name disagree: {code} is {provinces[code]}; "
            f"the row says “{values['provincia']}”.",
        )
    accommodation = KINDS.get(values["tipologia"])
    if accommodation is None:
        raise Wrong("tipologia", f"“{values['tipologia']}” is no kind that we know.")
    if values["misura"] not in ("arrivi", "presenze"):
        raise Wrong("misura", f"“{values['misura']}” is neither arrivi nor presenze.")
    found, _ = origin(values["provenienza"], origins, "provenienza")
    return Half(
        row,
        code,
        values["provincia"],
        year(values),
        found,
        values["provenienza"],
        accommodation,
        values["misura"],
        count(values, "valore"),
    )
