"""The command `belvedere`."""

import os
import sys

from belvedere.config import postgres
from belvedere.config.env import env
from belvedere.shared.errors import SetupError


def main() -> None:
    """Run one of our commands, or any of Django's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")
    try:
        postgres.ready(env())
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
