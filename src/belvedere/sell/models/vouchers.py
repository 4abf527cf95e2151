"""Vouchers: what the traveller shows, and each time somebody was let in with one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Voucher(models.Model):
    """The right of one line of an order, in a short code that people can read aloud."""

    line = models.OneToOneField(
        "sell.HoldLine", on_delete=models.PROTECT, related_name="voucher"
    )
    order = models.ForeignKey("sell.Order", on_delete=models.PROTECT, related_name="vouchers")
    code = models.CharField(max_length=12, unique=True)
    quantity = models.PositiveIntegerField()
    redeemed = models.PositiveIntegerField(default=0)

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(redeemed__gte=0, redeemed__lte=F("quantity")),
                name="sell_never_redeemed_twice",
            )
        ]

    def __str__(self) -> str:
        return f"voucher {self.pk}"


class Redemption(models.Model):
    """Somebody was let in: so many places of a voucher, at a moment."""

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="redemptions")
    quantity = models.PositiveIntegerField()
    at = models.DateTimeField()
    key = models.UUIDField(
        null=True, blank=True, unique=True, help_text="of the scan; repeated, it counts once"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="sell_redemption_not_empty"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.voucher}"
