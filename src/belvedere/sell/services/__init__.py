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
from belvedere.sell.services.change import change
from belvedere.sell.services.charge import charge
from belvedere.sell.services.check import check
from belvedere.sell.services.earn import close_days
from belvedere.sell.services.feed import calendar_feed
from belvedere.sell.services.finalise import close, finalise, settle
from belvedere.sell.services.forget import forget_expired
from belvedere.sell.services.hold import Buyer, Wanted, extend, hold, place
from belvedere.sell.services.make_reseller import make_reseller
from belvedere.sell.services.notify import notice, settle_open_payments
from belvedere.sell.services.offer_places import offer_places, set_capacity, stock
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
from belvedere.sell.services.refund import request_refund, retry_refund, send_refund
from belvedere.sell.services.release import cancel, release, release_expired
from belvedere.sell.services.set_terms import OptionTerms, UnitTerms, set_terms
from belvedere.sell.services.turns import admit, admit_all, ask, step_out
from belvedere.sell.services.waiting import enlist, leave, serve_lists

__all__ = [
    "AlreadyRedeemed",
    "Buyer",
    "Cancelled",
    "NoPrice",
    "NoWay",
    "NotAllowed",
    "NotCancellable",
    "NotHeld",
    "NotRedeemable",
    "NotToday",
    "NotYours",
    "OptionTerms",
    "OtherBody",
    "Queued",
    "Redeemed",
    "SoldOut",
    "StillTaken",
    "TooMuch",
    "UnitTerms",
    "UnknownVoucher",
    "Wanted",
    "WrongStep",
    "admit",
    "admit_all",
    "ask",
    "calendar_feed",
    "cancel",
    "change",
    "charge",
    "charge_back",
    "check",
    "close",
    "close_days",
    "draft_payouts",
    "enlist",
    "extend",
    "finalise",
    "forget_expired",
    "hold",
    "leave",
    "make_reseller",
    "notice",
    "offer_places",
    "pay",
    "pay_out",
    "place",
    "redeem",
    "release",
    "release_expired",
    "request_refund",
    "retry_refund",
    "return_payout",
    "send_payout",
    "send_refund",
    "serve_lists",
    "set_capacity",
    "set_terms",
    "settle",
    "settle_open_payments",
    "step_out",
    "stock",
    "ways",
]
