"""A traveller's vouchers, all that a page without a connection must say of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse

from belvedere.offer import queries as offer
from belvedere.offer.queries import Said
from belvedere.sell.models import Allotment, Order, Voucher
from belvedere.sell.rules import ahead, spaced
from belvedere.shared import clock

_FIELDS = ("title", "address", "getting_there", "what_to_bring")


@dataclass(frozen=True)
class Pass:
    """One voucher in a wallet.

    Attributes:
        voucher: Of one line of the order.
        title: What it is for, in the page's language.
        address: Where.
        getting_there: How, without a car.
        what_to_bring: What the guests need.
        seats: Which numbered places.
        link: What its QR code says.

    """

    voucher: Voucher
    title: Said
    address: Said | None
    getting_there: Said | None
    what_to_bring: Said | None
    seats: str
    link: str

    @property
    def allotment(self) -> Allotment:
        """Return the start."""
        return self.voucher.line.allotment

    @property
    def code(self) -> str:
        """Return the code as people read it."""
        return spaced(self.voucher.code)

    @property
    def geo(self) -> str:
        """Return where it begins as the telephone's own maps understand it (RFC 5870)."""
        product = self.allotment.product
        return f"geo:{product.latitude},{product.longitude}"

    @property
    def left(self) -> int:
        """Return how many have not come in yet."""
        return self.voucher.quantity - self.voucher.redeemed

    @property
    def valid(self) -> bool:
        """Say whether somebody may be let in with it."""
        return self.voucher.line.seller_order.state in Order.SOLD

    @property
    def upcoming(self) -> bool:
        """Say whether it is still ahead."""
        return self.valid and ahead(self.allotment.day, self.allotment.start, clock.now())


@dataclass(frozen=True)
class Booking:
    """An order in a wallet, with its vouchers by day."""

    order: Order
    passes: list[Pass]

    @property
    def first(self) -> Pass | None:
        """Return the one that comes next; of what is over, the last."""
        return next((each for each in self.passes if each.upcoming), None) or (
            self.passes[-1] if self.passes else None
        )

    @property
    def upcoming(self) -> bool:
        """Say whether something of it is still ahead."""
        return any(each.upcoming for each in self.passes)


def bookings(tokens: Sequence[str], language: str) -> list[Booking]:
    """Return paid orders by their tokens, those ahead first: four queries, however many.

    What is not paid, or has been forgotten here, is not there.
    """
    orders = Order.objects.filter(token__in=tokens, number__isnull=False, forgotten_at=None)
    found: dict[int, Booking] = {each.pk: Booking(each, []) for each in orders}
    vouchers = (
        Voucher.objects.filter(order__in=found)
        .select_related("line__allotment__product__operator", "line__seller_order")
        .prefetch_related("line__slots")
        .order_by("line__allotment__day", "line__allotment__start", "pk")
    )
    products = {
        each.line.allotment.product_id: each.line.allotment.product for each in vouchers
    }
    said = offer.texts(products.values(), language, _FIELDS) if products else {}
    for each in vouchers:
        found[each.order_id].passes.append(_pass(each, said))
    return sorted(found.values(), key=_when)


def _pass(voucher: Voucher, said: dict[tuple[int, str], Said]) -> Pass:
    product = voucher.line.allotment.product
    title, address, there, bring = (said.get((product.pk, each)) for each in _FIELDS)
    return Pass(
        voucher=voucher,
        title=title or Said(product.slug, product.language, "source"),
        address=address,
        getting_there=there,
        what_to_bring=bring,
        seats=", ".join(each.name for each in voucher.line.slots.all()),
        link=settings.PUBLIC_URL + reverse("sell:voucher", args=[voucher.code]),
    )


def _when(booking: Booking) -> tuple[bool, int]:
    """Put what is ahead first, the next day before the later; what is over, the last first."""
    day = booking.first.allotment.day if booking.first else None
    number = (day or date.max).toordinal()
    return (not booking.upcoming, number if booking.upcoming else -number)
