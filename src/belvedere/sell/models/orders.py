"""Orders: who buys what, under which terms, and how far it has come."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_noop, pgettext_lazy

from belvedere.sell.rules.shares import step
from belvedere.shared.money import Amount

# The provider of the quote that the software is delivered with, so that it is translated.
EXAMPLE = gettext_noop("Example rate set with the software on 24 Nov 2026, not a market rate")


class Quote(models.Model):
    """What one unit of a currency was worth in another, by whose word and when.

    Quotes are never changed: a new one is added, and each order keeps the one it showed.
    """

    base = models.CharField(max_length=3, help_text="ISO 4217")
    quoted = models.CharField(max_length=3, help_text="ISO 4217")
    rate = models.DecimalField(max_digits=16, decimal_places=6)
    provider = models.CharField(max_length=120, help_text="who published it")
    at = models.DateTimeField()

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="sell_rate_positive"),
            models.UniqueConstraint(
                fields=["base", "quoted", "provider", "at"], name="sell_one_quote_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate} {self.quoted}"

    def convert(self, amount: Amount) -> Amount:
        """Return the amount in the other currency."""
        return amount.at(self.rate, self.quoted)


class Order(models.Model):
    """What one buyer has asked for, of one operator or several, frozen at that moment.

    What each operator owes and gets stands on the `SellerOrder`s; one payment is for all.

    `state` is how far the service has come, `money` how far the payment has: two things,
    because an order can be confirmed and half refunded. Name, telephone and e-mail are the
    only personal data of the sale; they stand here with their purpose, and are blanked after
    `forget_after`.
    """

    class State(models.TextChoices):
        """How far the order has come."""

        DRAFT = "draft", pgettext_lazy("order", "Draft")
        PLACED = "placed", pgettext_lazy("order", "Waiting for payment")
        CONFIRMED = "confirmed", pgettext_lazy("order", "Confirmed")
        PARTLY_REDEEMED = "partly_redeemed", pgettext_lazy("order", "Partly used")
        REDEEMED = "redeemed", pgettext_lazy("order", "Used")
        EXPIRED = "expired", pgettext_lazy("order", "Expired")
        CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")

    class Money(models.TextChoices):
        """How far the money has come, worked out from payments and refunds."""

        NONE = "none", pgettext_lazy("money", "Not paid")
        PAID = "paid", pgettext_lazy("money", "Paid")
        REFUND_DUE = "refund_due", pgettext_lazy("money", "Being refunded")
        PARTLY_REFUNDED = "partly_refunded", pgettext_lazy("money", "Partly refunded")
        REFUNDED = "refunded", pgettext_lazy("money", "Refunded")

    SOLD = (State.CONFIRMED, State.PARTLY_REDEEMED, State.REDEEMED)

    token = models.CharField(max_length=43, unique=True, help_text="unguessable, in links")
    number = models.CharField(
        max_length=20, null=True, blank=True, unique=True, help_text="given at confirmation"
    )
    hold = models.OneToOneField("sell.Hold", on_delete=models.PROTECT, related_name="order")
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    money = models.CharField(max_length=16, choices=Money, default=Money.NONE)
    total_minor = models.PositiveBigIntegerField(help_text="what the buyer pays")
    discount = models.ForeignKey(
        "sell.Discount", null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    discount_minor = models.PositiveBigIntegerField(
        default=0, help_text="how much less than without the discount"
    )
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    quote = models.ForeignKey(
        Quote, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=12, default="it", help_text="BCP 47")
    market = models.CharField(max_length=2, blank=True, help_text="ISO 3166, by the telephone")
    source = models.CharField(max_length=16, blank=True, help_text="source code")
    followed_at = models.DateTimeField(
        null=True, blank=True, help_text="when the source's link was followed"
    )
    consent_at = models.DateTimeField(null=True, blank=True)
    purpose = models.CharField(max_length=120, blank=True, help_text="what the data are for")
    forget_after = models.DateField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    traveller_told_at = models.DateTimeField(
        null=True, blank=True, help_text="when the voucher was mailed"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "partly_redeemed", "redeemed"])
                | Q(number__isnull=False),
                name="sell_confirmed_has_number",
            ),
            models.CheckConstraint(
                condition=Q(discount__isnull=False) | Q(discount_minor=0),
                name="sell_nothing_off_without_a_discount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["forget_after"],
                condition=Q(forgotten_at__isnull=True),
                name="sell_order_to_forget",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"order {self.pk}"

    @property
    def total(self) -> Amount:
        """Return what is to be paid."""
        return Amount(self.total_minor, self.currency)

    @property
    def discounted(self) -> Amount:
        """Return how much less is to be paid than without the discount."""
        return Amount(self.discount_minor, self.currency)

    @property
    def full(self) -> Amount:
        """Return what would be to be paid without the discount."""
        return self.total + self.discounted

    @property
    def about(self) -> Amount | None:
        """Return the total in the quoted currency, for orientation; None without a quote."""
        return self.quote.convert(self.total) if self.quote else None


class SellerOrder(models.Model):
    """The part of an order that one operator serves and is paid for.

    What was bought in a package makes a part of its own, under the package's terms, and is
    called off together with the package's other parts.

    Terms and commission are frozen when it is made. The money of a confirmed one is in three
    places, which a constraint keeps from overlapping: with the agency, for the buyer (the
    rest), `delivered_minor` (earned by the seller) and `refunded_minor` (given back).
    """

    State = Order.State

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parts")
    operator = models.ForeignKey(
        "territory.Operator", on_delete=models.PROTECT, related_name="seller_orders"
    )
    position = models.PositiveSmallIntegerField(default=1)
    package = models.ForeignKey(
        "offer.Product",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="that it was bought in; its parts are called off together",
    )
    package_day = models.DateField(null=True, blank=True, help_text="of the arrival")
    state = models.CharField(
        max_length=16, choices=Order.State.choices, default=Order.State.DRAFT
    )
    total_minor = models.PositiveBigIntegerField(
        help_text="its price in the order's currency, after a discount of the seller's"
    )
    discount_minor = models.PositiveBigIntegerField(
        default=0, help_text="within the total: what the agency pays for the buyer"
    )
    shipping_minor = models.PositiveBigIntegerField(
        default=0, help_text="within the total: what sending the goods costs"
    )
    vat_minor = models.PositiveBigIntegerField(default=0, help_text="VAT within the total")
    commission_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    commission_minor = models.PositiveBigIntegerField(default=0, help_text="without VAT")
    commission_vat_minor = models.PositiveBigIntegerField(default=0)
    keeps_commission = models.BooleanField(
        default=False, help_text="the agency keeps it when money goes back after the service"
    )
    delivered_minor = models.PositiveBigIntegerField(default=0)
    refunded_minor = models.PositiveBigIntegerField(
        default=0, help_text="asked to go back, to the buyer and of the agency's discount"
    )
    free_until = models.DateTimeField(
        null=True, blank=True, help_text="cancelled before this moment, all is given back"
    )
    free_hours = models.PositiveIntegerField(
        default=0, help_text="the policy as the buyer read it: hours before the start"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    operator_told_at = models.DateTimeField(
        null=True, blank=True, help_text="when the operator was mailed"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "operator", "package", "package_day"],
                name="sell_one_part_an_operator_and_package",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(package=None, package_day=None)
                | Q(package__isnull=False, package_day__isnull=False),
                name="sell_a_package_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(total_minor__gte=F("delivered_minor") + F("refunded_minor")),
                name="sell_money_is_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(total_minor__gte=F("commission_minor") + F("commission_vat_minor")),
                name="sell_commission_within_the_total",
            ),
            models.CheckConstraint(
                condition=Q(total_minor__gte=F("shipping_minor")),
                name="sell_shipping_within_the_total",
            ),
            models.CheckConstraint(
                condition=Q(total_minor__gte=F("discount_minor")),
                name="sell_discount_within_the_total",
            ),
        ]
        indexes = [models.Index(fields=["operator", "state"])]

    def __str__(self) -> str:
        return f"{self.order}-{self.position}"

    @property
    def total(self) -> Amount:
        """Return the price of this part: what the buyer pays and what the agency does."""
        return Amount(self.total_minor, self.order.currency)

    @property
    def discounted(self) -> Amount:
        """Return what the agency pays of it for the buyer."""
        return Amount(self.discount_minor, self.order.currency)

    @property
    def due_minor(self) -> int:
        """Return what the buyer pays of it."""
        return self.total_minor - self.discount_minor

    @property
    def back_minor(self) -> int:
        """Return how much of what went back is the buyer's; the rest is the agency's."""
        return step(self.due_minor, 0, self.refunded_minor, self.total_minor)

    @property
    def left_minor(self) -> int:
        """Return how much of what the buyer pays of it has not gone back."""
        return self.due_minor - self.back_minor

    def buyers(self, value: int) -> int:
        """Return how much the buyer gets back when so much more of the part goes back.

        The agency gets the rest of its discount back. Steps add up to the whole.
        """
        before = self.refunded_minor
        return step(self.due_minor, before, before + value, self.total_minor)

    @property
    def shipping(self) -> Amount:
        """Return what sending its goods costs."""
        return Amount(self.shipping_minor, self.order.currency)

    @property
    def kept_minor(self) -> int:
        """Return what the agency still keeps for the buyer, once the order is paid."""
        return self.total_minor - self.delivered_minor - self.refunded_minor
