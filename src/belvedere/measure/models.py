"""What offices count: guests and nights, each with who counted, when, and of whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class FlowObservation(models.Model):
    """Arrivals and nights of one published unit, period, origin and kind of accommodation.

    A row says what one provider published once (its vintage), and never more: what the
    provider masks is a masked row, what it lumps together is one row with several
    municipalities, and what it calls "other municipalities" is coverage, not an area
    (ADR-0014). Figures of two providers are never added; the queries take one.
    """

    class Scope(models.TextChoices):
        """What the published unit is."""

        AREA = "area", "an area of ours"
        MUNICIPALITY = "municipality", "one municipality"
        TOGETHER = "together", "several municipalities, counted together for secrecy"
        REMAINDER = "remainder", "the masked municipalities of an area together"
        ELSEWHERE = "elsewhere", "an area outside our territory, by its ISTAT code"

    class Period(models.TextChoices):
        """How long the period lasts."""

        YEAR = "year", "year"
        MONTH = "month", "month"

    class Status(models.TextChoices):
        """What the provider says of its figures."""

        PROVISIONAL = "provisional", "provisional"
        VALIDATED = "validated", "validated"

    provider = models.CharField(max_length=40, help_text="key of `rules.PROVIDERS`")
    vintage = models.CharField(max_length=20, help_text="the publication: its last year")
    status = models.CharField(max_length=12, choices=Status)
    scope = models.CharField(max_length=12, choices=Scope)
    area = models.ForeignKey(
        "territory.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    municipality = models.ForeignKey(
        "territory.Municipality",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    unit = models.CharField(
        max_length=80, help_text="051031; 050014+050023; 046777; 015; an area's slug"
    )
    unit_label = models.CharField(max_length=160, help_text="as it is published")
    coverage = ArrayField(
        models.CharField(max_length=6),
        default=list,
        blank=True,
        help_text="ISTAT codes of the municipalities counted; empty where it isn't said",
    )
    period_kind = models.CharField(max_length=5, choices=Period)
    period_start = models.DateField()
    origin = models.CharField(
        max_length=20, help_text="ISO 3166, or ISTAT's: WORLD, WRL_X_ITA, CH_LI …"
    )
    origin_label = models.CharField(max_length=80, blank=True, help_text="as it is published")
    accommodation = models.CharField(max_length=20, help_text="ALL, HOTELLIKE, OTHER …")
    arrivals = models.PositiveIntegerField(
        null=True, blank=True, help_text="none where nights alone are published"
    )
    nights = models.PositiveIntegerField(null=True, blank=True)
    masked = models.BooleanField(default=False, help_text="kept back for secrecy")
    broken = models.BooleanField(
        default=False, help_text="the series breaks here: not comparable with what was before"
    )
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["provider", "unit", "period_start"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "provider",
                    "vintage",
                    "unit",
                    "period_kind",
                    "period_start",
                    "origin",
                    "accommodation",
                ],
                name="measure_one_observation_a_vintage",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(masked=True, arrivals__isnull=True, nights__isnull=True)
                | Q(masked=False, nights__isnull=False),
                name="measure_masked_or_counted",
            ),
            models.CheckConstraint(
                condition=Q(
                    scope__in=["area", "remainder"],
                    area__isnull=False,
                    municipality__isnull=True,
                )
                | Q(scope="municipality", area__isnull=True, municipality__isnull=False)
                | Q(
                    scope__in=["together", "elsewhere"],
                    area__isnull=True,
                    municipality__isnull=True,
                ),
                name="measure_a_unit_is_of_one_sort",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "period_kind", "period_start", "vintage"],
                name="measure_flow_period",
            ),
            models.Index(
                fields=["provider", "origin", "accommodation", "scope"],
                name="measure_flow_cut",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_label}, {self.period_start}, {self.provider} {self.vintage}"


class Quarantined(models.Model):
    """A row of a file of flows that was left out, with the reason."""

    profile = models.CharField(max_length=40, help_text="flows-toscana")
    file = models.CharField(max_length=200)
    row = models.PositiveIntegerField(help_text="line in the file; the heading is line 1")
    field = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)
    content = models.JSONField(default=dict, help_text="the row as it stands in the file")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["file", "row"]
        verbose_name_plural = "quarantined"
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "file", "row"], name="measure_a_row_is_quarantined_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file}:{self.row}"
