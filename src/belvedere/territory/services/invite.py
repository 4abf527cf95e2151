"""Inviting an operator to make an account, and accepting the invitation."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import WRITTEN_TAGS
from belvedere.territory.contacts import Contact
from belvedere.territory.models import Invitation, Operator, Role, User
from belvedere.territory.services.grant import grant

DAYS = 14
"""How long an invitation waits; long enough for a market week, short enough to be forgotten."""


class InvitationUnknown(BadInput):
    """No such invitation was ever made, or its link is incomplete."""


class InvitationUsed(BadInput):
    """Somebody has made an account with it already."""


class InvitationExpired(BadInput):
    """It has waited too long."""


class ContactTaken(BadInput):
    """Somebody has an account with this telephone number or e-mail address."""


@dataclass(frozen=True)
class Invited:
    """A fresh invitation. The token is nowhere else: show it now or never.

    Attributes:
        token: What `accept_invitation` takes.
        path: Address to open on a phone, without the host.
        expires_at: When it stops working.

    """

    token: str
    path: str
    expires_at: datetime


@transaction.atomic
def invite(operator: Operator, by: User | None = None) -> Invited:
    """Make a link that lets one person join an operator. It works once, for 14 days.

    Only the token's hash is kept, so that nobody who reads the database can use it.

    Args:
        operator: The business that the person will speak for.
        by: Who invites.

    """
    token, now = secrets.token_urlsafe(16), clock.now()
    made = Invitation.objects.create(
        operator=operator,
        token_hash=_hash(token),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=DAYS),
    )
    record("operator.invited", f"operator:{operator.pk}", area=operator.area.slug)
    return Invited(token, reverse("territory:invitation", args=[token]), made.expires_at)


def invitation(token: str) -> Invitation:
    """Return the invitation of a token, if it still works.

    Raises:
        InvitationUnknown: There is none.
        InvitationUsed: It has worked already.
        InvitationExpired: Its time is over.

    """
    found = (
        Invitation.objects.select_related("operator__area")
        .filter(token_hash=_hash(token))
        .first()
    )
    return _open(found)


@transaction.atomic
def accept_invitation(
    token: str, name: str, contact: str, password: str, language: str = "it"
) -> User:
    """Make the account of the invited person, and let it speak for the operator.

    Somebody who has an account already, and knows its password, keeps it and speaks for
    this operator too.

    Args:
        token: As `invite` gave it.
        name: The whole name.
        contact: Telephone number (Italian unless it begins with +) or e-mail address; the
            person signs in with it.
        password: Checked by the validators of the settings.
        language: BCP 47, of the desk's pages.

    Raises:
        InvitationUnknown, InvitationUsed, InvitationExpired: As `invitation` says.
        ContactTaken: The contact belongs to an account with another password.
        BadInput: A field is missing or wrong; `field` says which.

    """
    locked = Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first()
    accepted = _open(locked)
    name, reached = _name(name), Contact.read(contact)
    user = User.objects.filter(username=reached.value).first()
    if user is None:
        user = _create(name, reached, password, language)
    elif not (user.is_active and user.check_password(password)):
        raise _taken()
    accepted.used_at = clock.now()
    accepted.save(update_fields=["used_at"])
    grant(user, Role.OPERATOR, accepted.operator)
    return user


def _create(name: str, contact: Contact, password: str, language: str) -> User:
    if language not in WRITTEN_TAGS:
        raise BadInput(_("Choose one of the languages in the list."), field="language")
    user = User(
        username=contact.value,
        first_name=name,
        phone=contact.phone,
        email=contact.email,
        language=language,
    )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages), field="password") from error
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # Another phone was a moment faster.
        raise _taken() from error
    return user


def _open(found: Invitation | None) -> Invitation:
    if found is None:
        raise InvitationUnknown(
            _("This invitation link is not complete. Open it again as you received it.")
        )
    if found.used_at:
        raise InvitationUsed(
            _("This invitation has been used already. If it was you, sign in.")
        )
    if found.expires_at <= clock.now():
        raise InvitationExpired(
            _("This invitation has expired. Ask the agency to send you a new one.")
        )
    return found


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise BadInput(_("Write your name."), field="name")
    if len(name) > 80 or any(not each.isprintable() for each in name):
        raise BadInput(_("Write your name in at most 80 letters."), field="name")
    return name


def _taken() -> ContactTaken:
    return ContactTaken(
        _(
            "This telephone number or e-mail address has an account already. "
            "Use its password, or another contact."
        ),
        field="contact",
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
