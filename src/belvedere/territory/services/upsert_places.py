"""Putting many places in at once, or changing them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from belvedere.territory.models import Municipality, Place

FIELDS = (
    "name",
    "kind",
    "municipality_id",
    "latitude",
    "longitude",
    "wikidata_id",
    "website",
    "detail",
    "shown",
)


@transaction.atomic
def upsert_places(
    rows: Iterable[Mapping[str, Any]], *, provider: str, licence: str = ""
) -> list[Place]:
    """Make places, and change those whose key is given; two queries for thousands of them.

    Args:
        rows: Values by field of a place. `municipality` is an ISTAT code; with `pk` the row
            changes that place, and only in the fields that it names.
        provider: Who publishes the records that make new places.
        licence: Under which licence.

    Returns:
        The places, in the order of the rows.

    """
    rows = list(rows)
    codes = {row["municipality"] for row in rows if row.get("municipality")}
    municipalities = {each.code: each for each in Municipality.objects.filter(code__in=codes)}
    known = Place.objects.in_bulk([row["pk"] for row in rows if row.get("pk")])
    slugs = set(Place.objects.values_list("slug", flat=True))
    new: list[Place] = []
    places: list[Place] = []
    for row in rows:
        values = {key: row[key] for key in FIELDS if key in row}
        home = municipalities.get(row.get("municipality", ""))
        if "municipality" in row:
            values["municipality_id"] = home and home.pk
        place = known.get(row.get("pk"))
        if place is None:
            slug = _free_slug(row["name"], home.slug if home else "", slugs)
            place = Place(slug=slug, provider=provider, licence=licence, **values)
            new.append(place)
        for key, value in values.items():
            setattr(place, key, value)
        places.append(place)
    Place.objects.bulk_create(new, batch_size=1000)
    changed = [each for each in places if each.pk in known]
    if changed:
        Place.objects.bulk_update(changed, FIELDS, batch_size=200)
    return places


def _free_slug(name: str, home: str, taken: set[str]) -> str:
    stem = slugify(name)[:90].strip("-") or "luogo"
    for slug in _slugs(stem, home):
        if slug not in taken:
            taken.add(slug)
            return slug
    raise AssertionError("There is always a next number.")


def _slugs(stem: str, home: str) -> Iterator[str]:
    yield stem
    if home:
        yield f"{stem}-{home}"[:115]
    for number in range(2, 100_000):
        yield f"{stem}-{number}"
