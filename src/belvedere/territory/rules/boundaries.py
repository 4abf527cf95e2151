"""Reading one feature of a GeoJSON file of boundaries (RFC 7946). Pure: no database."""

import re
from collections.abc import Mapping
from typing import Any

CODES = ("cod_istat", "com_istat_code", "pro_com_t", "PRO_COM_T", "PRO_COM", "ISTAT")
"""What publishers call the property with the municipality's code."""


class Wrong(ValueError):
    """A feature cannot be used: which property, and what would be right."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def code(feature: Any) -> str:
    """Return the ISTAT code of a feature; a lost leading zero is put back.

    >>> code({"properties": {"cod_istat": 51031}})
    '051031'
    >>> code({"properties": {"name": "Poppi"}})
    Traceback (most recent call last):
    ...
    belvedere.territory.rules.boundaries.Wrong: it has no cod_istat.
    """
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(properties, Mapping):
        raise Wrong("properties", "it has no properties.")
    name = next((each for each in CODES if properties.get(each) not in (None, "")), None)
    if name is None:
        raise Wrong(CODES[0], f"it has no {CODES[0]}.")
    text = str(properties[name]).strip()
    if not re.fullmatch(r"\d{4,6}", text, re.ASCII):
        raise Wrong(name, f"“{text[:30]}” is no ISTAT code: six digits are expected.")
    return text.zfill(6)


def geometry(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return the geometry of a feature: polygons whose rings are closed, in degrees.

    >>> square = [[[11, 43], [12, 43], [12, 44], [11, 43]]]
    >>> geometry({"geometry": {"type": "Polygon", "coordinates": square}})["type"]
    'Polygon'
    >>> geometry({"geometry": {"type": "Point", "coordinates": [11, 43]}})
    Traceback (most recent call last):
    ...
    belvedere.territory.rules.boundaries.Wrong: Point is no Polygon or MultiPolygon.
    """
    drawn = feature.get("geometry")
    kind = drawn.get("type") if isinstance(drawn, Mapping) else None
    if not isinstance(drawn, Mapping) or kind not in ("Polygon", "MultiPolygon"):
        raise Wrong("geometry", f"{kind} is no Polygon or MultiPolygon.")
    coordinates = drawn.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise Wrong("geometry", "it has no coordinates.")
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise Wrong("geometry", "one of its polygons is empty.")
        for ring in polygon:
            _check(ring)
    return {"type": kind, "coordinates": coordinates}


def _check(ring: Any) -> None:
    if not isinstance(ring, list) or len(ring) < 4:
        raise Wrong("geometry", "a ring has fewer than four points.")
    for point in ring:
        _check_point(point)
    if ring[0][:2] != ring[-1][:2]:
        raise Wrong("geometry", "a ring does not end where it begins.")


def _check_point(point: Any) -> None:
    if (
        not isinstance(point, list)
        or len(point) < 2
        or not all(
            isinstance(each, int | float) and not isinstance(each, bool) for each in point
        )
    ):
        raise Wrong("geometry", "a point is not longitude and latitude as numbers.")
    longitude, latitude = point[:2]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Wrong(
            "geometry",
            f"{longitude}, {latitude} is not in degrees: convert the file to WGS 84.",
        )
