"""`belvedere warehouse`: brings facts and readings into Parquet now, instead of on the hour."""

import argparse
import importlib
import json
import sys

from belvedere.config import prepare
from belvedere.shared.errors import SetupError


def command(argv: list[str]) -> int:
    """Export facts and readings and prepare the figures; say what came of it."""
    parser = argparse.ArgumentParser(
        prog="belvedere warehouse", description="Bring the warehouse up to date."
    )
    parser.add_argument("--rebuild", action="store_true", help="write every day again")
    parser.add_argument("--json", action="store_true", help="write a line of JSON")
    options = parser.parse_args(argv)
    try:
        made = importlib.import_module("belvedere.measure.warehouse.prepare")
    except ModuleNotFoundError as error:
        raise SetupError(
            f"The warehouse needs {error.name}, which is not installed: "
            "pip install 'belvedere[measure]' ('make setup' does it)."
        ) from error
    prepare.migrate()
    done = made.refresh(rebuild=options.rebuild)
    if options.json:
        sys.stdout.write(f"{json.dumps(done.summary())}\n")
    else:
        sys.stdout.write(
            f"{done.facts} facts and {done.readings} readings in the warehouse, in "
            f"{done.days} files of a day: {done.written} days written, {done.removed} taken "
            f"away, in {done.seconds} s.\n"
        )
    return 0
