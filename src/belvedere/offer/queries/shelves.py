"""Products as lists show them: with words, picture, price and what is left."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from belvedere.offer.models import Product
from belvedere.offer.ports import Free, Step, Ware, booking
from belvedere.offer.queries.products import price, shown_at
from belvedere.offer.queries.texts import texts
from belvedere.offer.rules import Said
from belvedere.shared import clock
from belvedere.shared.money import Amount

AHEAD = 28
"""How many days ahead the pages look for free places."""


@dataclass(frozen=True)
class Card:
    """A product as lists show it."""

    product: Product
    title: Said
    summary: Said | None
    price: Amount
    url: str
    next: Free | None
    free: int

    @property
    def dated(self) -> bool:
        """Say whether one goes to it on a day; a good is sent."""
        return self.product.kind != Product.Kind.GOOD

    @property
    def picture(self) -> Any:
        """Return the cover, or None."""
        first = next(iter(self.product.pictures.all()), None)
        return first and first.picture


def cards(
    products: Iterable[Product],
    *,
    language: str,
    source: str = "",
    days: Sequence[date] = (),
) -> list[Card]:
    """Return what lists show of products: words in one query, free places in one.

    Args:
        products: As `on_sale` gives them.
        language: BCP 47 of the page.
        source: What `?s=` carried.
        days: Days to look for free places on; the next four weeks when empty.

    """
    products = list(products)
    if not products:
        return []
    said = texts(products, language, ("title", "summary", "description"))
    free = starts(products, days or ahead(), language=language, source=source)
    return [
        Card(
            product=each,
            title=said.get((each.pk, "title")) or Said(each.slug, each.language, "source"),
            summary=said.get((each.pk, "summary")) or said.get((each.pk, "description")),
            price=price(each),
            url=shown_at(each, language=language),
            next=next((start for start in free[each.slug] if start.free), None),
            free=sum(start.free for start in free[each.slug]),
        )
        for each in products
    ]


def starts(
    products: Iterable[Product], days: Sequence[date], *, language: str, source: str = ""
) -> dict[str, list[Free]]:
    """Return the starts of many products on some days by slug, in one query of the seller."""
    by_product: dict[str, list[Free]] = defaultdict(list)
    slugs = [each.slug for each in products]
    for each in booking().free(slugs, days, source=source, language=language):
        by_product[each.product].append(each)
    return by_product


def ahead(days: int = AHEAD) -> list[date]:
    """Return the coming days, today first."""
    today = clock.today()
    return [today + timedelta(days=each) for each in range(days)]


@dataclass(frozen=True)
class Shelved:
    """A good as lists show it."""

    product: Product
    title: Said
    summary: Said | None
    url: str
    ware: Ware

    @property
    def picture(self) -> Any:
        """Return the cover, or None."""
        first = next(iter(self.product.pictures.all()), None)
        return first and first.picture


def shelved(
    products: Iterable[Product], *, language: str, country: str = "", source: str = ""
) -> list[Shelved]:
    """Return what lists show of goods that are for sale, in a constant number of queries."""
    products = list(products)
    if not products:
        return []
    said = texts(products, language, ("title", "summary", "description"))
    slugs = [each.slug for each in products]
    found = booking().goods(slugs, country=country, source=source, language=language)
    wares = {each.product: each for each in found}
    return [
        Shelved(
            product=each,
            title=said.get((each.pk, "title")) or Said(each.slug, each.language, "source"),
            summary=said.get((each.pk, "summary")) or said.get((each.pk, "description")),
            url=shown_at(each, language=language),
            ware=wares[each.slug],
        )
        for each in products
        if each.slug in wares
    ]


@dataclass(frozen=True)
class Included:
    """One part of a package as its page shows it."""

    step: Step
    title: Said
    url: str


def included(package: Product, *, language: str) -> list[tuple[int, list[Included]]]:
    """Return what a package is made of, day by day; nothing for any other product."""
    if package.kind != Product.Kind.PACKAGE:
        return []
    steps = booking().steps(package.slug)
    said = texts([each.product for each in steps], language, ("title",))
    days: dict[int, list[Included]] = defaultdict(list)
    for each in steps:
        product = each.product
        title = said.get((product.pk, "title"))
        shown = product.state == Product.State.ON_SALE
        days[each.day].append(
            Included(
                step=each,
                title=title or Said(product.slug, product.language, "source"),
                url=shown_at(product, language=language) if shown else "",
            )
        )
    return list(days.items())
