"""The way to pay `stripe`: Stripe's own page (Checkout), so that no card ever passes here.

The official client is the extra `stripe`; it is loaded when it is first needed, so that a web
process that never asks Stripe never loads it.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

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

WINDOW = 300
# Stripe closes no page before thirty minutes have passed; the platform closes it earlier.
SHORTEST = timedelta(minutes=30)
TELLS = "checkout.session."
_LANGUAGES = frozenset(
    {"cs", "da", "de", "en", "es", "fi", "fr", "it", "ja", "ko", "nl", "pl", "pt", "zh"}
)
_WITH_THE_CHARGE = {"expand": ["payment_intent.latest_charge"]}


@cache
def sdk() -> Any:
    """Return Stripe's client library.

    Raises:
        NotAuthorised: It is not installed.

    """
    try:
        library: Any = import_module("stripe")
    except ImportError as error:
        raise NotAuthorised("Stripe's client is missing: install belvedere[stripe].") from error
    library.enable_telemetry = False
    return library


class StripePay:
    """One merchant's account at Stripe.

    A payment is a Checkout Session. A card that is refused closes nothing: the buyer may try
    another one on the same page. Stripe forgets idempotency keys after a day, and a refund may
    be repeated later than that: so a refund carries its key, and is looked for before.

    Args:
        site: What the installation tells its connectors.
        address: Another server than Stripe's; tests put theirs in.
        now: The clock, in seconds since 1970.

    """

    spec = PaymentSpec(
        key="stripe",
        name="Stripe (cards)",
        proof=Proof.VENDOR_SPEC,
        currencies=frozenset({"EUR", "CNY", "USD", "GBP", "CHF", "JPY", "HKD", "SGD", "AUD"}),
        settings={
            "secret_key": "Secret or restricted key (sk_… or rk_…)",
            "webhook_secret": "Signing secret of the webhook (whsec_…)",
            "methods": "Ways to pay on its page, with commas; empty: card",
        },
        optional=frozenset({"methods"}),
        shown=frozenset({"methods"}),
    )

    def __init__(
        self, site: Site, *, address: str = "", now: Callable[[], float] = time.time
    ) -> None:
        self.site, self.account, self.address, self.now = site, site.account, address, now

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
        """Start a payment. The same key gives the same page."""
        price = {
            "currency": amount.currency.lower(),
            "unit_amount": amount.minor,
            "product_data": {"name": reference},
        }
        methods = self.account.get("methods") or "card"
        given = {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "allowed_payment_method_types": [each.strip() for each in methods.split(",")],
            "client_reference_id": key,
            "payment_intent_data": {"description": reference, "metadata": {"key": key}},
            "success_url": back,
            "cancel_url": back,
            "expires_at": int((until + SHORTEST).timestamp()),
            "locale": _locale(language),
        }
        return self._read(
            self._asked(
                lambda stripe: stripe.checkout.sessions.create(
                    params={**given, **_WITH_THE_CHARGE},
                    options={"idempotency_key": f"open-{key}"},
                )
            )
        )

    def read(self, remote_id: str) -> Payment:
        """Ask Stripe how far a payment is."""
        return self._read(self._session(remote_id))

    def cancel(self, remote_id: str) -> Payment:
        """Close the page, unless it was paid in the meantime."""
        with suppress(Refused):  # It is paid, or closed already: reading says which.
            self._asked(lambda stripe: stripe.checkout.sessions.expire(remote_id))
        return self.read(remote_id)

    def refund(self, remote_id: str, amount: Amount, *, key: str) -> Payment:
        """Give money back, once for each key.

        Raises:
            Refused: Nothing was paid, more than is left, or Stripe could not give it back.

        """
        session = self._session(remote_id)
        intent = (session.get("payment_intent") or {}).get("id")
        if not intent or self._read(session).stage == PaymentStage.OPEN:
            raise Refused("Nothing was paid.")
        made = self._refunds(intent)
        ours = [each for each in made if (each.get("metadata") or {}).get("key") == key]
        live = [each for each in made if each["status"] not in ("failed", "canceled")]
        if not any(each in live for each in ours):
            if sum(each["amount"] for each in live) + amount.minor > session["amount_total"]:
                raise Refused("More would go back than was paid.")
            self._give_back(intent, amount, key, tries=len(ours))
        return self.read(remote_id)

    def notified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Verify a notice over its raw bytes and say which payment it is about."""
        given = {name.lower(): value for name, value in headers.items()}
        header = given.get("stripe-signature", "")
        stripe, secret = sdk(), self.account.get("webhook_secret", "")
        try:
            text = body.decode()
            stripe.WebhookSignature.verify_header(text, header, secret)
            at = next(each[2:] for each in header.split(",") if each.startswith("t="))
            if abs(int(at) - self.now()) > WINDOW:
                raise ValueError("it is more than five minutes old or early")
            said = json.loads(text)
            if not str(said["type"]).startswith(TELLS):
                raise ValueError(f"it is about {said['type']}; switch on {TELLS}* only")
            return Notice(str(said["id"]), str(said["data"]["object"]["id"]))
        except stripe.SignatureVerificationError as error:
            raise Refused(f"Not a notice of Stripe: {error.user_message or error}") from error
        except (ValueError, KeyError, TypeError, StopIteration) as error:
            raise Refused(f"Not a notice of a payment at Stripe: {error}") from error

    def _session(self, remote_id: str) -> dict[str, Any]:
        return self._asked(
            lambda stripe: stripe.checkout.sessions.retrieve(remote_id, params=_WITH_THE_CHARGE)
        )

    def _refunds(self, intent: str) -> list[dict[str, Any]]:
        said = self._asked(
            lambda stripe: stripe.refunds.list(params={"payment_intent": intent, "limit": 100})
        )
        found: list[dict[str, Any]] = said["data"]
        return found

    def _give_back(self, intent: str, amount: Amount, key: str, *, tries: int) -> None:
        given = {"payment_intent": intent, "amount": amount.minor, "metadata": {"key": key}}
        # What failed at the bank is made anew under a key of its own.
        options = {"idempotency_key": f"refund-{key}-{tries}"}
        said = self._asked(lambda stripe: stripe.refunds.create(params=given, options=options))
        if said["status"] in ("failed", "canceled"):
            raise Refused("Stripe could not give the money back.")

    def _asked(self, ask: Callable[[Any], Any]) -> dict[str, Any]:
        """Ask Stripe, and translate what goes wrong into one of the four errors."""
        stripe = sdk()
        addresses = {"base_addresses": {"api": self.address}} if self.address else {}
        client = stripe.StripeClient(
            self.account["secret_key"],
            http_client=stripe.RequestsClient(timeout=20),
            max_network_retries=0,
            **addresses,
        )
        try:
            said: dict[str, Any] = ask(client.v1).to_dict()
        except stripe.StripeError as error:
            raise _meaning(error) from error
        return said

    def _read(self, said: Mapping[str, Any]) -> Payment:
        amount = Amount(said["amount_total"], said["currency"].upper())
        intent = said.get("payment_intent") or {}
        back = (intent.get("latest_charge") or {}).get("amount_refunded", 0)
        return Payment(
            remote_id=said["id"],
            stage=_stage(said, intent, back),
            amount=amount,
            refunded_minor=back,
            redirect=said.get("url") or "",
        )


