"""What the catalogue asks of whoever sells, without knowing who that is.

`sell` implements `Booking` and is named in the settings (`BELVEDERE_BOOKING`); the catalogue
and `publish` render only the frozen objects below.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.offer.models import Product


@dataclass(frozen=True)
class Free:
    """Places left of one product at one start.

    `also` is the price in the reader's own money at a stored quote, where the seller has one;
    `waiting_url` the address of the waiting list, where a sold-out start has one.
    `people` is how many people the price is for.
    """

    product: str
    day: date
    start: time | None
    free: int
    capacity: int
    price: Amount
    url: str
    also: Amount | None = None
    waiting_url: str = ""
    people: int = 1

    @property
    def few(self) -> bool:
        """Say whether less than half is left; OCTO calls it LIMITED."""
        return 0 < self.free * 2 < self.capacity


@dataclass(frozen=True)
class Ware:
    """A good that is sent, as a buyer in one country can have it.

    Attributes:
        product: Slug.
        free: How many pieces are left.
        price: Of one; VAT included where VAT is charged.
        vat: The VAT within it, per cent, in the reader's words.
        country: The country that this is said for, in the reader's words; empty: none chosen.
        code: Its ISO 3166 code.
        shipping: What sending one costs there; None where it is not sent.
        by: By when it arrives, or that nobody promises it.
        made: How long it takes to make, or that it is ready.
        refused: Why it is not sent there; empty where it is.
        collect: Whether it may be collected in person.
        shop: Address of the maker's shop.
        url: Address of the checkout; empty where it cannot be bought.

    """

    product: str
    free: int
    price: Amount
    vat: str
    country: str
    code: str
    shipping: Amount | None
    by: str
    made: str
    refused: str
    collect: bool
    shop: str
    url: str
    also: Amount | None = None


@dataclass(frozen=True)
class Step:
    """One part of a package, on its day.

    Attributes:
        product: What is done, or where one sleeps.
        day: Of the package; 1 is that of the arrival.
        start: Local time; None where the first with places is taken.
        nights: Of a stay; 0: it is none.
        quantity: Places for each person, or for each package.
        per_person: Which of the two.
        people: How many people the package's price is for.

    """

    product: "Product"
    day: int
    start: time | None
    nights: int
    quantity: int
    per_person: bool
    people: int = 1


@dataclass(frozen=True)
class Tax:
    """A tourist tax that is paid on the spot, in the reader's words, and where it stands."""

    said: str
    source: str


class Booking(Protocol):
    """Who knows what is left, and where it is bought."""

    def free(
        self,
        products: Iterable[str],
        days: Sequence[date],
        *,
        source: str = "",
        language: str = "it",
    ) -> list[Free]:
        """Return the starts of the products (slugs) on the days, sold-out ones too, in order.

        One query, however many products are asked for.
        """

    def calendar(
        self, product: str, first: date, last: date, *, source: str = "", language: str = "it"
    ) -> list[Free]:
        """Return the starts of one product (slug) that can be booked or waited for, in order.

        The price of each is the least that somebody who comes alone pays on that day. Two
        queries, however long the time between the two days (both included).
        """

    def goods(
        self,
        products: Iterable[str],
        *,
        country: str = "",
        source: str = "",
        language: str = "it",
    ) -> list[Ware]:
        """Return the goods among the products (slugs) that are for sale, for one country.

        Args:
            products: Slugs.
            country: ISO 3166; empty: the one that readers of the language most often live in.
            source: What `?s=` carried.
            language: BCP 47.

        """

    def countries(self, language: str) -> list[tuple[str, str]]:
        """Return every country (ISO 3166) with its name, for a list to choose from."""

    def steps(self, product: str) -> list[Step]:
        """Return what a package (slug) is made of, in the order of its days."""

    def taxes(self, products: "Iterable[Product]", language: str = "it") -> list[Tax]:
        """Return the tourist taxes of the stays among some products."""

    def checkout_url(
        self, product: str, day: date | None = None, *, source: str = "", language: str = "it"
    ) -> str:
        """Return the address of the checkout; `source` is what `?s=` carried."""


def booking() -> Booking:
    """Return the stage that sells, as the settings name it."""
    found: Booking = import_string(settings.BELVEDERE_BOOKING)()
    return found


class Translate(Protocol):
    """A machine that translates. None is installed by default: the work is offered to people.

    A class that satisfies this is named under the entry-point group `belvedere.translators`.
    """

    name: str

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """Translate plain texts from one language (BCP 47) to another, in order."""


@cache
def translator() -> Translate | None:
    """Return the machine that is installed, or None."""
    for point in entry_points(group="belvedere.translators"):
        found: Translate = point.load()()
        return found
    return None
