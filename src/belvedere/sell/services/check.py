"""Asking whether everything agrees, and remembering the answer for the desk."""

from belvedere.sell.models import Check
from belvedere.sell.queries import invariants
from belvedere.shared import clock


def check() -> list[str]:
    """Ask whether counters, orders, payments, facts and ledger agree; keep what is said.

    Returns:
        A sentence for each rule that something breaks; empty when all agrees.

    """
    found = invariants()
    Check.objects.update_or_create(pk=1, defaults={"at": clock.now(), "found": found})
    return found
