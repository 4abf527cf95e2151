"""Finding the installed ways to pay."""

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from belvedere.sell.ports import Payments, Proof, Site
from belvedere.shared.errors import NotAuthorised

GROUP = "belvedere.payments"


@cache
def installed() -> dict[str, type[Payments]]:
    """Return every way to pay by its key. A broken one fails here, at start, by name."""
    return {point.name: point.load() for point in entry_points(group=GROUP)}


def provider(key: str) -> Payments:
    """Return the way to pay `key`, set up for this installation.

    Raises:
        KeyError: No such way to pay is installed.

    """
    make = installed()[key]
    return make(site(key))  # type: ignore[call-arg]


def is_simulated(key: str) -> bool:
    """Say whether no money moves through a way to pay: its payments are no revenue."""
    way = installed().get(key)
    return way is not None and way.spec.proof == Proof.SIMULATOR


def site(key: str) -> Site:
    """Return what the connector `key` is told of this installation."""
    return Site(
        notify_url=settings.PUBLIC_URL + reverse("sell:notify", args=[key]),
        home=Path(settings.HOME),
        secret=salted_hmac(f"belvedere.payments.{key}", key, algorithm="sha256").digest(),
    )


def offered() -> list[str]:
    """Return the keys of the ways to pay that buyers are offered, the best first.

    What no money moves through is offered where nothing is real, and nowhere else.
    """
    pretend = settings.ENV.mode in ("demo", "test")
    real = [key for key in installed() if not is_simulated(key)]
    return (["demo"] if pretend and "demo" in installed() else []) + real


def default_provider() -> str:
    """Return the key of the way to pay that is offered first.

    Raises:
        NotAuthorised: None is set up.

    """
    found = offered()
    if not found:
        raise NotAuthorised("No way to pay is set up.")
    return found[0]
