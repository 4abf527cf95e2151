"""Standing in line: for a start that everybody wants now, or for one that is sold out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class Turn(models.Model):
    """A turn in the line for a start in mode `batch`: first come, first served, by its key.

    Name and contact stand here only until the turn has come: then they are on the order, or,
    after a refusal, nowhere.
    """

    class State(models.TextChoices):
        """Whether the turn has come, and what came of it."""

        WAITING = "waiting", pgettext_lazy("turn", "Waiting")
        GRANTED = "granted", pgettext_lazy("turn", "Granted")
        REFUSED = "refused", pgettext_lazy("turn", "Refused")
        GONE = "gone", pgettext_lazy("turn", "Gone")

    token = models.CharField(max_length=43, unique=True, help_text="unguessable, in links")
    client_key = models.UUIDField(unique=True)
    body = models.CharField(max_length=64, help_text="SHA-256 of what the key was used for")
    allotment = models.ForeignKey(
        "sell.Allotment", on_delete=models.CASCADE, related_name="turns"
    )
    units = models.JSONField(help_text="how many of each unit, by its key")
    places = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    hold = models.OneToOneField(
        "sell.Hold", null=True, blank=True, on_delete=models.CASCADE, related_name="turn"
    )
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=12, default="it", help_text="BCP 47")
    market = models.CharField(max_length=2, blank=True, help_text="ISO 3166")
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217")
    source = models.CharField(max_length=16, blank=True, help_text="source code")
    followed_at = models.DateTimeField(null=True, blank=True)
    discount = models.ForeignKey(
        "sell.Discount", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="granted", hold__isnull=False)
                | (~Q(state="granted") & Q(hold=None)),
                name="sell_granted_turn_has_a_hold",
            )
        ]
        indexes = [
            models.Index(
                fields=["allotment", "id"],
                condition=Q(state="waiting"),
                name="sell_turn_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"turn {self.pk} ({self.state})"


class Waiting(models.Model):
    """Somebody on the waiting list of a sold-out start.

    Places that come free go to the first whose wish they fit, as a hold in their name, in
    the transaction that frees them. How far it has come is the hold's state: none yet, live,
    confirmed, or lapsed. Contact data stand here with purpose and expiry.
    """

    token = models.CharField(max_length=43, unique=True, help_text="unguessable, in links")
    allotment = models.ForeignKey(
        "sell.Allotment", on_delete=models.CASCADE, related_name="waiting"
    )
    quantity = models.PositiveIntegerField(help_text="how many units in all")
    units = models.JSONField(default=dict, help_text="how many of each unit, by its key")
    places = models.PositiveIntegerField()
    hold = models.OneToOneField(
        "sell.Hold", null=True, blank=True, on_delete=models.CASCADE, related_name="waiting"
    )
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=12, default="it", help_text="BCP 47")
    source = models.CharField(max_length=16, blank=True, help_text="source code")
    asked_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True, help_text="wants it no longer")
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the offer was mailed")
    purpose = models.CharField(max_length=120, blank=True, help_text="what the data are for")
    forget_after = models.DateField()
    forgotten_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["allotment", "id"],
                condition=Q(hold=None, left_at=None, forgotten_at=None),
                name="sell_waiting_first",
            )
        ]
        verbose_name_plural = "waiting"

    def __str__(self) -> str:
        return f"waiting {self.pk}"
