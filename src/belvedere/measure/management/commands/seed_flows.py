"""The command `belvedere seed_flows`."""

from typing import Any

from django.core.management.base import BaseCommand

from belvedere.measure.services import seed


class Command(BaseCommand):
    """Loads the small tables of flows that come with Belvedere."""

    help = "Load the flows of the ambiti, of the Casentino, and guests from China."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them and say how many are new."""
        new = seed()
        told = ", ".join(f"{count} of {name}" for name, count in new.items() if count)
        self.stdout.write(f"New: {told}." if told else "Everything is there already.")
