"""What can be bought of a product: options, units with their ages, and prices."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import ngettext, pgettext_lazy

from belvedere.sell.models.papers import TaxForm


class Option(models.Model):
    """One way of buying a product: with its own units and prices, from the same places.

    All options of a product draw on its allotments, so that a place given to one is gone for
    the others. The first by `position` is what buyers get who don't choose.
    """

    product = models.ForeignKey(
        "offer.Product", on_delete=models.CASCADE, related_name="options"
    )
    name = models.CharField(max_length=80, default="Standard")
    position = models.PositiveSmallIntegerField(default=0)
    cutoff_minutes = models.PositiveIntegerField(
        default=0, help_text="so long before the start no more is sold"
    )
    min_units = models.PositiveSmallIntegerField(default=1, help_text="of one booking")
    max_units = models.PositiveSmallIntegerField(null=True, blank=True)
    opens = models.TimeField(
        null=True, blank=True, help_text="local; of what is for the whole day"
    )
    closes = models.TimeField(null=True, blank=True)
    vat_percent = models.DecimalField(
        max_digits=4, decimal_places=1, default=22, help_text="in the price; 0: exempt"
    )
    contact_fields = models.JSONField(
        default=list, blank=True, help_text="OCTO ContactField that every booking must bring"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["product", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "position"], name="sell_one_option_a_position"
            ),
            models.CheckConstraint(
                condition=Q(max_units=None) | Q(max_units__gte=F("min_units")),
                name="sell_option_most_is_not_below_least",
            ),
            models.CheckConstraint(
                condition=Q(vat_percent__gte=0, vat_percent__lte=100),
                name="sell_option_vat_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.name}"


class Unit(models.Model):
    """Who or what one price is for: an adult, a child from 6 to 12, a family of four.

    Types, ages and restrictions are those of OCTO's `Unit`.
    """

    class Type(models.TextChoices):
        """OCTO's UnitType."""

        ADULT = "ADULT", pgettext_lazy("unit", "Adult")
        YOUTH = "YOUTH", pgettext_lazy("unit", "Youth")
        CHILD = "CHILD", pgettext_lazy("unit", "Child")
        INFANT = "INFANT", pgettext_lazy("unit", "Infant")
        FAMILY = "FAMILY", pgettext_lazy("unit", "Family")
        SENIOR = "SENIOR", pgettext_lazy("unit", "Senior")
        STUDENT = "STUDENT", pgettext_lazy("unit", "Student")
        MILITARY = "MILITARY", pgettext_lazy("unit", "Military")
        OTHER = "OTHER", pgettext_lazy("unit", "Piece")

    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="units")
    type = models.CharField(max_length=10, choices=Type, default=Type.ADULT)
    position = models.PositiveSmallIntegerField(default=0)
    price_minor = models.PositiveIntegerField(
        null=True, blank=True, help_text="in the product's currency; empty: the product's price"
    )
    places = models.PositiveSmallIntegerField(
        default=1, help_text="how many places one takes; OCTO's paxCount"
    )
    min_age = models.PositiveSmallIntegerField(default=0)
    max_age = models.PositiveSmallIntegerField(default=120)
    id_required = models.BooleanField(default=False)
    min_quantity = models.PositiveSmallIntegerField(null=True, blank=True)
    max_quantity = models.PositiveSmallIntegerField(null=True, blank=True)
    accompanied_by = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="accompanies"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.
    prices: Any

    class Meta:
        ordering = ["option", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["option", "type"], name="sell_one_unit_a_type_and_option"
            ),
            models.CheckConstraint(
                condition=Q(max_age__gte=F("min_age")), name="sell_unit_ages_in_order"
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="sell_unit_takes_a_place"),
        ]

    def __str__(self) -> str:
        return unit_name(self.type, self.places)


def unit_name(kind: str, places: int = 1) -> str:
    """Name a unit in the active language; one for several people says for how many.

    Args:
        kind: OCTO's UnitType.
        places: How many one takes.

    """
    if kind == Unit.Type.OTHER and places > 1:
        return ngettext("For %(n)s person", "For %(n)s people", places) % {"n": places}
    return str(dict(Unit.Type.choices)[kind])


