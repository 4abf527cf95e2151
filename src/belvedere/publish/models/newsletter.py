"""Who asked for the newsletter, and what was sent to whom."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from belvedere.publish.models.campaigns import Piece


class Subscriber(models.Model):
    """Somebody who asked for the newsletter, with what they agreed to and when.

    Nothing is sent before they confirmed. An address that was never confirmed is deleted
    after a week, one that unsubscribed after thirty days.
    """

    class State(models.TextChoices):
        """Asked, confirmed, gone."""

        PENDING = "pending", _("waiting for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")

    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=12, help_text="BCP 47")
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    consent_text = models.TextField(help_text="the words they agreed to, in their language")
    consent_at = models.DateTimeField()
    source = models.CharField(max_length=16, blank=True, help_text="source code that led here")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(help_text="when the last confirmation mail was asked for")
    confirm_token = models.CharField(max_length=64, unique=True)
    leave_token = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="publish_one_subscription_an_address")
        ]
        indexes = [models.Index(fields=["state", "language"])]

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class Delivery(models.Model):
    """One newsletter to one person. The database refuses the second one."""

    class State(models.TextChoices):
        """Where the mail is. All but the first three, and deferred, are final."""

        QUEUED = "queued", _("in line")
        CLAIMED = "claimed", _("being sent")
        DEFERRED = "deferred", _("to be tried again")
        SENT = "sent", _("taken by the mail server")
        UNKNOWN = "unknown", _("outcome unknown")
        BOUNCED = "bounced", _("bounced")
        FAILED = "failed", _("refused by the mail server")
        SKIPPED = "skipped", _("unsubscribed before")

    OPEN = (State.QUEUED, State.CLAIMED, State.DEFERRED)

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="deliveries"
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(
        null=True, blank=True, help_text="set before the mail server is called"
    )
    remote_id = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["piece", "subscriber"], name="publish_one_mail_a_person_and_piece"
            )
        ]
        indexes = [
            models.Index(
                fields=["piece", "next_at"],
                condition=Q(state__in=["queued", "deferred", "claimed"]),
                name="publish_open_deliveries",
            )
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} to {self.subscriber_id}: {self.state}"
