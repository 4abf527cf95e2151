"""Gives every test run a home and a PostgreSQL of its own, before Django reads its settings.

Loaded by `-p belvedere.testing.plugin` in pyproject.toml. Workers of pytest-xdist inherit the
environment of the run that started them and share its server, each with its own database.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from belvedere.config import debian, postgres
from belvedere.config.env import env

pytest_plugins = [
    "belvedere.testing.browser",
    "belvedere.testing.node",
    "belvedere.testing.wheels",
    "belvedere.testing.world",
]

NO_BROWSER = "NO BROWSER: the browser tests did not run. As root: " + debian.apt_line(
    [each for each in debian.packages() if each.optional]
)
NO_NODE = (
    "NO NODE: independent clients from npm were NOT asked. As root: "
    "apt-get install -y --no-install-recommends nodejs npm"
)
NO_WHEEL = (
    "NO PYPI: published schemas were NOT asked, because a package could not be downloaded."
)
_OWNER = "BELVEDERE_TEST_RUN"

if _OWNER not in os.environ:
    for _name in [each for each in os.environ if each.startswith("BELVEDERE_")]:
        del os.environ[_name]  # A developer's own settings must not change what tests see.
    os.environ[_OWNER] = str(os.getpid())
    os.environ["BELVEDERE_MODE"] = "test"
    os.environ["BELVEDERE_HOME"] = tempfile.mkdtemp(prefix="belvedere-test-")
    (Path(os.environ["BELVEDERE_HOME"]) / "static").mkdir()  # Else whitenoise warns each time.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")
    if not os.environ.get("DATABASE_URL"):
        env.cache_clear()
        postgres.start(env(), durable=False)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this run started."""
    if os.environ.get(_OWNER) != str(os.getpid()):
        return
    home = Path(os.environ["BELVEDERE_HOME"])
    if not os.environ.get("DATABASE_URL"):
        postgres.remove(env())
    shutil.rmtree(home, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly which tests were left out because a program is missing."""
    skipped = [str(each.longrepr) for each in terminalreporter.stats.get("skipped", [])]
    for missing in (NO_BROWSER, NO_NODE, NO_WHEEL):
        if any(missing in each for each in skipped):
            terminalreporter.write_sep("=", missing, red=True, bold=True)
