"""What an importer is: a function that reads one file into the tables of its stage.

Stages name theirs in the entry-point group `belvedere.imports`; the command
`belvedere import PROFILE FILE` finds them there, and so it finds those of other packages.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Imported:
    """What one run of an importer did.

    Attributes:
        rows: Rows read, the header not counted.
        accepted: Rows that stand in the tables now.
        quarantined: Rows left out, each with its reason.
        created: Objects that are new.
        changed: Objects that differ from what stood there before.
        unchanged: Objects that were already so.
        candidates: Rows that a person must decide, possible duplicates for instance.
        seconds: How long it took; filled in by the command.

    """

    rows: int
    accepted: int
    quarantined: int
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    candidates: int = 0
    seconds: float = 0.0

    def summary(self) -> dict[str, int | float]:
        """Return the figures as every profile prints them.

        >>> Imported(rows=3, accepted=2, quarantined=1, created=2).summary()["accepted"]
        2
        """
        return asdict(self)


@dataclass(frozen=True)
class Quarantined:
    """One row that was left out.

    Attributes:
        row: Line of the file, the header being line 1; 0 if the whole file is meant.
        field: Column or property that is wrong; empty if the row is.
        reason: One sentence that says what is wrong and what would be right.

    """

    row: int
    field: str
    reason: str


Report = Callable[[Quarantined], None]


class Importer(Protocol):
    """Reads one file. The first line of its docstring is its help text."""

    def __call__(self, path: Path, *, dry_run: bool, report: Report) -> Imported:
        """Read the file, inside the caller's transaction.

        Args:
            path: The file; one that was named by its address has been fetched.
            dry_run: Whether this is a trial. The caller rolls a trial back, so an importer
                may write as always.
            report: Told each row that is left out.

        Raises:
            BadInput: The file as a whole cannot be read.

        """
