"""`belvedere bench NAME`: measures one promise of the documentation."""

import argparse
import runpy
import sys
from pathlib import Path

from belvedere.shared.errors import SetupError

FOLDER = Path(__file__).resolve().parents[4] / "benchmarks"


def command(argv: list[str]) -> None:
    """Run `benchmarks/<name>.py`; whatever follows the name is given to it."""
    names = sorted(each.stem for each in FOLDER.glob("[a-z]*.py"))
    parser = argparse.ArgumentParser(prog="belvedere bench", description="Measure a promise.")
    parser.add_argument("name", choices=names or None, help=", ".join(names))
    if not names:
        raise SetupError("The benchmarks are part of the repository, not of the package.")
    options, rest = parser.parse_known_args(argv)
    script = FOLDER / f"{options.name}.py"
    sys.argv = [str(script), *rest]
    runpy.run_path(str(script), run_name="__main__")
