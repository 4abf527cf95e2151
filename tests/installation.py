"""An installation of its own, used as people use it: by commands, processes and addresses."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from belvedere.config import network
from belvedere.config.postgres.cluster import Cluster


def until(what, *, seconds=60, waiting_for="it"):
    """Look again and again until something is so, and return it."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not (found := what()):
        assert time.monotonic() < deadline, f"{waiting_for}: not within {seconds:.0f} s"
        pause.wait(0.1)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Installation:
    """A home, and what is run on it."""

    home: Path
    port: int = field(default_factory=free_port)
    running: list = field(default_factory=list)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def cluster(self):
        return Cluster.of(self.home)

    @property
    def process(self):
        """The process that was started last."""
        return self.running[-1]

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
        """Run a command to its end."""
        return subprocess.run(
            self.command(*words),
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=180,
        )

    def python(self, code):
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
        )

    def start(self, *words, seconds=240):
        """Start `belvedere run` or `demo` on our port, and wait until it answers."""
        with (self.home.parent / f"{self.home.name}.log").open("ab") as log:
            process = subprocess.Popen(
                self.command(*words, "--port", str(self.port)),
                env=self.environment(),
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        until(lambda: self._serves(process), seconds=seconds, waiting_for="an answer")
        return psutil.Process(process.pid)

    def _serves(self, process):
        """Say whether the site answers by children of this process."""
        assert process.poll() is None, self.said()[-2000:]
        return len(psutil.Process(process.pid).children()) >= 2 and self.answers()

    def answers(self):
        return network.answers("127.0.0.1", self.port)

    def said(self):
        """Return what was told on the terminal."""
        return (self.home.parent / f"{self.home.name}.log").read_text()

    def kill(self, which):
        """Kill -9 a program of the site: part of its command line says which."""
        for each in psutil.process_iter(["cmdline", "environ"]):
            words = " ".join(each.info["cmdline"] or [])
            home = (each.info["environ"] or {}).get("BELVEDERE_HOME")
            if which in words and home == str(self.home):
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()

    def kill_postgres(self):
        server = self.cluster.postmaster()
        assert server
        server.kill()

    def ask(self, question):
        """Ask the database a question in SQL; returns the rows."""
        with self.cluster._connect("belvedere") as connection:
            return connection.execute(question).fetchall()

    def record(self):
        """Return what the demo wrote down about itself."""
        return json.loads((self.home / "demo.json").read_text())

    def end(self):
        """Ask everything that still runs to end."""
        for process in self.running:
            if process.poll() is None:
                process.terminate()
                process.wait(60)

    def remove(self):
        self.end()
        if self.cluster.root.exists():
            self.cluster.stop()
            shutil.rmtree(self.cluster.root)
        shutil.rmtree(self.home, ignore_errors=True)
        (self.home.parent / f"{self.home.name}.log").unlink(missing_ok=True)
