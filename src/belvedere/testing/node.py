"""Programs from npm that tests use as independent peers; nothing of ours needs Node itself."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from belvedere.testing.plugin import NO_NODE

Peer = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def npm() -> Peer:
    """Install a package of a version, once for all runs, and return its `node_modules`."""

    def npm(name: str, version: str) -> Path:
        if not (shutil.which("node") and shutil.which("npm")):
            pytest.skip(NO_NODE)
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        kept = home / "belvedere-tests" / f"{name.replace('/', '+')}-{version}"
        if not kept.exists():
            _install(f"{name}@{version}", kept)
        return kept / "node_modules"

    return npm


def _install(what: str, kept: Path) -> None:
    """Install beside the place and move there: two runs may want the same at once."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        (Path(folder) / "package.json").write_text('{"private": true}', encoding="utf-8")
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run(  # noqa: S603 - our own words
            [shutil.which("npm") or "npm", "install", *quiet, what],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"{NO_NODE} (npm could not install {what})")
        try:
            shutil.copytree(folder, f"{kept}.part-{os.getpid()}", symlinks=True)
            Path(f"{kept}.part-{os.getpid()}").rename(kept)
        except OSError:
            shutil.rmtree(f"{kept}.part-{os.getpid()}", ignore_errors=True)
            if not kept.exists():
                raise
