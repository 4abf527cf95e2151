"""Goods and their way to the buyer: what they weigh, who carries them, where they are."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from belvedere.sell.rules.parcels import check_rate
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount


class Good(models.Model):
    """A product that is sent, not visited: a coat, a jar of honey.

    Its stock is the product's allotment without a day. What is made to order has a stock too:
    how many the maker can take on.
    """

    product = models.OneToOneField(
        "offer.Product", on_delete=models.CASCADE, related_name="good"
    )
    weight_g = models.PositiveIntegerField(help_text="of one, packed, in grams")
    length_mm = models.PositiveIntegerField(help_text="of its packing, in millimetres")
    width_mm = models.PositiveIntegerField()
    height_mm = models.PositiveIntegerField()
    customs_name = models.CharField(
        max_length=60, blank=True, help_text="what it is, in English, for customs"
    )
    hs_code = models.CharField(
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^\d{6,10}$")],
        help_text="Harmonized System, 6 to 10 digits",
    )
    origin = models.CharField(
        max_length=2, default="IT", help_text="ISO 3166, where it is made"
    )
    making_days = models.PositiveSmallIntegerField(
        default=0, help_text="so long it takes to make; 0: it is in stock"
    )
    to_measure = models.BooleanField(
        default=False, help_text="made as one buyer asks: no right of withdrawal"
    )
    bulky = models.BooleanField(default=False, help_text="no parcel: collected in person")
    collect = models.BooleanField(default=True, help_text="may be collected in person")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weight_g__gte=1, length_mm__gte=1, width_mm__gte=1)
                & Q(height_mm__gte=1),
                name="sell_a_good_has_weight_and_size",
            ),
            models.CheckConstraint(
                condition=Q(hs_code="") | Q(hs_code__regex=r"^[0-9]{6,10}$"),
                name="sell_hs_code_is_six_to_ten_digits",
            ),
        ]

    def __str__(self) -> str:
        return f"good {self.product_id}"

    @property
    def customs_ready(self) -> bool:
        """Say whether a customs declaration could be written for it."""
        return bool(self.hs_code and self.customs_name and self.origin)


class Carrier(models.Model):
    """Somebody who carries parcels: a post, a courier."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    follow_url = models.CharField(
        max_length=200, blank=True, help_text="{number} stands for the tracking number"
    )
    is_sample = models.BooleanField(default=False, help_text="its prices are invented")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.
    rates: Any

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def follow(self, number: str) -> str:
        """Return where a parcel can be followed; empty where nobody shows it."""
        if not number or not self.follow_url.startswith("https://"):
            return ""
        return self.follow_url.replace("{number}", number)


