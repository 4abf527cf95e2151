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
from belvedere.sell.services.finalise import close, finalise, settle
from belvedere.sell.services.forget import forget_expired
from belvedere.sell.services.hold import Buyer, Wanted, extend, hold, place
from belvedere.sell.services.notify import notice, settle_open_payments
from belvedere.sell.services.offer_places import offer_places, set_capacity, stock
from belvedere.sell.services.pay import pay, ways
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
    "admit",
    "admit_all",
    "ask",
    "cancel",
    "close",
    "enlist",
    "extend",
    "finalise",
    "forget_expired",
    "hold",
    "leave",
    "notice",
    "offer_places",
    "pay",
    "place",
    "redeem",
    "release",
    "release_expired",
    "request_refund",
    "retry_refund",
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
