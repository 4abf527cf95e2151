"""How offices write their counts of guests, and what each row means. Pure: no database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from typing import NamedTuple

from belvedere.measure.rules.flows import ALL, FOREIGN, HOTELS, ITALY, OTHERS, WORLD
from belvedere.territory.rules import key

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
KINDS = {
    "TOTALE": ALL,
    "Alberghi 5 e 4 stelle": "HOTEL_4_5",
    "Alberghi 3 stelle e RTA": "HOTEL_3",
    "Alberghi 2 e 1 stella": "HOTEL_1_2",
    "Campeggi": "CAMPING",
    "Alloggi in Affitto g.f.i.": "RENTED",
    "Altri es. ricettivi": "OTHER_REST",
}
ALIKE = 0.8
"""From how alike on a damaged name is taken for the one that its code has."""
_NUMBER = re.compile(r"(\d+)(?:\.0+)?")
_CODES = re.compile(r"\s*[+\-/]\s*")

ISTAT_MUNICIPAL = (
    "cod_istat", "comune", "provincia", "anno",
    *(f"{what}_{where}{who}" for what in ("arr", "pre") for where in ("tot", "alb", "ext")
      for who in ("_res", "_nres", "")),
)  # fmt: skip
TOSCANA = (
    "anno", "sigla_provincia", "comune", "cod_istat", "ambito",
    "arrivi_italiani", "arrivi_stranieri", "presenze_italiane", "presenze_straniere",
)  # fmt: skip
ORIGINS = ("anno", "cod_prov", "provincia", "tipologia", "provenienza", "misura", "valore")
LOMBARDIA = (
    "anno", "provincia", "mese", "provenienza_turisti", "arrivi_totale", "presenze_totale",
    "arrivi_alberghiero", "presenze_alberghiero", "arrivi_extra_alberghiero",
    "presenze_extra_alberghiero",
)  # fmt: skip


class Wrong(ValueError):
    """A row that cannot be accepted: the column, and one sentence for a person."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class Cell(NamedTuple):
    """One figure of a row; `nights` None is a masked one."""

    origin: str
    origin_label: str
    accommodation: str
    arrivals: int | None
    nights: int | None


@dataclass(frozen=True)
class Reading:
    """A row in our words. A row that says nothing, and need not, has no cells."""

    row: int
    scope: str
    unit: str
    label: str
    start: date
    cells: tuple[Cell, ...]
    kind: str = "year"
    area: str = ""
    municipality: str = ""
    coverage: tuple[str, ...] = ()
    broken: bool = False
    mended: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """Return what must be unique in a file."""
        cut = tuple(sorted({(each.origin, each.accommodation) for each in self.cells}))
        return (self.unit, self.kind, self.start, cut)


@dataclass
class Known:
    """The municipalities of one first of January, as the territory knows them.

    Attributes:
        year: The year.
        names: Names by ISTAT code.
        born: Codes of those that came to be on this very day, by merger.
        ambiti: Slugs of the ambito by ISTAT code.
        ended: Names of those that were no more, by code.
        coming: Names of those that were not yet, by code.

    """

    year: int
    names: dict[str, str] = field(default_factory=dict)
    born: set[str] = field(default_factory=set)
    ambiti: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    coming: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name = {key(name): code for code, name in self.names.items()}


def number(values: Mapping[str, str], name: str) -> int | None:
    """Return a count; None where the field is empty, that is masked.

    >>> number({"n": "2757.0"}, "n"), number({"n": "0"}, "n"), number({"n": ""}, "n")
    (2757, 0, None)
    >>> number({"n": "-3"}, "n")
    Traceback (most recent call last):
    belvedere.measure.rules.flow_files.Wrong: “-3” is not a count: digits are expected, or nothing where the figure is masked.
    """  # noqa: E501
    text = values[name]
    if not text:
        return None
    found = _NUMBER.fullmatch(text)
    if found is None or len(found[1]) > 9:
        raise Wrong(
            name,
            f"“{text}” is not a count: digits are expected, or nothing where the figure "
            "is masked.",
        )
    return int(found[1])


def count(values: Mapping[str, str], name: str) -> int:
    """Return a count that must be there."""
    found = number(values, name)
    if found is None:
        raise Wrong(name, "The count is missing: digits are expected.")
    return found


def year(values: Mapping[str, str], name: str = "anno") -> int:
    """Return the year of a row.

    >>> year({"anno": "2024"})
    2024
    """
    text = values[name]
    if not re.fullmatch(r"(19|20)\d\d", text):
        raise Wrong(name, f"“{text}” is not a year: four digits are expected.")
    return int(text)


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


def codes(text: str) -> tuple[str, ...]:
    """Return ISTAT codes, with the zero that spreadsheets drop; several are one for secrecy.

    >>> codes("51001"), codes("46007+46034"), codes("046007 - 046034")
    (('051001',), ('046007', '046034'), ('046007', '046034'))
    """
    parts = _CODES.split(text.strip())
    if not all(re.fullmatch(r"\d{4,6}", each) for each in parts):
        raise Wrong("cod_istat", f"“{text}” is not an ISTAT code: six digits are expected.")
    return tuple(each.zfill(6) for each in parts)


