"""Reading where and who: areas and their members, names, roles, and what somebody may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from belvedere.shared import clock
from belvedere.shared.languages import written
from belvedere.territory.models import (
    Agreement,
    Area,
    AreaAlias,
    AreaMunicipality,
    Invitation,
    Membership,
    Municipality,
    Name,
    Operator,
    Partner,
    Place,
    Role,
    User,
    VendorAccount,
)
from belvedere.territory.rules import key, printed
from belvedere.territory.rules.agreements import Standing
from belvedere.territory.rules.agreements import standing as _standing
from belvedere.territory.rules.sealing import opened

STAFF = (Role.HEAD, Role.PROMOTION, Role.EDITOR, Role.ANALYST)
"""The roles of the agency's own people; each is held for an area and what lies in it."""

Somebody = User | AnonymousUser


# Where ---------------------------------------------------------------------------------------
def area(slug: str) -> Area | None:
    """Return the area with this slug, its parent with it; None if there is none."""
    return Area.objects.select_related("parent").filter(slug=slug).first()


def ambiti(on: date | None = None) -> QuerySet[Area]:
    """Return the ambiti turistici of a day (today if none is given), by name."""
    return Area.objects.filter(_valid("", on), kind=Area.Kind.AMBITO)


def provinces() -> QuerySet[Area]:
    """Return the provinces, by name."""
    return Area.objects.filter(kind=Area.Kind.PROVINCE)


def area_called(label: str) -> Area | None:
    """Return the area that a publisher means, however the name is spelt; None if unknown."""
    wanted = key(label)
    if not wanted:
        return None
    alias = AreaAlias.objects.select_related("area").filter(key=wanted).first()
    return alias.area if alias else None


def municipality(code: str) -> Municipality | None:
    """Return the municipality with an ISTAT code; a missing leading zero is forgiven."""
    return Municipality.objects.filter(code=str(code).strip().zfill(6)).first()


def municipalities(area: Area | None = None, on: date | None = None) -> QuerySet[Municipality]:
    """Return the municipalities of a day (today if none is given), by name.

    Args:
        area: Only those of this ambito, province, region or country.
        on: The day; members of an ambito change, and municipalities are merged.

    """
    found = Municipality.objects.filter(_valid("", on)).select_related("province")
    if area is None or area.kind == Area.Kind.COUNTRY:
        return found
    if area.kind == Area.Kind.PROVINCE:
        return found.filter(province=area)
    if area.kind == Area.Kind.REGION:
        return found.filter(province__parent=area)
    return found.filter(_valid("memberships__", on), memberships__area=area).distinct()


