"""What people have noted about bank transfers: an SQLite file in the installation's home.

It stands for the bank, which tells us nothing: what was asked for, what came in, what is to go
back. Nothing in it is ever changed or taken away but by a new line.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from stdnum.iso7064 import mod_97_10

from belvedere.shared import clock
from belvedere.shared.errors import BadInput, Refused

FILE = "bank-transfers.sqlite3"
DIGITS = 12
_TABLES = """
CREATE TABLE IF NOT EXISTS transfers (
  reference TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE,
  minor INTEGER NOT NULL CHECK (minor > 0), opened_at TEXT NOT NULL, closed_at TEXT);
CREATE TABLE IF NOT EXISTS receipts (
  id INTEGER PRIMARY KEY, reference TEXT NOT NULL REFERENCES transfers,
  minor INTEGER NOT NULL CHECK (minor > 0), day TEXT NOT NULL, line TEXT NOT NULL,
  by TEXT NOT NULL, noted_at TEXT NOT NULL, UNIQUE (reference, minor, day, line));
CREATE TABLE IF NOT EXISTS refunds (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,
  reference TEXT NOT NULL REFERENCES transfers, minor INTEGER NOT NULL CHECK (minor > 0),
  asked_at TEXT NOT NULL, done_at TEXT, by TEXT);
CREATE TABLE IF NOT EXISTS strays (
  id INTEGER PRIMARY KEY, text TEXT NOT NULL, minor INTEGER NOT NULL CHECK (minor > 0),
  day TEXT NOT NULL, by TEXT NOT NULL, noted_at TEXT NOT NULL, settled_at TEXT,
  settled_by TEXT, UNIQUE (text, minor, day));
