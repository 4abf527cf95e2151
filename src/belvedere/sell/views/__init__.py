"""The pages of a sale, in the order in which a buyer sees them."""

from belvedere.sell.views.basket import basket, drop
from belvedere.sell.views.checkout import checkout
from belvedere.sell.views.feeds import calendar
from belvedere.sell.views.goods import buy, shop
from belvedere.sell.views.lines import enlist, leave, queue, step_out, waiting
from belvedere.sell.views.notices import notify
from belvedere.sell.views.orders import (
    cancel,
    order,
    pay,
    receipt,
    received,
    recognised,
    returned,
    withdraw,
)
from belvedere.sell.views.vouchers import (
    redeem,
    voucher,
    voucher_ics,
    voucher_pdf,
    voucher_png,
)
from belvedere.sell.views.wallet import forget, keep, vouchers, wallet
from belvedere.sell.views.wallet import worker as wallet_worker

__all__ = [
    "basket",
    "buy",
    "calendar",
    "cancel",
    "checkout",
    "drop",
    "enlist",
    "forget",
    "keep",
    "leave",
    "notify",
    "order",
    "pay",
    "queue",
    "receipt",
    "received",
    "recognised",
    "redeem",
    "returned",
    "shop",
    "step_out",
    "voucher",
    "voucher_ics",
    "voucher_pdf",
    "voucher_png",
    "vouchers",
    "waiting",
    "wallet",
    "wallet_worker",
    "withdraw",
]
