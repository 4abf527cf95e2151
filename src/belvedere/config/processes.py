"""Child processes that are started again when they die, and never outlive the next start.

A killed parent cannot end its children, and a web server's own children outlive it too. So
each child leads a session of its own, its number and start time are written down in the home,
and its whole session carries a token in the environment; the next `run` ends what it finds.
"""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from belvedere.config import home as homes
from belvedere.shared.errors import SetupError

TOKEN = "BELVEDERE_RUN"  # noqa: S105  names the variable, isn't a secret
LONGEST_PAUSE = 30.0
STABLE = 30.0  # seconds after which a child's earlier deaths are forgiven
PATIENCE = 5.0  # seconds for a killed process to be gone
HOPELESS = 4  # deaths without ever having been stable


@dataclass
class Child:
    """One program that should always be running."""

    name: str
    argv: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    deaths: int = 0
    proven: bool = False
    again_at: float = 0.0

    def start(self, token: str) -> None:
        """Start it, at the head of a session of its own."""
        self.process = subprocess.Popen(  # noqa: S603  our own programs
            self.argv, env={**os.environ, TOKEN: token}, start_new_session=True
        )
        self.started = time.monotonic()

    def is_dead(self) -> bool:
        """Say whether it has ended without being asked to."""
        return self.process is not None and self.process.poll() is not None

    def mourn(self) -> None:
        """Decide when to start it again: at once the first time, later and later after that."""
        if time.monotonic() - self.started > STABLE:
            self.deaths, self.proven = 0, True
        self.deaths += 1
        pause = 0.0 if self.deaths == 1 else min(2.0 ** (self.deaths - 2), LONGEST_PAUSE)
        self.again_at = time.monotonic() + pause

    @property
    def hopeless(self) -> bool:
        """Say whether it never ran for long, however often it was started."""
        return self.deaths >= HOPELESS and not self.proven


@dataclass
class Family:
    """The children of one home."""

    home: Path
    children: list[Child] = field(default_factory=list)
    token: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def record(self) -> Path:
        """Return the file that outlives us."""
        return self.home / "run.json"

    def raise_children(self, children: Iterable[Child]) -> None:
        """Start them all."""
        self.children = list(children)
        for child in self.children:
            self._start(child)

    def revive(self) -> None:
        """Start again whoever has died.

        Raises:
            SetupError: One dies as soon as it is started, every time.

        """
        for child in self.children:
            if child.is_dead():
                self._bury(child)
            if child.process is None and time.monotonic() >= child.again_at:
                self._start(child)

    def end(self, grace: float) -> None:
        """Ask everybody to end, and kill who hasn't after `grace` seconds."""
        alive = [each for each in self.children if each.process]
        for child in alive:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + grace
        for child in alive:
            assert child.process  # noqa: S101
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        _kill(_sessions([each.process.pid for each in alive if each.process], self.token))
        self.children = []
        self.record.unlink(missing_ok=True)

    def end_orphans(self) -> bool:
        """Kill what a killed predecessor left behind; says whether there was one."""
        try:
            left = json.loads(self.record.read_text())
            started = {int(each["pid"]): float(each["started"]) for each in left["children"]}
            token = str(left["token"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        orphans = _sessions(started, token)
        orphans |= {each for pid in started if (each := _same(pid, started[pid]))}
        if orphans:
            sys.stderr.write(f"Ending {len(orphans)} processes of an earlier run.\n")
        _kill(orphans)
        self.record.unlink(missing_ok=True)
        return True

    def _start(self, child: Child) -> None:
        child.start(self.token)
        self._write()

    def _bury(self, child: Child) -> None:
        assert child.process  # noqa: S101
        code = child.process.returncode
        _kill(_sessions([child.process.pid], self.token))  # It may have left children too.
        child.process = None
        child.mourn()
        sys.stderr.write(f"The {child.name} ended ({_why(code)}); it is started again.\n")
        if child.hopeless:
            raise SetupError(f"The {child.name} ends at once: the lines above say why.")

    def _write(self) -> None:
        running = [each.process.pid for each in self.children if each.process]
        known = [{"pid": pid, "started": started} for pid in running if (started := _born(pid))]
        text = json.dumps({"token": self.token, "children": known})
        homes.write_private(self.record, text)


def _born(pid: int) -> float:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def _same(pid: int, started: float) -> psutil.Process | None:
    """Return the process of this number, if it is still the one that started then."""
    return psutil.Process(pid) if started and abs(_born(pid) - started) < 1 else None


def _sessions(leaders: Iterable[int], token: str) -> set[psutil.Process]:
    """Return the living members of these sessions that carry our token."""
    wanted = set(leaders)
    found = set()
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) in wanted and process.environ().get(TOKEN) == token:
                found.add(process)
        except (OSError, psutil.Error):  # It has ended meanwhile, or isn't ours to look at.
            continue
    return found


def _kill(processes: set[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.Error:
            continue
    deadline = time.monotonic() + PATIENCE
    while any(_lives(each) for each in processes) and time.monotonic() < deadline:
        time.sleep(0.02)


def _lives(process: psutil.Process) -> bool:
    """Say whether a process still holds anything; a zombie only waits to be counted."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process and child.process.poll() is None:
        child.process.send_signal(number)


def _why(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
