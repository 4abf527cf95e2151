"""Dividing money without losing a cent."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def divided(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a total in proportion to weights, by the largest remainder; the parts add up.

    Args:
        total: In minor units.
        weights: Not all 0, unless the total is.

    >>> divided(100, [1, 1, 1]), divided(1000, [5000, 2500]), divided(0, [0, 0])
    ([34, 33, 33], [667, 333], [0, 0])

    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError("Nothing to divide it by.")
        return [0] * len(weights)
    parts = [total * each // whole for each in weights]
    remainders = sorted(
        range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at)
    )
    for at in remainders[: total - sum(parts)]:
        parts[at] += 1
    return parts


def step(total: int, before: int, after: int, whole: int) -> int:
    """Return how much of a total belongs to the way from `before` to `after` of a whole.

    Steps add up to the total whatever they are, also backwards.

    >>> step(100, 0, 1, 3), step(100, 1, 2, 3), step(100, 2, 3, 3), step(100, 3, 0, 3)
    (33, 33, 34, -100)
    """
    if not whole:
        return 0
    return total * after // whole - total * before // whole


def part(minor: int, percent: Decimal) -> int:
    """Return a percentage of an amount in minor units, half a cent up.

    >>> part(2049, Decimal("13.6")), part(0, Decimal("10"))
    (279, 0)
    """
    return int((minor * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
