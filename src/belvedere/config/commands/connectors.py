"""`belvedere connectors`: the vendors we can talk to, and what proves that we can."""

import argparse
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

FAMILIES = ("channels", "payments", "marketplaces", "feeds")


def command(argv: list[str]) -> None:
    """Print a table of all that are installed, ours and others'."""
    argparse.ArgumentParser(
        prog="belvedere connectors", description="List the vendors we can talk to."
    ).parse_args(argv)
    rows = [("family", "key", "name", "proof"), *found()]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        sys.stdout.write(f"{line.rstrip()}\n")


def found() -> Iterator[tuple[str, str, str, str]]:
    """Yield family, key, name and proof of every connector."""
    for family in FAMILIES:
        for point in sorted(
            entry_points(group=f"belvedere.{family}"), key=lambda each: each.name
        ):
            yield family, point.name, *_described(point)


def _described(point: EntryPoint) -> tuple[str, str]:
    """Return name and proof; one that cannot be loaded is named all the same."""
    try:
        spec = point.load().spec
    except Exception as error:
        return point.value, f"cannot be loaded: {error}"
    proof = getattr(spec, "proof", "none")
    return str(getattr(spec, "name", point.name)), str(getattr(proof, "value", proof))
