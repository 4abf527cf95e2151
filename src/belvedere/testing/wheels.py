"""Files of others' packages that tests compare with; nothing of ours needs the packages."""

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from belvedere.testing.plugin import NO_WHEEL

Unpack = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def wheel() -> Unpack:
    """Unpack a package of a version, once for all runs, without what it depends on."""

    def wheel(name: str, version: str) -> Path:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        kept = home / "belvedere-tests" / f"{name}-{version}.wheel"
        if not kept.exists():
            _unpack(f"{name}=={version}", kept)
        return kept

    return wheel


def _unpack(what: str, kept: Path) -> None:
    """Unpack beside the place and move there: two runs may want the same at once."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                   "--only-binary=:all:", "--dest", folder, what]  # fmt: skip
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, timeout=300, check=False
        )
        files = list(Path(folder).glob("*.whl"))
        if done.returncode or not files:
            pytest.skip(f"{NO_WHEEL} ({what})")
        into = Path(folder) / "unpacked"
        with zipfile.ZipFile(files[0]) as packed:
            packed.extractall(into)
        try:
            into.rename(kept)
        except OSError:
            if not kept.exists():
                raise
