"""What the demo provider remembers: an SQLite file of its own, as a real one's is elsewhere.

It survives the end of our web server, worker and database, so that a payment made just
before a crash is still paid afterwards.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS payments (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, reference TEXT NOT NULL,
  back TEXT NOT NULL, notify TEXT NOT NULL, language TEXT NOT NULL, until REAL NOT NULL,
  state TEXT NOT NULL DEFAULT 'open', arrives_late INTEGER NOT NULL DEFAULT 0,
  ended_at REAL, refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded <= amount));
CREATE TABLE IF NOT EXISTS refunds (
  key TEXT PRIMARY KEY, payment TEXT NOT NULL REFERENCES payments, amount INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notices (
  id INTEGER PRIMARY KEY, event TEXT NOT NULL, payment TEXT NOT NULL REFERENCES payments,
  body BLOB NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, at REAL NOT NULL);
"""
LATE = 90
AFTER_CLOSING = 3


class Conflict(ValueError):
    """The request cannot be: another body under the same key, or not in this state."""


@dataclass(frozen=True)
class Row:
    """A payment in the provider's books."""

    id: str
    amount: int
    currency: str
    reference: str
    back: str
    notify: str
    language: str
    until: float
    state: str
    arrives_late: int
    ended_at: float | None
    refunded: int


_COLUMNS = ", ".join(Row.__dataclass_fields__)


