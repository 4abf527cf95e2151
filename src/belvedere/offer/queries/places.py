"""Places as lists show them, and where one that was joined has gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    When,
)

from belvedere.offer.models import Candidate
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Place
from belvedere.offer.queries.products import address

SIGHTS_LAST = {"library": 1, "archive": 2, "university": 2}
"""Kinds that travellers come for less often; all others stand before them."""


@dataclass(frozen=True)
class Listed:
    """A place as lists and maps show it."""

    place: "Place"
    name: str
    town: str
    url: str

    @property
    def point(self) -> tuple[float, float, str, str] | None:
        """Return latitude, longitude, label and address for a map, or None."""
        if self.place.latitude is None or self.place.longitude is None:
            return None
        return self.place.latitude, self.place.longitude, self.name, self.url


def listed(places: "Iterable[Place]", language: str) -> list[Listed]:
    """Return what lists show of places: all names in two queries."""
    places = list(places)
    called = territory.names(places, language, gloss=False)
    towns = {each.municipality_id: each.municipality for each in places if each.municipality}
    town_names = territory.names(towns.values(), language, gloss=False)
    return [
        Listed(
            place=each,
            name=called[each.pk],
            town=town_names.get(each.municipality_id or 0, ""),
            url=address("offer:place", each.slug, language=language),
        )
        for each in places
    ]


def ranked(places: "QuerySet[Place]") -> "QuerySet[Place]":
    """Order places as travellers look for them: sights first, the most visited ahead."""
    return places.order_by(
        Case(*(When(kind=kind, then=rank) for kind, rank in SIGHTS_LAST.items()), default=0),
        F("detail__visitors").desc(nulls_last=True),
        "name",
        "pk",
    )


def named(word: str) -> Q:
    """Match places whose name, in any language, or municipality contains a word."""
    return (
        Q(name__icontains=word)
        | Q(municipality__name__icontains=word)
        | Q(
            Exists(
                territory.every_place().filter(pk=OuterRef("pk"), names__value__icontains=word)
            )
        )
    )


def place(slug: str) -> "Place | None":
    """Return the place of an address, if it is shown."""
    return territory.places().filter(slug=slug).first()


def moved(slug: str) -> str | None:
    """Return the address of the place that a joined one was joined with, or None."""
    return (
        Candidate.objects.filter(old_slug=slug, state=Candidate.State.JOINED, place__shown=True)
        .values_list("place__slug", flat=True)
        .first()
    )
