"""Installations of their own, used through real processes."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from belvedere.config import network
from belvedere.config.postgres.cluster import Cluster


def until(what, *, seconds=60):
    """Wait until something is so, and return it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"Still not so after {seconds} s.")


@dataclass
class Installation:
    """A home, and the commands that are run on it."""

    home: Path
    port: int = 0
    running: list = field(default_factory=list)

    @property
    def cluster(self):
        return Cluster.of(self.home)

    def environment(self, **more):
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BELVEDERE_", "DATABASE_URL", "DJANGO_"))
        }
        return {**kept, "BELVEDERE_HOME": str(self.home), **more}

    def command(self, *words):
        return [sys.executable, "-m", "belvedere.config.cli", *words]

    def belvedere(self, *words, **environment):
        return subprocess.run(
            self.command(*words),
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def python(self, code):
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
        )

    def run(self, *words):
        """Start `belvedere run` and wait until it answers."""
        self.port = self.port or free_port()
        process = subprocess.Popen(
            self.command("run", "--port", str(self.port), *words), env=self.environment()
        )
        self.running.append(process)
        until(lambda: process.poll() is None and self.answers(process), seconds=120)
        return psutil.Process(process.pid)

    def answers(self, process=None):
        """Say whether the site answers, by children of that process if one is given."""
        if process and len(psutil.Process(process.pid).children()) < 2:
            return False
        return network.answers("127.0.0.1", self.port)

    def remove(self):
        for process in self.running:
            if process.poll() is None:
                process.terminate()
                process.wait(30)
        if self.cluster.root.exists():
            self.cluster.stop()
            shutil.rmtree(self.cluster.root)
        shutil.rmtree(self.home, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def installation():
    """An installation in a folder whose name has a space, a quote and an umlaut."""
    found = Installation(Path(tempfile.mkdtemp(prefix="bel've dère-")) / "home")
    yield found
    found.remove()
    found.home.parent.rmdir()


@pytest.fixture(scope="module")
def site():
    """An installation that has been prepared to serve; shared by a file's tests."""
    found = Installation(Path(tempfile.mkdtemp(prefix="bel've dère-")))
    yield found
    found.remove()
