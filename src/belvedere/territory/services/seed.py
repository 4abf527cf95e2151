"""Loading the small tables that come with Belvedere."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.text import slugify

from belvedere.journal.services import record
from belvedere.territory.models import (
    Area,
    AreaAlias,
    AreaMunicipality,
    Municipality,
    Name,
    Place,
)
from belvedere.territory.rules import key
from belvedere.territory.services.draw import draw_maps
from belvedere.territory.services.grant import set_up_groups
from belvedere.territory.tables import Row, rows

Thing = TypeVar("Thing", bound=models.Model)


@transaction.atomic
def seed() -> dict[str, int]:
    """Load areas, municipalities, places and names, and make the groups of the roles.

    What is there already stays as it is, whoever changed it: a second run changes nothing.

    Returns:
        How many rows of each kind are new.

    """
    new = {
        "areas": _areas(),
        "aliases": _aliases(),
        "municipalities": _municipalities() + _former_municipalities(),
        "memberships": _memberships(),
        "places": _places(),
        "names": _names(),
    }
    set_up_groups()
    if any(new.values()):
        draw_maps()
        record("territory.seeded", "territory:tables", new=new)
    return new


def _areas() -> int:
    """Add the areas, a generation at a time: a parent stands before its children."""
    table, added = rows("areas"), 0
    for kind in (Area.Kind.COUNTRY, Area.Kind.REGION, Area.Kind.PROVINCE, Area.Kind.AMBITO):
        known = _by(Area, "slug")
        added += _add(
            Area(
                kind=kind,
                slug=each["slug"],
                name=each["name"],
                parent_id=known.get(each["parent"]),
                code=each["code"],
                code_system=each["code_system"],
                other_codes=dict(pair.split("=") for pair in each["other_codes"].split()),
            )
            for each in table
            if each["kind"] == kind and each["slug"] not in known
        )
    return added


def _aliases() -> int:
    areas, known = _by(Area, "slug"), _by(AreaAlias, "spelling")
    spelt = [
        (each["spelling"].replace("\\x1a", "\x1a"), each["area"]) for each in rows("aliases")
    ]
    return _add(
        AreaAlias(area_id=areas[area], spelling=spelling, key=key(spelling))
        for spelling, area in spelt
        if spelling not in known
    )


def _municipalities() -> int:
    known, provinces = _by(Municipality, "code"), _provinces()
    return _add(
        _municipality(each, provinces, slug=slugify(each["name"]))
        for each in rows("municipalities")
        if each["code"] not in known
    )


def _former_municipalities() -> int:
    known, provinces = _by(Municipality, "code"), _provinces()
    fresh = [each for each in rows("former_municipalities") if each["code"] not in known]
    return _add(
        _municipality(
            each,
            provinces,
            slug=slugify(f"{each['name']} {each['code']}"),
            merged_into_id=known[each["merged_into"]],
        )
        for each in fresh
    )


def _municipality(row: Row, provinces: dict[str, int], **more: Any) -> Municipality:
    return Municipality(
        code=row["code"],
        name=row["name"],
        province_id=provinces[row["province"]],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        seat_source=row["seat_source"],
        valid_from=_day(row.get("valid_from", "")),
        valid_to=_day(row.get("valid_to", "")),
        **more,
    )


def _memberships() -> int:
    """Add which municipality belongs to which ambito, and when."""
    codes, areas = _by(Municipality, "code"), _by(Area, "slug")
    moves = rows("moves")
    moved = {each["code"] for each in moves}
    stays = [
        {
            "code": each["code"],
            "area": each["ambito"],
            "valid_from": each.get("valid_from", ""),
            "valid_to": each.get("valid_to", ""),
        }
        for each in (*rows("municipalities"), *rows("former_municipalities"))
        if each["code"] not in moved
    ]
    known = set(AreaMunicipality.objects.values_list("area_id", "municipality_id"))
    return _add(
        AreaMunicipality(
            area_id=areas[each["area"]],
            municipality_id=codes[each["code"]],
            valid_from=_day(each["valid_from"]),
            valid_to=_day(each["valid_to"]),
        )
        for each in (*stays, *moves)
        if (areas[each["area"]], codes[each["code"]]) not in known
    )


def _places() -> int:
    codes = _by(Municipality, "code")
    slugs, numbers = _by(Place, "slug"), _by(Place, "wikidata_id")
    return _add(
        Place(
            name=each["name"],
            slug=each["slug"],
            kind=each["kind"],
            municipality_id=codes[each["municipality"]],
            latitude=float(each["latitude"]),
            longitude=float(each["longitude"]),
            wikidata_id=each["wikidata_id"],
            website=each["website"],
            detail={"same_as": each["same_as"]} if each["same_as"] else {},
            provider=each["source"],
            licence="CC0" if each["source"] == "Wikidata" else "CC BY 4.0",
        )
        for each in rows("places")
        if each["slug"] not in slugs
        and not (each["wikidata_id"] and each["wikidata_id"] in numbers)
    )


def _names() -> int:
    found = {
        "area": _by(Area, "slug"),
        "municipality": _by(Municipality, "code"),
        "place": _by(Place, "slug"),
    }
    known = set(Name.objects.values_list("area_id", "municipality_id", "place_id", "language"))
    named = [
        Name(
            **{f"{each['of']}_id": found[each["of"]][each["key"]]},
            language=each["language"],
            value=each["value"],
            gloss=each["gloss"],
            status=each["status"],
            source=each["source"],
        )
        for each in rows("names")
        if each["key"] in found[each["of"]]
    ]
    return _add(
        each
        for each in named
        if (each.area_id, each.municipality_id, each.place_id, each.language) not in known
    )


def _add(things: Iterable[Thing]) -> int:
    fresh: Sequence[Thing] = list(things)
    if fresh:
        type(fresh[0])._default_manager.bulk_create(fresh, batch_size=500)
    return len(fresh)


def _by(model: type[models.Model], field: str) -> dict[str, int]:
    return dict(model._default_manager.values_list(field, "pk"))


def _provinces() -> dict[str, int]:
    """Return the provinces by the letters on old number plates."""
    provinces = Area.objects.filter(kind=Area.Kind.PROVINCE)
    return {each.other_codes.get("SIGLA", ""): each.pk for each in provinces}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
