"""Payments: what a provider was asked for, what it said, and what went back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from belvedere.shared.money import Amount


class Payment(models.Model):
    """One attempt to pay an order at one provider.

    A late `failed` never undoes `captured`: the state only climbs (`rules.climbs`). At most
    one payment `confirms` an order; any other that is captured is given back.
    """

    class State(models.TextChoices):
        """How far the money went, as we know it."""

        CREATED = "created", pgettext_lazy("payment", "Not opened yet")
        PENDING = "pending", pgettext_lazy("payment", "Waiting")
        FAILED = "failed", pgettext_lazy("payment", "Refused")
        CLOSED = "closed", pgettext_lazy("payment", "Closed")
        CAPTURED = "captured", pgettext_lazy("payment", "Paid")

    OPEN = (State.CREATED, State.PENDING)

    order = models.ForeignKey("sell.Order", on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20, help_text="its key: demo, wechatpay")
    key = models.UUIDField(unique=True, help_text="our idempotency key at the provider")
    remote_id = models.CharField(max_length=80, blank=True, help_text="the provider's own id")
    state = models.CharField(max_length=10, choices=State, default=State.CREATED)
    confirms = models.BooleanField(default=False, help_text="this money is for the service")
    amount_minor = models.PositiveBigIntegerField(help_text="what the buyer pays")
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    value_minor = models.PositiveBigIntegerField(
        help_text="the same in the order's currency, at the order's quote"
    )
    redirect = models.CharField(
        max_length=4000, blank=True, help_text="Alipay's are signed, and longer than a thousand"
    )
    qr = models.CharField(max_length=500, blank=True)
    bridge = models.JSONField(
        default=dict, blank=True, help_text="signed arguments for the wallet's own browser"
    )
    back = models.CharField(max_length=500, blank=True)
    until = models.DateTimeField(help_text="when the provider should stop taking the money")
    created_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(
        max_length=40, blank=True, help_text="what a person must look at: amount_differs"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "remote_id"],
                condition=~Q(remote_id=""),
                name="sell_one_payment_a_remote_id",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(confirms=True),
                name="sell_one_payment_confirms_an_order",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["created", "pending"]),
                name="sell_one_open_payment_an_order",
            ),
            models.CheckConstraint(
                condition=Q(confirms=False) | Q(state="captured"),
                name="sell_only_captured_money_confirms",
            ),
        ]
        indexes = [
            models.Index(
                fields=["checked_at"],
                condition=Q(state__in=["created", "pending"]),
                name="sell_payment_open",
            )
        ]

    def __str__(self) -> str:
        return f"payment {self.pk} ({self.state})"

    @property
    def amount(self) -> Amount:
        """Return what was asked for."""
        return Amount(self.amount_minor, self.currency)


class Split(models.Model):
    """How much of a payment is for one operator, and how much of that went back.

    In the payment's own currency; the splits of a payment add up to it (largest remainder).
    """

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="splits")
    seller_order = models.ForeignKey(
        "sell.SellerOrder", on_delete=models.PROTECT, related_name="splits"
    )
    amount_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "seller_order"], name="sell_one_split_a_part"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=F("refunded_minor")),
                name="sell_no_more_goes_back_than_came_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} for {self.seller_order_id}"


class PaymentEvent(models.Model):
    """A notice that a provider sent, once by its id. It proves nothing: it makes us read.

    `payment` is empty for a payment that we do not know yet; such an orphan is matched when
    the payment's row appears, and shown to staff when it doesn't.
    """

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    remote_id = models.CharField(max_length=80, db_index=True)
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    received_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1, help_text="how often it came")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "event_id"], name="sell_an_event_is_stored_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider}:{self.event_id}"


class Refund(models.Model):
    """Money on its way back. Its `key` is the provider's idempotency key, on every retry."""

    class State(models.TextChoices):
        """How far the money has come back."""

        REQUESTED = "requested", pgettext_lazy("refund", "Requested")
        SENT = "sent", pgettext_lazy("refund", "Sent to the provider")
        DONE = "done", pgettext_lazy("refund", "Given back")
        FAILED = "failed", pgettext_lazy("refund", "Failed")

    class Reason(models.TextChoices):
        """Why the money goes back."""

        CANCELLED = "cancelled", pgettext_lazy("refund", "Cancelled by the traveller")
        LATE = "late", pgettext_lazy("refund", "Paid after the places were gone")
        DISCOUNT = "discount", pgettext_lazy("refund", "Paid late, the discount used up")
        DOUBLE = "double", pgettext_lazy("refund", "Paid twice")
        DESK = "desk", pgettext_lazy("refund", "By the office")
        RETURNED = "returned", pgettext_lazy("refund", "The goods were sent back")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.UUIDField(unique=True)
    amount_minor = models.PositiveBigIntegerField(help_text="what the buyer gets")
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    value_minor = models.PositiveBigIntegerField(help_text="the same in the order's currency")
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    reason = models.CharField(max_length=10, choices=Reason)
    requested_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(
        max_length=200, blank=True, help_text="why, in the office's words; no names"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    by_hand = models.CharField(
        max_length=80,
        blank=True,
        help_text="reference of money that people gave back outside; empty: the provider does",
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=1), name="sell_refund_not_empty"
            )
        ]
        indexes = [
            models.Index(
                fields=["tried_at"],
                condition=Q(state__in=["requested", "sent"]),
                name="sell_refund_open",
            )
        ]

    def __str__(self) -> str:
        return f"refund {self.pk} ({self.state})"

    @property
    def amount(self) -> Amount:
        """Return what goes back."""
        return Amount(self.amount_minor, self.currency)


class RefundShare(models.Model):
    """The part of a refund that concerns one operator; in both currencies."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="shares")
    seller_order = models.ForeignKey(
        "sell.SellerOrder", on_delete=models.PROTECT, related_name="refund_shares"
    )
    amount_minor = models.PositiveBigIntegerField()
    value_minor = models.PositiveBigIntegerField()

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["refund", "seller_order"], name="sell_one_share_a_refund_and_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.value_minor} of {self.seller_order_id}"