class Rate(models.Model):
    """What a carrier asks in a zone, by weight, and what it promises there."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="rates")
    zone = models.CharField(max_length=60)
    countries = models.JSONField(help_text="ISO 3166 codes")
    steps = models.JSONField(help_text="[[up to so many grams, minor units], …], in order")
    currency = models.CharField(max_length=3, default="EUR", help_text="ISO 4217")
    max_weight_g = models.PositiveIntegerField()
    max_longest_mm = models.PositiveIntegerField(default=0, help_text="0: not limited")
    max_girth_mm = models.PositiveIntegerField(
        default=0, help_text="L + 2 (W + H); 0: not limited"
    )
    divisor = models.PositiveIntegerField(
        default=0, help_text="cubic centimetres that count as a kilogram; 0: none do"
    )
    min_hours = models.PositiveIntegerField(null=True, blank=True, help_text="none: not said")
    max_hours = models.PositiveIntegerField(null=True, blank=True)
    tracked = models.BooleanField(default=True)
    source = models.CharField(max_length=200, blank=True, help_text="who published it, when")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["carrier", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "zone"], name="sell_one_rate_a_zone_and_carrier"
            ),
            models.CheckConstraint(
                condition=Q(min_hours=None, max_hours=None)
                | Q(min_hours__isnull=False, max_hours__gte=F("min_hours")),
                name="sell_a_promise_has_two_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier}: {self.zone}"

    def clean(self) -> None:
        """Refuse what nobody could reckon with, beside its field in the admin."""
        super().clean()
        try:
            check_rate(self.countries, self.steps)
        except BadInput as error:
            raise ValidationError({error.field: str(error)}) from error
        except (TypeError, KeyError) as error:
            raise ValidationError({"steps": "[[1000, 690], [3000, 890]]"}) from error


class Delivery(models.Model):
    """The way of a part's goods to the buyer, with what was promised, frozen.

    `name`, the address and `phone` are personal; they stand here with their purpose, and are
    blanked after `forget_after`. Price and taxes stay: they are the books.
    """

    class State(models.TextChoices):
        """Where it is. What is collected in person goes from packed to delivered."""

        WAITING = "waiting", pgettext_lazy("delivery", "To be packed")
        PACKED = "packed", pgettext_lazy("delivery", "Packed")
        SENT = "sent", pgettext_lazy("delivery", "On its way")
        DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
        RETURNED = "returned", pgettext_lazy("delivery", "Came back to the maker")

    AT_HOME = (State.WAITING, State.PACKED, State.RETURNED)

    seller_order = models.OneToOneField(
        "sell.SellerOrder", on_delete=models.CASCADE, related_name="delivery"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    collect = models.BooleanField(default=False, help_text="the buyer comes for it")
    country = models.CharField(max_length=2, help_text="ISO 3166")
    name = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=120, blank=True)
    extra = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164, for the carrier")
    carrier = models.ForeignKey(
        Carrier, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    zone = models.CharField(max_length=60, blank=True)
    price_minor = models.PositiveBigIntegerField(default=0, help_text="in the order's currency")
    vat_percent = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    weight_g = models.PositiveIntegerField(default=0)
    charged_g = models.PositiveIntegerField(default=0, help_text="weight or volume")
    min_hours = models.PositiveIntegerField(null=True, blank=True, help_text="as promised")
    max_hours = models.PositiveIntegerField(null=True, blank=True)
    ready_hours = models.PositiveIntegerField(default=24, help_text="until it is handed over")
    making_days = models.PositiveSmallIntegerField(default=0)
    customs = models.JSONField(default=list, blank=True, help_text="lines of CN 23")
    tracking = models.CharField(max_length=40, blank=True)
    packed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    purpose = models.CharField(max_length=120, blank=True, help_text="what the data are for")
    forget_after = models.DateField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.
    withdrawal: Any

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["sent"]) | Q(sent_at__isnull=False),
                name="sell_what_is_sent_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="sell_what_is_delivered_has_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["forget_after"],
                condition=Q(forgotten_at__isnull=True),
                name="sell_delivery_to_forget",
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} ({self.state})"

    @property
    def price(self) -> Amount:
        """Return what sending costs the buyer."""
        return Amount(self.price_minor, self.seller_order.order.currency)

    @property
    def address(self) -> list[str]:
        """Return the address line by line, without the country."""
        town = f"{self.postcode} {self.city}".strip()
        return [each for each in (self.street, self.extra, town, self.region) if each]

    @property
    def follow_url(self) -> str:
        """Return where the parcel can be followed, or nothing."""
        return self.carrier.follow(self.tracking) if self.carrier else ""

    @property
    def hand_over_by(self) -> Any:
        """Return when it should be with the carrier, or ready to be collected."""
        confirmed = self.seller_order.order.confirmed_at
        if confirmed is None:
            return None
        return confirmed + timedelta(days=self.making_days, hours=self.ready_hours)


class Withdrawal(models.Model):
    """A buyer's wish to send goods back, within 14 days; decided by the maker or the office.

    Directive 2011/83/EU: the buyer need not say why, and gets back the price and the ordinary
    cost of the way out.
    """

    class State(models.TextChoices):
        """How far it has come."""

        ASKED = "asked", pgettext_lazy("withdrawal", "Asked for")
        ACCEPTED = "accepted", pgettext_lazy("withdrawal", "Accepted: the goods are awaited")
        REFUSED = "refused", pgettext_lazy("withdrawal", "Refused")
        DONE = "done", pgettext_lazy("withdrawal", "Goods back, money given back")

    delivery = models.OneToOneField(
        Delivery, on_delete=models.CASCADE, related_name="withdrawal"
    )
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(max_length=300, blank=True, help_text="why it was refused")
    refund = models.OneToOneField(
        "sell.Refund", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="sell_a_refusal_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(refund__isnull=False),
                name="sell_goods_back_money_back",
            ),
        ]

    def __str__(self) -> str:
        return f"withdrawal {self.pk} ({self.state})"
