"""The way to pay `demo`: the merchant's side of the demo provider. No money moves."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from belvedere.connectors.demo_pay.provider import Provider
from belvedere.connectors.demo_pay.signing import BadSignature, sign, verify
from belvedere.sell.ports import (
    Device,
    Notice,
    Payment,
    PaymentSpec,
    PaymentStage,
    Proof,
    Site,
)
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater
from belvedere.shared.money import Amount

MOUNT = "/demo-pay"


@cache
def provider(home: Path, secret: bytes) -> Provider:
    """Return the provider of an installation; its books are in the installation's home."""
    return Provider(home, secret)


def inside(found: Provider) -> httpx.BaseTransport:
    """Return the way to a provider in this process; what it raises is a 500, as elsewhere."""
    return httpx.WSGITransport(app=found, raise_app_exceptions=False)


class DemoPay:
    """The merchant's side of the demo provider.

    By default its requests reach the provider inside this process, as the same bytes that a
    wire would carry, so that a web server of one process never waits for itself.

    Args:
        site: What the installation tells its connectors.
        transport: Another way to reach the provider; tests break it on purpose.
        now: The clock, in seconds since 1970.

    """

    spec = PaymentSpec(
        key="demo",
        name="Demo (no money moves)",
        proof=Proof.SIMULATOR,
        currencies=frozenset({"EUR", "CNY"}),
    )

    def __init__(
        self,
        site: Site,
        *,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.site, self.now = site, now
        self.client = httpx.Client(
            transport=transport or inside(provider(site.home, site.secret)),
            base_url="http://demo-pay.internal",
            trust_env=False,
            timeout=10,
        )

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
        """Start a payment. The same key gives the same payment."""
        given = {
            "key": key,
            "amount": amount.minor,
            "currency": amount.currency,
            "reference": reference,
            "back": back,
            "notify": self.site.notify_url,
            "until": until.timestamp(),
            "language": language,
        }
        return self._read(self._call("POST", "/api/payments", given))

    def read(self, remote_id: str) -> Payment:
        """Ask the provider how far a payment is."""
        return self._read(self._call("GET", f"/api/payments/{remote_id}"))

    def cancel(self, remote_id: str) -> Payment:
        """Close a payment that nobody finished."""
        return self._read(self._call("POST", f"/api/payments/{remote_id}/close", {}))

    def refund(self, remote_id: str, amount: Amount, *, key: str) -> Payment:
        """Give money back. The same key gives it back once."""
        given = {"key": key, "amount": amount.minor}
        return self._read(self._call("POST", f"/api/payments/{remote_id}/refunds", given))

    def notified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Verify a notice over its raw bytes and say which payment it is about."""
        event = {key.lower(): value for key, value in headers.items()}.get("demo-event", "")
        try:
            verify(self.site.secret, event, headers, body, self.now())
            said = json.loads(body)
            if said["event"] != event:
                raise BadSignature("The event is another one.")
            return Notice(event_id=event, remote_id=str(said["payment"]))
        except (BadSignature, ValueError, KeyError, TypeError) as error:
            raise Refused(f"Not a notice of the demo provider: {error}") from error

    def _call(
        self, method: str, path: str, given: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        body = b"" if given is None else json.dumps(given).encode()
        headers = sign(self.site.secret, f"{method} {path}", body, self.now())
        try:
            answer = self.client.request(method, path, content=body, headers=headers)
        except httpx.ConnectError as error:
            raise TryLater("The demo provider cannot be reached.") from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown("The demo provider did not answer.") from error
        if answer.status_code == 401:
            raise NotAuthorised(answer.text)
        if answer.status_code >= 500:
            raise OutcomeUnknown(f"The demo provider answered {answer.status_code}.")
        if answer.status_code >= 400:
            raise Refused(answer.text)
        said: dict[str, Any] = answer.json()
        return said

    def _read(self, said: dict[str, Any]) -> Payment:
        back = urlsplit(said["back"])
        return Payment(
            remote_id=said["id"],
            stage=PaymentStage(said["state"]),
            amount=Amount(said["amount"], said["currency"]),
            refunded_minor=said["refunded"],
            redirect=f"{back.scheme}://{back.netloc}{MOUNT}/pay/{said['id']}",
        )
