"""The words of the file of Tuscany's cultural places, put into ours. Pure: no database.

The file joins Wikidata with ISTAT's survey of museums: one row for each category that a thing
has, so that a castle with a museum in it stands there twice under one Wikidata number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from belvedere.territory.rules import key

PROFILE = "culture-places"
PROVIDER = "Wikidata, ISTAT"
LICENCE = "CC0 (Wikidata), CC BY (ISTAT)"
COLUMNS = (
    "category",
    "article",
    "wikidata_id",
    "article_wikipedia",
    "website",
    "latitude",
    "longitude",
    "visitors",
    "public_private",
    "type",
    "cod_istat",
    "comune",
)
KINDS = {
    "museo": "museum",
    "biblioteca": "library",
    "archivio": "archive",
    "castello": "castle",
    "area_archeologica": "archaeological-site",
    "universita": "university",
}
NOTHING = frozenset(
    {"", "nessun sito web", "deprecated", "voce non esistente", "no editori", "."}
)
NO_NAME = "nessuna etichetta in italiano"
SOUTH, NORTH, WEST, EAST = 42.2, 44.5, 9.6, 12.4
"""Tuscany with its islands, rounded outwards; degrees WGS 84."""


class Wrong(ValueError):
    """A row cannot be accepted: which field, why, and what would be right."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Reading:
    """One row put into our words.

    Attributes:
        row: Its line in the file.
        key: What makes it the same row the next time: Wikidata number and category.
        values: Fields of a place; `municipality` is the ISTAT code.

    """

    row: int
    key: str
    values: dict[str, Any]


def reading(row: int, content: Mapping[str, str], municipalities: Mapping[str, str]) -> Reading:
    """Put a row into our words.

    Args:
        row: Its line.
        content: Its fields by column.
        municipalities: Names by ISTAT code.

    Raises:
        Wrong: Something in it cannot be true.

    """
    category = content["category"].strip().lower()
    if category not in KINDS:
        raise Wrong("category", f"Unknown category: one of {', '.join(KINDS)} is expected.")
    number = content["wikidata_id"].strip()
    if not re.fullmatch(r"Q[1-9]\d{0,14}", number):
        raise Wrong("wikidata_id", "A Wikidata number such as Q3662410 is expected.")
    latitude, longitude = point(content["latitude"], content["longitude"])
    return Reading(
        row=row,
        key=f"{number}/{category}",
        values={
            "name": name(content["article"]),
            "kind": KINDS[category],
            "municipality": municipality(
                content["cod_istat"], content["comune"], municipalities
            ),
            "latitude": latitude,
            "longitude": longitude,
            "wikidata_id": number,
            "website": website(content["website"]),
            "detail": _detail(content),
        },
    )


def name(text: str) -> str:
    """Return the name with a capital at its head.

    >>> name("certosa di  Firenze")
    'Certosa di Firenze'
    >>> name("Nessuna etichetta in italiano")
    Traceback (most recent call last):
    ...
    belvedere.offer.rules.culture.Wrong: Wikidata has no Italian name for it: write one.
    """
    text = " ".join(text.split())
    if not text:
        raise Wrong("article", "The name is empty: write one.")
    if text.lower() == NO_NAME:
        raise Wrong("article", "Wikidata has no Italian name for it: write one.")
    if len(text) > 200:
        raise Wrong("article", f"The name has {len(text)} characters; at most 200 fit.")
    return text[0].upper() + text[1:]


def point(latitude: str, longitude: str) -> tuple[float, float]:
    """Return the coordinates, which must lie in Tuscany.

    >>> point("43,7224", "11.7671")
    (43.7224, 11.7671)
    >>> point("11.7671", "43.7224")
    Traceback (most recent call last):
    ...
    belvedere.offer.rules.culture.Wrong: Latitude and longitude seem to be swapped.
    """
    north, east = degrees("latitude", latitude), degrees("longitude", longitude)
    if SOUTH <= north <= NORTH and WEST <= east <= EAST:
        return north, east
    if SOUTH <= east <= NORTH and WEST <= north <= EAST:
        raise Wrong("latitude", "Latitude and longitude seem to be swapped.")
    if SOUTH <= north <= NORTH:
        raise Wrong("longitude", f"{east} is not in Tuscany: {WEST} to {EAST} is expected.")
    raise Wrong("latitude", f"{north} is not in Tuscany: {SOUTH} to {NORTH} is expected.")


