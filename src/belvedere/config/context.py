"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from belvedere.config.middleware import StaffLanguages
from belvedere.journal.rules import touch
from belvedere.shared import clock
from belvedere.shared.languages import LANGUAGES, WRITTEN, tag


def site(request: HttpRequest) -> dict[str, Any]:
    """Give what pages share.

    `language` is the BCP 47 tag of the page, `languages` all that it exists in (those of the
    staff's pages are fewer), `public_url` our address, `demo` whether this is one, and
    `source` the source token that the visitor brought in `?s=` (or the form's hidden field),
    empty if it hasn't the shape of one.
    """
    token = request.GET.get("s", "") or request.POST.get("s", "")
    return {
        "language": tag(get_language() or ""),
        "languages": WRITTEN if StaffLanguages.has(request) else LANGUAGES,
        "public_url": settings.PUBLIC_URL,
        "demo": settings.DEMO,
        "source": token if token and touch(token, clock.now()) else "",
    }
