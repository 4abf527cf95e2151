"""`belvedere import PROFILE FILE|URL`: reads a file with the importer of some stage."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.db import transaction

from belvedere.config import prepare
from belvedere.shared.errors import BadInput, SetupError
from belvedere.shared.imports import Imported, Importer, Quarantined, Report

GROUP = "belvedere.imports"
SHOWN = 50


@dataclass
class Told:
    """Who is told of the rows that are left out: a person, or a program."""

    file: str
    as_json: bool
    rows: int = field(default=0)

    def __call__(self, left_out: Quarantined) -> None:
        """Tell of one row, at once."""
        self.rows += 1
        if self.as_json:
            line = json.dumps({"file": self.file, **asdict(left_out)}, ensure_ascii=False)
            sys.stdout.write(f"{line}\n")
        elif self.rows <= SHOWN:
            where = f"{self.file}, row {left_out.row}" if left_out.row else self.file
            what = f", {left_out.field}" if left_out.field else ""
            sys.stdout.write(f"{where}{what}: {left_out.reason}\n")

    def end(self) -> None:
        """Say how many rows a person was spared."""
        if not self.as_json and self.rows > SHOWN:
            sys.stdout.write(f"… and {self.rows - SHOWN} more; --json lists them all.\n")


def command(argv: list[str]) -> int:
    """Read one file, and say what came of it.

    Everything happens in one transaction: a file that is wrong as a whole, or a trial, leaves
    nothing behind. A new home is given its tables and its territory first.
    """
    profiles = {each.name: each for each in entry_points(group=GROUP)}
    options = _parser(profiles).parse_args(argv)
    told = Told(_name(options.file), options.json)
    with _at_hand(options.file) as path:
        prepare.migrate()
        done = read(_load(profiles[options.profile]), path, told, dry_run=options.dry_run)
    told.end()
    if options.json:
        sys.stdout.write(f"{json.dumps(done.summary())}\n")
    else:
        sys.stdout.write(sentence(done, dry_run=options.dry_run))
    return 0


def read(importer: Importer, path: Path, told: Report, *, dry_run: bool) -> Imported:
    """Run an importer in one transaction, which a trial rolls back, and time it."""
    started = time.monotonic()
    with transaction.atomic():
        done = importer(path, dry_run=dry_run, report=told)
        transaction.set_rollback(dry_run)
    return replace(done, seconds=round(time.monotonic() - started, 2))


def sentence(done: Imported, *, dry_run: bool) -> str:
    """Return what came of it, for a person."""
    figures = (
        f"{done.rows} rows in {done.seconds} s: {done.accepted} accepted "
        f"({done.created} created, {done.changed} changed, {done.unchanged} unchanged), "
        f"{done.quarantined} left out, {done.candidates} for a person to decide."
    )
    return f"{'A trial, nothing was kept. ' if dry_run else ''}{figures}\n"


def _parser(profiles: dict[str, EntryPoint]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="belvedere import", description="Read a file.")
    parser.add_argument(
        "profile", choices=sorted(profiles), help=f"what it is: {', '.join(sorted(profiles))}"
    )
    parser.add_argument("file", help="a file, or its address (https://…)")
    parser.add_argument("--dry-run", action="store_true", help="only try, keep nothing")
    parser.add_argument("--json", action="store_true", help="write lines of JSON")
    return parser


def _load(point: EntryPoint) -> Importer:
    try:
        importer: Importer = point.load()
    except (ImportError, AttributeError) as error:
        raise SetupError(f"The importer {point.name} cannot be loaded ({error}).") from error
    return importer


def _name(file: str) -> str:
    return Path(urlsplit(file).path).name if _is_address(file) else file


def _is_address(file: str) -> bool:
    return file.startswith(("https://", "http://"))


@contextmanager
def _at_hand(file: str) -> Iterator[Path]:
    """Give the file; one that lies elsewhere is fetched and forgotten."""
    if not _is_address(file):
        path = Path(file)
        if not path.is_file():
            raise BadInput(f"There is no file {file}.")
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (_name(file) or "file")
        try:
            with httpx.stream("GET", file, follow_redirects=True, timeout=60) as answer:
                answer.raise_for_status()
                with path.open("wb") as target:
                    for chunk in answer.iter_bytes():
                        target.write(chunk)
        except httpx.HTTPError as error:
            raise BadInput(f"{file} cannot be fetched ({error}).") from error
        yield path
