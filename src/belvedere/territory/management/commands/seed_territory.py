"""The command `belvedere seed_territory`."""

from typing import Any

from django.core.management.base import BaseCommand

from belvedere.territory.services import seed


class Command(BaseCommand):
    """Loads the areas, municipalities, places and names that come with Belvedere."""

    help = "Load areas, municipalities, places and names; what is there stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them and say how many are new."""
        new = seed()
        told = ", ".join(f"{count} {name}" for name, count in new.items() if count)
        self.stdout.write(f"New: {told}." if told else "Everything is there already.")
