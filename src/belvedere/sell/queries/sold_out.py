"""What this process told about sold-out starts a moment ago, so that a rush is refused cheaply.

An answer is kept for a second at most, and forgotten as soon as this process gives a place
back. It only ever refuses: what is granted is granted by the database.
"""

import time
from typing import Any

SECONDS = 1.0
LARGEST = 500
_kept: dict[Any, tuple[float, Any]] = {}


def keep(key: Any, answer: Any) -> None:
    """Keep an answer for the next second."""
    if len(_kept) >= LARGEST:
        _kept.clear()
    _kept[key] = time.monotonic() + SECONDS, answer


def kept(key: Any) -> Any:
    """Return what was answered within the last second, or None."""
    until, answer = _kept.get(key, (0.0, None))
    return answer if time.monotonic() < until else None


def forget() -> None:
    """Forget all answers: places have come free."""
    _kept.clear()
