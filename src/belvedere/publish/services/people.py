"""Who may do what with a campaign."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from belvedere.publish.models.campaigns import Piece
from belvedere.publish.queries import EDITS
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area, User

APPROVES = ("editor", "head")


def allow(by: "User | None", *roles: str, area: "Area | None" = None) -> None:
    """Refuse whoever has none of the roles in the area; in any area, where none is given.

    Raises:
        PermissionDenied: `by` may not.

    """
    if by is None or by.is_superuser or territory.can(by, *roles, area=area):
        return
    raise PermissionDenied


def allow_approval(by: "User | None", piece: Piece) -> None:
    """Refuse who may not approve, and the author where somebody else could.

    Raises:
        PermissionDenied: `by` may not.

    """
    area = piece.action.campaign.area
    allow(by, *APPROVES, area=area)
    if by is not None and by.pk == piece.author_id and somebody_else_approves(by, area):
        raise PermissionDenied


def somebody_else_approves(by: "User", area: "Area") -> bool:
    """Say whether another active person may approve what belongs to the area."""
    others = get_user_model().objects.filter(
        Q(memberships__role__in=APPROVES) | Q(is_superuser=True), is_active=True
    )
    return any(
        each.is_superuser or territory.can(each, *APPROVES, area=area)
        for each in others.exclude(pk=by.pk).distinct()[:50]
    )


__all__ = ["APPROVES", "EDITS", "allow", "allow_approval", "somebody_else_approves"]
