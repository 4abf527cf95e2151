"""The verbs of a sale. Each is one transaction and one fact; the network stands outside."""

from belvedere.sell.rules import (
    AlreadyRedeemed,
    Cancelled,
    NoPrice,
    NotAllowed,
    NotCancellable,
    NotHeld,
    NotRedeemable,
    NotToday,
    NotYours,
    NoWay,
    OtherBody,
    Queued,
    SoldOut,
    StillTaken,
    TooMuch,
    UnknownVoucher,
)
from belvedere.sell.rules.discounts import NoDiscount
from belvedere.sell.services._cart import Buyer, Wanted
from belvedere.sell.services._packages import WantedPackage
from belvedere.sell.services.by_hand import (
    NotedMoney,
    note_money,
    note_returned,
    note_settled,
    note_stray,
)
from belvedere.sell.services.change import change
from belvedere.sell.services.charge import charge
from belvedere.sell.services.check import check
from belvedere.sell.services.compose import PartTerms, WrongPart, compose, put_on_sale
from belvedere.sell.services.deliver import (
    NotThere,
    answer_withdrawal,
    bring_back,
    deliver,
    pack,
    ship,
    take_back,
    withdraw,
)
from belvedere.sell.services.earn import close_days
from belvedere.sell.services.feed import calendar_feed
from belvedere.sell.services.finalise import close, finalise, settle
from belvedere.sell.services.forget import forget_expired
from belvedere.sell.services.give_back import Outlook, give_back, outlook
from belvedere.sell.services.hold import Reckoned, extend, hold, place, reckon
from belvedere.sell.services.invoice import (
    Held,
    NotYet,
    ask_to_issue,
    draft_invoices,
    issue_asked,
    issue_invoice,
    note_sent,
    take_receipt,
    write_again,
)
from belvedere.sell.services.make_discount import DiscountTerms, make_discount, stop_discount
from belvedere.sell.services.make_reseller import make_reseller
from belvedere.sell.services.notify import notice, settle_open_payments
from belvedere.sell.services.offer_places import offer_places, restock, set_capacity, stock
from belvedere.sell.services.onboard import (
    STEPS,
    NotNow,
    approve_seller,
    begin,
    done,
    fill,
    keep_portrait,
    reject_seller,
    send_for_review,
    suspend_seller,
    tell_taxes,
)
from belvedere.sell.services.pay import pay, ways
from belvedere.sell.services.payout import (
    WrongStep,
    charge_back,
    draft_payouts,
    pay_out,
    return_payout,
    send_payout,
)
from belvedere.sell.services.redeem import Redeemed, redeem
from belvedere.sell.services.refund import (
    note_refund,
    request_refund,
    retry_refund,
    send_refund,
)
from belvedere.sell.services.release import cancel, release, release_expired
from belvedere.sell.services.report import keep_agency, remind, report_year
from belvedere.sell.services.sending import Destination, NotShipped
from belvedere.sell.services.set_good import GoodTerms, set_good
from belvedere.sell.services.set_rates import RateTerms, set_rates
from belvedere.sell.services.set_tax import TaxTerms, drop_tax, set_tax
from belvedere.sell.services.set_terms import OptionTerms, UnitTerms, set_terms
from belvedere.sell.services.turns import admit, admit_all, ask, step_out
from belvedere.sell.services.waiting import enlist, leave, serve_lists
from belvedere.sell.services.write_package import PackageTerms, write_package

__all__ = [
    "STEPS",
    "AlreadyRedeemed",
    "Buyer",
    "Cancelled",
    "Destination",
    "DiscountTerms",
    "GoodTerms",
    "Held",
    "NoDiscount",
    "NoPrice",
    "NoWay",
    "NotAllowed",
    "NotCancellable",
    "NotHeld",
    "NotNow",
    "NotRedeemable",
    "NotShipped",
    "NotThere",
    "NotToday",
    "NotYet",
    "NotYours",
    "NotedMoney",
    "OptionTerms",
    "OtherBody",
    "Outlook",
    "PackageTerms",
    "PartTerms",
    "Queued",
    "RateTerms",
    "Reckoned",
    "Redeemed",
    "SoldOut",
    "StillTaken",
    "TaxTerms",
    "TooMuch",
    "UnitTerms",
    "UnknownVoucher",
    "Wanted",
    "WantedPackage",
    "WrongPart",
    "WrongStep",
    "admit",
    "admit_all",
    "answer_withdrawal",
    "approve_seller",
    "ask",
    "ask_to_issue",
    "begin",
    "bring_back",
    "calendar_feed",
    "cancel",
    "change",
    "charge",
    "charge_back",
    "check",
    "close",
    "close_days",
    "compose",
    "deliver",
    "done",
    "draft_invoices",
    "draft_payouts",
    "drop_tax",
    "enlist",
    "extend",
    "fill",
    "finalise",
    "forget_expired",
    "give_back",
    "hold",
    "issue_asked",
    "issue_invoice",
    "keep_agency",
    "keep_portrait",
    "leave",
    "make_discount",
    "make_reseller",
    "note_money",
    "note_refund",
    "note_returned",
    "note_sent",
    "note_settled",
    "note_stray",
    "notice",
    "offer_places",
    "outlook",
    "pack",
    "pay",
    "pay_out",
    "place",
    "put_on_sale",
    "reckon",
    "redeem",
    "reject_seller",
    "release",
    "release_expired",
    "remind",
    "report_year",
    "request_refund",
    "restock",
    "retry_refund",
    "return_payout",
    "send_for_review",
    "send_payout",
    "send_refund",
    "serve_lists",
    "set_capacity",
    "set_good",
    "set_rates",
    "set_tax",
    "set_terms",
    "settle",
    "settle_open_payments",
    "ship",
    "step_out",
    "stock",
    "stop_discount",
    "suspend_seller",
    "take_back",
    "take_receipt",
    "tell_taxes",
    "ways",
    "withdraw",
    "write_again",
    "write_package",
]
