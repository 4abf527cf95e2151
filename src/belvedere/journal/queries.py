"""Reading the registry of source codes."""

from collections.abc import Iterable

from django.db.models import QuerySet

from belvedere.journal.models import Source
from belvedere.journal.rules import Touch, touch
from belvedere.shared import clock


def source(code: str) -> Source | None:
    """Return the source of a code, or None if we never issued it."""
    return Source.objects.filter(code=code).first()


def sources(codes: Iterable[str]) -> dict[str, Source]:
    """Return the sources of many codes, in one query; codes that were never ours are absent."""
    return {each.code: each for each in Source.objects.filter(code__in=list(codes))}


def issued(subjects: Iterable[str]) -> QuerySet[Source]:
    """Return the sources that were issued for some subjects, the oldest first."""
    return Source.objects.filter(subject__in=list(subjects)).order_by("issued_at", "pk")


def known_touch(text: str) -> Touch | None:
    """Read `?s=` or a hidden field: None unless it names a code that we issued."""
    found = touch(text, clock.now())
    return found if found and Source.objects.filter(code=found.code).exists() else None
