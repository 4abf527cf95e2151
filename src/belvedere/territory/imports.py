"""What `belvedere import` can bring into the territory."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from belvedere.shared.errors import BadInput
from belvedere.shared.imports import Imported, Quarantined, Report
from belvedere.territory.queries import municipalities
from belvedere.territory.rules.boundaries import CODES, Wrong, code, geometry
from belvedere.territory.services.set_boundaries import set_boundaries


def boundaries(path: Path, *, dry_run: bool, report: Report) -> Imported:
    """Boundaries of today's municipalities: GeoJSON in WGS 84, by ISTAT code.

    All or nothing: one wrong feature, and no map changes. Municipalities that the file lacks
    are named, and the maps stay schematic until each has its boundary.

    Args:
        path: A FeatureCollection. The code is the property `cod_istat`, or one of the other
            names that publishers use.
        dry_run: Not needed: the caller rolls a trial back.
        report: Told each wrong feature; its number in the file is the row.

    Raises:
        BadInput: The file is no FeatureCollection, or a feature in it is wrong.

    """
    known = dict(municipalities().values_list("code", "name"))
    if not known:
        raise BadInput("There are no municipalities yet: run `belvedere seed_territory` first.")
    features = _features(path)
    found: dict[str, dict[str, Any]] = {}
    wrong = []
    for number, feature in enumerate(features, start=1):
        try:
            which, drawn = code(feature), geometry(feature)
            _known_once(which, known, found)
        except Wrong as error:
            wrong.append(Quarantined(number, error.field, f"Feature {number}: {error}"))
        else:
            found[which] = drawn
    for each in wrong:
        report(each)
    if wrong:
        raise BadInput(
            f"{len(wrong)} of {len(features)} features are wrong, so nothing was changed. "
            f"The first: {wrong[0].reason}",
            field=wrong[0].field,
        )
    changed = set_boundaries(found)
    for missing in sorted(known.keys() - found.keys()):
        report(Quarantined(0, CODES[0], f"{known[missing]} ({missing}) is not in the file."))
    return Imported(
        rows=len(features),
        accepted=len(found),
        quarantined=0,
        changed=changed,
        unchanged=len(found) - changed,
    )


def _features(path: Path) -> list[Any]:
    try:
        read = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadInput(
            f"{path.name} is not JSON in UTF-8: a GeoJSON file is expected."
        ) from error
    if not isinstance(read, Mapping) or read.get("type") != "FeatureCollection":
        raise BadInput(f"{path.name} is not a GeoJSON FeatureCollection.", field="type")
    features = read.get("features")
    if not isinstance(features, list) or not features:
        raise BadInput(f"{path.name} has no features.", field="features")
    if any("EPSG" in each and not each.endswith("4326") for each in _systems(read)):
        raise BadInput(
            f"{path.name} is not in WGS 84 (EPSG:4326): convert it first.", field="crs"
        )
    return features


def _systems(read: Mapping[str, Any]) -> Iterator[str]:
    """Give the name of the coordinate system that an older GeoJSON file declares."""
    declared = read.get("crs")
    if isinstance(declared, Mapping) and isinstance(declared.get("properties"), Mapping):
        yield str(declared["properties"].get("name", ""))


def _known_once(which: str, known: Mapping[str, str], found: Mapping[str, Any]) -> None:
    if which not in known:
        raise Wrong(CODES[0], f"{which} is not a municipality of today that we know.")
    if which in found:
        raise Wrong(CODES[0], f"{which} ({known[which]}) stands in the file twice.")
