"""How the goods of a hold get to the buyer: reckoned before the places are taken."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from belvedere.sell.models import Delivery, Good, Rate, Seller, SellerOrder
from belvedere.sell.queries import goods as reading
from belvedere.sell.rules import vat, world
from belvedere.sell.rules.parcels import Refusal, Shipping, Why, shipping
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

PURPOSE = "delivery: to send the goods, and to take them back if you withdraw"


class NotShipped(BadInput):
    """The goods do not go there; `why` is one of `rules.parcels.Why`."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"Not sent to {refusal.country}: {refusal.why}.", field="country")
        self.why = refusal.why
        self.country = refusal.country


@dataclass(frozen=True)
class Destination:
    """Where goods go: an address anywhere in the world, or into the buyer's own hands.

    `collect` means that the buyer comes for them; then the address stays empty.
    """

    country: str = world.HOME
    collect: bool = False
    name: str = ""
    street: str = ""
    extra: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    phone: str = ""

    @property
    def taxed_in(self) -> str:
        """Return the country whose VAT matters: where the goods end."""
        return world.HOME if self.collect else self.country


@dataclass(frozen=True)
class Sold:
    """So many of one good in a hold, at their price, with their VAT."""

    good: Good
    quantity: int
    minor: int
    percent: Decimal
    home: Decimal


@dataclass(frozen=True)
class Sending:
    """How one maker's goods go to the buyer."""

    goods: tuple[Sold, ...]
    to: Destination
    how: Shipping | None
    ready_hours: int

    @property
    def minor(self) -> int:
        """Return what the buyer pays for it."""
        return self.how.minor if self.how else 0

    @property
    def percent(self) -> Decimal:
        """Return its VAT: an accessory follows what is worth most in the box."""
        return max(self.goods, key=lambda each: each.minor).percent

    @property
    def vat(self) -> int:
        """Return the VAT within its price."""
        return vat.within(self.minor, self.percent)


def taxes(
    seller: Any, to: Destination | None, home: Decimal, minor: int
) -> tuple[int, Decimal]:
    """Return the price of one piece and the VAT within it, for a destination.

    Raises:
        BadInput: Goods need to know where they go, or their seller is not approved.

    """
    if seller is None or seller.state != Seller.State.APPROVED:
        raise BadInput("This is not on sale.", field="product")
    if to is None:
        raise BadInput("Goods need a destination.", field="country")
    country = to.taxed_in
    if country not in world.countries():
        raise NotShipped(Refusal(country, Why.UNKNOWN))
    scheme = seller.vat_scheme
    return vat.price(minor, scheme, country, home), vat.percent(scheme, country, home)


def sending(goods: Sequence[Sold], to: Destination, seller: Seller, currency: str) -> Sending:
    """Reckon how one maker's goods go to a destination.

    Raises:
        NotShipped: They do not go there; says why.
        BadInput: They cannot be collected.

    """
    if to.collect:
        if not all(each.good.collect for each in goods):
            raise BadInput("This cannot be collected.", field="collect")
        return Sending(tuple(goods), to, None, seller.ready_hours)
    pieces = [reading.piece(each.good, each.quantity, each.home) for each in goods]
    how = shipping(
        pieces,
        to.country,
        reading.rates(currency),
        postcode=to.postcode,
        seller_oss=seller.vat_scheme == Seller.VatScheme.OSS,
    )
    if isinstance(how, Refusal):
        raise NotShipped(how)
    return Sending(tuple(goods), to, how, seller.ready_hours)


def complete(to: Destination) -> None:
    """Refuse an address that no carrier could bring anything to.

    Raises:
        BadInput: Says which field is missing.

    """
    if to.collect:
        return
    for field in ("name", "street", "city"):
        if not getattr(to, field).strip():
            raise BadInput(_("The address is not complete."), field=field)
    if to.country in world.UNION and not to.postcode.strip():
        raise BadInput(_("The address is not complete."), field="postcode")


def write(sendings: Iterable[tuple[SellerOrder, Sending]], currency: str, forget: Any) -> None:
    """Write the deliveries of the parts of an order."""
    found = list(sendings)
    known = Rate.objects.select_related("carrier").in_bulk(
        [each.how.rate.id for _part, each in found if each.how]
    )
    Delivery.objects.bulk_create(
        _delivery(part, each, known, currency, forget) for part, each in found
    )


def _delivery(
    part: SellerOrder, each: Sending, known: Any, currency: str, forget: Any
) -> Delivery:
    to, how = each.to, each.how
    rate = known[how.rate.id] if how else None
    hours = how.rate.hours if how else None
    lines = ((sold.good, sold.quantity, sold.minor) for sold in each.goods)
    leaves = not to.collect and world.is_export(to.country)
    return Delivery(
        seller_order=part,
        collect=to.collect,
        country=to.country,
        name=to.name,
        street=to.street,
        extra=to.extra,
        postcode=to.postcode,
        city=to.city,
        region=to.region,
        phone=to.phone,
        carrier=rate.carrier if rate else None,
        zone=rate.zone if rate else "",
        price_minor=each.minor,
        vat_percent=each.percent,
        weight_g=how.weight if how else 0,
        charged_g=how.charged if how else 0,
        min_hours=hours[0] if hours else None,
        max_hours=hours[1] if hours else None,
        ready_hours=each.ready_hours,
        making_days=max(sold.good.making_days for sold in each.goods),
        customs=[asdict(line) for line in reading.customs(lines, currency)] if leaves else [],
        purpose=PURPOSE,
        forget_after=forget or clock.today(),
    )


__all__ = [
    "Destination",
    "NotShipped",
    "Sending",
    "Sold",
    "complete",
    "sending",
    "taxes",
    "write",
]
