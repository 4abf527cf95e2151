"""The catalogue: what the operators of an area offer, in words and pictures.

Read this file to know what exists. How much of it is left to sell is `sell`'s to know.
"""

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from belvedere.offer.photographs import clean


class Theme(models.TextChoices):
    """What a journey is about; the agency's eight themes."""

    ART = "art", _("Art and culture")
    UNESCO = "unesco", _("Unesco sites")
    OUTDOOR = "outdoor", _("Outdoors")
    SLOW = "slow", _("Slow travel")
    SPA = "spa", _("Spas and wellness")
    VILLAGES = "villages", _("Villages")
    FOOD = "food", _("Food and wine")
    CRAFTS = "crafts", _("Crafts")


class Accommodation(models.TextChoices):
    """What sort of house a stay is in, as municipalities tell them apart for their tax."""

    HOTEL_1 = "hotel-1", _("Hotel, 1 star")
    HOTEL_2 = "hotel-2", _("Hotel, 2 stars")
    HOTEL_3 = "hotel-3", _("Hotel, 3 stars")
    HOTEL_4 = "hotel-4", _("Hotel, 4 stars")
    HOTEL_5 = "hotel-5", _("Hotel, 5 stars")
    RESIDENCE = "residence", _("Holiday residence")
    BED_AND_BREAKFAST = "bnb", _("Bed and breakfast")
    FARM = "farm", _("Farm stay")
    HOSTEL = "hostel", _("Hostel")
    CAMPING = "camping", _("Camp site")
    LET = "let", _("Short let")


class Product(models.Model):
    """One thing a visitor can book or buy: a guided walk, a night, a jar of honey."""

    class Kind(models.TextChoices):
        """What sort of product it is."""

        EXPERIENCE = "experience", _("Experience")
        STAY = "stay", _("Stay")
        PACKAGE = "package", _("Package")
        GOOD = "good", _("Local product")

    class State(models.TextChoices):
        """Its life: the operator proposes, an editor approves."""

        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        ON_SALE = "on_sale", _("On sale")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    operator = models.ForeignKey(
        "territory.Operator",
        on_delete=models.PROTECT,
        related_name="products",
        verbose_name=_("operator"),
    )
    place = models.ForeignKey(
        "territory.Place",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="products",
        verbose_name=_("place"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.EXPERIENCE)
    accommodation = models.CharField(
        _("kind of house"),
        max_length=16,
        choices=Accommodation,
        blank=True,
        help_text="of a stay; for the tourist tax",
    )
    theme = models.CharField(_("theme"), max_length=10, choices=Theme)
    slug = models.SlugField(max_length=80, unique=True)
    language = models.CharField(
        max_length=12, default="it", help_text="BCP 47, of the operator's own words"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    price_minor = models.PositiveIntegerField(
        _("price, in cents"), help_text="for one adult place, in minor units"
    )
    currency = models.CharField(max_length=3, default="EUR", help_text="ISO 4217")
    duration_minutes = models.PositiveIntegerField(
        _("duration, in minutes"), null=True, blank=True
    )
    meeting_point = models.CharField(_("meeting point"), max_length=200, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    free_cancellation_hours = models.PositiveIntegerField(
        _("hours of free cancellation"),
        default=48,
        help_text=_("Until so many hours before the start the traveller gets everything back."),
    )
    note_to_operator = models.TextField(blank=True, help_text="why an editor returned it")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [models.Index(fields=["state", "theme"])]

    def __str__(self) -> str:
        return getattr(self, "title", self.slug)  # Lists bring it along: `queries.titled`.


class Text(models.Model):
    """One field of one object in one language, with where it comes from.

    `field` is one of `rules.FIELDS`. A translation remembers which revision of the source
    it was made from: when the source moves on, it is outdated.
    """

    class Status(models.TextChoices):
        """How far the text can be trusted."""

        SOURCE = "source", pgettext_lazy("text", "Original")
        HUMAN = "human", pgettext_lazy("text", "Translated by a person")
        MACHINE = "machine", pgettext_lazy("text", "Translated by machine")
        OUTDATED = "outdated", pgettext_lazy("text", "Older than the original")
        PROPOSED = "proposed", pgettext_lazy("text", "To be approved")

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    object = GenericForeignKey("content_type", "object_id")
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=12, help_text="BCP 47")
    value = models.TextField()
    status = models.CharField(max_length=10, choices=Status)
    machine = models.BooleanField(
        default=False, help_text="a machine wrote it, also when it is outdated now"
    )
    revision = models.PositiveIntegerField(default=1, help_text="grows with each change")
    source_revision = models.PositiveIntegerField(
        null=True, blank=True, help_text="revision of the source text it translates"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "field", "language"],
                name="offer_one_text_a_field_and_language",
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "field"],
                condition=Q(status="source"),
                name="offer_one_source_a_field",
            ),
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

    file: Any
    cleaned = False

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, but never keep a new file with what the camera wrote into it."""
        if self.file and not self.file._committed and not self.cleaned:
            drawn, extension = clean(self.file.file)
            name = f"{PurePath(self.file.name).stem}.{extension}"
            self.file = ContentFile(drawn.getvalue(), name=name)
            self._set_image_file_metadata()
        super().save(*args, **kwargs)

    @property
    def default_alt_text(self) -> str:
        """Return what it shows, for who cannot see it."""
        return self.alt_text or self.title


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
    content = models.JSONField(default=dict, help_text="the row as it stands in the file")
    mended = models.JSONField(
        null=True,
        blank=True,
        help_text="the row as a person mended it; the next import uses it",
    )
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


class Record(models.Model):
    """What a file said of one thing the last time it was read, and the place made of it.

    A field of the place that differs from `values` was changed here by a person, and the
    next import leaves it alone. `place` is empty while a person must decide whether the
    record is a new place or one that is known already, and when somebody deleted the place.
    """

    profile = models.CharField(max_length=40, help_text="culture-places")
    key = models.CharField(max_length=120, help_text="Q3662410/castello")
    place = models.ForeignKey(
        "territory.Place", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    leading = models.BooleanField(
        default=True, help_text="its values go into the place; a joined record's do not"
    )
    file = models.CharField(max_length=200)
    row = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["profile", "key"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "key"], name="offer_one_record_a_key")
        ]

    def __str__(self) -> str:
        return self.key


class Candidate(models.Model):
    """A record and a place that may be the same thing: a person joins them or keeps both."""

    class State(models.TextChoices):
        """What a person decided."""

        OPEN = "open", pgettext_lazy("candidate", "To be decided")
        JOINED = "joined", pgettext_lazy("candidate", "Joined")
        APART = "apart", pgettext_lazy("candidate", "Kept apart")

    class Reason(models.TextChoices):
        """Why they look the same."""

        WIKIDATA = "wikidata", _("Same Wikidata number")
        NAME = "name", _("Same name, close by")

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="candidates")
    place = models.ForeignKey(
        "territory.Place", on_delete=models.CASCADE, related_name="+", help_text="known before"
    )
    reason = models.CharField(max_length=10, choices=Reason)
    metres = models.PositiveIntegerField(default=0, help_text="how far apart they lie")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    old_slug = models.CharField(
        max_length=120, blank=True, help_text="address that leads to the place since the join"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["state", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "place"], name="offer_a_pair_is_asked_about_once"
            )
        ]
        indexes = [models.Index(fields=["old_slug"])]

    def __str__(self) -> str:
        return f"{self.record} / {self.place}"
