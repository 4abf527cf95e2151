"""The command `belvedere`: our own words, and every one of Django's."""

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from belvedere.config import home, postgres
from belvedere.config.env import env
from belvedere.shared.errors import BadInput, SetupError

Run = Callable[[list[str]], int | None]


@dataclass(frozen=True)
class Command:
    """One word of ours.

    Attributes:
        help: One line for `belvedere --help`.
        module: Where its `command(argv)` stands; imported only when the word is used.
        database: Whether the database must answer, and Django be set up, before it runs.

    """

    help: str
    module: str
    database: bool = True

    def run(self, argv: list[str]) -> int:
        """Run it, and return the exit code."""
        if not self.database:
            return self._call(argv)
        return with_database(lambda: self._with_django(argv))

    def _with_django(self, argv: list[str]) -> int:
        importlib.import_module("django").setup()
        return self._call(argv)

    def _call(self, argv: list[str]) -> int:
        module = importlib.import_module(self.module)
        if not hasattr(module, "command"):
            raise SetupError(f"This command is not part of this installation ({self.module}).")
        return cast(Run, module.command)(argv) or 0


HERE = "belvedere.config.commands"
COMMANDS = {
    "demo": Command(
        "set up sample content and serve it; --once --json runs the loop and ends",
        "belvedere.config.demo",
        database=False,
    ),
    "run": Command("serve the site and do its jobs", f"{HERE}.run", database=False),
    "worker": Command("only do the jobs", f"{HERE}.worker"),
    "check": Command("say what is missing and how to mend it", f"{HERE}.check", database=False),
    "import": Command("read a file: import PROFILE FILE|URL [--dry-run]", f"{HERE}.imports"),
    "warehouse": Command(
        "bring facts and readings into Parquet: warehouse [--rebuild]", f"{HERE}.warehouse"
    ),
    "bank": Command(
        "note bank transfers: bank received REFERENCE AMOUNT, bank returned NUMBER, bank list",
        f"{HERE}.bank",
    ),
    "connectors": Command(
        "list the vendors we can talk to, and what proves it",
        f"{HERE}.connectors",
        database=False,
    ),
    "settings": Command(
        "list every setting, its value and its meaning", f"{HERE}.settings", database=False
    ),
    "bench": Command("measure a promise: bench NAME [--json]", f"{HERE}.bench", database=False),
}
WITHOUT_DATABASE = {"collectstatic", "compilemessages", "findstatic", "makemessages"}


def main() -> None:
    """Run what the command line says, and end the process with its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")
    try:
        sys.exit(dispatch(sys.argv[1:]))
    except (SetupError, BadInput) as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def dispatch(argv: list[str]) -> int:
    """Run one of our commands, or one of Django's, and return the exit code."""
    word = argv[0] if argv else "--help"
    if word in ("--help", "-h"):
        sys.stdout.write(usage())
        return 0
    if word in COMMANDS:
        return COMMANDS[word].run(argv[1:])
    if word in WITHOUT_DATABASE or word in ("help", "--version") or "--help" in argv:
        return _django(argv)
    return with_database(lambda: _django(argv))


def with_database(work: Callable[[], int]) -> int:
    """Do something while the database is up, and stop the embedded one if we are the last."""
    home.see_that_usable(env().home)
    postgres.ready(env())
    try:
        return work()
    finally:
        postgres.leave(env())


def usage() -> str:
    """Return the help of `belvedere` itself."""
    lines = [f"  {word:<11} {each.help}" for word, each in COMMANDS.items()]
    return "\n".join(
        [
            "belvedere COMMAND [--help]",
            "",
            *lines,
            "",
            "Any other word is one of Django's commands; 'belvedere help' lists them.",
            "",
        ]
    )


def _django(argv: list[str]) -> int:
    management = importlib.import_module("django.core.management")
    management.execute_from_command_line(["belvedere", *argv])
    return 0


if __name__ == "__main__":
    main()