@dataclass(frozen=True)
class Stay:
    """The time for which a municipality existed and belonged to an area; half open.

    Attributes:
        code: ISTAT code.
        name: Its name.
        province: ISTAT code of its province.
        since: First day; None for as long as we know.
        until: First day on which it was no more; None if it still is.
        into: Code of the municipality it was merged into; empty if it was not.

    """

    code: str
    name: str
    province: str
    since: date | None
    until: date | None
    into: str

    def on(self, day: date) -> bool:
        """Say whether it was so on a day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


def stays(area: Area | None = None) -> list[Stay]:
    """Return which municipalities have ever belonged to an area, and when, by name; one query.

    Args:
        area: An ambito, province, region or country; None for all that we know.

    """
    if area is None or area.kind in (Area.Kind.COUNTRY, Area.Kind.REGION, Area.Kind.PROVINCE):
        found = Municipality.objects.select_related("province", "merged_into")
        if area is not None and area.kind == Area.Kind.PROVINCE:
            found = found.filter(province=area)
        elif area is not None and area.kind == Area.Kind.REGION:
            found = found.filter(province__parent=area)
        return [_stay(each, each.valid_from, each.valid_to) for each in found]
    members = AreaMunicipality.objects.filter(area=area).select_related(
        "municipality__province", "municipality__merged_into"
    )
    return [
        _stay(
            each.municipality,
            max(filter(None, (each.valid_from, each.municipality.valid_from)), default=None),
            min(filter(None, (each.valid_to, each.municipality.valid_to)), default=None),
        )
        for each in members.order_by("municipality__name")
    ]


def inside(area: Area) -> QuerySet[Area]:
    """Return the areas that lie directly in an area: the provinces and ambiti of a region."""
    return Area.objects.filter(parent=area)


def area_keys() -> dict[str, int]:
    """Return the primary keys of all areas by slug."""
    return dict(Area.objects.values_list("slug", "pk"))


def municipality_keys() -> dict[str, int]:
    """Return the primary keys of all municipalities by ISTAT code, former ones too."""
    return dict(Municipality.objects.values_list("code", "pk"))


def _stay(municipality: Municipality, since: date | None, until: date | None) -> Stay:
    return Stay(
        municipality.code,
        municipality.name,
        municipality.province.code,
        since,
        until,
        municipality.merged_into.code if municipality.merged_into else "",
    )


def places(area: Area | None = None) -> QuerySet[Place]:
    """Return the places that are shown, with their municipality, by name.

    Args:
        area: Only those in this ambito, province, region or country.

    """
    found = Place.objects.filter(shown=True).select_related("municipality")
    if area is None or area.kind == Area.Kind.COUNTRY:
        return found
    return found.filter(municipality__in=municipalities(area))


def every_place() -> QuerySet[Place]:
    """Return all places, hidden ones too: for imports, and addresses that moved."""
    return Place.objects.select_related("municipality")


def ambito_of(municipality: Municipality, on: date | None = None) -> Area | None:
    """Return the ambito that a municipality belonged to on a day (today if none is given)."""
    return Area.objects.filter(
        _valid("memberships__", on),
        kind=Area.Kind.AMBITO,
        memberships__municipality=municipality,
    ).first()


def memberships(on: date | None = None) -> QuerySet[AreaMunicipality]:
    """Return which municipality belongs to which ambito on a day (today if none is given)."""
    return AreaMunicipality.objects.filter(
        _valid("", on), _valid("municipality__", on), area__kind=Area.Kind.AMBITO
    ).select_related("area__parent")


def names(objects: Iterable[Model], language: str, *, gloss: bool = True) -> dict[int, str]:
    """Return how each object is printed in a language, by primary key; one query.

    What has no name in the language written for its readers keeps its own. A name that waits
    for approval is printed too: it stands as at home, with a gloss.

    Args:
        objects: Areas, municipalities or places; all of one kind.
        language: BCP 47.
        gloss: Whether the gloss is printed after the name: not on maps and in lists.

    """
    things = list(objects)
    if not things:
        return {}
    kind, language = str(things[0]._meta.model_name), written(language)
    found = {
        getattr(each, f"{kind}_id"): printed(each.value, each.gloss if gloss else "", language)
        for each in Name.objects.filter(
            **{f"{kind}__in": [each.pk for each in things]}, language=language
        )
    }
    return {each.pk: found.get(each.pk, str(each)) for each in things}


def _valid(prefix: str, on: date | None) -> Q:
    day = on or clock.today()
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    lasts = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    return begun & lasts


# Who -----------------------------------------------------------------------------------------
def roles(user: Somebody) -> set[str]:
    """Return the roles that somebody holds, wherever."""
    if not _signed_in(user):
        return set()
    return {str(each) for each in _memberships(user).values_list("role", flat=True)}


def can(
    user: Somebody, *roles: str, area: Area | None = None, operator: Operator | None = None
) -> bool:
    """Say whether somebody has one of the roles, where it is asked for.

    Args:
        user: Who asks; nobody signed in may nothing, a superuser everything.
        roles: Any one of them is enough.
        area: Held for this area or one it lies in.
        operator: Held for this operator or, by staff, for the operator's area.

    """
    if not _signed_in(user):
        return False
    if user.is_superuser:
        return True
    held = _memberships(user).filter(role__in=roles)
    if operator is not None:
        held = held.filter(Q(operator=operator) | Q(area__in=_with_those_above(operator.area)))
    if area is not None:
        held = held.filter(area__in=_with_those_above(area))
    return held.exists()


def operator(slug: str) -> Operator | None:
    """Return the business of a short name, or None."""
    return Operator.objects.filter(slug=slug).first()


def operators_of(user: Somebody) -> QuerySet[Operator]:
    """Return the businesses that somebody works for."""
    if not _signed_in(user):
        return Operator.objects.none()
    return Operator.objects.filter(
        memberships__user=user.pk, memberships__role=Role.OPERATOR
    ).distinct()


def areas_of(user: Somebody) -> QuerySet[Area]:
    """Return the areas that somebody is staff of, and all that lie in them."""
    if not _signed_in(user):
        return Area.objects.none()
    if user.is_superuser:
        return Area.objects.all()
    return Area.objects.filter(pk__in=_areas_of(user))


@dataclass(frozen=True)
class Visible:
    """What somebody may see of the territory beyond what is public."""

    operators: QuerySet[Operator]
    invitations: QuerySet[Invitation]
    memberships: QuerySet[Membership]
    people: QuerySet[User]


def visible_to(user: Somebody) -> Visible:
    """Return the operators, invitations and people that somebody may see.

    Staff see those of their areas and of the areas in them; an operator sees the own
    business and the people who share it, and no invitation. Areas, municipalities and places
    are public and not asked for here.
    """
    if not _signed_in(user):
        return Visible(
            Operator.objects.none(),
            Invitation.objects.none(),
            Membership.objects.none(),
            User.objects.none(),
        )
    operators, memberships = Operator.objects.all(), Membership.objects.all()
    invitations, people = Invitation.objects.all(), User.objects.all()
    if user.is_superuser:
        return Visible(operators, invitations, memberships, people)
    areas = _areas_of(user)
    mine = operators_of(user).values("pk")
    seen = Q(operator__area__in=areas) | Q(area__in=areas) | Q(operator__in=mine)
    return Visible(
        operators.filter(Q(area__in=areas) | Q(pk__in=mine)).distinct(),
        invitations.filter(operator__area__in=areas),
        memberships.filter(seen),
        people.filter(Q(pk=user.pk) | Q(pk__in=memberships.filter(seen).values("user"))),
    )


# What was agreed -----------------------------------------------------------------------------
def agreements(user: Somebody) -> QuerySet[Agreement]:
    """Return the agreements that somebody may read; operators none.

    Staff read those of their areas and of the areas in them; of an area that theirs lies in,
    those which it lets them read.
    """
    if not _signed_in(user):
        return Agreement.objects.none()
    if user.is_superuser:
        return with_acts(Agreement.objects.all())
    held = Area.objects.filter(
        membership__user=user.pk, membership__role__in=STAFF
    ).select_related("parent")
    above = {pk for each in held for pk in _with_those_above(each)}
    seen = Q(area__in=_areas_of(user)) | Q(area__in=above, shown_within=True)
    return with_acts(Agreement.objects.filter(seen))


def with_acts(found: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Read agreements with their partner, acts and obligations: four queries for all."""
    return found.select_related("partner", "area").prefetch_related("acts", "obligations")


