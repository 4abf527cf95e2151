"""Taking the rows of a file of places in: known ones again, new ones, and doubtful ones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from belvedere.journal.services import record as journal_record
from belvedere.offer.models import Candidate, Quarantined, Record
from belvedere.offer.rules.culture import Reading
from belvedere.offer.rules.distance import metres
from belvedere.shared import clock
from belvedere.shared.imports import Imported
from belvedere.territory import queries as territory
from belvedere.territory.rules import key
from belvedere.territory.services.upsert_places import upsert_places

if TYPE_CHECKING:
    from belvedere.territory.models import Place

CLOSE = 250
"""Metres within which two places of one name are probably one."""


@dataclass(frozen=True)
class Refusal:
    """A row that cannot be accepted."""

    row: int
    field: str
    reason: str
    content: Mapping[str, str]


@dataclass
class Known:
    """The places that are known already, found by Wikidata number and by name."""

    by_number: dict[str, list["Place"]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list["Place"]] = field(default_factory=lambda: defaultdict(list))
    by_pk: dict[int, "Place"] = field(default_factory=dict)

    def add(self, place: "Place") -> None:
        """Remember a place."""
        self.by_pk[place.pk] = place
        self.by_name[key(place.name)].append(place)
        if place.wikidata_id:
            self.by_number[place.wikidata_id].append(place)

    def near(self, values: Mapping[str, Any]) -> list[tuple["Place", int]]:
        """Return the places of the same name close by, and how far they are."""
        found = []
        for each in self.by_name.get(key(values["name"]), ()):
            if each.latitude is None or each.longitude is None or not each.shown:
                continue
            away = metres(
                each.latitude, each.longitude, values["latitude"], values["longitude"]
            )
            if away <= CLOSE:
                found.append((each, away))
        return found


@transaction.atomic
def import_places(
    profile: str,
    file: str,
    readings: Sequence[Reading],
    refused: Sequence[Refusal] = (),
    *,
    provider: str,
    licence: str,
    replace: bool = True,
) -> Imported:
    """Take a file of places in, all or nothing.

    A row that was read before changes its place only where the file changed and nobody
    edited the field here. A new row becomes a place, unless it may be one that is known:
    then it waits as a `Candidate` for a person, and nothing is merged silently.

    Args:
        profile: Which kind of file it is.
        file: Its name, for the quarantine.
        readings: The rows in our words; keys are unique.
        refused: The rows that are left out.
        provider: Who publishes them.
        licence: Under which licence.
        replace: Whether this is the whole file, so that its older quarantine is over.

    """
    known = _known()
    records = {each.key: each for each in Record.objects.filter(profile=profile)}
    claimed = {each.place_id for each in records.values() if each.place_id}
    again, fresh, waiting, adopted = _sorted(readings, records, known, claimed)

    changes, changed_records = _changes(again, records, known)
    filled = [row for each, place in adopted if (row := blanks(place, each.values)) is not None]
    upsert_places([*changes, *filled], provider=provider, licence=licence)
    places = upsert_places([each.values for each in fresh], provider=provider, licence=licence)
    made = [*zip(fresh, places, strict=True), *adopted]
    _remember(profile, file, made, [each for each, _, _ in waiting], changed_records, records)
    _ask(records, made, waiting, known)
    if replace:
        _quarantine(profile, file, refused)
    created = len(fresh) + len(waiting)
    changed = len(changed_records) + len(filled)
    if created or changed:
        journal_record(
            "offer.imported",
            f"import:{profile}",
            quantity=len(readings),
            created=created,
            changed=changed,
            quarantined=len(refused),
        )
    return Imported(
        rows=len(readings) + len(refused),
        accepted=len(readings),
        quarantined=len(refused),
        created=created,
        changed=changed,
        unchanged=len(readings) - created - changed,
        candidates=_open(profile, [each.key for each in readings]),
    )


def municipality_names() -> dict[str, str]:
    """Return the names of today's municipalities by ISTAT code."""
    return dict(territory.municipalities().values_list("code", "name"))


