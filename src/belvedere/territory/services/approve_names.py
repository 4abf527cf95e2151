"""Approving names in other languages."""

from collections.abc import Iterable

from django.db import transaction

from belvedere.journal.services import record
from belvedere.territory.models import Name


@transaction.atomic
def approve_names(pks: Iterable[int]) -> int:
    """Let names that waited stand as they are.

    Args:
        pks: Primary keys of the names.

    Returns:
        How many waited.

    """
    approved = list(
        Name.objects.select_for_update().filter(pk__in=pks, status=Name.Status.PROPOSED)
    )
    Name.objects.filter(pk__in=[each.pk for each in approved]).update(
        status=Name.Status.APPROVED
    )
    for each in approved:
        record("name.approved", f"name:{each.pk}", language=each.language)
    return len(approved)
