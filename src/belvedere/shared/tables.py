"""Reading tables as text (CSV, TSV) as offices send them: any separator, UTF-8 or Windows.

A row that is broken is told with its line and never takes its neighbours with it.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from belvedere.shared.errors import BadInput

SEPARATORS = ",;\t|"
LONGEST_ROW = 20
"""Lines that one quoted row may run over; more is a quotation mark that nobody closed."""


@dataclass(frozen=True)
class Row:
    """A row as it stands: its first line (the heading is line 1) and its fields by column."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True)
class Broken:
    """A line that is no row: with the reason, and the text as it stands."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Table:
    """A file read: how it was written, and its rows, whole and broken, in order."""

    encoding: str
    separator: str
    columns: tuple[str, ...]
    rows: list[Row | Broken] = field(default_factory=list)

    @property
    def note(self) -> str:
        """Say how the file was written, where that is not the usual way; else empty.

        >>> Table("cp1252", ";", ("a",)).note
        'encoding Windows-1252 (cp1252), separator ;'
        >>> Table("utf-8", ",", ("a",)).note
        ''
        """
        notes = []
        if self.encoding == "cp1252":
            notes.append("encoding Windows-1252 (cp1252)")
        if self.separator != ",":
            notes.append(f"separator {'TAB' if self.separator == chr(9) else self.separator}")
        return ", ".join(notes)


def read(path: Path, required: Sequence[str]) -> Table:
    """Read a table.

    Args:
        path: The file.
        required: Columns that must be there, in any order.

    Raises:
        BadInput: The file cannot be read as a whole; `field` names a column that lacks.

    """
    text, encoding = decode(path.read_bytes())
    lines = text.split("\n")
    if not lines[0].strip():
        raise BadInput("The file is empty: its first line must name the columns.")
    separator = _separator(lines[0], required)
    heading = next(csv.reader([lines[0]], delimiter=separator))
    columns = tuple(each.strip() for each in heading)
    for name in required:
        if name not in columns:
            raise BadInput(
                f"The column “{name}” is missing. The first line has: {', '.join(columns)}.",
                field=name,
            )
    for name in columns:
        if columns.count(name) > 1:
            raise BadInput(f"The column “{name}” stands twice in the heading.", field=name)
    rows = list(_rows(lines, separator, columns))
    return Table(encoding, separator, columns, rows)


def decode(content: bytes) -> tuple[str, str]:
    r"""Return the text and how it was encoded: `utf-8`, or `cp1252` if it can't be that.

    A UTF-8 file with some damaged letters stays UTF-8; the letters become U+FFFD.

    >>> decode("perché".encode("cp1252"))
    ('perché', 'cp1252')
    >>> decode("perché".encode("utf-8-sig"))
    ('perché', 'utf-8')
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput("The file is UTF-16: save it as “CSV UTF-8” and try again.")
    try:
        text, encoding = content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        patched = content.decode("utf-8-sig", errors="replace")
        whole = sum(ord(each) > 127 and each != "�" for each in patched)
        if whole > patched.count("�"):
            text, encoding = patched, "utf-8"
        else:
            text, encoding = content.decode("cp1252", errors="replace"), "cp1252"
    text = text.replace("\x00", "�")
    return re.sub(r"\r\n?", "\n", text), encoding


def _separator(heading: str, required: Sequence[str]) -> str:
    def found(separator: str) -> tuple[int, int]:
        names = [each.strip().strip('"') for each in heading.split(separator)]
        return len(set(names) & set(required)), len(names)

    return max(SEPARATORS, key=found)


def _rows(
    lines: Sequence[str], separator: str, columns: Sequence[str]
) -> Iterator[Row | Broken]:
    width = len(columns)
    at = 1
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        fields, used = _whole(lines, at, separator, width)
        if fields is None:
            yield _broken(lines[at], at + 1, separator, width)
        elif any("�" in each for each in fields):
            yield Broken(at + 1, "A letter is unreadable: the encoding is damaged.", lines[at])
        else:
            named = zip(columns, (each.strip() for each in fields), strict=True)
            yield Row(at + 1, dict(named))
        at += used


def _whole(
    lines: Sequence[str], at: int, separator: str, width: int
) -> tuple[list[str] | None, int]:
    """Return a row of the right width and how many lines it took; None if there is none.

    A quoted field may hold line ends, but a line that is a whole row by itself belongs to
    nobody else: so an unclosed quotation mark costs one row, not the rest of the file.
    """
    alone = _fields(lines[at : at + 1], separator)
    whole = len(alone) == width
    if whole and lines[at].count('"') % 2 == 0:
        return alone, 1
    for used in range(2, LONGEST_ROW + 1):
        last = at + used - 1
        if last >= len(lines) or len(_fields(lines[last : last + 1], separator)) == width:
            break
        fields = _fields(lines[at : at + used], separator)
        if len(fields) == width:
            return fields, used
    return (alone, 1) if whole else (None, 1)


def _fields(lines: Iterable[str], separator: str) -> list[str]:
    parsed = list(csv.reader([f"{each}\n" for each in lines], delimiter=separator))
    return parsed[0] if len(parsed) == 1 else []


def _broken(line: str, number: int, separator: str, width: int) -> Broken:
    has = len(_fields([line], separator))
    reason = f"The row has {has} fields where the heading has {width}."
    if line.count('"') % 2:
        reason += " A quotation mark is not closed."
    return Broken(number, reason, line[:2000])
