"""`belvedere check_sales`: whether counters, orders, payments and facts agree."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from belvedere.sell.queries import invariants


class Command(BaseCommand):
    """Ask every question of `sell.queries.invariants`."""

    help = "Check that counters, holds, orders, payments, refunds and facts agree."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what disagrees; exit 1 when something does."""
        found = invariants()
        for each in found:
            self.stderr.write(each)
        if found:
            raise CommandError(f"{len(found)} rules are broken.")
        self.stdout.write("Counters, holds, orders, payments, refunds and facts agree.")
