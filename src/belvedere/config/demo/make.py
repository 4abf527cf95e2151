"""Makes the demo's content and writes down who may try it. A process of `belvedere demo`."""

import importlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

from belvedere.config import home
from belvedere.shared.languages import LANGUAGES, prefix

TOTAL = 6


class Progress:
    """Tells each step on the terminal, numbered."""

    def __init__(self) -> None:
        self.step = 0

    def __call__(self, said: str) -> None:
        """Tell the next step."""
        self.step += 1
        sys.stderr.write(f"  [{self.step}/{TOTAL}] {said}\n")
        sys.stderr.flush()


def main(argv: list[str]) -> None:
    """Seed what is missing, and write `demo.json`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")
    django.setup()
    # These need Django set up, so they cannot be imported with the others.
    seed = importlib.import_module("belvedere.config.demo.seed")
    tell = Progress()
    if "--again" in argv:
        importlib.import_module("belvedere.config.demo.begin_again").begin_again()
    seed.seed(tell)
    tell("One person for each role")
    write_down(list(seed.users()), walked=False if "--again" in argv else None)


def write_down(users: list[Any], *, walked: bool | None = None) -> None:
    """Write addresses and people to `demo.json`, which only its owner may read."""
    settings = importlib.import_module("django.conf").settings
    url, path = settings.PUBLIC_URL, record()
    before = json.loads(path.read_text()) if path.exists() else {}
    people = [asdict(each) for each in users]
    for each in people:
        each["link"] = f"{url}/enter/{each['link']}"
    content = {
        "url": f"{url}/",
        "desk": f"{url}/desk/",
        "users": people,
        "sites": {each.tag: f"{url}{prefix(each.tag)}" for each in LANGUAGES},
        "walked": before.get("walked", False) if walked is None else walked,
    }
    home.write_private(path, json.dumps(content, indent=2, ensure_ascii=False))


def record() -> Path:
    """Return where `demo.json` is."""
    return Path(importlib.import_module("django.conf").settings.HOME) / "demo.json"


if __name__ == "__main__":
    main(sys.argv[1:])
