"""Makes the demo's content and writes down who may try it. A process of `belvedere demo`."""

import importlib
import json
import os
import sys
from dataclasses import asdict
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import django

from belvedere.config import home
from belvedere.shared.languages import WRITTEN, prefix

TOTAL = 7
FILES = {
    "boundaries": "toscana_comuni.geojson",
    "culture-places": "toscana_luoghi_cultura_wikidata_istat.csv",
    "flows-istat-municipal": "toscana_comuni_anno_2014_2024_istat.csv",
    "flows-istat-months": "toscana_comuni_mese_presenze_2022_2024_istat.csv",
    "flows-toscana": "raw_toscana_movimento_comune_anno_2018_2025.csv",
    "flows-origin-province": "toscana_provincia_provenienza_2024_istat.csv",
    "flows-lombardia": "raw_lombardia_flussi_provincia_mese_provenienza_2019_2024.csv",
}
"""What `--data` reads: an importer, and the name under which its file is published."""


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
    if "--data" in argv:
        read_files(Path(argv[argv.index("--data") + 1]))
    tell("One person for each role")
    write_down(list(seed.users()), walked=False if "--again" in argv else None)


def read_files(folder: Path) -> None:
    """Import the published files that lie in a folder, by their names, and tell of each."""
    imports = importlib.import_module("belvedere.config.commands.imports")
    profiles = {each.name: each for each in entry_points(group=imports.GROUP)}
    for profile, name in FILES.items():
        path = next(iter(sorted(folder.rglob(name))), None)
        if path is None:
            sys.stderr.write(f"        {name} is not there: {profile} is left out\n")
            continue
        done = imports.read(
            profiles[profile].load(), path, lambda left_out: None, dry_run=False
        )
        sys.stderr.write(f"        {name}: {imports.sentence(done, dry_run=False)}")


def write_down(users: list[Any], *, walked: bool | None = None) -> None:
    """Write addresses and people to `demo.json`, which only its owner may read."""
    settings = importlib.import_module("django.conf").settings
    url, path = settings.PUBLIC_URL, record()
    before = json.loads(path.read_text()) if path.exists() else {}
    people = [asdict(each) for each in users]
    for each in people:
        each["link"] = f"{url}/enter/{each['link']}"
    resell = importlib.import_module("belvedere.config.demo.resell")
    content = {
        "url": f"{url}/",
        "desk": f"{url}/desk/",
        "users": people,
        "sites": {each.tag: f"{url}{prefix(each.tag)}" for each in WRITTEN},
        "octo": {
            "url": f"{url}/octo",
            "token": resell.reseller(before.get("octo", {}).get("token", "")),
        },
        "walked": before.get("walked", False) if walked is None else walked,
    }
    home.write_private(path, json.dumps(content, indent=2, ensure_ascii=False))


def record() -> Path:
    """Return where `demo.json` is."""
    return Path(importlib.import_module("django.conf").settings.HOME) / "demo.json"


if __name__ == "__main__":
    main(sys.argv[1:])
