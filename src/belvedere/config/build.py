"""Makes what is not kept in git: compiled translations. CSS needs no build (ADR-0013).

Run by `make setup`, and before the site starts; does nothing where nothing changed.
"""

import sys
from pathlib import Path

import polib

from belvedere.shared.errors import SetupError

PACKAGE = Path(__file__).resolve().parent.parent


def main() -> None:
    """Build everything."""
    compile_translations()


def compile_translations(package: Path = PACKAGE) -> list[Path]:
    """Compile every stage's `.po` that is newer than its `.mo`; returns those.

    Raises:
        SetupError: One has a mistake; says where.

    """
    stale = [
        each for each in sorted(package.glob("*/locale/*/LC_MESSAGES/*.po")) if _stale(each)
    ]
    for source in stale:
        try:
            polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
        except OSError as error:
            raise SetupError(f"The translations cannot be compiled ({error}).") from error
    return stale


def stale() -> list[str]:
    """Return what is missing or older than its sources, in words."""
    found = []
    if any(_stale(each) for each in PACKAGE.glob("*/locale/*/LC_MESSAGES/*.po")):
        found.append("translations")
    return found


def _stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


if __name__ == "__main__":
    try:
        main()
    except SetupError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)
