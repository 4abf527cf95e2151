"""Reading where and who."""

from django.db.models import Q

from belvedere.territory.models import Area, Operator, User


def can(
    user: User, *roles: str, area: Area | None = None, operator: Operator | None = None
) -> bool:
    """Say whether somebody has one of the roles for the area (or one above) or operator."""
    if not user.is_authenticated or not user.is_active:
        return False
    held = user.memberships.filter(role__in=roles)
    if operator is not None:
        held = held.filter(operator=operator)
    if area is not None:
        above, up = [], area
        while up is not None:
            above.append(up.pk)
            up = up.parent
        held = held.filter(Q(area__in=above))
    return held.exists()
