"""The catalogue: what the operators of an area offer, in words and pictures.

Read this file to know what exists. How much of it is left to sell is `sell`'s to know.
"""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class Theme(models.TextChoices):
    """What a journey is about; the agency's eight themes."""

    ART = "art", "Arte e cultura"
    UNESCO = "unesco", "Siti Unesco"
    OUTDOOR = "outdoor", "Outdoor"
    SLOW = "slow", "Turismo slow"
    SPA = "spa", "Terme e benessere"
    VILLAGES = "villages", "Borghi"
    FOOD = "food", "Enogastronomia"
    CRAFTS = "crafts", "Artigianato"


class Product(models.Model):
    """One thing a visitor can book or buy: a guided walk, a night, a jar of honey."""

    class Kind(models.TextChoices):
        """What sort of product it is."""

        EXPERIENCE = "experience"
        STAY = "stay"
        PACKAGE = "package"
        GOOD = "good"

    class State(models.TextChoices):
        """Its life: the operator proposes, an editor approves."""

        DRAFT = "draft"
        PROPOSED = "proposed"
        ON_SALE = "on_sale"
        RETURNED = "returned"
        WITHDRAWN = "withdrawn"

    operator = models.ForeignKey(
        "territory.Operator", on_delete=models.PROTECT, related_name="products"
    )
    place = models.ForeignKey(
        "territory.Place",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="products",
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EXPERIENCE)
    theme = models.CharField(max_length=10, choices=Theme)
    slug = models.SlugField(max_length=80, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    price_minor = models.PositiveIntegerField(help_text="for one adult place, in minor units")
    currency = models.CharField(max_length=3, default="EUR", help_text="ISO 4217")
    duration_minutes = models.PositiveIntegerField(null=True, blank=True)
    meeting_point = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    free_cancellation_hours = models.PositiveIntegerField(
        default=48, help_text="until so many hours before the start the traveller gets all back"
    )
    note_to_operator = models.TextField(blank=True, help_text="why an editor returned it")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]
        indexes = [models.Index(fields=["state", "theme"])]

    def __str__(self) -> str:
        return self.slug


class Text(models.Model):
    """One field of one object in one language, with where it comes from.

    `field` is one of `title`, `summary`, `description`, `getting_there`, `address`. A
    translation remembers which revision of the source it was made from: when the source
    moves on, it is outdated.
    """

    class Status(models.TextChoices):
        """How far the text can be trusted."""

        SOURCE = "source"
        HUMAN = "human"
        MACHINE = "machine"
        OUTDATED = "outdated"
        PROPOSED = "proposed"

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    object = GenericForeignKey("content_type", "object_id")
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=12, help_text="BCP 47")
    value = models.TextField()
    status = models.CharField(max_length=10, choices=Status)
    revision = models.PositiveIntegerField(default=1, help_text="grows with each change")
    source_revision = models.PositiveIntegerField(
        null=True, blank=True, help_text="revision of the source text it translates"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "field", "language"],
                name="offer_one_text_a_field_and_language",
            )
        ]

    def __str__(self) -> str:
        return f"{self.field} ({self.language})"


class Picture(AbstractImage):
    """A picture with everything that must travel with it: author, holder, licence."""

    alt_text = models.CharField(max_length=200, blank=True, help_text="for who cannot see it")
    author = models.CharField(max_length=120, blank=True)
    holder = models.CharField(max_length=120, blank=True, help_text="who owns the rights")
    licence = models.CharField(max_length=40, blank=True, help_text="CC BY 4.0, all rights …")
    credit = models.CharField(max_length=200, blank=True, help_text="the line to print")

    admin_form_fields = (
        *Image.admin_form_fields,
        "alt_text",
        "author",
        "holder",
        "licence",
        "credit",
    )

    class Meta:
        verbose_name = "picture"
        verbose_name_plural = "pictures"


class Rendition(AbstractRendition):
    """A picture cut to a size."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="offer_one_rendition"
            )
        ]


class ProductPicture(models.Model):
    """A picture of a product, in its place among the others; the first is the cover."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.picture} of {self.product}"


class Quarantined(models.Model):
    """A row of an import that could not be accepted, kept with the reason until mended."""

    profile = models.CharField(max_length=40, help_text="culture-places")
    file = models.CharField(max_length=200)
    row = models.PositiveIntegerField(help_text="line in the file; the heading is line 1")
    field = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)
    content = models.JSONField(default=dict)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["file", "row"]
        verbose_name_plural = "quarantined"
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "file", "row"],
                name="offer_a_row_is_quarantined_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file}:{self.row}"
