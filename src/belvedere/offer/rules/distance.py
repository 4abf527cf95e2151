"""How far two points are apart."""

from math import asin, cos, radians, sin, sqrt


def metres(latitude: float, longitude: float, other: float, other_longitude: float) -> int:
    """Return the distance of two points on the sphere (haversine), in metres.

    >>> metres(43.7224, 11.7671, 43.7224, 11.7671)
    0
    >>> metres(43.0, 11.0, 44.0, 11.0)
    111195
    """
    half = sin(radians(other - latitude) / 2) ** 2 + cos(radians(latitude)) * cos(
        radians(other)
    ) * (sin(radians(other_longitude - longitude) / 2) ** 2)
    return round(2 * 6_371_008.8 * asin(sqrt(half)))