class Store:
    """The provider's books.

    Args:
        path: Where the file is.
        now: What the provider's clock says, in seconds since 1970.

    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self.path, self.now = path, now
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            db.executescript(_TABLES)

    def create(self, given: dict[str, Any]) -> Row:
        """Open a payment; the same key and body find the one that is open already."""
        body = json.dumps(given, sort_keys=True)
        with self._write() as db:
            before = db.execute(
                "SELECT id, body FROM payments WHERE key = ?", (given["key"],)
            ).fetchone()
            if before and before[1] != body:
                raise Conflict("The key was used for another payment.")
            pk: str = before[0] if before else f"demo_{secrets.token_urlsafe(12)}"
            if not before:
                db.execute(
                    "INSERT INTO payments (id, key, body, amount, currency, reference, back,"
                    " notify, language, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        pk,
                        given["key"],
                        body,
                        int(given["amount"]),
                        str(given["currency"]),
                        str(given["reference"]),
                        str(given["back"]),
                        str(given["notify"]),
                        str(given["language"]),
                        float(given["until"]),
                    ),
                )
            return self._row(db, pk)

    def get(self, pk: str) -> Row | None:
        """Return a payment as it is now: what is past its time is closed."""
        with self._write() as db:
            return self._tick(db, pk)

    def pay(self, pk: str, how: str = "") -> Row:
        """Take the buyer's money. `how` says what goes wrong with telling the merchant.

        Raises:
            Conflict: The payment is no longer open.

        """
        with self._write() as db:
            row = self._tick(db, pk)
            if row is None or row.state not in ("open", "failed"):
                raise Conflict("This payment is not open.")
            if how == "expired":  # The bank takes its time; the money comes when it is late.
                db.execute("UPDATE payments SET arrives_late = 1 WHERE id = ?", (pk,))
                return self._row(db, pk)
            return self._capture(db, row, how)

    def refuse(self, pk: str) -> Row:
        """Refuse the buyer's money."""
        with self._write() as db:
            row = self._tick(db, pk)
            if row is None or row.state != "open":
                raise Conflict("This payment is not open.")
            return self._end(db, row, "failed", due=self.now())

    def close(self, pk: str) -> Row | None:
        """Close a payment that is open; any other stays as it is."""
        with self._write() as db:
            row = self._tick(db, pk)
            if row and row.state == "open":
                return self._end(db, row, "closed", due=None)
            return row

    def refund(self, pk: str, amount: int, key: str) -> Row:
        """Give money back, once for each key.

        Raises:
            Conflict: Not paid, more than was paid, or the key was another refund's.

        """
        with self._write() as db:
            row = self._row(db, pk)
            before = db.execute(
                "SELECT payment, amount FROM refunds WHERE key = ?", (key,)
            ).fetchone()
            if before:
                if before != (pk, amount):
                    raise Conflict("The key was used for another refund.")
                return row
            if row.state != "paid" or amount < 1 or row.refunded + amount > row.amount:
                raise Conflict("So much cannot be given back.")
            db.execute("INSERT INTO refunds VALUES (?, ?, ?)", (key, pk, amount))
            db.execute("UPDATE payments SET refunded = refunded + ? WHERE id = ?", (amount, pk))
            return self._row(db, pk)

    def fresh(self, nonce: str) -> bool:
        """Remember a nonce; False if it was seen before."""
        with self._write() as db:
            db.execute("DELETE FROM nonces WHERE at < ?", (self.now() - 700,))
            added = db.execute(
                "INSERT OR IGNORE INTO nonces VALUES (?, ?)", (nonce, self.now())
            )
            return added.rowcount == 1

    def due(self) -> list[tuple[int, str, str, bytes, int]]:
        """Claim the notices that are due: id, event, address, body, tries."""
        with self._write() as db:
            for (pk,) in db.execute(
                "SELECT id FROM payments WHERE arrives_late AND state IN ('open', 'closed')"
            ).fetchall():
                self._tick(db, pk)
            now = self.now()
            rows = db.execute(
                "SELECT n.id, n.event, p.notify, n.body, n.tries FROM notices n"
                " JOIN payments p ON p.id = n.payment"
                " WHERE NOT n.done AND n.due <= ? AND n.tries < 10 ORDER BY n.id LIMIT 20",
                (now,),
            ).fetchall()
            for pk, *_ in rows:
                db.execute(
                    "UPDATE notices SET tries = tries + 1, due = ? WHERE id = ?", (now + 60, pk)
                )
        return rows

    def delivered(self, notice: int, *, well: bool, tries: int) -> None:
        """Note whether the merchant took a notice; one that was not taken is due again."""
        with self._write() as db:
            if well:
                db.execute("UPDATE notices SET done = 1 WHERE id = ?", (notice,))
            else:
                again = self.now() + 2.0 ** (tries + 1)
                db.execute("UPDATE notices SET due = ? WHERE id = ?", (again, notice))

    def _capture(self, db: sqlite3.Connection, row: Row, how: str) -> Row:
        due = None if how == "lost" else self.now() + (LATE if how == "late" else 0)
        ended = self._end(db, row, "paid", due=due)
        if how == "twice":
            db.execute(
                "INSERT INTO notices (event, payment, body, due)"
                " SELECT event, payment, body, due FROM notices WHERE payment = ?",
                (row.id,),
            )
            self._tell(db, row.id, "paid", self.now())
        return ended

    def _end(self, db: sqlite3.Connection, row: Row, state: str, due: float | None) -> Row:
        db.execute(
            "UPDATE payments SET state = ?, ended_at = ? WHERE id = ?",
            (state, self.now(), row.id),
        )
        if due is not None:
            self._tell(db, row.id, state, due)
        return self._row(db, row.id)

    def _tell(self, db: sqlite3.Connection, pk: str, state: str, due: float) -> None:
        event = f"evt_{secrets.token_urlsafe(9)}"
        body = json.dumps({"event": event, "payment": pk, "state": state}).encode()
        db.execute(
            "INSERT INTO notices (event, payment, body, due) VALUES (?, ?, ?, ?)",
            (event, pk, body, due),
        )

    def _tick(self, db: sqlite3.Connection, pk: str) -> Row | None:
        found = db.execute("SELECT 1 FROM payments WHERE id = ?", (pk,)).fetchone()
        if not found:
            return None
        row = self._row(db, pk)
        if row.state == "open" and row.until < self.now():
            row = self._end(db, row, "closed", due=self.now())
        late = row.state == "closed" and row.arrives_late
        if late and (row.ended_at or 0) + AFTER_CLOSING <= self.now():
            row = self._capture(db, row, "")
        return row

    def _row(self, db: sqlite3.Connection, pk: str) -> Row:
        found = db.execute(
            f"SELECT {_COLUMNS} FROM payments WHERE id = ?",  # noqa: S608 - our own names
            (pk,),
        ).fetchone()
        if not found:
            raise Conflict("There is no such payment.")
        return Row(*found)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode=WAL")
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