def standing(agreement: Agreement, on: date) -> Standing:
    """Return how an agreement stands on a day, by its acts."""
    return _standing([each.happened for each in agreement.acts.all()], on)


def partners() -> list[str]:
    """Return the names of all partners."""
    return list(Partner.objects.values_list("name", flat=True))


def _signed_in(user: Somebody) -> bool:
    return bool(user.is_authenticated and user.is_active)


def _memberships(user: Somebody) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user.pk)


def _with_those_above(area: Area | None) -> list[int]:
    found = []
    while area is not None:
        found.append(area.pk)
        area = area.parent
    return found


def _areas_of(user: Somebody) -> set[int]:
    """Return the areas that somebody is staff of, and all that lie in them."""
    held = _memberships(user).filter(role__in=STAFF).values_list("area_id", flat=True)
    found = {pk for pk in held if pk is not None}
    fresh = found
    while fresh:
        inside = Area.objects.filter(parent__in=fresh).values_list("pk", flat=True)
        fresh = set(inside) - found
        found |= fresh
    return found


# Accounts at vendors --------------------------------------------------------------------------
def account(family: str, key: str) -> dict[str, str]:
    """Return the values of a connector's account; empty without one.

    For the connector's registry alone: what comes back are secrets.
    """
    return _opened(VendorAccount.objects.filter(family=family, key=key)).get(key, {})


def accounts(family: str) -> dict[str, dict[str, str]]:
    """Return the values of all connectors' accounts of a family, by the connector's key."""
    return _opened(VendorAccount.objects.filter(family=family))


def _opened(found: QuerySet[VendorAccount]) -> dict[str, dict[str, str]]:
    return {each.key: opened(each.sealed, settings.SECRET_KEY) or {} for each in found}
