"""What `belvedere import` can bring into the catalogue."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from belvedere.offer.models import Quarantined as Kept
from belvedere.offer.rules import culture
from belvedere.offer.services.import_places import (
    Refusal,
    import_places,
    municipality_names,
)
from belvedere.shared import tables
from belvedere.shared.errors import BadInput
from belvedere.shared.imports import Imported, Quarantined, Report


def culture_places(path: Path, *, dry_run: bool, report: Report) -> Imported:
    """Museums, castles, libraries, archives and digs of Tuscany, from Wikidata and ISTAT.

    Args:
        path: The file.
        dry_run: Not needed: the caller rolls a trial back.
        report: Told each row that is left out.

    Raises:
        BadInput: A column is missing, or the file cannot be read at all.

    """
    table = tables.read(path, culture.COLUMNS)
    if table.note:
        _say(f"{path.name}: {table.note}")
    municipalities = municipality_names()
    if not municipalities:
        raise BadInput("There are no municipalities yet: run `belvedere seed_territory` first.")
    mended = _mended(culture.PROFILE)
    readings: list[culture.Reading] = []
    refused: list[Refusal] = []
    lines: dict[str, int] = {}
    for row in table.rows:
        try:
            each = _read(row, municipalities, mended)
            _once(each, lines)
        except culture.Wrong as wrong:
            refused.append(Refusal(row.line, wrong.field, wrong.reason, _content(row)))
            report(Quarantined(row.line, wrong.field, wrong.reason))
        else:
            readings.append(each)
    return import_places(
        culture.PROFILE,
        path.name,
        readings,
        refused,
        provider=culture.PROVIDER,
        licence=culture.LICENCE,
    )


def _read(
    row: tables.Row | tables.Broken,
    municipalities: Mapping[str, str],
    mended: Mapping[str, dict[str, str]],
) -> culture.Reading:
    correction = mended.get(_fingerprint(_content(row)))
    if correction is not None:
        return culture.reading(row.line, correction, municipalities)
    if isinstance(row, tables.Broken):
        raise culture.Wrong("", row.reason)
    return culture.reading(row.line, row.values, municipalities)


def _once(each: culture.Reading, lines: dict[str, int]) -> None:
    first = lines.setdefault(each.key, each.row)
    if first != each.row:
        raise culture.Wrong(
            "wikidata_id", f"Line {first} has the same Wikidata number and category."
        )


def _content(row: tables.Row | tables.Broken) -> dict[str, str]:
    return {"": row.text} if isinstance(row, tables.Broken) else row.values


def _fingerprint(content: Mapping[str, str]) -> str:
    return json.dumps(content, sort_keys=True)


def _mended(profile: str) -> dict[str, dict[str, str]]:
    """Return the rows that a person mended, so that their work outlives the next file."""
    kept = Kept.objects.filter(profile=profile, mended__isnull=False)
    return {_fingerprint(each.content): dict(each.mended or {}) for each in kept}


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
