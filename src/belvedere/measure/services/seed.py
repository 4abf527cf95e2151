"""Loading the small tables of flows that come with Belvedere."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from belvedere.journal.services import record
from belvedere.measure.rules import PROVIDERS
from belvedere.measure.rules.flow_files import Cell, Reading, with_all
from belvedere.measure.rules.flows import ALL, FOREIGN, ITALY, WORLD
from belvedere.measure.services.import_flows import keep
from belvedere.measure.tables import Row, rows
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory

VINTAGE = "2024"


@transaction.atomic
def seed() -> dict[str, int]:
    """Load the 28 ambiti by year, the Casentino's municipalities, and guests by origin.

    They are written exactly as an import of the whole files writes them, so that the import
    finds them unchanged, and a second run changes nothing.

    Returns:
        How many observations of each kind are new.

    Raises:
        BadInput: The territory has not been loaded.

    """
    if territory.area("casentino") is None or territory.municipality("051031") is None:
        raise BadInput("There are no municipalities yet: run `belvedere seed_territory` first.")
    municipal, by_origin = PROVIDERS["istat-municipal"], PROVIDERS["istat-origin"]
    kinds = {
        "ambiti": (_ambiti(), municipal),
        "municipalities": (_municipalities(), municipal),
        "months": (_months(), municipal),
        "origins": (_guests_by_origin(), by_origin),
    }
    new = {
        name: keep(readings, provider=provider, vintage=VINTAGE)[0]
        for name, (readings, provider) in kinds.items()
    }
    if any(new.values()):
        record("flow.seeded", "flow:tables", quantity=sum(new.values()), new=new)
    return new


def _ambiti() -> Iterator[Reading]:
    names = {each.slug: each.name for each in territory.ambiti()}
    for each in rows("ambiti"):
        yield Reading(
            0,
            "area",
            each["area"],
            names.get(each["area"], each["area"]),
            date(int(each["year"]), 1, 1),
            _cells(each),
            area=each["area"],
            coverage=tuple(each["municipalities"].split()),
        )


def _municipalities() -> Iterator[Reading]:
    names = {each.code: each.name for each in territory.stays(territory.area("casentino"))}
    for each in rows("casentino"):
        code = each["municipality"]
        yield Reading(
            0,
            "municipality",
            code,
            names[code],
            date(int(each["year"]), 1, 1),
            _cells(each),
            municipality=code,
            coverage=(code,),
        )


def _months() -> Iterator[Reading]:
    names = {each.code: each.name for each in territory.stays(territory.area("casentino"))}
    for each in rows("casentino_months"):
        code = each["municipality"]
        for month in range(1, 13):
            yield Reading(
                0,
                "municipality",
                code,
                names[code],
                date(int(each["year"]), month, 1),
                (Cell(WORLD, "", ALL, None, int(each[str(month)])),),
                kind="month",
                municipality=code,
                coverage=(code,),
            )


def _guests_by_origin() -> Iterator[Reading]:
    provinces = {each.code: each for each in territory.provinces()}
    for each in rows("guests_by_origin"):
        yield Reading(
            0,
            "area",
            each["province"],
            each["name"],
            date(int(each["year"]), 1, 1),
            (
                Cell(
                    each["origin"],
                    each["label"],
                    ALL,
                    int(each["arrivals"]),
                    int(each["nights"]),
                ),
            ),
            area=provinces[each["province"]].slug,
        )


def _cells(row: Row) -> tuple[Cell, ...]:
    """Return the three cells of a row; one without figures is masked."""
    if not row["nights_italy"]:
        return tuple(Cell(each, "", ALL, None, None) for each in (ITALY, FOREIGN, WORLD))
    return with_all(
        [
            Cell(ITALY, "", ALL, int(row["arrivals_italy"]), int(row["nights_italy"])),
            Cell(FOREIGN, "", ALL, int(row["arrivals_abroad"]), int(row["nights_abroad"])),
        ]
    )
