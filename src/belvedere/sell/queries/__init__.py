"""Reading what is sold: free places, today's guests, sales, and whether all of it agrees."""

from belvedere.sell.models import unit_name
from belvedere.sell.queries.booking import SellBooking
from belvedere.sell.queries.day import (
    Guest,
    calendar_address,
    free_days,
    guests,
    is_ahead,
    live_holds,
    modes,
    seats,
    starts_between,
)
from belvedere.sell.queries.discounts import discounts
from belvedere.sell.queries.goods import Offer, deliveries_of, delivery, goods_minor, offers
from belvedere.sell.queries.invariants import invariants
from belvedere.sell.queries.lines import ahead_of, position, seconds_left, turn, waiting
from belvedere.sell.queries.orders import (
    Sales,
    latest_quote,
    order,
    resellers,
    sales,
    visible_to,
    voucher,
)
from belvedere.sell.queries.packages import (
    Arrival,
    Package,
    arrivals,
    package,
    packages,
    packages_with,
)
from belvedere.sell.queries.statement import Statement, statements
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.queries.taxes import Asked, asked_at, tax_of, tax_rows
from belvedere.sell.queries.troubles import Troubles, owed, payouts, troubles

__all__ = [
    "Arrival",
    "Asked",
    "Guest",
    "Offer",
    "Package",
    "Sales",
    "SellBooking",
    "Statement",
    "Troubles",
    "ahead_of",
    "arrivals",
    "asked_at",
    "calendar_address",
    "deliveries_of",
    "delivery",
    "discounts",
    "free_days",
    "goods_minor",
    "guests",
    "invariants",
    "is_ahead",
    "latest_quote",
    "live_holds",
    "modes",
    "offers",
    "order",
    "owed",
    "package",
    "packages",
    "packages_with",
    "payouts",
    "position",
    "resellers",
    "sales",
    "seats",
    "seconds_left",
    "starts_between",
    "statements",
    "tariff",
    "tax_of",
    "tax_rows",
    "troubles",
    "turn",
    "unit_name",
    "visible_to",
    "voucher",
    "waiting",
]
