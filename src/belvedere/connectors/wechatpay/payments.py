"""The way to pay `wechatpay`: Chinese buyers pay with the wallet that they have."""

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx

from belvedere.connectors.wechatpay import account, openid, signing
from belvedere.connectors.wechatpay.client import Client, NotThere
from belvedere.sell.ports import (
    Device,
    Notice,
    Payment,
    PaymentSpec,
    PaymentStage,
    Problem,
    Proof,
    Screen,
    Site,
)
from belvedere.shared.errors import OutcomeUnknown, Refused, TryLater
from belvedere.shared.money import Amount

CLOSE_AFTER = timedelta(minutes=5)
BEIJING = ZoneInfo("Asia/Shanghai")
NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_MEANS = {
    "NOTPAY": PaymentStage.OPEN,
    "USERPAYING": PaymentStage.OPEN,
    "ACCEPT": PaymentStage.OPEN,
    "SUCCESS": PaymentStage.PAID,
    "REFUND": PaymentStage.REFUNDED,
    "PAYERROR": PaymentStage.FAILED,
    "CLOSED": PaymentStage.CLOSED,
    "REVOKED": PaymentStage.CLOSED,
}
_TAKEN = (PaymentStage.PAID, PaymentStage.REFUNDED)


class WechatPay:
    """A merchant at WeChat Pay.

    Our key is the merchant's number of the order (`out_trade_no`), and by that number
    everything is asked: the same key is the same order, and nothing need be remembered. A
    repetition may come without the buyer's device, so one that WeChat Pay refuses because the
    order is there already is answered with that order.

    Args:
        site: What the installation tells its connectors.
        transport: Another way to reach WeChat Pay, for tests.
        now: The clock, in seconds since 1970.

    """

    spec = PaymentSpec(
        key="wechatpay",
        name="WeChat Pay (微信支付)",
        proof=Proof.PEER,
        currencies=frozenset({"CNY"}),
        markets=frozenset({"CN"}),
        settings=account.SETTINGS,
        optional=frozenset(account.SETTINGS) - account.NEEDED,
        shown=frozenset(account.SETTINGS) - account.SECRET,
        several_lines=account.SEVERAL_LINES,
        currency_setting="currency",
        taken="",
        browser="MicroMessenger",
        script="connectors/wechatpay.js",
        close_after=CLOSE_AFTER,
    )

    def __init__(
        self,
        site: Site,
        *,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.site, self.now, self._transport = site, now, transport
        self.account = account.Account(site.account)
        self.spec = replace(self.spec, currencies=self.account.currencies)
        self.client = Client(self.account, site.home, transport=transport, now=now)

    def introduce(self, back: str, state: str) -> str:
        """Return where WeChat's browser is sent to say who the buyer is."""
        return openid.address(self.account, back, state) if self.account["app_secret"] else ""

    def recognise(self, code: str) -> str:
        """Return the buyer's openid at the service account."""
        return openid.read(self.account, code, self._transport)

    @classmethod
    def examine(cls, given: Mapping[str, str]) -> list[Problem]:
        """Say what is wrong with an account's settings, without network."""
        return account.examine(given)

    def open(
        self,
        amount: Amount,
        *,
        key: str,
        reference: str,
        back: str,
        until: datetime,
        language: str,
        device: Device | None = None,
    ) -> Payment:
        """Start a payment: a QR code, a page for the phone, or a call in WeChat's browser."""
        if amount.currency not in self.account.currencies:
            raise Refused(f"This account at WeChat Pay takes no {amount.currency}.")
        number = _number(key)
        kind, more = self._trade(device or Device())
        order = {
            **self.account.app,
            **self.account.owner,
            "description": reference[:127],
            "out_trade_no": number,
            "time_expire": until.astimezone(BEIJING).isoformat(timespec="seconds"),
            "notify_url": self.site.notify_url,
            "amount": {"total": amount.minor, "currency": amount.currency},
            **more,
        }
        try:
            said = self.client.post(f"{self._orders}/{kind}", order)
        except Refused as refusal:
            return self._there_already(number, amount, refusal)
        return self._way_on(Payment(number, PaymentStage.OPEN, amount), said, back)

    def read(self, remote_id: str) -> Payment:
        """Ask WeChat Pay how far an order is.

        It says of an order that something went back, never how much.

        Raises:
            TryLater: WeChat Pay does not know the order (yet), or cannot be asked.

        """
        try:
            return self._read(remote_id)
        except NotThere:
            raise TryLater("WeChat Pay does not know this order.", after=CLOSE_AFTER) from None

    def cancel(self, remote_id: str) -> Payment:
        """Close an order that nobody paid; WeChat Pay forbids it for its first five minutes.

        Raises:
            TryLater: It is too early, or the buyer is paying at this moment.

        """
        try:
            found = self._read(remote_id)
        except NotThere:  # What WeChat Pay does not know can never be paid.
            return Payment(remote_id, PaymentStage.CLOSED, Amount(0, "CNY"))
        if found.stage != PaymentStage.OPEN:
            return found
        try:
            self.client.post(f"{self._one(remote_id)}/close", self.account.owner)
        except Refused:
            found = self._read(remote_id)
            if found.stage == PaymentStage.OPEN:
                raise TryLater(
                    "WeChat Pay does not close an order yet.", after=CLOSE_AFTER
                ) from None
            return found
        return Payment(remote_id, PaymentStage.CLOSED, found.amount)

    def refund(self, remote_id: str, amount: Amount, *, key: str) -> Payment:
        """Give money back, once for each key. Done when WeChat Pay says that it has arrived.

        WeChat Pay takes at most fifty refunds of one order, within a year.

        Raises:
            OutcomeUnknown: It is on its way; the same call asks again.
            Refused: WeChat Pay does not give it back; its platform says more.

        """
        number, paid = _number(key), self.read(remote_id).amount
        known = self._refund(number)
        if known is None:
            abroad = self.account.institution
            order = {
                **(self.account.app if abroad else {}),
                **(self.account.owner if abroad else {}),
                "out_trade_no": remote_id,
                "out_refund_no": number,
                "amount": {
                    "refund": amount.minor,
                    "total": paid.minor,
                    "currency": amount.currency,
                },
            }
            self.client.post(self._refunds, order)
            known = self._refund(number)
        _check_refund(known or {}, remote_id, amount)
        stage = PaymentStage.REFUNDED if amount == paid else PaymentStage.PAID
        return Payment(remote_id, stage, paid, refunded_minor=amount.minor)

    def notified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Verify a notice over its raw bytes, open it, and say which order it is about."""
        try:
            self.client.verify(headers, body)
            told = json.loads(body)
            inside = json.loads(signing.unseal(self.account.sealing_key, told["resource"]))
            event, number = str(told["id"]), str(inside["out_trade_no"])
        except (
            signing.BadSignature,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        ) as error:
            raise Refused(f"Not a notice of WeChat Pay: {_why(error)}") from None
        self._ours(inside, number)
        return Notice(event_id=event, remote_id=number)

    def _trade(self, device: Device) -> tuple[str, dict[str, Any]]:
        """Return by which kind of trade a buyer can pay, and what it asks for.

        A phone needs the buyer's address, and WeChat's browser needs to know who the buyer
        is there; without them a QR code is shown.
        """
        abroad = self.account.institution
        kind = "native"
        more: dict[str, Any] = {}
        if device.wallet == self.spec.key and device.payer:
            kind, more = "jsapi", {"payer": {self._payer: device.payer}}
        elif device.screen == Screen.PHONE and device.address and self._scene:
            scene = {"payer_client_ip": device.address, **self._scene}
            kind, more = "mweb" if abroad else "h5", {"scene_info": scene}
        if abroad:
            more["trade_type"] = kind.upper()
            more["merchant_category_code"] = self.account["category"]
        return kind, more

    @property
    def _payer(self) -> str:
        if not self.account.institution:
            return "openid"
        return "sub_openid" if self.account["sub_appid"] else "sp_openid"

    @property
    def _scene(self) -> dict[str, Any]:
        """Return what WeChat Pay wants to know of the page on a phone; empty: not known."""
        if not self.account.institution:
            return {"h5_info": {"type": "Wap"}}
        name, address = self.account["shop"], self.account["shop_address"]
        return {"store_info": {"name": name, "address": address}} if name and address else {}

    def _way_on(self, opened: Payment, said: Mapping[str, Any], back: str) -> Payment:
        if said.get("code_url"):
            return replace(opened, qr=str(said["code_url"]))
        page = said.get("h5_url") or said.get("mweb_url")
        if page:
            return replace(opened, redirect=f"{page}&redirect_url={quote(back, safe='')}")
        if said.get("prepay_id"):
            return replace(opened, bridge=self._bridge(str(said["prepay_id"])))
        raise OutcomeUnknown("WeChat Pay did not say how the buyer goes on.")

    def _bridge(self, prepay_id: str) -> dict[str, str]:
        """Return the signed arguments of `getBrandWCPayRequest` in WeChat's browser."""
        app = self.account.own_app
        stamp, nonce = str(int(self.now())), secrets.token_hex(16)
        package = f"prepay_id={prepay_id}"
        text = signing.lines(app, stamp, nonce, package)
        return {
            "appId": app,
            "timeStamp": stamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": signing.sign(self.account.private_key, text),
        }

    def _there_already(self, number: str, amount: Amount, refusal: Refused) -> Payment:
        """Return the order that a refused repetition was for."""
        try:
            found = self._read(number)
        except NotThere:
            raise refusal from None
        if found.amount != amount:
            raise refusal
        return found

    def _read(self, remote_id: str) -> Payment:
        said = self.client.get(self._one(remote_id), self.account.owner)
        self._ours(said, remote_id)
        stage = _MEANS.get(str(said.get("trade_state")))
        if stage is None:
            raise OutcomeUnknown("WeChat Pay names a state that is not known.")
        amount = said.get("amount") or {}
        if stage in _TAKEN and not isinstance(amount.get("total"), int):
            raise OutcomeUnknown("WeChat Pay does not say how much was paid.")
        paid = Amount(int(amount.get("total", 0)), str(amount.get("currency", "CNY")))
        return Payment(remote_id, stage, paid)

    def _ours(self, said: Mapping[str, Any], number: str) -> None:
        """Refuse what is about another merchant's order, however well it is signed."""
        owner = {**self.account.owner, "out_trade_no": number}
        appid = "sp_appid" if self.account.institution else "appid"
        owner[appid] = self.account["appid"]
        # A refund's notice names the merchant and no service account.
        if "refund_status" in said:
            del owner[appid]
        if any(str(said.get(name)) != value for name, value in owner.items()):
            raise Refused("This is about another merchant's order.")

    def _refund(self, number: str) -> dict[str, Any] | None:
        owner = self.account.owner if self.account.institution else {}
        where = f"{self._refunds}/out-refund-no" if owner else self._refunds
        try:
            return self.client.get(f"{where}/{number}", owner)
        except NotThere:
            return None

    @property
    def _orders(self) -> str:
        return "/v3/global/transactions" if self.account.institution else "/v3/pay/transactions"

    @property
    def _refunds(self) -> str:
        abroad = self.account.institution
        return "/v3/global/refunds" if abroad else "/v3/refund/domestic/refunds"

    def _one(self, remote_id: str) -> str:
        if not NUMBER.fullmatch(remote_id):
            raise Refused("This is no number of an order at WeChat Pay.")
        return f"{self._orders}/out-trade-no/{remote_id}"


def _number(key: str) -> str:
    """Return the number of an order or a refund: our key, in the form that is allowed.

    >>> _number("0b2f7a44-1c7e-4a44-9f70-3f1b6a8f2d10")
    '0b2f7a441c7e4a449f703f1b6a8f2d10'
    """
    plain = key.replace("-", "")
    fine = re.fullmatch(r"[0-9a-f]{32}", plain)
    return plain if fine else sha256(key.encode()).hexdigest()[:32]


def _check_refund(said: Mapping[str, Any], remote_id: str, amount: Amount) -> None:
    told = (said.get("amount") or {}).get("refund", amount.minor)
    if (said.get("out_trade_no", remote_id), told) != (remote_id, amount.minor):
        raise Refused("This number was used for another refund.")
    status = said.get("status")
    if status in ("CLOSED", "REFUNDCLOSE", "ABNORMAL"):
        raise Refused(f"WeChat Pay could not give it back: {status}. See its platform.")
    if status != "SUCCESS":
        raise OutcomeUnknown("WeChat Pay is carrying the refund out.")


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, signing.BadSignature) else "it is not understood."
