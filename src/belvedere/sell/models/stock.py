"""Stock: how many places there are, and who has set some of them aside."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from belvedere.shared.money import Amount


class Allotment(models.Model):
    """A finite number of places of one product at one start, shared by every channel.

    Of goods there is one without a day: the pieces in stock. The Chinese live stream, the
    mini-site and the trade-fair desk all draw from the same row. `taken` counts places held
    and sold alike, so a confirmation never touches it. The constraint below is the last line
    of defence: whatever the code above does, the database refuses the place that does not
    exist (ADR-0003).
    """

    class Mode(models.TextChoices):
        """How places are given out. `taken` counts them in every mode (ADR-0018)."""

        COUNTER = "counter", pgettext_lazy("mode", "Any place, at once")
        BATCH = "batch", pgettext_lazy("mode", "Any place, by turns: for a great rush")
        SLOTS = "slots", pgettext_lazy("mode", "Numbered places")

    product = models.ForeignKey(
        "offer.Product", on_delete=models.CASCADE, related_name="allotments"
    )
    day = models.DateField(null=True, blank=True, help_text="empty: goods in stock")
    start = models.TimeField(
        null=True, blank=True, help_text="local time in Italy; empty: the whole day"
    )
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.COUNTER)

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["day", F("start").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "day", "start"],
                name="sell_one_allotment_a_start",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=False) | Q(start__isnull=True),
                name="sell_a_start_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("capacity")),
                name="sell_never_oversold",
            ),
            models.CheckConstraint(
                condition=Q(mode__in=["counter", "batch", "slots"]), name="sell_mode_known"
            ),
        ]
        indexes = [models.Index(fields=["day", "product"])]

    def __str__(self) -> str:
        return f"{self.product_id} on {self.day} {self.start or ''}".rstrip()

    @property
    def on(self) -> date:
        """Return the day of what has one: everything but goods."""
        if self.day is None:
            raise ValueError("Goods have no day.")
        return self.day

    @property
    def free(self) -> int:
        """Return how many places are left."""
        return self.capacity - self.taken


class Hold(models.Model):
    """Places set aside for one buyer, for a time that the database's clock measures.

    `client_key` is the buyer's own: the same key and body give the same hold, so that an
    impatient second click takes nothing. Every change of `state` is one conditional UPDATE
    (`services._moves`), and the counters change in the same transaction or not at all.
    """

    class State(models.TextChoices):
        """The life of a hold. HELD, PAYING and CONFIRMED are live: their places are taken."""

        HELD = "held", pgettext_lazy("hold", "Held")
        PAYING = "paying", pgettext_lazy("hold", "Being paid")
        CONFIRMED = "confirmed", pgettext_lazy("hold", "Confirmed")
        RELEASED = "released", pgettext_lazy("hold", "Released")
        EXPIRED = "expired", pgettext_lazy("hold", "Expired")
        CANCELLED = "cancelled", pgettext_lazy("hold", "Cancelled")

    LIVE = (State.HELD, State.PAYING, State.CONFIRMED)

    client_key = models.UUIDField(unique=True)
    body = models.CharField(max_length=64, help_text="SHA-256 of what the key was used for")
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="by the database's clock")
    pay_deadline = models.DateTimeField(
        null=True, blank=True, help_text="when the provider stops taking the money"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "held",
                        "paying",
                        "confirmed",
                        "released",
                        "expired",
                        "cancelled",
                    ]
                ),
                name="sell_hold_state_known",
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=["held", "paying"]),
                name="sell_hold_due",
            )
        ]

    def __str__(self) -> str:
        return f"hold {self.pk} ({self.state})"


class HoldLine(models.Model):
    """So many places of one allotment in a hold, at the prices of that moment.

    Lines of one allotment are summed before they are written, and what a package takes of it
    is summed with them before it is taken, so one hold never passes the same check twice. A
    line that was called off by itself is not `live`: its places went back while the others of
    the hold stay.
    """

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="lines")
    seller_order = models.ForeignKey(
        "sell.SellerOrder", on_delete=models.CASCADE, related_name="lines"
    )
    allotment = models.ForeignKey(Allotment, on_delete=models.PROTECT, related_name="lines")
    quantity = models.PositiveIntegerField(help_text="places")
    total_minor = models.PositiveBigIntegerField(
        help_text="the sum of its items, less the discount, frozen"
    )
    discount_minor = models.PositiveBigIntegerField(
        default=0, help_text="what a discount of the seller's takes off its items"
    )
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    live = models.BooleanField(default=True)

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["allotment__day", "allotment__start", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seller_order", "allotment"], name="sell_one_line_an_allotment"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="sell_line_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.allotment_id}"

    @property
    def total(self) -> Amount:
        """Return the price of all its places."""
        return Amount(self.total_minor, self.currency)

    @property
    def full(self) -> Amount:
        """Return the price of its items, before a discount of the seller's."""
        return Amount(self.total_minor + self.discount_minor, self.currency)


class Item(models.Model):
    """So many of one unit in a line: two adults, one child; at the price of that moment."""

    line = models.ForeignKey(HoldLine, on_delete=models.CASCADE, related_name="items")
    unit = models.ForeignKey("sell.Unit", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    places = models.PositiveSmallIntegerField(help_text="of one")
    price_minor = models.PositiveIntegerField(help_text="of one, frozen, in minor units")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["unit__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "unit"], name="sell_one_item_a_unit"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="sell_item_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.unit_id}"


class Slot(models.Model):
    """One numbered place of an allotment: a seat, a room. Free while no line has it."""

    allotment = models.ForeignKey(Allotment, on_delete=models.CASCADE, related_name="slots")
    name = models.CharField(max_length=20, help_text="as it is written on the seat: B12")
    position = models.PositiveIntegerField(help_text="in which order they are shown")
    line = models.ForeignKey(
        HoldLine, null=True, blank=True, on_delete=models.SET_NULL, related_name="slots"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["allotment", "position"]
        constraints = [
            models.UniqueConstraint(fields=["allotment", "name"], name="sell_one_slot_a_name")
        ]
        indexes = [
            models.Index(
                fields=["allotment", "id"], condition=Q(line=None), name="sell_slot_free"
            )
        ]

    def __str__(self) -> str:
        return self.name
