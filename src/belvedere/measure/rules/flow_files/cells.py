"""A row in our words, its figures, and the sentence where it is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from belvedere.measure.rules.flows import ALL, WORLD

_NUMBER = re.compile(r"(\d+)(?:\.0+)?")


class Wrong(ValueError):
    """A row that cannot be accepted: the column, and one sentence for a person."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class Cell(NamedTuple):
    """One figure of a row; `nights` None is a masked one, `arrivals` alone is not published."""

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


def number(values: Mapping[str, str], name: str) -> int | None:
    """Return a count; None where the field is empty, that is masked.

    >>> number({"n": "2757.0"}, "n"), number({"n": "0"}, "n"), number({"n": ""}, "n")
    (2757, 0, None)
    >>> number({"n": "-3"}, "n")
    Traceback (most recent call last):
    belvedere.measure.rules.flow_files.cells.Wrong: “-3” is not a count: digits are expected, or nothing where the figure is masked.
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


def with_all(parts: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return residents and foreigners with everybody added.

    >>> with_all([Cell("IT", "", "ALL", 1, 2), Cell("WRL_X_ITA", "", "ALL", 3, 4)])[2]
    Cell(origin='WORLD', origin_label='', accommodation='ALL', arrivals=4, nights=6)
    """
    arrivals = sum(each.arrivals or 0 for each in parts)
    nights = sum(each.nights or 0 for each in parts)
    return (*parts, Cell(WORLD, "", ALL, arrivals, nights))


def adds_up(three: Sequence[Cell], name: str) -> None:
    """Refuse two parts that are not their whole, where all three are known.

    Args:
        three: One part, the other, and both together.
        name: The column to name.

    """
    for which in ("arrivals", "nights"):
        parts = [getattr(each, which) for each in three]
        if None not in parts and parts[0] + parts[1] != parts[2]:
            raise Wrong(
                name, f"The {which} don't add up: {parts[0]} + {parts[1]} is not {parts[2]}."
            )
