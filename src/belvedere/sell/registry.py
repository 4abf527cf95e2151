"""Finding the installed ways to pay."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from belvedere.sell import account
from belvedere.sell.ports import ByHand, Payments, PaymentSpec, Problem, Proof, Site
from belvedere.shared import clock
from belvedere.shared.errors import NotAuthorised, TryLater
from belvedere.territory import queries as territory

GROUP = "belvedere.payments"
FAMILY = "payments"


@cache
def installed() -> dict[str, type[Payments]]:
    """Return every way to pay by its key. A broken one fails here, at start, by name."""
    return {point.name: point.load() for point in entry_points(group=GROUP)}


def provider(key: str) -> Payments:
    """Return the way to pay `key`, set up for this installation.

    Raises:
        KeyError: No such way to pay is installed.

    """
    if account.is_account(key):
        return account.OnAccount(key)
    make = installed()[key]
    return make(site(key))  # type: ignore[call-arg]


def by_hand() -> dict[str, ByHand]:
    """Return the ways to pay that are set up and of which people note what has come."""
    keys = [key for key, way in installed().items() if hasattr(way, "came")]
    return {key: provider(key) for key in keys if not missing(key)}  # type: ignore[misc]


def is_simulated(key: str) -> bool:
    """Say whether no money moves through a way to pay: its payments are no revenue."""
    if account.is_account(key):
        return account.is_pretended(key)
    way = installed().get(key)
    return way is not None and way.spec.proof == Proof.SIMULATOR


def site(key: str) -> Site:
    """Return what the connector `key` is told of this installation."""
    return Site(
        notify_url=settings.PUBLIC_URL + reverse("sell:notify", args=[key]),
        home=Path(settings.HOME),
        secret=salted_hmac(f"belvedere.payments.{key}", key, algorithm="sha256").digest(),
        account=territory.account(FAMILY, key) if installed()[key].spec.settings else {},
    )


def missing(key: str) -> list[str]:
    """Return the settings of a way to pay that its account lacks; empty when it may be used."""
    return sorted(_lacks(key, territory.account(FAMILY, key)))


def offered(
    currency: str = "", market: str = "", *, ahead: timedelta = timedelta(0)
) -> list[str]:
    """Return the keys of the ways to pay that buyers are offered, the best first.

    What no money moves through is offered where nothing is real, and nowhere else. A way to
    pay that is made for the buyer's market comes before one that is for everybody, and a quick
    one before a slow one.

    Args:
        currency: ISO 4217; only what takes it. Empty: whatever it takes.
        market: ISO 3166 of the buyer; empty when nobody knows.
        ahead: How long until what is bought begins; `timedelta.max` for goods, which wait. A
            way to pay whose money may come later than that is not offered.

    """
    pretend = settings.ENV.mode in ("demo", "test")
    accounts = territory.accounts(FAMILY)
    found = [key for key in installed() if pretend or not is_simulated(key)]
    found = [key for key in found if _takes(key, currency, accounts.get(key, {}))]
    found = [key for key in found if not _lacks(key, accounts.get(key, {}))]
    found = [key for key in found if not takes(key) or takes(key) < ahead]
    return sorted(found, key=lambda key: _place(key, market))


def default_provider(currency: str = "", market: str = "") -> str:
    """Return the key of the way to pay that is offered first.

    Raises:
        NotAuthorised: None is set up.

    """
    found = offered(currency, market)
    if not found:
        raise NotAuthorised("No way to pay is set up.")
    return found[0]


def shown(key: str) -> dict[str, str]:
    """Return the values of an account that are no secret."""
    account = territory.account(FAMILY, key)
    return {name: account[name] for name in installed()[key].spec.shown & set(account)}


def examine(key: str, given: Mapping[str, str]) -> list[Problem]:
    """Say what would be wrong with an account if these values were added to it.

    Args:
        key: Of the way to pay.
        given: Settings by their names; what is not given stays as it is.

    """
    look = getattr(installed()[key], "examine", None)
    account = {**territory.account(FAMILY, key), **given}
    return look(account) if look else []


def wait_to_close(key: str, opened_at: datetime) -> None:
    """Let pass who may close now what was opened at that moment.

    Raises:
        TryLater: The provider closes nothing so soon; says how long is left.

    """
    left = opened_at + installed()[key].spec.close_after - clock.now()
    if left > timedelta(0):
        raise TryLater("The provider does not close a payment so soon.", after=left)


def currencies(key: str) -> frozenset[str]:
    """Return the currencies (ISO 4217) that a way to pay takes for this installation."""
    spec = installed()[key].spec
    return _currencies(key, territory.account(FAMILY, key) if spec.currency_setting else {})


def wallet_of(agent: str) -> str:
    """Return the key of the way to pay whose own browser this is (User-Agent), or nothing."""
    for key, way in installed().items():
        if way.spec.browser and way.spec.browser in agent:
            return key
    return ""


def wallet(key: str) -> PaymentSpec | None:
    """Return what a way to pay says of itself, if a script opens it in its own browser."""
    spec = installed()[key].spec if key in installed() else None
    return spec if spec and spec.script else None


def introduction(key: str, back: str, state: str) -> str:
    """Return where a wallet's browser is sent to say who the buyer is; empty: not needed."""
    ask = getattr(provider(key), "introduce", None)
    return ask(back, state) if ask else ""


def takes(key: str) -> timedelta:
    """Return how long it may be until the money of a way to pay is there."""
    return installed()[key].spec.takes


def _takes(key: str, currency: str, account: Mapping[str, str]) -> bool:
    return not currency or currency in _currencies(key, account)


def _currencies(key: str, account: Mapping[str, str]) -> frozenset[str]:
    spec = installed()[key].spec
    return spec.currencies | ({account.get(spec.currency_setting, "")} - {""})


def _lacks(key: str, account: Mapping[str, str]) -> set[str]:
    spec = installed()[key].spec
    return set(spec.settings) - spec.optional - set(account)


def _place(key: str, market: str) -> tuple[bool, bool, timedelta, str]:
    markets = installed()[key].spec.markets
    elsewhere = bool(markets) and market not in markets
    return not is_simulated(key), elsewhere or not markets, takes(key), key
