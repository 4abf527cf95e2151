"""Where and who: areas, municipalities, places, operators, and the people with their roles."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """Somebody who can sign in: staff of the agency, or an operator.

    The user name is the telephone number or e-mail address that the person signs in with;
    the whole name stands in `first_name`, because not every name has two parts.
    """

    phone = models.CharField(max_length=20, blank=True, help_text="E.164: +393331234567")
    language = models.CharField(max_length=12, default="it", help_text="BCP 47")


class Area(models.Model):  # type: ignore[django-manager-missing]
    """A part of the world that is promoted or compared: a region, an ambito, a quarter."""

    class Kind(models.TextChoices):
        """What sort of area it is."""

        COUNTRY = "country", _("Country")
        REGION = "region", _("Region")
        PROVINCE = "province", _("Province")
        AMBITO = "ambito", _("Tourist area")
        CITY = "city", _("City")
        QUARTER = "quarter", _("Quarter")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("lies in"),
    )
    code = models.CharField(
        _("code"), max_length=20, blank=True, help_text="its code in that system"
    )
    code_system = models.CharField(
        _("code system"), max_length=20, blank=True, help_text="ISTAT, ISO 3166"
    )
    other_codes = models.JSONField(
        _("other codes"), default=dict, blank=True, help_text="by system: NUTS 2021, SIGLA …"
    )
    valid_from = models.DateField(
        _("valid from"), null=True, blank=True, help_text="empty: for as long as we know"
    )
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text="first day on which it was no more"
    )
    boundary = models.JSONField(null=True, blank=True, help_text="GeoJSON geometry, WGS 84")

    class Meta:
        ordering = ["name"]
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        indexes = [models.Index(fields=["kind"])]

    def __str__(self) -> str:
        return self.name


class AreaAlias(models.Model):
    """One way in which a publisher has spelt an area's name, old and wrong ones included."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="aliases")
    spelling = models.CharField(_("spelling"), max_length=80, unique=True)
    key = models.CharField(
        max_length=80, db_index=True, help_text="its letters alone, as `rules.key` keeps them"
    )

    class Meta:
        ordering = ["spelling"]
        verbose_name = _("other spelling")
        verbose_name_plural = _("other spellings")

    def __str__(self) -> str:
        return self.spelling


class Municipality(models.Model):
    """A comune. One that was merged away stays, with the day on which it ended."""

    code = models.CharField(
        _("ISTAT code"), max_length=6, unique=True, help_text="six digits: 051031"
    )
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    province = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("province")
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, help_text="of the seat, degrees WGS 84"
    )
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    seat_source = models.CharField(
        _("source of the coordinates"), max_length=60, blank=True, help_text="GeoNames 3170353"
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    valid_from = models.DateField(
        _("valid from"), null=True, blank=True, help_text="empty: for as long as we know"
    )
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text="first day on which it was no more"
    )
    boundary = models.JSONField(null=True, blank=True, help_text="GeoJSON geometry, WGS 84")

    class Meta:
        ordering = ["name"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def __str__(self) -> str:
        return self.name


class AreaMunicipality(models.Model):
    """A municipality belongs to an area, from a day and until a day: members change."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="memberships")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="memberships"
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text="first day on which it was no more"
    )

    class Meta:
        verbose_name = _("municipality of an area")
        verbose_name_plural = _("municipalities of areas")
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

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40, help_text="castle, museum, hermitage, …")
    municipality = models.ForeignKey(
        Municipality,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="places",
        verbose_name=_("municipality"),
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    wikidata_id = models.CharField("Wikidata", max_length=16, blank=True, db_index=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    detail = models.JSONField(default=dict, blank=True, help_text="what the source also says")
    provider = models.CharField(
        _("provider"), max_length=60, blank=True, help_text="who published the record"
    )
    licence = models.CharField(_("licence"), max_length=40, blank=True)
    shown = models.BooleanField(_("shown"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return self.name


class Name(models.Model):
    """What one area, municipality or place is called in a language that is not its own.

    A form that no publication gives is never invented: the name then stands as it is at
    home, with a gloss that says what it is, and waits for an editor.
    """

    class Status(models.TextChoices):
        """How far the form can be trusted."""

        SOURCED = "sourced", pgettext_lazy("name", "Found in a source")
        APPROVED = "approved", pgettext_lazy("name", "Approved")
        PROPOSED = "proposed", pgettext_lazy("name", "To be approved")

    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.CASCADE, related_name="names"
    )
    municipality = models.ForeignKey(
        Municipality, null=True, blank=True, on_delete=models.CASCADE, related_name="names"
    )
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.CASCADE, related_name="names"
    )
    language = models.CharField(_("language"), max_length=12, help_text="BCP 47")
    value = models.CharField(_("name"), max_length=200)
    gloss = models.CharField(
        _("gloss"), max_length=120, blank=True, help_text=_("What it is, for who reads it.")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.PROPOSED
    )
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        ordering = ["value"]
        verbose_name = _("name in another language")
        verbose_name_plural = _("names in other languages")
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, municipality__isnull=True, place__isnull=True)
                | Q(area__isnull=True, municipality__isnull=False, place__isnull=True)
                | Q(area__isnull=True, municipality__isnull=True, place__isnull=False),
                name="territory_a_name_is_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["area", "municipality", "place", "language"],
                name="territory_one_name_a_language",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} ({self.language})"


class Drawing(models.Model):
    """The shapes of one map, worked out beforehand so that a page only has to print them."""

    area = models.OneToOneField(Area, on_delete=models.CASCADE, related_name="drawing")
    schematic = models.BooleanField(
        default=True, help_text="drawn from the seats, no true boundary being known"
    )
    sheet = models.JSONField(help_text="as `maps.Sheet` writes it")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["area"]

    def __str__(self) -> str:
        return f"Map of {self.area}"


class Operator(models.Model):
    """A local business that sells: a guide, a hotel, a farm, an artisan."""

    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="operators", verbose_name=_("area")
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    municipality = models.ForeignKey(
        Municipality,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="operators",
        verbose_name=_("municipality"),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True, help_text="E.164")
    is_demo = models.BooleanField(_("sample"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("operator")
        verbose_name_plural = _("operators")

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """An organisation that the agency works with: an OTA, a broadcaster, a twinned region."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text="ISO 3166")
    website = models.URLField(_("website"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What somebody does here."""

    HEAD = "head", _("Head of the agency")
    PROMOTION = "promotion", _("Promotion officer")
    EDITOR = "editor", _("Editor")
    ANALYST = "analyst", _("Analyst")
    OPERATOR = "operator", _("Operator")


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
