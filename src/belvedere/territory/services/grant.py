"""Giving somebody a role, and the rights in the editors' admin that go with it."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from belvedere.journal.services import record
from belvedere.shared.errors import BadInput
from belvedere.territory.models import Area, Membership, Operator, Role, User
from belvedere.territory.rules import GROUPS, PERSONAL, Rights


@transaction.atomic
def grant(user: User, role: str, to: Area | Operator) -> Membership:
    """Give somebody a role in an area or, as operator, for a business. Twice is as once.

    Args:
        user: The person.
        role: One of `Role`.
        to: An area for the agency's staff, an operator for `Role.OPERATOR`.

    Raises:
        BadInput: No such role, or it is not held for such a thing.

    """
    if role not in Role.values:
        raise BadInput(
            f"There is no role “{role}”: use {', '.join(Role.values)}.", field="role"
        )
    if (role == Role.OPERATOR) != isinstance(to, Operator):
        raise BadInput(
            "The role operator is held for an operator, every other one for an area.",
            field="role",
        )
    where = {"operator": to} if isinstance(to, Operator) else {"area": to}
    membership, made = Membership.objects.get_or_create(user=user, role=role, **where)
    if made:
        area = to.area if isinstance(to, Operator) else to
        record("role.granted", f"user:{user.pk}", area=area.slug, role=str(role))
    sync_groups(user)
    return membership


def sync_groups(user: User) -> None:
    """Put somebody into the groups of the roles held, and out of those not held."""
    held = set(user.memberships.values_list("role", flat=True))
    ours = {name: role for role, name in GROUP_OF.items()}
    in_them = set(user.groups.filter(name__in=ours).values_list("name", flat=True))
    wanted = {GROUP_OF[role] for role in held if role in GROUP_OF}
    for name in wanted - in_them:
        group, made = Group.objects.get_or_create(name=name)
        if made:
            _give_rights(group, GROUPS[ours[name]])
        user.groups.add(group)
    user.groups.remove(*Group.objects.filter(name__in=in_them - wanted))


GROUP_OF = {role: f"Belvedere: {role}" for role in GROUPS}


def set_up_groups() -> None:
    """Make the groups of the staff's roles and give them exactly their rights."""
    for role, rights in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=GROUP_OF[role])
        _give_rights(group, rights)


def _give_rights(group: Group, rights: Rights) -> None:
    wanted = Q(content_type__app_label="wagtailadmin", codename="access_admin")
    for app in rights.writes:
        wanted |= Q(content_type__app_label=app)
    for app in rights.reads:
        wanted |= Q(content_type__app_label=app, codename__startswith="view_") & ~Q(
            content_type__model__in=PERSONAL
        )
    for right in rights.single:
        app, codename = right.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    group.permissions.set(Permission.objects.filter(wanted))
    GroupPagePermission.objects.bulk_create(
        (
            GroupPagePermission(group=group, page=root, permission=each)
            for root in Page.objects.filter(depth=1)
            for each in Permission.objects.filter(
                content_type__app_label="wagtailcore",
                content_type__model="page",
                codename__in=rights.pages,
            )
        ),
        ignore_conflicts=True,
    )
    GroupCollectionPermission.objects.bulk_create(
        (
            GroupCollectionPermission(group=group, collection=root, permission=each)
            for root in Collection.objects.filter(depth=1)
            for each in Permission.objects.filter(
                content_type__app_label__in=("offer", "wagtaildocs"),
                codename__in=rights.files,
            )
        ),
        ignore_conflicts=True,
    )
