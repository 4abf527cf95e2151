"""The operating plan of an area and a year, its versions, and the proposal for the next."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from belvedere.shared.money import Amount


class ChannelKind(models.TextChoices):
    """By what kind of channel an action reaches people."""

    MINI_SITE = "mini_site", _("mini-site")
    WECHAT = "wechat", _("WeChat")
    SOCIAL = "social", _("social media")
    NEWSLETTER = "newsletter", _("newsletter")
    POSTER = "poster", _("poster")
    SCREEN = "screen", _("screen")
    FAIR = "fair", _("trade fair")
    TRIP = "trip", _("press or trade trip")
    PRESS = "press", _("press")
    TV = "tv", _("television")
    LIVE = "live", _("live stream")
    PORTAL = "portal", _("booking portal")
    OTHER = "other", pgettext_lazy("kind of channel", "other")


class Indicator(models.TextChoices):
    """By what an objective is judged. The list is fixed, so that years can be compared."""

    SHARE_OUTSIDE_TEN = (
        "share_outside_ten",
        _("share outside the ten most visited municipalities"),
    )
    NIGHTS_OFF_SEASON = "nights_off_season", _("nights out of season (November to March)")
    ARRIVALS = "arrivals", _("arrivals")
    NIGHTS = "nights", _("nights")
    STAY = "stay", _("average stay")
    OPERATORS = "operators", _("operators with an experience on sale")
    EXPERIENCES = "experiences", _("experiences on sale")
    BOOKINGS = "bookings", _("bookings paid")
    REVENUE = "revenue", _("revenue of the operators")

    @property
    def unit(self) -> str:
        """Return in what it is counted: a percentage, nights for each arrival, euros."""
        words = {
            "share_outside_ten": _("percent of nights"),
            "nights_off_season": _("nights"),
            "nights": _("nights"),
            "stay": _("nights for each arrival"),
            "arrivals": _("arrivals"),
            "operators": _("operators"),
            "experiences": _("experiences"),
            "bookings": _("bookings"),
            "revenue": _("euros"),
        }
        return str(words[self.value])


class Expected(models.TextChoices):
    """What an action is expected to bring."""

    BOOKINGS = "bookings", _("bookings")
    ARRIVALS = "arrivals", _("arrivals")
    NIGHTS = "nights", _("nights")
    LEADS = "leads", _("contacts of the trade")
    VISITS = "visits", _("links and codes opened")


class OperatingPlan(models.Model):
    """What an area means to do in a year. Its content stands in its versions."""

    area = models.ForeignKey(
        "territory.Area",
        on_delete=models.PROTECT,
        related_name="operating_plans",
        verbose_name=_("area"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-year", "area"]
        verbose_name = _("operating plan")
        verbose_name_plural = _("operating plans")
        constraints = [
            models.UniqueConstraint(fields=["area", "year"], name="plan_one_plan_a_year"),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100), name="plan_a_year_of_ours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.year}"


class PlanVersion(models.Model):
    """One state of a plan: a draft, or what the head approved and nobody changes any more.

    A change of an approved version is a new version copied from it. Triggers refuse a change
    of an approved version and of its objectives and actions (ADR-0015).
    """

    plan = models.ForeignKey(OperatingPlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    note = models.CharField(_("why this version"), max_length=300, blank=True)
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_versions"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["plan", "number"]
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="plan_versions_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(approved_at__isnull=True),
                name="plan_one_draft_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"

    @property
    def approved(self) -> bool:
        """Say whether the head approved it; then nobody changes it any more."""
        return self.approved_at is not None


class Objective(models.Model):
    """Where an indicator stands, and where it shall stand at the end of the year."""

    version = models.ForeignKey(
        PlanVersion, on_delete=models.CASCADE, related_name="objectives"
    )
    indicator = models.CharField(_("indicator"), max_length=20, choices=Indicator)
    market = models.CharField(
        _("market"), max_length=2, blank=True, help_text=_("ISO 3166 country: CN, DE, IT.")
    )
    baseline = models.DecimalField(
        _("now"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2)
    provider = models.CharField(
        _("who says so"),
        max_length=120,
        blank=True,
        help_text=_("Where today's figure comes from: ISTAT 2024, our own bookings."),
    )

    class Meta:
        ordering = ["version", "pk"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "indicator", "market"], name="plan_one_target_an_indicator"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_indicator_display()} {self.market}".strip()

    @property
    def unit(self) -> str:
        """Return in what baseline and target are counted."""
        return Indicator(self.indicator).unit


class PlannedAction(models.Model):
    """One thing that the plan means to do. Its key stays the same from version to version."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="actions")
    key = models.SlugField(_("key"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    channel_kind = models.CharField(_("channel"), max_length=12, choices=ChannelKind)
    market = models.CharField(
        _("market"), max_length=2, blank=True, help_text=_("ISO 3166 country: CN, DE, IT.")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    budget_minor = models.PositiveBigIntegerField(_("budget"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    owner = models.CharField(
        _("who looks after it"),
        max_length=120,
        blank=True,
        help_text=_("An office or a function, in words."),
    )
    expected = models.DecimalField(
        _("expected result"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    expected_unit = models.CharField(
        _("counted in"), max_length=10, choices=Expected, default=Expected.BOOKINGS
    )

    class Meta:
        ordering = ["version", "starts_on", "pk"]
        verbose_name = _("planned action")
        verbose_name_plural = _("planned actions")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="plan_one_action_a_key"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="plan_an_action_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def budget(self) -> Amount:
        """Return what it may cost."""
        return Amount(self.budget_minor, self.currency)


class Spend(models.Model):
    """Money spent on an action of a plan, whichever version is in force.

    Never changed or deleted; what was noted by mistake is taken back by a negative amount.
    """

    plan = models.ForeignKey(OperatingPlan, on_delete=models.PROTECT, related_name="spends")
    action = models.SlugField(_("action"), max_length=60)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    day = models.DateField(_("day"))
    note = models.CharField(_("for what"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "day", "pk"]
        verbose_name = _("spend")
        verbose_name_plural = _("spends")
        indexes = [models.Index(fields=["plan", "action"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount_minor=0), name="plan_a_spend_is_not_nothing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.day}"

    @property
    def amount(self) -> Amount:
        """Return what was spent; negative takes back."""
        return Amount(self.amount_minor, self.currency)


class ActionLink(models.Model):
    """What was published for a planned action: `action:12`, one of a campaign's actions.

    The key alone is kept; what it means is known to `publish`. In one plan an action that was
    published belongs to one planned action, so that its cost and bookings count once.
    """

    plan = models.ForeignKey(OperatingPlan, on_delete=models.CASCADE, related_name="links")
    action = models.SlugField(_("planned action"), max_length=60)
    subject = models.CharField(_("published as"), max_length=80, help_text="action:12")

    class Meta:
        ordering = ["plan", "action", "pk"]
        verbose_name = _("published action of a plan")
        verbose_name_plural = _("published actions of plans")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "subject"], name="plan_a_published_action_counts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Proposal(models.Model):
    """What last year's traces suggest for the next plan, with a copy of what was known.

    `evidence` is `ports.Evidence` and `verdicts` is `rules.Verdict`, one each an action, as
    JSON; later sales don't change what was proposed on that day.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="proposals")
    evidence = models.JSONField(default=list)
    verdicts = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    led_to = models.OneToOneField(
        PlanVersion, null=True, on_delete=models.SET_NULL, related_name="came_from"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("proposal of budgets")
        verbose_name_plural = _("proposals of budgets")

    def __str__(self) -> str:
        return f"{self.version} {self.created_at:%Y-%m-%d}"


class Move(models.Model):
    """Some money that a proposal would move from one action to another; a person decides."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="moves")
    giver = models.SlugField(_("from the action"), max_length=60)
    taker = models.SlugField(_("to the action"), max_length=60)
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    numbers = models.JSONField(default=dict)
    accepted = models.BooleanField(_("accepted"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["proposal", "pk"]
        verbose_name = _("move of budget")
        verbose_name_plural = _("moves of budget")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & ~Q(giver=F("taker")),
                name="plan_a_move_moves_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"

    @property
    def amount(self) -> Amount:
        """Return what would move."""
        return Amount(self.amount_minor, self.currency)
