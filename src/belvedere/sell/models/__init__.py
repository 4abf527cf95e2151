"""What a sale is made of. Read `stock`, then `orders`, `payments`, `vouchers`."""

from belvedere.sell.models.orders import Order, Quote
from belvedere.sell.models.payments import Payment, PaymentEvent, Refund
from belvedere.sell.models.stock import Allotment, Hold, HoldLine
from belvedere.sell.models.vouchers import Redemption, Voucher

__all__ = [
    "Allotment",
    "Hold",
    "HoldLine",
    "Order",
    "Payment",
    "PaymentEvent",
    "Quote",
    "Redemption",
    "Refund",
    "Voucher",
]
