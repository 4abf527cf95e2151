"""The life of a piece, how often a channel is tried, and who counts as a visitor. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from belvedere.shared.languages import LANGUAGES

LANGUAGE_CHOICES = [(each.tag, each.name) for each in LANGUAGES]


class State(StrEnum):
    """Where a piece is between the desk and the public."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_S = State
LIFE: Mapping[State, frozenset[State]] = {
    _S.DRAFT: frozenset({_S.CHECKED}),
    _S.CHECKED: frozenset({_S.APPROVED, _S.DRAFT}),
    # `published` straight away: people put it up by hand and say so.
    _S.APPROVED: frozenset({_S.QUEUED, _S.PUBLISHED, _S.EXPIRED, _S.DRAFT}),
    _S.QUEUED: frozenset({_S.SENDING, _S.APPROVED, _S.EXPIRED}),
    # Back to `queued`: the channel said that nothing happened.
    _S.SENDING: frozenset({_S.ACCEPTED, _S.PUBLISHED, _S.FAILED, _S.UNKNOWN, _S.QUEUED}),
    _S.ACCEPTED: frozenset({_S.PUBLISHED, _S.FAILED, _S.UNKNOWN, _S.WITHDRAWN}),
    _S.PUBLISHED: frozenset({_S.WITHDRAWN, _S.EXPIRED}),
    _S.FAILED: frozenset({_S.DRAFT}),
    # Only a person, or the channel's own answer, says what became of it; never a retry.
    _S.UNKNOWN: frozenset({_S.ACCEPTED, _S.PUBLISHED, _S.FAILED, _S.WITHDRAWN}),
    _S.EXPIRED: frozenset({_S.DRAFT}),
    _S.WITHDRAWN: frozenset({_S.DRAFT}),
}


def may(now: str, then: str) -> bool:
    """Say whether a piece may go from one state to another.

    >>> may("approved", "queued"), may("draft", "published"), may("unknown", "queued")
    (True, False, False)
    """
    return State(then) in LIFE[State(now)]


PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 360))


def pause_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries that changed nothing; None: give up.

    >>> pause_after(1), pause_after(5), pause_after(6)
    (datetime.timedelta(seconds=60), datetime.timedelta(seconds=21600), None)
    """
    return PAUSES[tries - 1] if 1 <= tries <= len(PAUSES) else None


# Link previews and crawlers that fetch a link which nobody followed. Kept small on purpose:
# a false "bot" loses a visitor, and what is left out costs one fact without a sale.
_ROBOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|telegram|embedly"
    r"|curl/|wget/|python-|httpx|go-http-client|java/|headless|lighthouse|monitor|uptime",
    re.IGNORECASE,
)


def is_person(method: str, headers: Mapping[str, str]) -> bool:
    """Say whether a request is somebody following a link, not a robot or a prefetch.

    >>> is_person("GET", {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0"})
    True
    >>> is_person("HEAD", {"User-Agent": "Mozilla/5.0"})
    False
    >>> is_person("GET", {"User-Agent": "Mozilla/5.0", "Sec-Purpose": "prefetch;prerender"})
    False
    >>> is_person("GET", {"User-Agent": "facebookexternalhit/1.1"}), is_person("GET", {})
    (False, False)
    """
    agent = headers.get("User-Agent", "")
    purpose = headers.get("Sec-Purpose", "") + headers.get("Purpose", "")
    return (
        method == "GET"
        and "prefetch" not in purpose
        and bool(agent)
        and not _ROBOTS.search(agent)
    )


def preferred(accept_language: str, languages: Iterable[str]) -> str:
    """Return the first of our languages that an Accept-Language header asks for; "" if none.

    >>> preferred("zh-CN,zh;q=0.9,en;q=0.8", ["it", "en", "zh-Hans"])
    'zh-Hans'
    >>> preferred("fr;q=0.9, en-GB;q=0.95", ["it", "en", "zh-Hans"]), preferred("xx", ["it"])
    ('en', '')
    """
    ours = {each.split("-")[0].lower(): each for each in languages}
    wanted = []
    for part in accept_language.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next(
        (ours[tag] for _, tag in sorted(wanted, key=lambda each: each[0]) if tag in ours), ""
    )
