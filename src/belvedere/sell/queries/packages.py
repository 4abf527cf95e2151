"""Packages: what they are made of, when they can be had, and what is in the way."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from belvedere.sell.models import Allotment, PackagePart
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.rules.packages import Part, how_many
from belvedere.sell.rules.tariff import Option
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.offer.models import Product

Starts = Mapping[tuple[int, date], Sequence[Allotment]]


@dataclass(frozen=True)
class Package:
    """A package as it can be bought.

    Attributes:
        product: What it is called, and its own terms.
        option: Its units and prices; None before they are said.
        parts: In the order of their days.
        products: The parts' products, by their keys.

    """

    product: "Product"
    option: Option | None
    parts: tuple[Part, ...]
    products: "Mapping[int, Product]"

    @property
    def on_sale(self) -> bool:
        """Say whether it and all its parts are on sale."""
        state = self.product.State.ON_SALE
        return bool(self.product.state == state and self.parts) and all(
            each.on_sale for each in self.parts
        )

    @property
    def off_sale(self) -> "list[Product]":
        """Return the products of those parts that are not on sale: the package waits."""
        found = [self.products[each.product] for each in self.parts if not each.on_sale]
        return list(dict.fromkeys(found))

    @property
    def days(self) -> int:
        """Return on how many days something of it happens, the last morning not counted."""
        return 1 + max((each.day + max(0, each.nights - 1) for each in self.parts), default=0)

    @property
    def nights(self) -> int:
        """Return how many nights are in it."""
        return sum(each.nights for each in self.parts)

    @property
    def terms(self) -> Option:
        """Return its units and prices.

        Raises:
            BadInput: It has none yet.

        """
        if self.option is None or not self.option.units:
            raise BadInput("This is not on sale.", field="product")
        return self.option


@dataclass(frozen=True)
class Arrival:
    """A day on which a package can begin; a buyer chooses among them as among starts.

    `free` and `capacity` count packages, each for so many `people`.
    """

    product: "Product"
    day: date
    free: int
    capacity: int
    start: None = None
    mode: str = "counter"
    pk: int = 0
    people: int = 1
    rate: Decimal | None = None

    Mode = Allotment.Mode

    @property
    def product_id(self) -> int:
        """Return the key of the package."""
        return self.product.pk

    @property
    def on(self) -> date:
        """Return its day."""
        return self.day


def packages(keys: Iterable[int] = (), *, slugs: Iterable[str] = ()) -> dict[int, Package]:
    """Return the packages among some products, in two queries; none without parts.

    The parts of a day stand in the order of their hours, where one sleeps last.
    """
    rows = list(
        PackagePart.objects.filter(
            Q(package__in=list(keys)) | Q(package__slug__in=list(slugs)),
            package__kind="package",
        )
        .select_related("package__operator__area", "option__product__operator__municipality")
        .select_related(
            "option__product__place__municipality", "option__product__operator__area"
        )
        .order_by("package", "day", "nights", F("start").asc(nulls_first=True), "position")
    )
    if not rows:
        return {}
    products = {each.option.product_id: each.option.product for each in rows}
    options = tariff({*products, *(each.package_id for each in rows)})
    by_key = {each.id: each for each in options}
    own = {each.product: each for each in reversed(options)}  # The first of each stays.
    found: dict[int, list[Any]] = defaultdict(list)
    for each in rows:
        found[each.package_id].append(each)
    return {
        key: Package(
            product=mine[0].package,
            option=own.get(key),
            parts=tuple(_part(each, by_key[each.option_id]) for each in mine),
            products=products,
        )
        for key, mine in found.items()
    }


def packages_with(operator_id: int) -> list[Package]:
    """Return the packages in which an operator has a part, on sale or not."""
    keys = PackagePart.objects.filter(option__product__operator=operator_id)
    return list(packages(keys.values_list("package", flat=True).distinct()).values())


def package(key: int) -> Package | None:
    """Return one package; None when it has no parts."""
    return packages([key]).get(key)


def starts_of(parts: Iterable[Part], first: date, last: date) -> Starts:
    """Return the starts that arrivals between two days may need, in one query."""
    every = list(parts)
    if not every:
        return {}
    longest = max(each.day + max(1, each.nights) for each in every)
    rows = (
        Allotment.objects.filter(
            product__in={each.product for each in every},
            day__gte=first,
            day__lte=last + timedelta(days=longest),
        )
        .select_related("product__operator__seller", "product__operator__area")
        .order_by("day", F("start").asc(nulls_first=True))
    )
    found: dict[tuple[int, date], list[Allotment]] = defaultdict(list)
    for each in rows:
        found[each.product_id, each.on].append(each)
    return found


def arrivals(
    found: Iterable[Package], days: Sequence[date], *, draft: bool = False
) -> list[Arrival]:
    """Return the days on which packages can begin, sold-out ones too: one query.

    Args:
        found: The packages; those that are not on sale are passed over.
        days: To look at.
        draft: Look at those that are not on sale themselves, too.

    """
    ready = [
        each
        for each in found
        if (draft or each.on_sale) and each.option and each.option.units and each.parts
    ]
    today = clock.today()
    wanted = sorted({each for each in days if each >= today})
    if not ready or not wanted:
        return []
    starts = starts_of((part for each in ready for part in each.parts), wanted[0], wanted[-1])
    now = clock.now()
    made = [
        Arrival(
            each.product,
            day,
            *how_many(each.parts, starts, day, each.terms.units[0].places, now),
            people=each.terms.units[0].places,
        )
        for day in wanted
        for each in ready
    ]
    return [each for each in made if each.capacity]


def _part(row: PackagePart, option: Option) -> Part:
    product = row.option.product
    return Part(
        id=row.pk,
        option=option,
        day=row.day,
        start=row.start,
        nights=row.nights,
        quantity=row.quantity,
        per_person=row.per == PackagePart.Per.PERSON,
        agreed=row.agreed_minor,
        on_sale=product.state == product.State.ON_SALE,
    )
