"""Line icons, kept as one SVG sprite and written into the page where they stand."""

import re
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString

STROKES = SafeString(
    'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" '
    'stroke-linejoin="round"'
)
SPRITE = Path(__file__).parent / "static" / "theme" / "icons.svg"

MIRRORED = frozenset({"arrow"})
"""Icons that point along the line of reading, and so the other way in Arabic and Hebrew."""


@cache
def drawings() -> dict[str, str]:
    """Return the strokes of every icon by its name."""
    return dict(
        re.findall(r'<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>', SPRITE.read_text(), re.S)
    )
