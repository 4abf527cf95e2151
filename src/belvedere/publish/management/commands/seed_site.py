"""`belvedere seed_site`: the site's languages and home pages."""

from typing import Any

from django.core.management.base import BaseCommand

from belvedere.publish import services


class Command(BaseCommand):
    """Makes what a fresh installation needs at `/`; changes nothing that is there."""

    help = "Make the site's languages and home pages; may be called again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        services.seed_site()
