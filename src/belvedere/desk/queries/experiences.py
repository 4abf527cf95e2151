"""The operator's experiences: what is being written, what is offered, who comes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from belvedere.desk.models import Draft
from belvedere.desk.rules import WEEKS_SHOWN
from belvedere.offer import queries as catalogue
from belvedere.offer.queries import Said, Theme
from belvedere.sell import queries as sales
from belvedere.shared import clock
from belvedere.shared.languages import WRITTEN
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.sell.models import Allotment
    from belvedere.territory.models import Area, Operator


@dataclass(frozen=True)
class Spot:
    """Where something happens, as the list of places gave it."""

    latitude: float | None = None
    longitude: float | None = None
    place_id: int | None = None


def themes() -> list[tuple[str, str]]:
    """Return the eight themes with their names."""
    return [(str(value), str(label)) for value, label in Theme.choices]


def draft(operator: "Operator", product: "Product | None" = None) -> Draft | None:
    """Return what the operator has begun to write, or to mend, and not sent yet."""
    return (
        Draft.objects.select_related("picture", "operator")
        .filter(operator=operator, product=product)
        .first()
    )


def as_typed(product: "Product") -> dict[str, Any]:
    """Return what the forms would hold if a product had just been typed into them."""
    said = catalogue.words(product, product.language)
    offered = [each for each in starts(product) if each.capacity]
    first = offered[0] if offered else None
    return {
        "title": _said(said, "title"),
        "happens": _said(said, "summary"),
        "audience": _said(said, "description"),
        "theme": product.theme,
        "price": catalogue.price(product).text("it").replace("\xa0€", "").replace(",00", ""),
        "house": product.accommodation,
        "minutes": product.duration_minutes or 120,
        "where": f"p:{product.place_id}" if product.place_id else _nearest(product),
        "meeting_point": product.meeting_point,
        "day": sorted({each.on.isoformat() for each in offered}),
        "start": f"{first.start:%H:%M}" if first and first.start else "",
        "places": first.capacity if first else 8,
    }


def _said(said: dict[str, Said], field: str) -> str:
    return said[field].value if field in said else ""


def _nearest(product: "Product") -> str:
    for each in territory.municipalities(product.operator.area):
        if (each.latitude, each.longitude) == (product.latitude, product.longitude):
            return f"m:{each.pk}"
    return ""


def wheres(area: "Area") -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the municipalities of an area, each with its places, as the choices of a list."""
    found = territory.municipalities(area).prefetch_related("places")
    return [
        (
            each.name,
            [
                (
                    f"m:{each.pk}",
                    _("%(municipality)s, elsewhere") % {"municipality": each.name},
                ),
                *((f"p:{place.pk}", place.name) for place in each.places.all() if place.shown),
            ],
        )
        for each in found
    ]


def spot(where: str, area: "Area") -> Spot:
    """Return where a choice of `wheres` lies."""
    kind, _colon, key = where.partition(":")
    for municipality in territory.municipalities(area).prefetch_related("places"):
        if kind == "m" and str(municipality.pk) == key:
            return Spot(municipality.latitude, municipality.longitude)
        for place in municipality.places.all():
            if kind == "p" and str(place.pk) == key:
                return Spot(place.latitude, place.longitude, place.pk)
    return Spot()


def my_experiences(user: Any, operator: "Operator", language: str) -> list[catalogue.Card]:
    """Return the operator's experiences as cards, the youngest first."""
    mine = catalogue.visible_to(user).filter(operator=operator).exclude(kind="package")
    mine = mine.order_by("-created_at")
    return catalogue.cards(mine, language=language)


def is_first(user: Any, operator: "Operator") -> bool:
    """Say whether the operator has not sent any experience yet."""
    return not catalogue.visible_to(user).filter(operator=operator).exists()


def starts(product: "Product") -> "list[Allotment]":
    """Return the coming starts of a product as far as the calendars show, sold or not."""
    last = clock.today() + timedelta(days=7 * WEEKS_SHOWN)
    found = sales.free_days(product.pk, clock.today(), last)
    return [each for each in found if each.capacity]


@dataclass(frozen=True)
class Preview:
    """What a traveller of one language reads of a product."""

    tag: str
    name: str
    said: dict[str, Said]

    @property
    def state(self) -> str:
        """Say in one word how it came about: original, missing, machine, outdated, human."""
        title = self.said.get("title")
        if title is None or title.foreign:
            return "missing"
        found = {each.status for each in self.said.values() if not each.foreign}
        return next(
            (each for each in ("machine", "outdated", "source") if each in found), "human"
        )


def previews(product: "Product") -> list[Preview]:
    """Return how a product reads in each of our languages."""
    return [
        Preview(each.tag, each.name, catalogue.words(product, each.tag)) for each in WRITTEN
    ]


def title(product: "Product", language: str = "") -> str:
    """Return what a product is called, in a language or its own."""
    said = catalogue.texts([product], language or product.language, ("title",))
    found = said.get((product.pk, "title"))
    return found.value if found else product.slug


def titles(products: Iterable["Product"], language: str) -> dict[int, str]:
    """Return what products are called, by key, in one query."""
    products = list(products)
    said = catalogue.texts(products, language, ("title",))
    return {
        each.pk: said[each.pk, "title"].value if (each.pk, "title") in said else each.slug
        for each in products
    }


@dataclass(frozen=True)
class Group:
    """The guests of one start of one experience."""

    start: time | None
    title: str
    guests: list[sales.Guest]

    @property
    def places(self) -> int:
        """Return how many people are expected."""
        return sum(each.quantity for each in self.guests)

    @property
    def arrived(self) -> int:
        """Return how many have been let in."""
        return sum(each.redeemed for each in self.guests)


def guests(user: Any, operator: "Operator", day: date, language: str) -> list[Group]:
    """Return who comes to an operator on a day, by start."""
    found: dict[tuple[Any, ...], list[sales.Guest]] = {}
    for each in sales.guests(operator.pk, day):
        found.setdefault((each.start, each.product_id), []).append(each)
    if not found:
        return []
    products = catalogue.visible_to(user).filter(pk__in={pk for _start, pk in found})
    named = titles(products, language)
    return [
        Group(start, named.get(pk, each[0].product), each)
        for (start, pk), each in found.items()
    ]