"""


@dataclass(frozen=True)
class Row:
    """How far one transfer is; amounts are in cents of a euro."""

    reference: str
    minor: int
    opened_at: str
    closed: bool
    received: int
    refunded: int


@dataclass(frozen=True)
class Due:
    """Money that a person must transfer back."""

    id: int
    reference: str
    minor: int
    asked_at: str


class Book:
    """The notes on the transfers of one installation.

    Args:
        home: Folder in which the file lies.
        now: The clock.

    """

    def __init__(self, home: Path, now: Callable[[], datetime] = clock.now) -> None:
        self.path, self.now = home / FILE, now
        home.mkdir(parents=True, exist_ok=True)
        self.path.touch(mode=0o600)
        with self._open() as db:
            db.executescript(_TABLES)

    def expect(self, key: str, minor: int) -> Row:
        """Wait for a transfer; the same key is the same one.

        Raises:
            Refused: The key was used for another amount.

        """
        with self._write() as db:
            before = db.execute(
                "SELECT reference, minor FROM transfers WHERE key = ?", (key,)
            ).fetchone()
            if before and before[1] != minor:
                raise Refused("The key was used for another amount.")
            reference = before[0] if before else self._unused(db)
            if not before:
                db.execute(
                    "INSERT INTO transfers VALUES (?, ?, ?, ?, NULL)",
                    (reference, key, minor, self._now()),
                )
            return self._row(db, reference)

    def row(self, reference: str) -> Row:
        """Return how far a transfer is.

        Raises:
            Refused: There is none with this reference.

        """
        with self._open() as db:
            return self._row(db, reference)

    def close(self, reference: str) -> Row:
        """Wait no longer. Money may come all the same: nobody can stop a transfer."""
        with self._write() as db:
            db.execute(
                "UPDATE transfers SET closed_at = ? WHERE reference = ? AND closed_at IS NULL",
                (self._now(), reference),
            )
            return self._row(db, reference)

    def received(
        self, reference: str, minor: int, *, by: str, day: date, line: str = ""
    ) -> int:
        """Note money that has come in, and return the note's number.

        Args:
            reference: What the payer wrote, without spaces.
            minor: How many cents.
            by: Who notes it.
            day: On which day the bank booked it.
            line: The statement's number for it, when two are alike.

        Raises:
            BadInput: Nothing is expected under this reference, or it was noted before.

        """
        if minor < 1:
            raise BadInput("The amount is not positive.", field="amount")
        with self._write() as db:
            try:
                self._row(db, reference)
                made = db.execute(
                    "INSERT INTO receipts (reference, minor, day, line, by, noted_at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (reference, minor, day.isoformat(), line, by, self._now()),
                )
            except Refused as error:
                raise BadInput(str(error), field="reference") from error
            except sqlite3.IntegrityError as error:
                raise BadInput(
                    "This was noted before. If as much came twice on that day, give the"
                    " number that the bank's statement has for it.",
                    field="line",
                ) from error
        return int(made.lastrowid or 0)

    def give_back(self, key: str, reference: str, minor: int) -> bool:
        """Ask for money to be transferred back, once for each key; whether it has been.

        Raises:
            Refused: More than came in, or the key was another refund's.

        """
        with self._write() as db:
            row = self._row(db, reference)
            before = db.execute(
                "SELECT reference, minor, done_at FROM refunds WHERE key = ?", (key,)
            ).fetchone()
            if before:
                if before[:2] != (reference, minor):
                    raise Refused("The key was used for another refund.")
                return before[2] is not None
            (asked,) = db.execute(
                "SELECT coalesce(sum(minor), 0) FROM refunds WHERE reference = ?", (reference,)
            ).fetchone()
            if minor < 1 or asked + minor > row.received:
                raise Refused("More would go back than came in.")
            db.execute(
                "INSERT INTO refunds (key, reference, minor, asked_at) VALUES (?, ?, ?, ?)",
                (key, reference, minor, self._now()),
            )
        return False

    def returned(self, number: int, *, by: str) -> str:
        """Note that a person has transferred money back, and return the transfer's reference.

        Raises:
            BadInput: No such refund is waiting.

        """
        with self._write() as db:
            done = db.execute(
                "UPDATE refunds SET done_at = ?, by = ? WHERE id = ? AND done_at IS NULL"
                " RETURNING reference",
                (self._now(), by, number),
            ).fetchone()
        if done is None:
            raise BadInput("No such refund is waiting.", field="number")
        return str(done[0])

    def waiting(self) -> list[Row]:
        """Return the transfers that are still expected, the oldest first."""
        with self._open() as db:
            found = db.execute(
                "SELECT reference FROM transfers WHERE closed_at IS NULL ORDER BY opened_at"
            ).fetchall()
            rows = [self._row(db, reference) for (reference,) in found]
        return [row for row in rows if row.received < row.minor]

    def due(self) -> list[Due]:
        """Return what a person must transfer back, the oldest first."""
        with self._open() as db:
            found = db.execute(
                "SELECT id, reference, minor, asked_at FROM refunds WHERE done_at IS NULL"
                " ORDER BY id"
            ).fetchall()
        return [Due(*each) for each in found]

    def stray(self, text: str, minor: int, *, by: str, day: date) -> int:
        """Keep money that nobody was asked for; what was kept before is the same."""
        with self._write() as db:
            db.execute(
                "INSERT INTO strays (text, minor, day, by, noted_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (text, minor, day.isoformat(), by, self._now()),
            )
            (number,) = db.execute(
                "SELECT id FROM strays WHERE text = ? AND minor = ? AND day = ?",
                (text, minor, day.isoformat()),
            ).fetchone()
        return int(number)

    def strays(self) -> list[tuple[int, str, int, str]]:
        """Return number, text, cents and day of what is not settled, the oldest first."""
        with self._open() as db:
            return db.execute(
                "SELECT id, text, minor, day FROM strays WHERE settled_at IS NULL ORDER BY id"
            ).fetchall()

    def settled(self, number: int, *, by: str) -> None:
        """Note that a person has seen to money that nobody was asked for.

        Raises:
            BadInput: It was seen to before, or never came.

        """
        with self._write() as db:
            done = db.execute(
                "UPDATE strays SET settled_at = ?, settled_by = ?"
                " WHERE id = ? AND settled_at IS NULL RETURNING id",
                (self._now(), by, number),
            ).fetchone()
        if done is None:
            raise BadInput("Nothing of this number waits.", field="number")

    def _row(self, db: sqlite3.Connection, reference: str) -> Row:
        found = db.execute(
            "SELECT minor, opened_at, closed_at IS NOT NULL,"
            " (SELECT coalesce(sum(minor), 0) FROM receipts r WHERE r.reference = t.reference),"
            " (SELECT coalesce(sum(minor), 0) FROM refunds b WHERE b.reference = t.reference"
            "  AND b.done_at IS NOT NULL) FROM transfers t WHERE reference = ?",
            (reference,),
        ).fetchone()
        if found is None:
            raise Refused("No transfer is expected under this reference.")
        minor, opened_at, closed, received, refunded = found
        return Row(reference, minor, opened_at, bool(closed), received, refunded)

    def _unused(self, db: sqlite3.Connection) -> str:
        while True:
            made = new_reference()
            found = db.execute("SELECT 1 FROM transfers WHERE reference = ?", (made,))
            if found.fetchone() is None:
                return made

    def _now(self) -> str:
        return self.now().isoformat(timespec="seconds")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA foreign_keys=ON")
            yield db
        finally:
            db.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")


def new_reference() -> str:
    """Return a new structured creditor reference (ISO 11649): digits only, easy to type."""
    own = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    return f"RF{mod_97_10.calc_check_digits(f'{own}RF')}{own}"
