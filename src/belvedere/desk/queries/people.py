"""Who somebody is at the desk, and whom they may invite."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import phonenumbers
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from belvedere.desk.rules import MOST, STAFF
from belvedere.shared import clock
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area, Invitation, Operator, User


def roles(user: Any) -> set[str]:
    """Return the roles that somebody holds, anywhere. A superuser holds those of the staff."""
    if user.is_authenticated and user.is_superuser:
        return set(STAFF)
    return territory.roles(user)


def operators(user: Any) -> "list[Operator]":
    """Return the businesses that somebody speaks for."""
    return list(territory.operators_of(user).select_related("area", "municipality"))


def person(contact: str) -> "User | None":
    """Return who signs in with an e-mail address, a telephone number or a user name."""
    people = get_user_model().objects.filter(is_active=True)
    contact = contact.strip()
    if "@" in contact:
        found = people.filter(email__iexact=contact)
    else:
        found = people.filter(phone=phone(contact) or "-")
    return found.first() or people.filter(username=contact).first()


def phone(text: str) -> str:
    """Return a number as E.164, read as Italian if it has no prefix; empty if it is none."""
    try:
        number = phonenumbers.parse(text, "IT")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@dataclass(frozen=True)
class Inviting:
    """What somebody needs to invite: their operators, their municipalities, what waits."""

    operators: "list[Operator]"
    municipalities: list[tuple[str, str]]
    waiting: "list[Invitation]"


def inviting(user: Any) -> Inviting:
    """Return whom somebody may invite, and the invitations that nobody has used yet."""
    seen = territory.visible_to(user)
    open_ones = seen.invitations.filter(used_at=None, expires_at__gt=clock.now())
    return Inviting(
        list(seen.operators.select_related("area")),
        [
            (each.code, each.name)
            for area in areas(user)
            for each in territory.municipalities(area)
        ],
        list(open_ones.select_related("operator", "created_by")[:MOST]),
    )


def areas(user: Any) -> "list[Area]":
    """Return the areas that somebody is staff of; all ambiti for a superuser."""
    if user.is_superuser:
        return list(territory.ambiti())
    held = user.memberships.filter(role__in=STAFF).select_related("area")
    return list({each.area_id: each.area for each in held}.values())


def invitation_text(operator: "Operator", link: str) -> str:
    """Return what to send to an operator."""
    return _(
        "Good morning! %(area)s would like to show your experiences to travellers from all "
        "over the world. It takes five minutes, on the phone: %(link)s"
    ) % {"area": operator.area.name, "link": link}
