"""What a sale is made of. Begin with `tariff`, `stock`, `orders`, `payments`, `ledger`."""

from belvedere.sell.models.discounts import Discount
from belvedere.sell.models.feeds import CalendarFeed
from belvedere.sell.models.goods import Carrier, Delivery, Good, Rate, Withdrawal
from belvedere.sell.models.ledger import Account, Check, Entry, Payout, Posting, Transfer
from belvedere.sell.models.lines import Turn, Waiting
from belvedere.sell.models.orders import Order, Quote, SellerOrder
from belvedere.sell.models.packages import PackagePart, TouristTax
from belvedere.sell.models.papers import Agency, Billed, Invoice, InvoiceFile, TaxForm
from belvedere.sell.models.payments import Payment, PaymentEvent, Refund, RefundShare, Split
from belvedere.sell.models.resellers import Reseller, ResellerBooking
from belvedere.sell.models.stock import Allotment, Hold, HoldLine, Item, Slot
from belvedere.sell.models.tariff import Option, Price, Seller, Unit, unit_name
from belvedere.sell.models.vouchers import Redemption, Voucher

__all__ = [
    "Account",
    "Agency",
    "Allotment",
    "Billed",
    "CalendarFeed",
    "Carrier",
    "Check",
    "Delivery",
    "Discount",
    "Entry",
    "Good",
    "Hold",
    "HoldLine",
    "Invoice",
    "InvoiceFile",
    "Item",
    "Option",
    "Order",
    "PackagePart",
    "Payment",
    "PaymentEvent",
    "Payout",
    "Posting",
    "Price",
    "Quote",
    "Rate",
    "Redemption",
    "Refund",
    "RefundShare",
    "Reseller",
    "ResellerBooking",
    "Seller",
    "SellerOrder",
    "Slot",
    "Split",
    "TaxForm",
    "TouristTax",
    "Transfer",
    "Turn",
    "Unit",
    "Voucher",
    "Waiting",
    "Withdrawal",
    "unit_name",
]
