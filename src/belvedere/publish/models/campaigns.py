"""The work of promotion: campaigns, their actions, and the pieces people see."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from belvedere.publish.rules import LANGUAGE_CHOICES, State
from belvedere.shared.languages import DEFAULT
from belvedere.shared.money import Amount


class Campaign(models.Model):
    """A goal in a market, with a budget and a beginning and an end.

    Its title and summary are texts of the catalogue's table, one a language, so that they
    are translated and marked like every other text.
    """

    class State(models.TextChoices):
        """Its life: only a running campaign is shown to the public."""

        DRAFT = "draft", _("draft")
        RUNNING = "running", _("running")
        CLOSED = "closed", _("closed")

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    area = models.ForeignKey(
        "territory.Area",
        on_delete=models.PROTECT,
        related_name="campaigns",
        verbose_name=_("area"),
    )
    goal = models.CharField(
        _("goal"), max_length=200, help_text=_("What shall be different when it is over.")
    )
    market = models.CharField(
        _("market"), max_length=2, blank=True, help_text=_("ISO 3166 country: CN, DE, IT.")
    )
    segment = models.CharField(
        _("segment"),
        max_length=120,
        blank=True,
        help_text=_("Who it speaks to, in words: walkers, families with children."),
    )
    theme = models.CharField(_("theme"), max_length=10, default="slow")
    budget_minor = models.PositiveBigIntegerField(
        _("budget"), default=0, help_text=_("In minor units: 150000 is 1,500.00.")
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    is_demo = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-starts_on", "slug"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes = [models.Index(fields=["state", "ends_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="publish_a_campaign_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self) -> str:
        return getattr(self, "title", self.slug)  # Lists bring it along: `queries.titled`.

    @property
    def budget(self) -> Amount:
        """Return what may be spent."""
        return Amount(self.budget_minor, self.currency)


class Action(models.Model):
    """One thing done in a campaign: a poster at the fair, a newsletter, a series of posts."""

    class Kind(models.TextChoices):
        """What sort of medium it is."""

        POSTER = "poster", _("poster")
        NEWSLETTER = "newsletter", _("newsletter")
        POST = "post", _("post")
        MINI_SITE = "mini_site", _("mini-site")
        FAIR = "fair", _("fair")
        SCREEN = "screen", _("screen")
        PRESS = "press", _("press")
        LIVE = "live", _("live stream")

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="actions",
        verbose_name=_("campaign"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    channel = models.CharField(
        _("channel"),
        max_length=40,
        blank=True,
        help_text=_("Which channel sends it; empty if people put it up by hand."),
    )
    title = models.CharField(_("title"), max_length=120)
    planned_minor = models.PositiveBigIntegerField(
        _("planned cost"), default=0, help_text=_("In minor units: 150000 is 1,500.00.")
    )
    spent_minor = models.PositiveBigIntegerField(_("money spent"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        ordering = ["campaign", "planned_on", "pk"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")

    def __str__(self) -> str:
        return self.title

    @property
    def planned(self) -> Amount:
        """Return what it was meant to cost."""
        return Amount(self.planned_minor, self.currency)

    @property
    def spent(self) -> Amount:
        """Return what it has cost so far."""
        return Amount(self.spent_minor, self.currency)


class Piece(models.Model):
    """What people see: one text with its picture, in one language, leading to one page.

    `state` is its whole life, from the draft to what became of it out there; the allowed
    steps are `rules.LIFE` and every one of them is a service.
    """

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="pieces", verbose_name=_("action")
    )
    language = models.CharField(
        _("language"),
        max_length=12,
        choices=LANGUAGE_CHOICES,
        default=DEFAULT,
        blank=True,
        help_text=_("Empty: the visitor's own language decides which page opens."),
    )
    variant = models.CharField(
        _("variant"), max_length=40, blank=True, help_text=_("Tells two versions apart: A, B.")
    )
    title = models.CharField(_("headline"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    picture = models.ForeignKey(
        "offer.Picture",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("Empty: the product's own picture, or the theme's illustration."),
    )
    product = models.ForeignKey(
        "offer.Product",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("leads to the product"),
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("leads to the page"),
    )
    area = models.ForeignKey(
        "territory.Area",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("leads to the area"),
        help_text=_("Choose one at most; none leads to the catalogue."),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(each.value, each.value) for each in State],
        default=State.DRAFT,
        editable=False,
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["action", "language", "variant", "pk"]
        verbose_name = _("piece")
        verbose_name_plural = _("pieces")
        indexes = [models.Index(fields=["state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "language", "variant"],
                name="publish_one_piece_a_language_and_variant",
                violation_error_message=_(
                    "This action already has a piece in this language: name a variant."
                ),
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=True, page__isnull=True)
                | Q(product__isnull=True, area__isnull=True)
                | Q(page__isnull=True, area__isnull=True),
                name="publish_a_piece_leads_to_one_page",
                violation_error_message=_("A piece leads to one page: choose one."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """Return the key by which the journal knows the piece."""
        return f"piece:{self.pk}"


class Placement(models.Model):
    """Where a copy of a piece hangs or runs, with the source code printed on that copy."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="placements")
    name = models.CharField(
        _("where"),
        max_length=120,
        blank=True,
        help_text=_("Arezzo station, Munich fair; empty for the piece itself."),
    )
    code = models.CharField(_("source code"), max_length=16, unique=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.UniqueConstraint(
                fields=["piece", "name"], name="publish_a_piece_hangs_once_in_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()
