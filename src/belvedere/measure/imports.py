"""What `belvedere import` can bring into the observatory: counts of guests, five layouts."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from belvedere.measure.rules import PROVIDERS
from belvedere.measure.rules import flow_files as files
from belvedere.measure.rules.flow_files import Cell, Known, Reading, Wrong
from belvedere.measure.services.import_flows import Refusal, import_flows
from belvedere.measure.tables import rows as small_table
from belvedere.shared import tables
from belvedere.shared.errors import BadInput
from belvedere.shared.imports import Imported, Quarantined, Report
from belvedere.territory import queries as territory
from belvedere.territory.rules import key

Content = dict[str, str]


class _File:
    """A file while it is read: its rows, and those that were left out."""

    def __init__(
        self, profile: str, path: Path, columns: Iterable[str], report: Report
    ) -> None:
        self.profile, self.path, self.report = profile, path, report
        self.table = tables.read(path, tuple(columns))
        self.refused: list[Refusal] = []
        self.content: dict[int, Content] = {}
        if self.table.note:
            _say(f"{path.name}: {self.table.note}")
        if not territory.municipality_keys():
            raise BadInput(
                "There are no municipalities yet: run `belvedere seed_territory` first."
            )

    def read(self, reader: Callable[[int, Content], Reading | files.Half]) -> list:  # type: ignore[type-arg]
        """Read each row, and leave out those that are wrong."""
        found = []
        for row in self.table.rows:
            if isinstance(row, tables.Broken):
                self.content[row.line] = {"": row.text}
                self.refuse(row.line, "", row.reason)
                continue
            self.content[row.line] = row.values
            try:
                found.append(reader(row.line, row.values))
            except Wrong as wrong:
                self.refuse(row.line, wrong.field, wrong.reason)
        return found

    def refuse(self, line: int, field: str, reason: str) -> None:
        """Leave a row out, and tell it."""
        self.refused.append(Refusal(line, field, reason, self.content[line]))
        self.report(Quarantined(line, field, reason))

    def keep(self, provider: str, readings: Iterable[Reading]) -> Imported:
        """Write down what could be read, each thing once."""
        return import_flows(
            self.profile,
            self.path.name,
            self.once(readings),
            self.refused,
            provider=PROVIDERS[provider],
            rows=len(self.table.rows),
        )

    def once(self, readings: Iterable[Reading]) -> list[Reading]:
        """Leave out what stands twice: the second if both say the same, else both."""
        kept: dict[tuple[object, ...], Reading] = {}
        clashes: set[tuple[object, ...]] = set()
        for each in readings:
            first = kept.setdefault(each.key, each)
            if first is each:
                continue
            same = first.cells == each.cells
            ending = "" if same else " with other figures, so neither is taken"
            self.refuse(each.row, "", f"Line {first.row} has the same key{ending}.")
            if not same and each.key not in clashes:
                clashes.add(each.key)
                self.refuse(first.row, "", f"Line {each.row} has the same key{ending}.")
        return [each for name, each in kept.items() if name not in clashes]


def istat_municipal(path: Path, *, dry_run: bool, report: Report) -> Imported:
    """Arrivals and nights of Tuscany's municipalities by year, from ISTAT.

    Args:
        path: The file.
        dry_run: Not needed: the caller rolls a trial back.
        report: Told each row that is left out.

    Raises:
        BadInput: A column is missing, or the file cannot be read at all.

    """
    file = _File("flows-istat-municipal", path, files.istat_municipal.COLUMNS, report)
    known = _Years()
    provinces = {each.code: each.slug for each in territory.provinces()}

    def reader(line: int, values: Content) -> Reading:
        return files.istat_municipal.read(line, values, known[files.year(values)], provinces)

    readings = file.read(reader)
    return file.keep("istat-municipal", [*readings, *_unlisted(file, readings, known)])


def istat_months(path: Path, *, dry_run: bool, report: Report) -> Imported:
    """Nights of Tuscany's municipalities by month, from ISTAT.

    Args:
        path: The file.
        dry_run: Not needed: the caller rolls a trial back.
        report: Told each row that is left out.

    Raises:
        BadInput: A column is missing, or the file cannot be read at all.

    """
    file = _File("flows-istat-months", path, files.istat_months.COLUMNS, report)
    known = _Years()

    def reader(line: int, values: Content) -> Reading:
        return files.istat_months.read(line, values, known[files.year(values)])

    return file.keep("istat-municipal", file.read(reader))


def toscana(path: Path, *, dry_run: bool, report: Report) -> Imported:
    """Arrivals and nights of Tuscany's municipalities by year, from the Region.

    Args:
        path: The file.
        dry_run: Not needed: the caller rolls a trial back.
        report: Told each row that is left out.

    Raises:
        BadInput: A column is missing, or the file cannot be read at all.

    """
    file = _File("flows-toscana", path, files.toscana.COLUMNS, report)
    known = _Years()
    ambiti: dict[str, str] = {}

    def reader(line: int, values: Content) -> Reading:
        label = values["ambito"]
        if label not in ambiti:
            area = territory.area_called(label)
            ambiti[label] = area.slug if area else ""
        return files.toscana.read(line, values, known[files.year(values)], ambiti[label])

    readings = _rejoined(file.read(reader))
    mended = sum(each.mended for each in readings)
    if mended:
        _say(f"{path.name}: {mended} figures whose wrong code was mended by the names")
    return file.keep("toscana", readings)


def origin_province(path: Path, *, dry_run: bool, report: Report) -> Imported:
    """Arrivals and nights of Tuscany's provinces by origin and kind of house, from ISTAT.

    Args:
        path: The file.
        dry_run: Not needed: the caller rolls a trial back.
        report: Told each row that is left out.

    Raises:
        BadInput: A column is missing, or the file cannot be read at all.

    """
    file = _File("flows-origin-province", path, files.origin_province.COLUMNS, report)
    provinces = {each.code: each for each in territory.provinces()}
    names = {code: each.name for code, each in provinces.items()}
    origins = _origins()
    halves = file.read(
        lambda line, values: files.origin_province.read(line, values, names, origins)
    )
    slugs = {code: each.slug for code, each in provinces.items()}
    return file.keep("istat-origin", _whole(file, halves, slugs))


def lombardia(path: Path, *, dry_run: bool, report: Report) -> Imported:
    """Arrivals and nights of Lombardy's provinces by month and origin, from its Region.

    Args:
        path: The file.
        dry_run: Not needed: the caller rolls a trial back.
        report: Told each row that is left out.

    Raises:
        BadInput: A column is missing, or the file cannot be read at all.

    """
    file = _File("flows-lombardia", path, files.lombardia.COLUMNS, report)
    origins = _origins()
    readings = file.read(lambda line, values: files.lombardia.read(line, values, origins))
    return file.keep("lombardia", readings)


class _Years(dict[int, Known]):
    """The municipalities of each first of January, asked for once."""

    def __init__(self) -> None:
        self.everywhere = territory.stays()
        self.within = {each.slug: territory.stays(each) for each in territory.ambiti()}

    def __missing__(self, year: int) -> Known:
        day = date(year, 1, 1)
        self[year] = Known(
            year,
            names={each.code: each.name for each in self.everywhere if each.on(day)},
            born={each.code for each in self.everywhere if each.since == day},
            ambiti={
                each.code: slug
                for slug, members in self.within.items()
                for each in members
                if each.on(day)
            },
            ended={
                each.code: each.name
                for each in self.everywhere
                if each.until is not None and each.until <= day
            },
            coming={
                each.code: each.name
                for each in self.everywhere
                if each.since is not None and each.since > day
            },
        )
        return self[year]


def _unlisted(
    file: _File, readings: Iterable[Reading], known: Mapping[int, Known]
) -> Iterable[Reading]:
    """Mask the municipalities that a province's “altri comuni” stand for.

    Where the file has such a row, the municipalities of the province that it never lists are
    among them. One whose row was left out is not: of that one we know nothing.
    """
    listed = {(each.start.year, code) for each in readings for code in each.coverage}
    left_out = {
        code.zfill(6)
        for each in file.refused
        for code in re.findall(r"\d{4,6}", each.content.get("cod_istat", ""))
    }
    for rest in (each for each in readings if each.scope == "remainder"):
        year, province = rest.start.year, rest.unit[:3]
        for code, name in known[year].names.items():
            if code[:3] == province and (year, code) not in listed and code not in left_out:
                yield files.masked(code, name, rest.start)


def _rejoined(readings: Iterable[Reading]) -> list[Reading]:
    """Put together the two rows, Italians and foreigners, that a wrong code tore apart."""
    found: dict[tuple[object, ...], int] = {}
    out: list[Reading] = []
    for each in readings:
        at = found.get(each.key)
        if at is not None and (each.mended or out[at].mended):
            both = files.toscana.joined(out[at], each)
            if both is not None:
                out[at] = both
                continue
        found.setdefault(each.key, len(out))
        out.append(each)
    return out


def _whole(
    file: _File, halves: Iterable[files.Half], slugs: Mapping[str, str]
) -> Iterable[Reading]:
    """Put arrivals and nights of one thing together."""
    pairs: dict[tuple[object, ...], dict[str, files.Half]] = {}
    for each in halves:
        pair = pairs.setdefault(each.key, {})
        if each.measure in pair:
            file.refuse(each.row, "", f"Line {pair[each.measure].row} has the same key.")
        else:
            pair[each.measure] = each
    for pair in pairs.values():
        (first, *rest) = pair.values()
        if not rest:
            lacking = "nights" if first.measure == "arrivi" else "arrivals"
            file.refuse(first.row, "misura", f"There is no row with the {lacking} of this one.")
            continue
        cell = Cell(
            first.origin,
            first.origin_label,
            first.accommodation,
            pair["arrivi"].value,
            pair["presenze"].value,
        )
        yield Reading(
            first.row,
            "area",
            first.province,
            first.label,
            date(first.year, 1, 1),
            (cell,),
            area=slugs[first.province],
        )


def _origins() -> dict[str, tuple[str, bool]]:
    return {
        key(each["label"]): (each["code"], bool(each["renamed"]))
        for each in small_table("origins")
    }


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