class Price(models.Model):
    """What a unit costs in a season, in a market, in a currency.

    Which of several is meant is `rules.price_of`: the buyer's market before all markets, then
    the shortest season, then the newest.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="prices")
    market = models.CharField(
        max_length=2, blank=True, help_text="ISO 3166 of the buyer; empty: everybody"
    )
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="EUR", help_text="ISO 4217")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["unit", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day=None)
                | Q(last_day=None)
                | Q(last_day__gte=F("first_day")),
                name="sell_price_season_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.minor} {self.currency}"


class Seller(models.Model):
    """An operator as somebody who is paid: on which terms, where to, and whether goods too.

    Without a row an operator sells places on the standard terms: no commission. To sell goods
    one must be APPROVED: the numbers of the business were checked, somebody who may speak for
    it agreed to the terms, and the office has looked. The numbers are shown masked, and never
    enter the journal.
    """

    class RefundCommission(models.TextChoices):
        """What becomes of the commission when money goes back after the service."""

        RETURN = "return", pgettext_lazy("commission", "Given back in proportion")
        KEEP = "keep", pgettext_lazy("commission", "Kept")

    class State(models.TextChoices):
        """How far the way to selling goods has come."""

        INVITED = "invited", pgettext_lazy("seller", "Invited")
        ONBOARDING = "onboarding", pgettext_lazy("seller", "Filling in")
        READY = "ready_for_review", pgettext_lazy("seller", "To be reviewed")
        APPROVED = "approved", pgettext_lazy("seller", "Approved")
        SUSPENDED = "suspended", pgettext_lazy("seller", "Suspended")
        REJECTED = "rejected", pgettext_lazy("seller", "Rejected")

    class VatScheme(models.TextChoices):
        """How VAT is charged when goods go abroad; `rules.vat`."""

        HOME = "home", pgettext_lazy("vat", "Italian VAT in the whole Union")
        OSS = "oss", pgettext_lazy("vat", "VAT of the buyer's country (OSS)")
        NONE = "none", pgettext_lazy("vat", "None (regime forfettario)")

    operator = models.OneToOneField(
        "territory.Operator", on_delete=models.PROTECT, related_name="seller"
    )
    commission_percent = models.DecimalField(
        max_digits=5, decimal_places=2, default=0, help_text="of the price without VAT"
    )
    refund_commission = models.CharField(
        max_length=6, choices=RefundCommission, default=RefundCommission.RETURN
    )
    state = models.CharField(max_length=16, choices=State, default=State.INVITED)
    legal_name = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=80, blank=True)
    province = models.CharField(max_length=2, blank=True, help_text="in Italy: AR")
    country = models.CharField(max_length=2, default="IT", help_text="ISO 3166")
    signatory = models.CharField(
        max_length=120, blank=True, help_text="who speaks for the business"
    )
    entitled = models.BooleanField(default=False, help_text="and declares to be allowed to")
    vat_number = models.CharField(max_length=16, blank=True, help_text="with its country")
    vat_scheme = models.CharField(max_length=4, choices=VatScheme, default=VatScheme.HOME)
    tax_form = models.CharField(max_length=6, choices=TaxForm, default=TaxForm.ENTITY)
    tax_code = models.CharField(
        max_length=20, blank=True, help_text="codice fiscale; abroad the number for taxes"
    )
    recipient_code = models.CharField(
        max_length=7, blank=True, help_text="where electronic invoices go"
    )
    pec = models.EmailField(blank=True, help_text="or to this certified mailbox")
    first_name = models.CharField(max_length=60, blank=True, help_text="of a person")
    last_name = models.CharField(max_length=60, blank=True)
    birth_date = models.DateField(null=True, blank=True, help_text="of a person, for DAC7")
    tax_purpose = models.CharField(max_length=120, blank=True, help_text="what these are for")
    tax_forget_after = models.DateField(null=True, blank=True)
    tax_reminders = models.PositiveSmallIntegerField(default=0, help_text="sent for the year")
    tax_reminded_at = models.DateTimeField(null=True, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    agreement = models.CharField(max_length=10, blank=True, help_text="version of the terms")
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(max_length=300, blank=True, help_text="of what was decided")
    ready_hours = models.PositiveIntegerField(
        default=24, help_text="from the payment to the carrier, for what is in stock"
    )
    portrait = models.ForeignKey(
        "offer.Picture", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(commission_percent__gte=0, commission_percent__lte=100),
                name="sell_commission_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ready_for_review", "approved"])
                | (
                    ~Q(legal_name="")
                    & ~Q(vat_number="")
                    & ~Q(iban="")
                    & Q(entitled=True, agreed_at__isnull=False)
                ),
                name="sell_who_is_approved_has_said_all",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suspended", "rejected"]) | ~Q(reason=""),
                name="sell_who_is_stopped_is_told_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator}"