def degrees(field: str, text: str) -> float:
    """Read an angle; a decimal comma is understood.

    >>> degrees("latitude", "north")
    Traceback (most recent call last):
    ...
    belvedere.offer.rules.culture.Wrong: “north” is no angle in degrees such as 43.7224.
    """
    found = re.fullmatch(r"\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*", text, re.ASCII)
    if not found:
        raise Wrong(field, f"“{text[:40]}” is no angle in degrees such as 43.7224.")
    return float(found[1].replace(",", "."))


def visitors(text: str) -> tuple[int | None, int | None]:
    """Read visitors and the year they were counted in, which stand in one string.

    A dot is ISTAT's way to say that nobody answered.

    >>> visitors("1428369 (2022)"), visitors("1.428.369 (2022)")
    ((1428369, 2022), (1428369, 2022))
    >>> visitors(""), visitors(". (2020)"), visitors("250")
    ((None, None), (None, 2020), (250, None))
    >>> visitors("many")
    Traceback (most recent call last):
    ...
    belvedere.offer.rules.culture.Wrong: “many” is no number with a year such as 1200 (2022).
    """
    found = re.fullmatch(
        r"\s*(\d{1,3}(?:\.\d{3})+|\d{1,12}|\.|)\s*(?:\(((?:19|20)\d\d)\))?\s*",
        text,
        re.ASCII,
    )
    if not found:
        raise Wrong("visitors", f"“{text[:40]}” is no number with a year such as 1200 (2022).")
    digits, year = found[1].replace(".", ""), found[2]
    return (int(digits) if digits else None, int(year) if year else None)


def website(text: str) -> str:
    """Return the address, or nothing where the file says in words that there is none.

    >>> website("Nessun sito web"), website("www.uffizi.it")
    ('', 'http://www.uffizi.it')
    >>> website("chiedere in comune")
    Traceback (most recent call last):
    ...
    belvedere.offer.rules.culture.Wrong: This is no web address such as https://www.uffizi.it.
    """
    text = text.strip()
    if text.lower() in NOTHING:
        return ""
    if re.match(r"www\.\S+$", text):
        text = f"http://{text}"
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        host = ""
    if not re.match(r"https?://\S+$", text) or "." not in host or len(text) > 500:
        raise Wrong("website", "This is no web address such as https://www.uffizi.it.")
    return text


def municipality(code: str, name: str, names: Mapping[str, str]) -> str:
    """Return the ISTAT code in six digits, which must belong to the named municipality.

    >>> municipality("51031", "Poppi", {"051031": "Poppi"})
    '051031'
    >>> municipality("051031", "Stia", {"051031": "Poppi"})
    Traceback (most recent call last):
    ...
    belvedere.offer.rules.culture.Wrong: The code 051031 is Poppi's, but the row says Stia.
    """
    code = code.strip()
    if not re.fullmatch(r"\d{4,6}", code, re.ASCII):
        raise Wrong("cod_istat", "An ISTAT code of six digits such as 051031 is expected.")
    code = code.zfill(6)
    if code not in names:
        raise Wrong("cod_istat", f"{code} is the code of no municipality that we know.")
    if key(names[code]) != key(name):
        raise Wrong(
            "comune", f"The code {code} is {names[code]}'s, but the row says {name[:60]}."
        )
    return code


def _detail(content: Mapping[str, str]) -> dict[str, Any]:
    """Return what the source also says, without its ways to say nothing."""
    count, year = visitors(content["visitors"])
    said: dict[str, Any] = {
        "visitors": count,
        "visitors_year": year if count is not None else None,
        "wikipedia_it": content["article_wikipedia"].strip(),
        "ownership": _without_year(content["public_private"]).lower(),
        "type": _without_year(content["type"]).rstrip(";").strip(),
    }
    return {
        key: value
        for key, value in said.items()
        if value is not None and str(value).lower() not in NOTHING
    }


def _without_year(text: str) -> str:
    return re.sub(r"\s*\(\d{4}\)\s*$", "", text.strip())