def named(label: str, known: Known) -> frozenset[str]:
    """Return the codes of the municipalities that a label names; empty if it isn't sure.

    >>> known = Known(2021, {"050033": "Santa Croce sull'Arno", "050023": "Orciano Pisano"})
    >>> sorted(named("Santa Croce sull'Arno e Orciano Pisano", known))
    ['050023', '050033']
    >>> named("Orciano", known)
    frozenset()
    """
    whole = known.by_name.get(key(label))
    if whole:
        return frozenset([whole])
    parts = [each for each in re.split(r"\s+e\s+|\s*[,+]\s*", label) if each]
    found = [known.by_name.get(key(each)) for each in parts]
    return frozenset(code for code in found if code) if all(found) else frozenset()


def municipalities(code: str, label: str, known: Known) -> tuple[frozenset[str], bool]:
    """Return which municipalities a row is of, and whether its code had to be mended.

    The name checks the code. Where one of several codes is wrong and every name is known,
    the names decide; where nothing agrees, the row is refused.

    >>> known = Known(2021, {"047016": "Ponte Buggianese", "047003": "Buggiano"})
    >>> found, mended = municipalities("47016+47004", "Ponte Buggianese e Buggiano", known)
    >>> sorted(found), mended
    (['047003', '047016'], True)
    >>> municipalities("47003", "Bugiano", known)
    (frozenset({'047003'}), False)
    """
    given, meant = frozenset(codes(code)), named(label, known)
    if meant == given:
        return given, False
    if meant:
        if given & meant:
            return meant, True
        raise Wrong("cod_istat", _disagree(given, label, known))
    if given <= known.names.keys():
        ours = " e ".join(known.names[each] for each in codes(code))
        if SequenceMatcher(None, key(ours), key(label)).ratio() >= ALIKE:
            return given, False
    raise Wrong("cod_istat", _disagree(given, label, known))


def _disagree(given: Iterable[str], label: str, known: Known) -> str:
    told = []
    for each in sorted(given):
        if each in known.names:
            told.append(f"{each} is {known.names[each]}")
        elif each in known.ended:
            told.append(f"{each} ({known.ended[each]}) was no more in {known.year}")
        elif each in known.coming:
            told.append(f"{each} ({known.coming[each]}) did not exist in {known.year}")
        else:
            told.append(f"{each} is no municipality that we know")
    return f"Code and name disagree: {', '.join(told)}; the row says “{label}”."


def istat_municipal(
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
    cells = tuple(_istat_cells(values))
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
    each = _of(row, found, label, start, cells, mended)
    return replace(each, broken=bool(found & known.born))


def masked(code: str, label: str, start: date) -> Reading:
    """Return what is said of a municipality by saying nothing: every figure is masked."""
    cells = tuple(
        Cell(origin, "", accommodation, None, None)
        for accommodation in (ALL, HOTELS, OTHERS)
        for origin in (ITALY, FOREIGN, WORLD)
    )
    return Reading(
        0, "municipality", code, label, start, cells, municipality=code, coverage=(code,)
    )


def _istat_cells(values: Mapping[str, str]) -> Iterable[Cell]:
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
        _adds_up(three, f"pre_{where}")
        yield from three


def _adds_up(three: Sequence[Cell], name: str) -> None:
    for which in ("arrivals", "nights"):
        parts = [getattr(each, which) for each in three]
        if None not in parts and parts[0] + parts[1] != parts[2]:
            raise Wrong(
                name, f"The {which} don't add up: {parts[0]} + {parts[1]} is not {parts[2]}."
            )


def _of(
    row: int,
    found: frozenset[str],
    label: str,
    start: date,
    cells: tuple[Cell, ...],
    mended: bool,
) -> Reading:
    several = tuple(sorted(found))
    return Reading(
        row,
        "together" if len(several) > 1 else "municipality",
        "+".join(several),
        label,
        start,
        cells,
        municipality=several[0] if len(several) == 1 else "",
        coverage=several,
        mended=mended,
    )


def toscana(row: int, values: Mapping[str, str], known: Known, ambito: str) -> Reading:
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
    each = _of(row, found, values["comune"], start, with_all(parts), mended)
    return replace(each, broken=bool(found & known.born))


def with_all(parts: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return residents and foreigners with everybody added.

    >>> with_all([Cell("IT", "", "ALL", 1, 2), Cell("WRL_X_ITA", "", "ALL", 3, 4)])[2]
    Cell(origin='WORLD', origin_label='', accommodation='ALL', arrivals=4, nights=6)
    """
    arrivals = sum(each.arrivals or 0 for each in parts)
    nights = sum(each.nights or 0 for each in parts)
    return (*parts, Cell(WORLD, "", ALL, arrivals, nights))


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


Origins = Mapping[str, tuple[str, bool]]
"""Codes of origin by the letters of the label, and whether the label was renamed."""


def origin(label: str, origins: Origins, name: str) -> tuple[str, bool]:
    """Return the code of an origin, and whether its label is one that was changed.

    >>> origin("EMILIA-ROMAGNA", {"emiliaromagna": ("IT-45", False)}, "provenienza")
    ('IT-45', False)
    """
    try:
        return origins[key(label)]
    except KeyError:
        raise Wrong(
            name, f"“{label}” is no origin that we know: add it to measure/tables/origins.csv."
        ) from None


def lombardia(row: int, values: Mapping[str, str], origins: Origins) -> Reading:
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
    _adds_up((hotels, others, everything), "presenze_totale")
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


def half(
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
