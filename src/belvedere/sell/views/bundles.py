"""An order's packages, as its page shows them: each by itself, day by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from belvedere.offer.queries import Said
from belvedere.sell import rules
from belvedere.sell.models import HoldLine, Order, SellerOrder, Voucher
from belvedere.shared import clock
from belvedere.shared.money import Amount

Titles = Mapping[tuple[int, str], Said]
Shown = tuple[HoldLine, Said | None]


@dataclass(frozen=True)
class Bundle:
    """A package in an order.

    Attributes:
        product: The package.
        title: What it is called in the page's language.
        parts: Of each operator.
        shown: Its lines with their titles, by day.
        units: How many were bought of each unit, as items of one line say.

    """

    product: Any
    title: Said | None
    parts: tuple[SellerOrder, ...]
    shown: tuple[Shown, ...]
    units: tuple[Any, ...]

    @property
    def total(self) -> Amount:
        """Return what all of it costs."""
        return Amount(
            sum(each.total_minor for each in self.parts), self.parts[0].order.currency
        )

    @property
    def days(self) -> list[tuple[int, date, list[Shown]]]:
        """Return its lines day by day: the number of the day, the day, what happens."""
        found: dict[date, list[Shown]] = {}
        for each in self.shown:
            found.setdefault(each[0].allotment.on, []).append(each)
        first = self.parts[0].package_day or min(found)
        return [((day - first).days + 1, day, rows) for day, rows in sorted(found.items())]

    @property
    def name(self) -> str:
        """Return its title, or its slug where nobody wrote one."""
        return self.title.value if self.title else self.product.slug


def bundles(
    parts: Iterable[SellerOrder], shown: Sequence[Shown], titles: Titles
) -> list[Bundle]:
    """Return the packages of an order, in the order of their first parts."""
    groups: dict[tuple[int, date | None], list[SellerOrder]] = {}
    for each in parts:
        if each.package_id:
            groups.setdefault((each.package_id, each.package_day), []).append(each)
    found = []
    for mine in groups.values():
        keys = {each.pk for each in mine}
        rows = [each for each in shown if each[0].seller_order_id in keys]
        if not rows:
            continue
        rows.sort(key=_order)
        product: Any = mine[0].package
        found.append(
            Bundle(
                product,
                titles.get((product.pk, "title")),
                tuple(mine),
                tuple(rows),
                tuple(rows[0][0].items.all()),
            )
        )
    return found


def _order(shown: Shown) -> tuple[date, bool, time]:
    """Order lines by day and hour; where one sleeps comes last."""
    allotment = shown[0].allotment
    product = allotment.product
    return allotment.on, product.kind == product.Kind.STAY, allotment.start or time.min


@dataclass(frozen=True)
class Apart:
    """What can be called off by itself: the part of an operator, or a package as a whole."""

    pk: int
    name: str


def called_off_apart(
    found: Order,
    parts: Sequence[SellerOrder],
    packages: Sequence[Bundle],
    lines: Sequence[HoldLine],
    deliveries: Iterable[Any],
) -> list[Apart]:
    """Return what can be called off by itself; nothing of an order of one thing."""
    groups = [(each.parts, each.name) for each in packages]
    groups += [((each,), each.operator.name) for each in parts if not each.package_id]
    if found.state not in Order.SOLD or len(groups) < 2:
        return []
    ahead = {
        each.seller_order_id
        for each in lines
        if rules.ahead(each.allotment.day, each.allotment.start, clock.now())
    }
    ahead -= {each.seller_order_id for each in deliveries if each.state not in each.AT_HOME}
    return [
        Apart(mine[0].pk, name)
        for mine, name in groups
        if all(each.state == Order.State.CONFIRMED and each.pk in ahead for each in mine)
    ]


def apart(vouchers: Iterable[Voucher]) -> tuple[list[Voucher], list[Voucher]]:
    """Return the vouchers to show, and those of a stay's further nights."""
    first, further = [], []
    seen: set[tuple[int, int]] = set()
    for each in sorted(vouchers, key=lambda each: (each.line.allotment.on, each.pk)):
        line = each.line
        product = line.allotment.product
        key = line.seller_order_id, product.pk
        if product.kind == product.Kind.STAY and key in seen:
            further.append(each)
        else:
            first.append(each)
        seen.add(key)
    return first, further
