"""Brings an installation up to date before it serves: translations, tables, static files."""

import hashlib
import os
import sys
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from belvedere.config import build, postgres
from belvedere.config.env import env
from belvedere.shared.errors import SetupError

ONE_AT_A_TIME = 0x42454C56  # an advisory lock of PostgreSQL; the number spells BELV


def main() -> None:
    """Do all of it."""
    build.main()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")
    django.setup()
    postgres.ready(env())
    try:
        migrate()
        collect()
    finally:
        postgres.leave(env())


def pending() -> list[str]:
    """Return the names of migrations that the database lacks, in order.

    Raises:
        SetupError: It was made before the first release, and no way leads on from there.

    """
    executor = MigrationExecutor(connection)
    _refuse_older(executor)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _refuse_older(executor: MigrationExecutor) -> None:
    """Refuse tables that some of the steps before the first release have made, and not all.

    Only what is recorded counts: Django takes a new step as done as soon as all old ones are
    that it replaces, though a stage's other steps may be missing.
    """
    done, new = executor.recorder.applied_migrations(), executor.loader.replacements
    for stage in {stage for stage, _name in new}:
        steps = {key: each.replaces for key, each in new.items() if key[0] == stage}
        before = [each in done for replaced in steps.values() for each in replaced]
        if any(before) and not all(before) and not done.keys() & steps.keys():
            raise SetupError(
                f"The tables of '{stage}' are older than 26 November 2026: bring the database"
                " up to date with the code of that day first, or begin with an empty one."
            )


def migrate() -> bool:
    """Migrate if anything is pending, one process at a time; says whether anything was.

    Empty tables are given what every installation starts from: its pages and its territory.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            waiting = pending()
            if waiting:
                sys.stderr.write(f"Bringing the database up to date ({len(waiting)} steps).\n")
                call_command("migrate", interactive=False, verbosity=0)
                call_command("seed_site")
            if not import_module("belvedere.territory.queries").municipalities().exists():
                call_command("seed_territory", stdout=sys.stderr)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
    return bool(waiting)


def collect() -> bool:
    """Copy and compress the static files if any has changed; says whether any had."""
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return False
    sys.stderr.write("Collecting and compressing the static files.\n")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint)
    return True


def static_fingerprint() -> str:
    """Return a hash of every static file's name, size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    try:
        main()
    except SetupError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)
