"""Discounts: codes that make something cheaper, with limits that the database keeps."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from belvedere.shared.money import Amount


class Discount(models.Model):
    """A code that makes an order cheaper, so often and for so much money at most.

    It is printed on posters, so it is readable and no secret; tries are rate-limited. `used`
    and `spent_minor` count the orders that are live or were paid, by one conditional UPDATE as
    an allotment's places (ADR-0003); the constraints below are the last line of defence.

    Who funds it decides what becomes cheaper. A seller's own discount lowers their price. One
    of the agency's leaves the price as it is, and the agency pays a part of it.
    """

    class FundedBy(models.TextChoices):
        """Who earns less."""

        AGENCY = "agency", pgettext_lazy("discount", "The agency")
        SELLER = "seller", pgettext_lazy("discount", "The seller")

    code = models.CharField(max_length=24, unique=True, help_text="capital letters and digits")
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    amount_minor = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="off the whole order; instead of a percentage"
    )
    currency = models.CharField(max_length=3, default="EUR", help_text="ISO 4217")
    minimum_minor = models.PositiveBigIntegerField(
        default=0, help_text="what it is for must cost so much at least"
    )
    max_uses = models.PositiveIntegerField(null=True, blank=True, help_text="empty: no limit")
    used = models.PositiveIntegerField(default=0)
    budget_minor = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="empty: no limit"
    )
    spent_minor = models.PositiveBigIntegerField(default=0)
    funded_by = models.CharField(max_length=6, choices=FundedBy, default=FundedBy.AGENCY)
    area = models.ForeignKey(
        "territory.Area",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="its staff minds it; only for what is sold there",
    )
    operator = models.ForeignKey(
        "territory.Operator",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="discounts",
        help_text="only what this one sells; the seller who funds it",
    )
    product = models.ForeignKey(
        "offer.Product",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="only this one",
    )
    source = models.CharField(
        max_length=16, blank=True, help_text="code of the piece that it belongs to"
    )
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True, help_text="empty: until stopped")
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9-]{3,24}$"), name="sell_discount_has_a_code"
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100, amount_minor=None)
                | Q(percent=None, amount_minor__gte=1),
                name="sell_discount_is_percent_or_amount",
            ),
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(used__lte=F("max_uses")),
                name="sell_discount_within_its_uses",
            ),
            models.CheckConstraint(
                condition=Q(budget_minor=None) | Q(spent_minor__lte=F("budget_minor")),
                name="sell_discount_within_its_budget",
            ),
            models.CheckConstraint(
                condition=Q(funded_by="agency") | Q(funded_by="seller", operator__isnull=False),
                name="sell_discount_has_who_pays",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="sell_discount_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def amount(self) -> Amount | None:
        """Return what it takes off an order; None of a percentage."""
        return None if self.amount_minor is None else Amount(self.amount_minor, self.currency)

    @property
    def spent(self) -> Amount:
        """Return what it has taken off all orders."""
        return Amount(self.spent_minor, self.currency)

    @property
    def budget(self) -> Amount | None:
        """Return what it may take off all orders; None without a limit."""
        return None if self.budget_minor is None else Amount(self.budget_minor, self.currency)

    @property
    def minimum(self) -> Amount | None:
        """Return what must be bought for at least; None if anything will do."""
        return Amount(self.minimum_minor, self.currency) if self.minimum_minor else None
