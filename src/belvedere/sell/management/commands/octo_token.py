"""`belvedere octo_token OPERATOR NAME`: let a reseller in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from belvedere.sell.services import make_reseller
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory


class Command(BaseCommand):
    """Makes a reseller and prints its token, once."""

    help = "Let a reseller book an operator's places by OCTO, and print its token."

    def add_arguments(self, parser: Any) -> None:
        """Take the operator and the reseller's name."""
        parser.add_argument("operator", help="the operator's short name in addresses (slug)")
        parser.add_argument("name", help="the reseller's name, as the desk shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it; what is printed cannot be read again."""
        operator = territory.operator(options["operator"])
        if operator is None:
            raise CommandError(f"There is no operator {options['operator']!r}.")
        try:
            made, token = make_reseller(operator.pk, options["name"])
        except BadInput as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"{made.name} may sell what {operator.name} offers.")
        self.stderr.write(f"Address: {settings.PUBLIC_URL}/octo – source code: {made.source}")
        self.stderr.write("The token is shown this once:")
        self.stdout.write(token)
