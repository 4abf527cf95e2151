"""Packages on the desk: how far each is, what is in the way, how its price is divided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from belvedere.desk.queries.experiences import titles
from belvedere.desk.rules import MOST, REVIEWERS
from belvedere.offer import queries as catalogue
from belvedere.sell import queries as sales
from belvedere.sell.rules.packages import Part, divided_price
from belvedere.sell.rules.tariff import price_of
from belvedere.shared import clock
from belvedere.shared.money import Amount
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.territory.models import Area, Operator

DAYS_AHEAD = 60


@dataclass(frozen=True)
class PackageRow:
    """A package in a list.

    Attributes:
        product: The package.
        title: In the page's language.
        price: For its first unit.
        parts: How many it has.
        off_sale: Titles of the parts that are in the way.

    """

    product: "Product"
    title: str
    price: Amount
    parts: int
    off_sale: tuple[str, ...]


@dataclass(frozen=True)
class Gets:
    """What of one unit's price is a part's: the unit's name, its price, the share."""

    unit: str
    price: Amount
    amount: Amount


@dataclass(frozen=True)
class Share:
    """What one part gets, and what it costs by itself for the people of the first unit."""

    part: Part
    title: str
    operator: str
    own: Amount
    gets: tuple[Gets, ...]


def package_rows(user: Any, language: str) -> list[PackageRow]:
    """Return the packages that somebody may see, the youngest first."""
    mine = catalogue.visible_to(user).filter(kind="package").order_by("-created_at")
    products = list(mine[:MOST])
    known = sales.packages(each.pk for each in products)
    named = titles(
        [*products, *(part for each in known.values() for part in each.off_sale)], language
    )
    return [
        PackageRow(
            product=each,
            title=named[each.pk],
            price=catalogue.price(each),
            parts=len(known[each.pk].parts) if each.pk in known else 0,
            off_sale=tuple(named[part.pk] for part in known[each.pk].off_sale)
            if each.pk in known
            else (),
        )
        for each in products
    ]


def division(found: sales.Package, language: str, day: date | None = None) -> list[Share]:
    """Return how the price of each unit is divided on a day; today when empty."""
    when = day or clock.today()
    days = [(part, each) for part in found.parts for each in part.days(when)]
    units = [
        (sales.unit_name(each.type, each.places), price_of(each, when))
        for each in found.terms.units
    ]
    divided = [divided_price(found.parts, found.terms, days, price) for _name, price in units]
    named = titles(found.products.values(), language)
    people = found.terms.units[0].places
    shares = []
    for part in found.parts:
        at = [index for index, (each, _day) in enumerate(days) if each.id == part.id]
        unit = part.option.units[0]
        own = [price_of(unit, days[index][1]).minor for index in at]
        product = found.products[part.product]
        shares.append(
            Share(
                part=part,
                title=named[product.pk],
                operator=product.operator.name,
                own=Amount(sum(own) * part.places(people) // unit.places, unit.price.currency),
                gets=tuple(
                    Gets(
                        name,
                        price,
                        Amount(sum(each[index].minor for index in at), price.currency),
                    )
                    for each, (name, price) in zip(divided, units, strict=True)
                ),
            )
        )
    return shares


def free_days(found: sales.Package) -> list[sales.Arrival]:
    """Return the days of the next sixty on which a package could begin, on sale or not."""
    return sales.arrivals([found], catalogue.ahead(DAYS_AHEAD), draft=True)


def part_options(
    user: Any, language: str, also: Sequence[Part] = ()
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what may be a part: what is on sale in somebody's areas, by its operator.

    Args:
        user: Who composes.
        language: BCP 47.
        also: Parts that are there already, whatever has become of them.

    """
    known = {each.product for each in also}
    products = [
        each
        for each in catalogue.visible_to(user).filter(kind__in=("experience", "stay"))
        if each.state == each.State.ON_SALE or each.pk in known
    ]
    named = titles(products, language)
    by_key = {each.pk: each for each in products}
    groups: dict[str, list[tuple[str, str]]] = {}
    for option in sales.tariff(by_key):
        product = by_key[option.product]
        if not option.units:
            continue
        price = option.units[0].price.text(language)
        name = (
            named[product.pk]
            if option.name == "Standard"
            else f"{named[product.pk]} – {option.name}"
        )
        label = f"{name} · {price}"
        if product.kind == product.Kind.STAY:
            label = f"{label} · {product.get_kind_display()}"
        if product.state != product.State.ON_SALE:
            label = f"{label} · {product.get_state_display()}"
        groups.setdefault(product.operator.name, []).append((str(option.id), label))
    return sorted(groups.items())


def in_packages(operator: "Operator", language: str) -> list[tuple[str, str, Share]]:
    """Return the packages in which an operator has a part: title, state, its share."""
    found = []
    known = sales.packages_with(operator.pk)
    named = titles([each.product for each in known], language)
    for each in known:
        if each.option is None or not each.option.units:
            continue
        found += [
            (named[each.product.pk], each.product.get_state_display(), share)
            for share in division(each, language)
            if each.products[share.part.product].operator_id == operator.pk
        ]
    return found


def organisers(user: Any) -> list[tuple[str, str]]:
    """Return the businesses of somebody's areas, as choices."""
    areas = territory.areas_of(user)
    rows = territory.visible_to(user).operators.filter(area__in=areas).order_by("name")
    return [(str(each.pk), each.name) for each in rows]


def tax_towns(user: Any) -> list[tuple[str, str]]:
    """Return the municipalities whose tax somebody keeps, as choices, in a few queries."""
    found = territory.memberships().select_related("municipality")
    if not user.is_superuser:
        held = user.memberships.filter(role__in=REVIEWERS, area__isnull=False)
        mine = set(held.values_list("area", flat=True))
        areas = territory.areas_of(user).select_related("parent__parent__parent")
        found = found.filter(area__in=[each.pk for each in areas if mine & set(_line(each))])
    towns = {str(each.municipality_id): each.municipality.name for each in found}
    return sorted(towns.items(), key=lambda each: each[1])


def _line(area: "Area | None") -> Iterator[int]:
    """Yield an area and those it lies in."""
    while area is not None:
        yield area.pk
        area = area.parent


def houses() -> list[tuple[str, str]]:
    """Return the kinds of houses that municipalities tell apart, as choices."""
    return [(str(value), str(label)) for value, label in catalogue.Accommodation.choices]


def package_as_typed(product: "Product") -> dict[str, Any]:
    """Return what the form would hold if a package had just been typed into it."""
    said = catalogue.words(product, product.language)
    options = sales.tariff([product.pk])
    units = options[0].units if options else ()
    child = next((each for each in units if each.type == "CHILD"), None)
    return {
        "operator": str(product.operator_id),
        **{
            each: said[each].value if each in said else ""
            for each in ("title", "summary", "description")
        },
        "theme": product.theme,
        "price": _euros(product.price_minor),
        "people": units[0].places if units else 1,
        "child_price": _euros(child.price.minor) if child else "",
        "child_until": child.max_age if child else 11,
        "hours": product.free_cancellation_hours,
    }


def _euros(minor: int) -> str:
    return f"{minor / 100:.2f}".replace(".", ",")
