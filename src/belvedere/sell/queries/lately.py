"""What this process read a moment ago, so that a rush doesn't read it once for each buyer.

Nothing is kept for longer than a second, and all is forgotten as soon as this process changes
a stock or finds it sold out. It may refuse somebody a second too long and show what was so a
second ago; what is granted is granted by the database alone (ADR-0003).
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

SECONDS = 1.0
LARGEST = 500
Read = TypeVar("Read")
_kept: dict[Any, tuple[float, Any]] = {}


def read(key: Any, ask: Callable[[], Read]) -> Read:
    """Return what was read under this key within the last second, or ask now."""
    found: Read | None = kept(key)
    if found is None:
        found = ask()
        keep(key, found)
    return found


def keep(key: Any, answer: Any) -> None:
    """Keep an answer for the next second."""
    if len(_kept) >= LARGEST:
        _kept.clear()
    _kept[key] = time.monotonic() + SECONDS, answer


def kept(key: Any) -> Any:
    """Return what was kept within the last second, or None."""
    until, answer = _kept.get(key, (0.0, None))
    return answer if time.monotonic() < until else None


def forget() -> None:
    """Forget everything: it may no longer be so."""
    _kept.clear()
