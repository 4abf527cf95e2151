"""Installations of their own, used through real processes."""

import tempfile
from pathlib import Path

import pytest

from tests.installation import Installation


def made():
    """A home in a folder whose name has a space, a quote and an umlaut."""
    return Installation(Path(tempfile.mkdtemp(prefix="bel've dère-")) / "home")


@pytest.fixture
def installation():
    """An installation on which nothing has run yet."""
    found = made()
    yield found
    found.remove()
    found.home.parent.rmdir()


@pytest.fixture(scope="module")
def site():
    """An installation that has been prepared to serve; shared by a file's tests."""
    found = made()
    found.home.mkdir()
    yield found
    found.remove()
    found.home.parent.rmdir()
