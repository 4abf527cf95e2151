"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from belvedere.shared.languages import LANGUAGES, tag


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the language's tag, the languages, the public address, and whether this is a demo."""
    return {
        "language": tag(get_language() or ""),
        "languages": LANGUAGES,
        "public_url": settings.PUBLIC_URL,
        "demo": settings.DEMO,
    }
