"""Letting a reseller in, and out."""

import secrets

from django.db import transaction

from belvedere.journal import services as journal
from belvedere.sell.models import Reseller
from belvedere.sell.rules import token_hash
from belvedere.shared import clock
from belvedere.shared.errors import BadInput


@transaction.atomic
def make_reseller(operator_id: int, name: str) -> tuple[Reseller, str]:
    """Let somebody sell an operator's places by the OCTO interface.

    Returns:
        The reseller and its token, which nobody can read again.

    Raises:
        BadInput: It has no name.

    """
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise BadInput("A reseller has a name of at most 120 letters.", field="name")
    token = f"octo_{secrets.token_urlsafe(32)}"
    made = Reseller.objects.create(
        name=name,
        operator_id=operator_id,
        token_hash=token_hash(token),
        created_at=clock.now(),
    )
    trace(made)
    journal.record("reseller.made", f"reseller:{made.pk}", source=made.source)
    return made, token


def trace(reseller: Reseller) -> None:
    """Give a reseller the source code that its sales carry."""
    reseller.source = journal.issue(f"reseller:{reseller.pk}", placement="octo").code
    reseller.save(update_fields=["source"])
