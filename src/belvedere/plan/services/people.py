"""Who may do what with a plan."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area, User

APPROVES = ("head",)


def allow(by: "User | None", *roles: str, area: "Area") -> None:
    """Refuse whoever has none of the roles in the area. None is the system itself.

    Raises:
        PermissionDenied: `by` may not.

    """
    if by is not None and not territory.can(by, *roles, area=area):
        raise PermissionDenied
