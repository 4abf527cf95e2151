"""The embedded PostgreSQL of one home: made once, started by whoever comes first.

As root its data lie in `/var/lib/belvedere/<hash of the home>`, which only the system user
`pgserver` can enter; as anybody else in `<home>/postgres`. It listens on a Unix socket only,
in a folder nobody else can enter, and knows its clients by their system account (`peer`).
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from belvedere.config.postgres import programs
from belvedere.config.postgres.programs import BASE, OTHERWISE, Account
from belvedere.shared.errors import SetupError

NAME = "belvedere"
PATIENCE = 60  # seconds for a server that comes up after a crash
# sun_path has 108 bytes; PostgreSQL adds "/.s.PGSQL.5432.lock" to the folder's name.
LONGEST_FOLDER = 80
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.-")

_entered: dict[Path, int] = {}


@dataclass(frozen=True)
class Cluster:
    """The embedded server of one home."""

    root: Path
    socket: Path
    home: Path

    @classmethod
    def of(cls, home: Path) -> "Cluster":
        """Return the server that belongs to a home."""
        home = home.absolute()
        name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        if os.geteuid() == 0:
            return cls(BASE / name, BASE / name / "run", home)
        root = home / "postgres"
        socket = root / "run"
        if len(os.fsencode(socket)) > LONGEST_FOLDER or not PLAIN.issuperset(str(socket)):
            socket = Path(tempfile.gettempdir()) / f"belvedere-{os.geteuid()}-{name}"
        return cls(root, socket, home)

    @property
    def data(self) -> Path:
        """Return the folder PostgreSQL calls PGDATA."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """Return the file the server writes what it did to."""
        return self.root / "log"

    def start(self, *, durable: bool) -> None:
        """Become a user of the server, starting it if nobody did."""
        account = programs.account()
        self._make_folders(account)
        self._enter()
        if self.answers():
            return
        with self._lock():
            if self.answers():  # Another process started it while we waited.
                return
            binaries = programs.find(account)
            if not (self.data / "PG_VERSION").exists():
                self._initialise(binaries, account, durable=durable)
            self._configure(account, durable=durable)
            self._launch(binaries, account)
            self._create_database()
        (self.root / "home").write_text(f"{self.home}\n")

    def leave(self) -> None:
        """Stop the server if we are its last user."""
        users = _entered.pop(self.root, None)
        if users is None:
            return
        with self._lock(), os.fdopen(users) as held, suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._stop()

    def stop(self) -> None:
        """Stop the server, cutting off whoever uses it."""
        if self.data.exists():
            with self._lock():
                self._stop()

    def answers(self) -> bool:
        """Say whether the server accepts a new connection and answers a question.

        Only that is believed: a pid file may be a dead server's, and for a second or two
        after a postmaster is killed its last children still live.
        """
        try:
            with self._connect(NAME) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.Error:
            return False

    def postmaster(self) -> psutil.Process | None:
        """Return the server's first process, if it runs."""
        process = self._recorded()
        return process if process and process.name() == "postgres" else None

    def _recorded(self) -> psutil.Process | None:
        """Return the process that has the number in the pid file, whatever it is."""
        try:
            first_line = (self.data / "postmaster.pid").read_text().splitlines()[0]
            return psutil.Process(int(first_line))
        except (OSError, IndexError, ValueError, psutil.Error):
            return None

    # Steps of starting

    def _make_folders(self, account: Account) -> None:
        try:
            if self.root.is_relative_to(BASE):
                programs.make_base()
            for folder in dict.fromkeys([self.root, self.socket]):
                _make_private(folder, account)
        except OSError as error:
            raise SetupError(
                f"The folder {error.filename or self.root} for the database cannot be used "
                f"({error.strerror}): mend it, set BELVEDERE_HOME to one that you may write, "
                f"{OTHERWISE}."
            ) from error

    def _enter(self) -> None:
        if self.root not in _entered:
            users = os.open(self.root / "users", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
            _entered[self.root] = users

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        with open(os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialise(self, binaries: Path, account: Account, *, durable: bool) -> None:
        """Make the data beside their place: a broken attempt is never taken for them."""
        attempt = self.root / "data.new"
        shutil.rmtree(attempt, ignore_errors=True)
        options = ["-U", NAME, "-A", "peer", "-E", "UTF8", "--locale=C.UTF-8"]
        options += [] if durable else ["--no-sync"]
        done = programs.run([binaries / "initdb", "-D", attempt, *options], account)
        if done.returncode:
            raise SetupError(
                "The embedded PostgreSQL cannot be made in "
                f"{self.root} ({programs.last_line(done.stderr)}): mend that, {OTHERWISE}."
            )
        attempt.rename(self.data)

    def _configure(self, account: Account, *, durable: bool) -> None:
        names = dict.fromkeys([pwd.getpwuid(os.geteuid()).pw_name, account.name])
        files = {
            "pg_hba.conf": f"local all all peer map={NAME}\n",
            "pg_ident.conf": "".join(f'{NAME} "{each}" {NAME}\n' for each in names),
            "postgresql.auto.conf": _settings(self.socket, durable=durable),
        }
        for name, text in files.items():
            path = self.data / name
            path.write_text(text)
            path.chmod(0o600)
            account.own(path)

    def _launch(self, binaries: Path, account: Account) -> None:
        """Start until it answers: after a crash the first attempts may be too early."""
        deadline = time.monotonic() + PATIENCE
        pg_ctl = [binaries / "pg_ctl", "-D", self.data, "-l", self.log, "-t", str(PATIENCE)]
        while True:
            self._forget_strange_pid()
            programs.run([*pg_ctl, "-w", "start"], account)
            if self._is_up():
                return
            if time.monotonic() > deadline:
                raise SetupError(
                    f"The embedded PostgreSQL in {self.root} does not start "
                    f"({programs.last_line(self._logged())}): read {self.log}, {OTHERWISE}."
                )
            time.sleep(0.2)

    def _forget_strange_pid(self) -> None:
        """Remove a pid file whose number belongs to some other program by now.

        Numbers come round again soon in a container, and PostgreSQL would refuse for ever.
        """
        process = self._recorded()
        if process and process.name() != "postgres":
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _is_up(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.Error:
            return False
        return True

    def _create_database(self) -> None:
        with self._connect("postgres") as connection:
            connection.autocommit = True
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [NAME]
            ).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {NAME}")

    def _connect(self, database: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(
            host=str(self.socket), dbname=database, user=NAME, connect_timeout=5
        )

    def _stop(self) -> None:
        if self.postmaster():
            account = programs.account()
            command = [
                programs.find(account) / "pg_ctl",
                "-D",
                self.data,
                "-m",
                "fast",
                "-w",
                "stop",
            ]
            programs.run(command, account)

    def _logged(self) -> str:
        try:
            return self.log.read_text(errors="replace")
        except OSError:
            return ""


def _settings(socket: Path, *, durable: bool) -> str:
    lines = [
        "# Written by Belvedere at each start.",
        "listen_addresses = ''",
        f"unix_socket_directories = '{socket}'",
        "unix_socket_permissions = 0700",
        "max_connections = 100",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
    ]
    if not durable:
        lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
    return "\n".join([*lines, ""])


def _make_private(folder: Path, account: Account) -> None:
    """Make a folder that only the account (and root) can enter, or see that it is one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, 0):
            raise OSError(0, "it belongs to somebody else", str(folder)) from None
        if found.st_uid == account.uid:
            return
    account.own(folder)
