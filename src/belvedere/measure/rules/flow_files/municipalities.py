"""Which municipalities a row is of: its code checks its name, and its name the code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

from belvedere.measure.rules.flow_files.cells import Cell, Reading, Wrong
from belvedere.measure.rules.flows import ALL, FOREIGN, HOTELS, ITALY, OTHERS, WORLD
from belvedere.territory.rules import key

ALIKE = 0.8
"""From how alike on a damaged name is taken for the one that its code has."""
_CODES = re.compile(r"\s*[+\-/]\s*")


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


def of(
    row: int,
    found: frozenset[str],
    label: str,
    start: date,
    cells: tuple[Cell, ...],
    mended: bool,
) -> Reading:
    """Return a row as one municipality, or as several that are counted together."""
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
