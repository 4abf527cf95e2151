"""Connecting the installation's accounts at vendors."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from belvedere.journal.services import record
from belvedere.shared import clock
from belvedere.territory.models import VendorAccount
from belvedere.territory.rules.sealing import opened, seal


@transaction.atomic
def connect(
    family: str, key: str, values: Mapping[str, str], *, by: int | None = None
) -> VendorAccount:
    """Keep an account's values, sealed. What is left empty keeps the value that it has.

    Args:
        family: `payments` or `channels`.
        key: Of the connector.
        values: By the names of the connector's settings.
        by: Key of the user who connects it.

    """
    known = VendorAccount.objects.select_for_update().filter(family=family, key=key).first()
    before = (opened(known.sealed, settings.SECRET_KEY) if known else None) or {}
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    account, _ = VendorAccount.objects.update_or_create(
        family=family,
        key=key,
        defaults={
            "sealed": seal({**before, **given}, settings.SECRET_KEY),
            "changed_at": clock.now(),
            "changed_by_id": by,
        },
    )
    # Which account, and never what is in it.
    record("account.connected", f"account:{family}:{key}", by=by)
    return account


@transaction.atomic
def disconnect(family: str, key: str, *, by: int | None = None) -> bool:
    """Forget an account's values. False when there were none."""
    gone, _ = VendorAccount.objects.filter(family=family, key=key).delete()
    if gone:
        record("account.disconnected", f"account:{family}:{key}", by=by)
    return bool(gone)
