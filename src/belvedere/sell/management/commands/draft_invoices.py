"""`belvedere draft_invoices`: put a month's commission into drafts of invoices."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from belvedere.sell.rules.papers import month_before
from belvedere.sell.services import draft_invoices
from belvedere.shared import clock
from belvedere.shared.errors import BadInput


class Command(BaseCommand):
    """Drafts the invoices of a month; a person issues them on the desk."""

    help = "Draft the invoices for the commission of a month. A job does so every day."

    def add_arguments(self, parser: Any) -> None:
        """Take the month."""
        parser.add_argument("--month", help="2026-10; the month that is over when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draft them and say how many there are."""
        month = month_before(clock.today())
        if options["month"]:
            try:
                month = date.fromisoformat(f"{options['month']}-01")
            except ValueError as error:
                raise CommandError("Write the month as 2026-10.") from error
        try:
            made = draft_invoices(month)
        except BadInput as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{month:%Y-%m}: {len(made)} drafts are new or have grown.")