def blanks(place: "Place", values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the change that fills what the place lacks, or None: what is there stays."""
    change: dict[str, Any] = {}
    for name in ("kind", "latitude", "longitude", "website", "wikidata_id"):
        if getattr(place, name) in ("", None) and values[name] not in ("", None):
            change[name] = values[name]
    if place.municipality_id is None:
        change["municipality"] = values["municipality"]
    detail = {**values["detail"], **place.detail}
    if detail != place.detail:
        change["detail"] = detail
    return {"pk": place.pk, **change} if change else None


def _known() -> Known:
    known = Known()
    for place in territory.every_place():
        known.add(place)
    return known


Waiting = tuple[Reading, "Place | Reading", Candidate.Reason]
Made = tuple[Reading, "Place"]


def _sorted(
    readings: Iterable[Reading],
    records: Mapping[str, Record],
    known: Known,
    claimed: set[int],
) -> tuple[list[Reading], list[Reading], list[Waiting], list[Made]]:
    """Sort rows into read before, new, doubtful, and places that we had without a file."""
    again: list[Reading] = []
    fresh: list[Reading] = []
    waiting: list[Waiting] = []
    adopted: list[Made] = []
    in_file: dict[str, Reading] = {}
    for each in readings:
        number = each.values["wikidata_id"]
        same = known.by_number.get(number, [])
        if each.key in records:
            again.append(each)
        elif len(same) == 1 and same[0].pk not in claimed:
            claimed.add(same[0].pk)
            adopted.append((each, same[0]))
        elif twin := same[0] if same else in_file.get(number):
            waiting.append((each, twin, Candidate.Reason.WIKIDATA))
        elif alike := _unnumbered(each, known):
            waiting.append((each, alike, Candidate.Reason.NAME))
        else:
            in_file[number] = each
            fresh.append(each)
    return again, fresh, waiting, adopted


def _unnumbered(each: Reading, known: Known) -> "Place | None":
    """Return a place of this name close by whose Wikidata number nobody entered."""
    return next((place for place, _ in known.near(each.values) if not place.wikidata_id), None)


def _changes(
    again: Iterable[Reading], records: Mapping[str, Record], known: Known
) -> tuple[list[dict[str, Any]], list[Record]]:
    """Compare with the last reading; what a person changed since is left out."""
    changes, changed = [], []
    for each in again:
        record = records[each.key]
        if record.values == each.values:
            continue
        changed.append(record)
        place = known.by_pk.get(record.place_id or 0)
        if place is not None and record.leading:
            change = {
                name: each.values[name]
                for name in each.values
                if each.values[name] != record.values.get(name)
                and value_of(place, name) == record.values.get(name)
            }
            if change:
                changes.append({"pk": place.pk, **change})
        record.values, record.row = each.values, each.row
    return changes, changed


def value_of(place: "Place", name: str) -> Any:
    """Return a place's field as readings write it."""
    if name == "municipality":
        return place.municipality.code if place.municipality else None
    return getattr(place, name)


def _remember(
    profile: str,
    file: str,
    made: Iterable[Made],
    waiting: Iterable[Reading],
    changed: Iterable[Record],
    records: dict[str, Record],
) -> None:
    now = clock.now()
    pairs = [*made, *((each, None) for each in waiting)]
    new = Record.objects.bulk_create(
        [
            Record(
                profile=profile,
                key=each.key,
                place=place,
                file=file,
                row=each.row,
                values=each.values,
                seen_at=now,
            )
            for each, place in pairs
        ],
        batch_size=1000,
    )
    for each in changed:
        each.seen_at, each.file = now, file
    Record.objects.bulk_update(changed, ["values", "row", "file", "seen_at"], batch_size=500)
    records.update({each.key: each for each in new})


def _ask(
    records: Mapping[str, Record],
    made: Sequence[Made],
    waiting: Iterable[Waiting],
    known: Known,
) -> None:
    """Ask a person about each pair that may be one thing."""
    places = {each.key: place for each, place in made}
    asked = []
    for each, other, reason in waiting:
        place = places[other.key] if isinstance(other, Reading) else other
        asked.append(
            Candidate(
                record=records[each.key],
                place=place,
                reason=reason,
                metres=_away(place, each.values),
            )
        )
    for each, place in made:
        for other, away in known.near(each.values):
            if other.pk != place.pk:
                asked.append(
                    Candidate(
                        record=records[each.key],
                        place=other,
                        reason=Candidate.Reason.NAME,
                        metres=away,
                    )
                )
        known.add(place)
    Candidate.objects.bulk_create(asked, ignore_conflicts=True)


def _away(place: "Place", values: Mapping[str, Any]) -> int:
    if place.latitude is None or place.longitude is None:
        return 0
    return metres(place.latitude, place.longitude, values["latitude"], values["longitude"])


def _quarantine(profile: str, file: str, refused: Sequence[Refusal]) -> None:
    """Let the quarantine of the file be exactly what was refused now."""
    now = clock.now()
    standing = Quarantined.objects.filter(profile=profile, file=file, mended__isnull=True)
    standing.exclude(row__in=[each.row for each in refused]).delete()
    Quarantined.objects.bulk_create(
        [
            Quarantined(
                profile=profile,
                file=file,
                row=each.row,
                field=each.field,
                reason=each.reason[:300],
                content=dict(each.content),
                seen_at=now,
            )
            for each in refused
        ],
        update_conflicts=True,
        unique_fields=["profile", "file", "row"],
        update_fields=["field", "reason", "content", "mended"],
    )


def _open(profile: str, keys: Sequence[str]) -> int:
    return (
        Candidate.objects.filter(
            state=Candidate.State.OPEN, record__profile=profile, record__key__in=keys
        )
        .values("record")
        .distinct()
        .count()
    )
