"""The way to pay `alipay`: Alipay's page on a screen, or a QR code for the Alipay app."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from re import compile as pattern
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import httpx
from cryptography.exceptions import UnsupportedAlgorithm

from belvedere.connectors.alipay import signing
from belvedere.connectors.alipay.signing import BadSignature
from belvedere.sell.ports import (
    Device,
    Notice,
    Payment,
    PaymentSpec,
    PaymentStage,
    Proof,
    Screen,
    Site,
)
from belvedere.shared import clock
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater
from belvedere.shared.money import Amount

GATEWAY = "https://openapi.alipay.com/gateway.do"
BEIJING = ZoneInfo("Asia/Shanghai")
# Alipay repeats a notice that nobody took for 25 hours, with the same id.
OLDEST, EARLIEST = timedelta(hours=26), timedelta(minutes=5)
NUMBER = pattern(r"[0-9A-Za-z_-]{1,64}")
_NO_SUBJECT = str.maketrans("/=&", "   ")
_NO_TRADE = "ACQ.TRADE_NOT_EXIST"
_NOT_CLOSABLE = frozenset(
    {
        _NO_TRADE,
        "ACQ.TRADE_STATUS_ERROR",
        "ACQ.REASON_TRADE_STATUS_INVALID",
        "ACQ.REASON_ILLEGAL_STATUS",
    }
)
_OPENED_BEFORE = frozenset({"ACQ.TRADE_HAS_SUCCESS", "ACQ.TRADE_HAS_CLOSE"})
_ACCOUNT_IS_WRONG = ("signature", "app-id", "cert", "permission", "app-unbind", "sign-type")


class AlipayPay:
    """One merchant's contract with Alipay in mainland China; prices are in CNY.

    Our number of the trade is the payment's key, so that whatever is repeated is one trade.
    Alipay knows a trade from the moment at which the buyer scans the code or logs in; before
    that there is nothing to close, and the code dies at its own time. Money that comes all
    the same is read like any other, and goes back if it is too late.

    Args:
        site: What the installation tells its connectors.
        transport: Another way to the gateway; tests put theirs in.
        now: The clock.

    """

    spec = PaymentSpec(
        key="alipay",
        name="Alipay 支付宝",
        proof=Proof.VECTOR,
        currencies=frozenset({"CNY"}),
        markets=frozenset({"CN"}),
        settings={
            "app_id": "Application id (APPID), from open.alipay.com",
            "seller_id": "Merchant id (PID), sixteen digits that begin with 2088",
            "private_key": "The application's private key, RSA 2048",
            "alipay_public_key": "Key mode: Alipay's public key, from the application's page",
            "app_certificate": "Certificate mode: appCertPublicKey_….crt",
            "alipay_certificate": "Certificate mode: alipayCertPublicKey_RSA2.crt",
            "root_certificate": "Certificate mode: alipayRootCert.crt",
            "phone_pages": "“yes” if the contract includes 手机网站支付 (payment on phones)",
            "gateway": "Only for the sandbox: its address",
        },
        browser="AlipayClient",
        optional=frozenset(
            {
                "alipay_public_key",
                "app_certificate",
                "alipay_certificate",
                "root_certificate",
                "phone_pages",
                "gateway",
            }
        ),
        shown=frozenset({"app_id", "seller_id", "phone_pages", "gateway"}),
        several_lines=frozenset(
            {
                "private_key",
                "alipay_public_key",
                "app_certificate",
                "alipay_certificate",
                "root_certificate",
            }
        ),
        taken="success",
    )

    def __init__(
        self,
        site: Site,
        *,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.site, self.account, self.now = site, site.account, now
        self.gateway = self.account.get("gateway") or GATEWAY
        try:
            self.keys = signing.keys(self.account)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise NotAuthorised(f"Alipay's keys cannot be used: {error}") from error
        self.client = httpx.Client(transport=transport, timeout=20)

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
        """Start a payment: an address for a screen, a QR code when nobody knows of one.

        The same key gives the same trade. An address costs no call and begins no trade.
        """
        trade = {
            "out_trade_no": _number(key),
            "total_amount": _yuan(amount),
            "subject": reference.translate(_NO_SUBJECT)[:256] or "Belvedere",
            "time_expire": _beijing(until),
        }
        # Another wallet's browser doesn't open Alipay's pages: there a code is shown.
        ours = device and (device.wallet == self.spec.key or device.screen != Screen.WALLET)
        if device and ours:
            return Payment(
                remote_id=trade["out_trade_no"],
                stage=PaymentStage.OPEN,
                amount=amount,
                redirect=self._page(trade, back, device.screen),
            )
        said = self._call("alipay.trade.precreate", trade, bear=_OPENED_BEFORE)
        if said.get("sub_code") in _OPENED_BEFORE:
            return self.read(trade["out_trade_no"])
        return Payment(
            remote_id=trade["out_trade_no"],
            stage=PaymentStage.OPEN,
            amount=amount,
            qr=str(said.get("qr_code", "")),
        )

    def read(self, remote_id: str) -> Payment:
        """Ask Alipay. A trade that nobody has begun yet is open, and its amount unknown: 0."""
        said = self._call(
            "alipay.trade.query", {"out_trade_no": remote_id}, bear=frozenset({_NO_TRADE})
        )
        if said.get("sub_code") == _NO_TRADE:
            return Payment(remote_id, PaymentStage.OPEN, Amount(0, "CNY"))
        return _payment(remote_id, said)

    def cancel(self, remote_id: str) -> Payment:
        """Close a trade, and read what has become of it; one that never began is closed."""
        trade = {"out_trade_no": remote_id}
        said = self._call("alipay.trade.close", trade, bear=_NOT_CLOSABLE)
        if said.get("sub_code") == _NO_TRADE:
            return Payment(remote_id, PaymentStage.CLOSED, Amount(0, "CNY"))
        return self.read(remote_id)

    def refund(self, remote_id: str, amount: Amount, *, key: str) -> Payment:
        """Give money back, once by its number. A failed refund is sent again with the same.

        Raises:
            Refused: More than is left, or the trade is finished: Alipay gives nothing back
                after the time that the contract names, and the shop must do it by hand.

        """
        refund = {"out_trade_no": remote_id, "out_request_no": _number(key)}
        given = {**refund, "refund_amount": _yuan(amount)}
        said = self._call("alipay.trade.refund", given)
        if said.get("fund_change") != "Y":  # Given back before, or not yet: Alipay can say.
            told = self._call("alipay.trade.fastpay.refund.query", refund)
            if told.get("refund_status") != "REFUND_SUCCESS":
                raise OutcomeUnknown("Alipay has not given the money back yet.")
        back = _minor(said.get("refund_fee"))
        read = self.read(remote_id)
        return Payment(remote_id, read.stage, read.amount, refunded_minor=back)

    def notified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Verify a notice over its raw bytes and say which trade it is about.

        Alipay repeats a notice for 25 hours with the same id, so that one of yesterday is no
        forgery. What is older, or from the future, or for another shop, is refused.
        """
        try:
            said = signing.form(body)
            signing.verify_notice(self.keys.alipays, said)
            self._is_for_us(said)
            return Notice(event_id=said["notify_id"], remote_id=said["out_trade_no"])
        except (BadSignature, KeyError, ValueError) as error:
            raise Refused(f"Not a notice of Alipay for this shop: {error}") from error

    def _is_for_us(self, said: Mapping[str, str]) -> None:
        for name in ("app_id", "seller_id"):
            if said[name] != self.account[name]:
                raise BadSignature(f"It has another {name}.")
        if not NUMBER.fullmatch(said["out_trade_no"]) or not said["notify_id"]:
            raise BadSignature("It has no number of a trade.")
        at = datetime.strptime(said["notify_time"], "%Y-%m-%d %H:%M:%S")
        age = self.now() - at.replace(tzinfo=BEIJING)
        if not -EARLIEST <= age <= OLDEST:
            raise BadSignature("It is more than 26 hours old, or early.")

    def _page(self, trade: Mapping[str, str], back: str, screen: Screen) -> str:
        phone = screen != Screen.DESKTOP and self.account.get("phone_pages") == "yes"
        method = "alipay.trade.wap.pay" if phone else "alipay.trade.page.pay"
        code = "QUICK_WAP_WAY" if phone else "FAST_INSTANT_TRADE_PAY"
        content = {**trade, "product_code": code}
        given = self._signed(method, content, {"return_url": back})
        return f"{self.gateway}?{urlencode(given)}"

    def _signed(
        self, method: str, content: Mapping[str, str], more: Mapping[str, str]
    ) -> dict[str, str]:
        given = {
            "app_id": self.account["app_id"],
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": _beijing(self.now()),
            "version": "1.0",
            "notify_url": self.site.notify_url,
            **self.keys.certificates,
            **more,
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        }
        return {**given, "sign": signing.sign(self.keys.ours, signing.content(given))}

    def _call(
        self, method: str, content: Mapping[str, str], *, bear: Collection[str] = ()
    ) -> dict[str, Any]:
        """Ask the gateway, and return what it says; `bear` are refusals that say enough."""
        given = self._signed(method, content, {})
        address = f"{self.gateway}?charset=utf-8"
        try:
            answer = self.client.post(address, data=given)
        except httpx.ConnectError as error:
            raise TryLater("Alipay cannot be reached.") from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown("Alipay did not answer.") from error
        if answer.status_code != 200:
            raise OutcomeUnknown(f"Alipay answered {answer.status_code}.")
        said = self._said(method, answer.content)
        number = said.get("out_trade_no", content["out_trade_no"])
        if number != content["out_trade_no"]:
            raise OutcomeUnknown("Alipay answered about another trade.")
        if said.get("code") != "10000" and said.get("sub_code") not in bear:
            raise _error(said)
        return said

    def _said(self, method: str, body: bytes) -> dict[str, Any]:
        """Read an answer, and believe it only if the characters it came in are signed."""
        name = method.replace(".", "_") + "_response"
        try:
            found = signing.members(body.decode())
            said, signed = found.get(name) or found["error_response"]
            if not isinstance(said, dict):
                raise TypeError("The answer is no object.")
            signature = str(found["sign"][0]) if "sign" in found else ""
            certificate = str(found["alipay_cert_sn"][0]) if "alipay_cert_sn" in found else ""
        except (ValueError, KeyError, TypeError) as error:
            raise OutcomeUnknown("Alipay's answer cannot be read.") from error
        if not signature and str(said.get("sub_code", "")).startswith("isv."):
            return said  # Alipay didn't know who asks, and signs nothing for strangers.
        if self.keys.alipay_number and certificate not in ("", self.keys.alipay_number):
            raise NotAuthorised("Alipay has a new certificate: download it, and connect again.")
        # Some of its servers sign what they sent before they wrote “/” as “\/”.
        forms = (signed, signed.replace("\\/", "/"))
        if not any(signing.fits(self.keys.alipays, each.encode(), signature) for each in forms):
            raise OutcomeUnknown("Alipay's answer is not signed with the key of this account.")
        return said


