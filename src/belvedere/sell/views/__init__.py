"""The pages of a sale, in the order in which a buyer sees them."""

from belvedere.sell.views.basket import basket, drop
from belvedere.sell.views.checkout import checkout
from belvedere.sell.views.feeds import calendar
from belvedere.sell.views.goods import buy, shop
from belvedere.sell.views.notices import notify
from belvedere.sell.views.orders import cancel, order, pay, received, returned, withdraw
from belvedere.sell.views.vouchers import (
    redeem,
    voucher,
    voucher_ics,
    voucher_pdf,
    voucher_png,
)

__all__ = [
    "basket",
    "buy",
    "calendar",
    "cancel",
    "checkout",
    "drop",
    "notify",
    "order",
    "pay",
    "received",
    "redeem",
    "returned",
    "shop",
    "voucher",
    "voucher_ics",
    "voucher_pdf",
    "voucher_png",
    "withdraw",
]