def _meaning(error: Any) -> Exception:
    """Return which of the four errors an answer of Stripe's is."""
    words = f"Stripe: {error.user_message or error}"
    if error.http_status in (401, 403):
        return NotAuthorised(words)
    if error.http_status in (409, 429):  # The same call is being worked on, or too many are.
        return TryLater(words)
    if error.http_status in (400, 402, 404):
        return Refused(words)
    return OutcomeUnknown("Stripe did not answer, or with an error of its own.")


def _stage(said: Mapping[str, Any], intent: Mapping[str, Any], back: int) -> PaymentStage:
    if said["status"] == "expired":
        return PaymentStage.CLOSED
    if said["payment_status"] == "paid":
        whole = back >= said["amount_total"]
        return PaymentStage.REFUNDED if whole else PaymentStage.PAID
    over = intent.get("status") in ("requires_payment_method", "canceled")
    if said["status"] == "complete" and over:  # A bank that takes its time has said no.
        return PaymentStage.FAILED
    return PaymentStage.OPEN


def _locale(language: str) -> str:
    """Return the language of Stripe's page.

    >>> _locale("zh-Hans"), _locale("la")
    ('zh', 'auto')
    """
    primary = language.partition("-")[0]
    return primary if primary in _LANGUAGES else "auto"