def _payment(remote_id: str, said: Mapping[str, Any]) -> Payment:
    amount = Amount(_minor(said.get("total_amount")), "CNY")
    status = said.get("trade_status")
    if status in ("TRADE_SUCCESS", "TRADE_FINISHED"):
        return Payment(remote_id, PaymentStage.PAID, amount)
    if status == "WAIT_BUYER_PAY":
        return Payment(remote_id, PaymentStage.OPEN, amount)
    if status != "TRADE_CLOSED":
        raise OutcomeUnknown(f"Alipay says {status!r}, which is unknown here.")
    if said.get("send_pay_date"):  # Closed after payment: all of it went back.
        return Payment(remote_id, PaymentStage.REFUNDED, amount, refunded_minor=amount.minor)
    return Payment(remote_id, PaymentStage.CLOSED, amount)


def _error(said: Mapping[str, Any]) -> Exception:
    code, sub = str(said.get("code")), str(said.get("sub_code", ""))
    words = f"Alipay: {said.get('sub_msg') or said.get('msg')} ({sub or code})"
    wrong = sub.startswith("isv.") and any(each in sub for each in _ACCOUNT_IS_WRONG)
    if wrong or code in ("20001", "40006"):
        return NotAuthorised(words)
    if code == "40005" or sub == "isv.app-call-limited":
        return TryLater(words)
    if code in ("20000", "10003") or sub.startswith(("isp.", "aop.")) or "SYSTEM_ERROR" in sub:
        return OutcomeUnknown(words)
    return Refused(words)


def _number(key: str) -> str:
    number = key.replace("-", "")  # Its manual names letters, digits and underscores only.
    if not NUMBER.fullmatch(number):
        raise Refused("Alipay takes numbers of up to 64 letters, digits and underscores.")
    return number


def _yuan(amount: Amount) -> str:
    if amount.currency != "CNY":
        raise Refused("Alipay takes prices in CNY only.")
    return f"{amount.major:.2f}"


def _minor(text: object) -> int:
    try:
        fen = Decimal(str(text)).scaleb(2)
    except InvalidOperation:
        fen = Decimal("NaN")
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise OutcomeUnknown("Alipay named no amount.")
    return int(fen)


def _beijing(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
