"""How often one address may try something. Counts attempts, knows nobody.

An address is remembered as a hash whose salt is new every day, and its tally is deleted when
the window is over, so that nothing personal is kept.
"""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from belvedere.journal.models import Tally
from belvedere.shared import clock

View = Callable[..., HttpResponseBase]

_COUNT = """
INSERT INTO journal_tally (scope, who, ends_at, attempts) VALUES (%s, %s, %s, 1)
ON CONFLICT (scope, who, ends_at) DO UPDATE SET attempts = journal_tally.attempts + 1
RETURNING attempts
"""


def who(request: HttpRequest) -> str:
    """Return what stands for the visitor's address today and cannot be turned back into it.

    Of an IPv6 address the network (/64) counts, since one household has that many addresses.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        if isinstance(ip_address(address), IPv6Address):
            address = str(ip_network(f"{address}/64", strict=False))
    except ValueError:  # A Unix socket has no address: all who come by it share one tally.
        address = ""
    salt = f"belvedere.journal.limits {clock.today()}"
    return salted_hmac(salt, address, algorithm="sha256").hexdigest()[:32]


def too_many(scope: str, address_hash: str, *, most: int, minutes: int) -> bool:
    """Count one attempt, and say whether it is one too many.

    Args:
        scope: What is attempted: `sell.checkout`.
        address_hash: What `who` returned.
        most: How many attempts are allowed in a window.
        minutes: Length of the window; windows follow each other on the clock.

    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [scope, address_hash, _window_end(minutes)])
        attempts: int = cursor.fetchone()[0]
    return attempts > most


def reached(scope: str, address_hash: str, *, most: int, minutes: int) -> bool:
    """Say whether `too_many` would say so now, without counting an attempt."""
    tally = Tally.objects.filter(scope=scope, who=address_hash, ends_at=_window_end(minutes))
    return tally.filter(attempts__gte=most).exists()


def _window_end(minutes: int) -> datetime:
    seconds = minutes * 60
    elapsed = int(clock.now().timestamp()) // seconds
    return datetime.fromtimestamp((elapsed + 1) * seconds, UTC)


def limited(scope: str, *, most: int, minutes: int) -> Callable[[View], View]:
    """Let a view take only so many POSTs of one address; further ones are told to wait.

    Use it on a function, or with `method_decorator` on `dispatch`.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.method == "POST" and too_many(
                scope, who(request), most=most, minutes=minutes
            ):
                return wait(request, minutes=minutes)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def wait(request: HttpRequest, *, minutes: int) -> HttpResponse:
    """Return the page that asks somebody to come back in a while."""
    answer = render(request, "429.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def sweep() -> int:
    """Delete the tallies whose window is over. Returns how many."""
    deleted, _ = Tally.objects.filter(ends_at__lt=clock.now() - timedelta(minutes=1)).delete()
    return deleted
