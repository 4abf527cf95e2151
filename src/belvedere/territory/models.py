"""Where and who: areas, municipalities, places, operators, and the people with their roles."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class User(AbstractUser):
    """Somebody who can sign in: staff of the agency, or an operator."""

    phone = models.CharField(max_length=20, blank=True, help_text="E.164: +393331234567")
    language = models.CharField(max_length=12, default="it", help_text="BCP 47")


class Area(models.Model):
    """A part of the world that is promoted or compared: a region, an ambito, a quarter."""

    class Kind(models.TextChoices):
        """What sort of area it is."""

        COUNTRY = "country"
        REGION = "region"
        PROVINCE = "province"
        AMBITO = "ambito"
        CITY = "city"
        QUARTER = "quarter"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    code = models.CharField(max_length=20, blank=True, help_text="its code in that system")
    code_system = models.CharField(max_length=20, blank=True, help_text="ISTAT, NUTS, ISO 3166")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    boundary = models.JSONField(null=True, blank=True, help_text="GeoJSON geometry, WGS 84")

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["kind"])]

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """A comune. One that was merged away stays, with the day on which it ended."""

    code = models.CharField(max_length=6, unique=True, help_text="ISTAT, six digits: 051031")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    province = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField(null=True, blank=True, help_text="of the seat, degrees WGS 84")
    longitude = models.FloatField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    boundary = models.JSONField(null=True, blank=True, help_text="GeoJSON geometry, WGS 84")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "municipalities"

    def __str__(self) -> str:
        return self.name


class AreaMunicipality(models.Model):
    """A municipality belongs to an area, from a day and until a day: members change."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="memberships")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="memberships"
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "area municipalities"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "municipality", "valid_from"],
                name="territory_one_membership_at_a_time",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality} in {self.area}"


class Place(models.Model):
    """Somewhere to see or to go: a castle, a hermitage, a museum, a library."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=40, help_text="castle, museum, hermitage, …")
    municipality = models.ForeignKey(
        Municipality, null=True, blank=True, on_delete=models.PROTECT, related_name="places"
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    wikidata_id = models.CharField(max_length=16, blank=True, db_index=True)
    website = models.URLField(max_length=500, blank=True)
    detail = models.JSONField(default=dict, blank=True, help_text="what the source also says")
    provider = models.CharField(max_length=60, blank=True, help_text="who published the record")
    licence = models.CharField(max_length=40, blank=True)
    shown = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Operator(models.Model):
    """A local business that sells: a guide, a hotel, a farm, an artisan."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="operators")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    municipality = models.ForeignKey(
        Municipality, null=True, blank=True, on_delete=models.PROTECT, related_name="operators"
    )
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """An organisation that the agency works with: an OTA, a broadcaster, a twinned region."""

    name = models.CharField(max_length=120, unique=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166")
    website = models.URLField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What somebody does here."""

    HEAD = "head"
    PROMOTION = "promotion"
    EDITOR = "editor"
    ANALYST = "analyst"
    OPERATOR = "operator"


class Membership(models.Model):
    """A user's role, in an area (staff) or for an operator."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.CASCADE)
    operator = models.ForeignKey(
        Operator, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.OPERATOR, operator__isnull=False, area__isnull=True)
                | (~Q(role=Role.OPERATOR) & Q(operator__isnull=True, area__isnull=False)),
                name="territory_a_role_is_for_an_area_or_an_operator",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area", "operator"],
                name="territory_one_membership_each",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.area or self.operator}"


class Invitation(models.Model):
    """A link that lets one operator make an account. Works once, and for a time."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256, hex")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.operator}, until {self.expires_at:%d %b %Y}"
