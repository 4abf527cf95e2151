"""Forgetting a person."""

import secrets

from django.db import transaction

from belvedere.journal.services import record
from belvedere.territory.models import Reminder, User


@transaction.atomic
def forget(user: User) -> None:
    """Take everything personal from an account and close it, for good.

    The row stays without a name, because what was approved was approved by somebody; it
    cannot sign in, and open sessions end because the password is gone.

    Args:
        user: Who asks to be forgotten, or left the agency or the business.

    """
    user.memberships.all().delete()
    Reminder.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.username = f"forgotten-{secrets.token_hex(8)}"
    user.first_name = user.last_name = user.email = user.phone = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    record("user.forgotten", f"user:{user.pk}")
