"""What a channel did with a piece, step by step, written down before each call."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from belvedere.publish.models.campaigns import Piece
from belvedere.publish.rules import MOST


class Publication(models.Model):
    """A piece on its way out through a channel.

    The row exists before the channel is called, with the key that makes a second call find
    the first one's post. `remote_id` is the vendor's id of the last step.
    """

    piece = models.OneToOneField(Piece, on_delete=models.CASCADE, related_name="publication")
    channel = models.CharField(max_length=40)
    key = models.CharField(max_length=80, unique=True)
    remote_id = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(
        null=True, blank=True, help_text="when the channel was last asked what it counted"
    )
    read_next_at = models.DateTimeField(
        null=True, blank=True, help_text="not to be asked before; empty: at once"
    )
    reading_problem = models.CharField(
        max_length=300, blank=True, help_text="why its numbers could not be read"
    )
    queued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    queued_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.piece} on {self.channel}"


class Reading(models.Model):
    """What a channel had counted of a post up to a moment: its own number, none of ours.

    A running total (`ports.Reading`): the last one of a metric counts, and they are never
    added up over time. The same metric at the same moment is one row, and may be corrected.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="readings"
    )
    metric = models.CharField(max_length=40, help_text="a short code: views, clicks")
    at = models.DateTimeField(help_text="the moment up to which it was counted")
    value = models.FloatField()

    class Meta:
        ordering = ["publication", "metric", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "metric", "at"], name="publish_one_reading_a_moment"
            ),
            # PostgreSQL holds NaN and infinity for larger than every number.
            models.CheckConstraint(
                condition=Q(value__gte=0, value__lte=MOST), name="publish_a_reading_is_a_count"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.value:g}"


class Attempt(models.Model):
    """One call to a channel. Without `finished_at` nobody knows how it ended."""

    class Outcome(models.TextChoices):
        """How the call ended."""

        OPEN = "", _("not ended")
        ACCEPTED = "accepted", _("accepted")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LATER = "later", _("to be tried again")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("outcome unknown")

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="attempts"
    )
    step = models.CharField(max_length=20, help_text="publish, status, withdraw")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN, blank=True)
    remote_id = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step} of {self.publication_id}: {self.outcome or 'open'}"


class Outgoing(models.Model):
    """The switch that stops everything from going out, at once. One row at most."""

    paused = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.reason or str(self.paused)
