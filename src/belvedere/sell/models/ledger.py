"""The ledger: double entry, append-only. Debit is positive, credit negative."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from belvedere.shared.money import Amount


class Account(models.TextChoices):
    """The chart of accounts. Each is kept per currency; a seller's also per operator."""

    CLEARING = "psp_clearing", pgettext_lazy("account", "At the payment providers")
    DEPOSITS = "customer_deposits", pgettext_lazy("account", "Kept for buyers")
    IN_TRANSIT = "refunds_in_transit", pgettext_lazy("account", "Refunds on their way")
    PAYABLE = "seller_payable", pgettext_lazy("account", "Owed to sellers")
    COMMISSION = "commission_revenue", pgettext_lazy("account", "Commission")
    VAT = "vat_payable", pgettext_lazy("account", "VAT on commission")
    FX = "fx_position", pgettext_lazy("account", "Exchange position")
    FEES = "psp_fees", pgettext_lazy("account", "Fees of payment providers")
    BANK = "bank", pgettext_lazy("account", "Bank")
    PAYOUTS = "payouts_in_transit", pgettext_lazy("account", "Payouts on their way")
    PROMOTION = "promo_expense", pgettext_lazy("account", "Discounts paid by the agency")
    CHARGEBACKS = "chargeback_loss", pgettext_lazy("account", "Lost chargebacks")


class Entry(models.Model):
    """One thing that happened to money, as postings that add up to nothing in each currency.

    `key` names the event, so that telling it twice writes it once. The database refuses an
    entry that does not balance, and any change of one that stands (migration 0004).
    """

    key = models.CharField(max_length=80, unique=True, help_text="captured:42")
    kind = models.CharField(max_length=20, help_text="captured, delivered, refund …")
    at = models.DateTimeField()
    order = models.ForeignKey(
        "sell.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    quote = models.ForeignKey(
        "sell.Quote",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="at which currencies were exchanged",
    )
    simulated = models.BooleanField(default=False, help_text="no money moved")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """One line of an entry."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=20, choices=Account)
    amount_minor = models.BigIntegerField(help_text="debit positive, credit negative")
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    provider = models.CharField(max_length=20, blank=True, help_text="of psp_clearing")
    operator = models.ForeignKey(
        "territory.Operator", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seller_order = models.ForeignKey(
        "sell.SellerOrder",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="postings",
    )
    source = models.CharField(max_length=16, blank=True, help_text="source code")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount_minor=0), name="sell_posting_moves_something"
            ),
            models.CheckConstraint(
                condition=~Q(account="seller_payable") | Q(operator__isnull=False),
                name="sell_payable_has_a_seller",
            ),
        ]
        indexes = [models.Index(fields=["operator", "account"])]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor} {self.currency}"

    @property
    def amount(self) -> Amount:
        """Return what moved."""
        return Amount(self.amount_minor, self.currency)


class Check(models.Model):
    """Whether counters, orders, payments, facts and ledger told one story when last asked."""

    at = models.DateTimeField()
    found = models.JSONField(default=list, help_text="a sentence for each rule that is broken")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sell_one_check")]

    def __str__(self) -> str:
        return f"{len(self.found)} at {self.at:%Y-%m-%d %H:%M}"


class Payout(models.Model):
    """Money sent to a seller: what the transfers in it add up to."""

    class State(models.TextChoices):
        """How far it has come. One that was paid can still be returned by the bank."""

        DRAFT = "draft", pgettext_lazy("payout", "To be sent")
        SENT = "sent", pgettext_lazy("payout", "Sent to the bank")
        PAID = "paid", pgettext_lazy("payout", "Paid")
        RETURNED = "returned", pgettext_lazy("payout", "Returned by the bank")
        FAILED = "failed", pgettext_lazy("payout", "Failed")

    operator = models.ForeignKey(
        "territory.Operator", on_delete=models.PROTECT, related_name="payouts"
    )
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True, help_text="the bank's own")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=1), name="sell_payout_not_empty"
            ),
            models.UniqueConstraint(
                fields=["operator", "currency"],
                condition=Q(state="draft"),
                name="sell_one_draft_payout_a_seller",
            ),
        ]

    def __str__(self) -> str:
        return f"payout {self.pk} ({self.state})"

    @property
    def amount(self) -> Amount:
        """Return what is sent."""
        return Amount(self.amount_minor, self.currency)


class Transfer(models.Model):
    """One change of what a seller is owed; unpaid until it stands in a payout.

    A payout that comes back gives its transfers free again, for the next one.
    """

    class Kind(models.TextChoices):
        """Why it changed."""

        EARNING = "earning", pgettext_lazy("transfer", "Earned")
        REFUND = "refund", pgettext_lazy("transfer", "Refunded after the service")
        CHARGEBACK = "chargeback", pgettext_lazy("transfer", "Chargeback")
        ADJUSTMENT = "adjustment", pgettext_lazy("transfer", "Adjustment")

    operator = models.ForeignKey(
        "territory.Operator", on_delete=models.PROTECT, related_name="transfers"
    )
    seller_order = models.ForeignKey(
        "sell.SellerOrder",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transfers",
    )
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, related_name="transfer", null=True, blank=True
    )
    kind = models.CharField(max_length=10, choices=Kind)
    amount_minor = models.BigIntegerField(help_text="positive: owed to the seller")
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    simulated = models.BooleanField(default=False, help_text="never paid out")
    at = models.DateTimeField()
    payout = models.ForeignKey(
        Payout, null=True, blank=True, on_delete=models.PROTECT, related_name="transfers"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount_minor=0), name="sell_transfer_moves_something"
            )
        ]
        indexes = [
            models.Index(
                fields=["operator"], condition=Q(payout=None), name="sell_transfer_unpaid"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.currency}"
