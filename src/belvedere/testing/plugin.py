"""Gives every test run a home and a PostgreSQL of its own, before Django reads its settings.

Loaded by `-p belvedere.testing.plugin` in pyproject.toml. Workers of pytest-xdist inherit the
environment of the run that started them and share its server, each with its own database.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from belvedere.config import postgres
from belvedere.config.env import env

_OWNER = "BELVEDERE_TEST_RUN"

if _OWNER not in os.environ:
    os.environ[_OWNER] = str(os.getpid())
    os.environ["BELVEDERE_MODE"] = "test"
    os.environ["BELVEDERE_HOME"] = tempfile.mkdtemp(prefix="belvedere-test-")
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
        postgres.stop(env())
        shutil.rmtree(postgres.cluster(home), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
