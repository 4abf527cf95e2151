"""Asking WeChat Pay: signed requests, verified answers, and its errors in our words."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from belvedere.connectors.wechatpay import signing
from belvedere.connectors.wechatpay.account import Account
from belvedere.connectors.wechatpay.keys import Keys
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater

# Codes that only a person can mend, by changing the account or its rights.
_ACCOUNT = {
    "APPID_MCHID_NOT_MATCH",
    "MCH_NOT_EXISTS",
    "NO_AUTH",
    "SIGN_ERROR",
    "NOT_AUTHORIZED",
}
_SLOWER = {"FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED"}
_A_MINUTE = timedelta(minutes=1)


class NotThere(Refused):
    """WeChat Pay knows no such order or refund."""


class Client:
    """One merchant's way to WeChat Pay.

    Args:
        account: The merchant's.
        home: Folder where certificates are kept.
        transport: Another way to reach WeChat Pay, for tests.
        now: The clock, in seconds since 1970.

    """

    def __init__(
        self,
        account: Account,
        home: Path,
        *,
        transport: httpx.BaseTransport | None,
        now: Callable[[], float],
    ) -> None:
        self.account, self.now = account, now
        self._transport = transport
        self.keys = Keys(account, home, self._certificates, now)

    @cached_property
    def _http(self) -> httpx.Client:
        """Made when it is first needed: making it reads all the certificates of the world."""
        headers = {"Accept": "application/json", "User-Agent": "Belvedere"}
        return httpx.Client(
            base_url=self.account.gateway,
            transport=self._transport,
            headers=headers,
            timeout=10,
        )

    def get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Read something. It changes nothing, so no answer means: later.

        Raises:
            NotThere: WeChat Pay does not know it.
            RemoteError: See `belvedere.shared.errors`.

        """
        target = f"{path}?{urlencode(query)}" if query else path
        return self._believed(self._ask("GET", target, b"", self._preferred()))

    def post(self, path: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Have something done. Without an answer it may have been done.

        Raises:
            RemoteError: See `belvedere.shared.errors`.

        """
        body = json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()
        return self._believed(self._ask("POST", path, body, self._preferred()))

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check over the raw bytes that WeChat Pay said this, and said it now.

        Raises:
            BadSignature: It did not, or more than five minutes ago.
            RemoteError: Its certificates could not be had.

        """
        given = {name.lower(): value for name, value in headers.items()}
        scheme = given.get("wechatpay-signature-type", signing.SCHEME)
        stamp = given.get("wechatpay-timestamp", "")
        if scheme != signing.SCHEME:
            raise signing.BadSignature("It is signed in another way.")
        if not (stamp.isascii() and stamp.isdigit()):
            raise signing.BadSignature("It has no time.")
        if abs(int(stamp[:15]) - self.now()) > signing.WINDOW:
            raise signing.BadSignature("It is more than five minutes old or early.")
        key = self.keys.named(given.get("wechatpay-serial", ""))
        if key is None:
            raise signing.BadSignature("It is signed with a key that is not known.")
        text = signing.lines(stamp, given.get("wechatpay-nonce", ""), body)
        if not signing.fits(key, text, given.get("wechatpay-signature", "")):
            raise signing.BadSignature("The signature does not fit.")

    def _preferred(self) -> dict[str, str]:
        name = self.keys.preferred()
        return {"Wechatpay-Serial": name} if name else {}

    def _ask(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        proof = signing.authorization(
            self.account.private_key,
            mchid=self.account["mchid"],
            serial_no=self.account["serial_no"],
            request=(method, target, body),
            timestamp=str(int(self.now())),
            nonce=secrets.token_hex(16),
        )
        sent = {**headers, "Authorization": proof}
        if body:
            sent["Content-Type"] = "application/json"
        try:
            answer = self._http.request(method, target, content=body, headers=sent)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise TryLater("WeChat Pay cannot be reached.", after=_A_MINUTE) from None
        except httpx.HTTPError:
            raise _lost(method, "WeChat Pay did not answer.") from None
        if answer.status_code >= 300:
            raise _failed(method, answer)
        return answer

    def _believed(self, answer: httpx.Response) -> dict[str, Any]:
        """Return what an answer says, if WeChat Pay signed it.

        One that is not believed does not undo what was asked for: it is asked about, and
        nothing is paid a second time.
        """
        try:
            self.verify(answer.headers, answer.content)
            if answer.status_code == 202:  # As when an order is closed that is being paid.
                raise TryLater("The buyer is paying at this moment.", after=_A_MINUTE)
            said = json.loads(answer.content) if answer.content else {}
        except (signing.BadSignature, ValueError) as error:
            raise OutcomeUnknown(f"WeChat Pay's answer is not believed: {error}") from None
        if not isinstance(said, dict):
            raise OutcomeUnknown("WeChat Pay's answer is not understood.")
        return said

    def _certificates(self) -> list[dict[str, Any]]:
        """Download the certificates; none for merchants who were given a public key.

        The answer is signed with one of those that it brings, so it is opened first: only who
        has the APIv3 key can have sealed it.
        """
        path = "/v3/global/certificates" if self.account.institution else "/v3/certificates"
        try:
            answer = self._ask("GET", path, b"", {})
            sealed = json.loads(answer.content)["data"]
        except NotThere:
            return []
        except (ValueError, KeyError, TypeError):
            raise TryLater("WeChat Pay's certificates are not understood.") from None
        return list(sealed)


def _lost(method: str, words: str) -> TryLater | OutcomeUnknown:
    if method == "GET":
        return TryLater(words, after=_A_MINUTE)
    return OutcomeUnknown(words)


def _failed(method: str, answer: httpx.Response) -> Exception:
    """Say in our words what an answer that is no success means.

    Its text is WeChat Pay's and shown to people; its `detail`, which repeats what was sent,
    is not.
    """
    code, words = _said(answer)
    status = answer.status_code
    if status >= 500:
        return _lost(method, f"WeChat Pay answered {status} {code}".strip())
    if status == 404:
        return NotThere(words)
    if status == 429 or code in _SLOWER:
        return TryLater(words, after=_A_MINUTE)
    if status == 401 or code in _ACCOUNT:
        return NotAuthorised(words)
    return Refused(words)


def _said(answer: httpx.Response) -> tuple[str, str]:
    try:
        said = json.loads(answer.content)
        code, words = str(said.get("code", "")), str(said.get("message", ""))
    except (ValueError, AttributeError):
        code, words = "", ""
    return code, f"WeChat Pay: {code or answer.status_code} {words[:200]}".strip()
