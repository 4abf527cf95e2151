"""The small tables of flows that come with Belvedere; SOURCES.md says where each is from."""

import csv
from pathlib import Path

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """Return a small table's rows by column."""
    path = Path(__file__).with_name(f"{name}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
