"""What a package is made of, and what a municipality asks of who sleeps there."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from belvedere.shared.money import Amount


class PackagePart(models.Model):
    """One part of a package: an option of another product, on a day after the arrival.

    The package is a product of its own, with its own units, price list and terms, and without
    places: whoever buys it takes the places of its parts, all of them or none. What it costs
    is divided among its parts (`rules.packages`), so that each operator is paid for its own.
    """

    class Per(models.TextChoices):
        """What its quantity is counted for."""

        PERSON = "person", pgettext_lazy("package", "for each person")
        PACKAGE = "package", pgettext_lazy("package", "for each package sold")

    package = models.ForeignKey(
        "offer.Product", on_delete=models.CASCADE, related_name="package_parts"
    )
    option = models.ForeignKey(
        "sell.Option", on_delete=models.PROTECT, related_name="package_parts"
    )
    position = models.PositiveSmallIntegerField(default=0)
    day = models.PositiveSmallIntegerField(
        default=0, help_text="days after the arrival; 0: on the day itself"
    )
    start = models.TimeField(
        null=True, blank=True, help_text="local time in Italy; empty: the first with places"
    )
    nights = models.PositiveSmallIntegerField(
        default=0, help_text="one after the other, of a stay; 0: it is no stay"
    )
    quantity = models.PositiveSmallIntegerField(default=1, help_text="places")
    per = models.CharField(max_length=8, choices=Per, default=Per.PERSON)
    agreed_minor = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="of the package's own price for its first unit; empty: in proportion",
    )

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.
    package_id: Any

    class Meta:
        ordering = ["package", "day", "start", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["package", "position"], name="sell_one_part_a_position"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="sell_package_part_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(per__in=["person", "package"]), name="sell_package_part_per_known"
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.position} of {self.package_id}"


class TouristTax(models.Model):
    """What a municipality asks per person and night of who sleeps there, from day to day.

    Imposta di soggiorno, D.Lgs. 23/2011 art. 4. It is paid on the spot: it is neither part of
    an order nor of the ledger, and shown before anybody pays. What holds for one class of
    accommodation goes before what holds for all.
    """

    municipality = models.ForeignKey(
        "territory.Municipality", on_delete=models.PROTECT, related_name="tourist_taxes"
    )
    accommodation = models.CharField(
        max_length=16, blank=True, help_text="offer.Accommodation; empty: every class"
    )
    minor = models.PositiveIntegerField(help_text="per person and night, in minor units")
    currency = models.CharField(max_length=3, default="EUR", help_text="ISO 4217")
    first_day = models.DateField(help_text="first night it is asked for")
    last_day = models.DateField(null=True, blank=True, help_text="empty: until further notice")
    most_nights = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="of one stay; empty: all of them"
    )
    free_under = models.PositiveSmallIntegerField(
        default=0, help_text="who is younger pays nothing; in years"
    )
    source = models.CharField(max_length=200, help_text="the decision it stands in")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["municipality__name", "accommodation", "-first_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "accommodation", "first_day"],
                name="sell_one_tourist_tax_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")),
                name="sell_tourist_tax_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(most_nights=None) | Q(most_nights__gte=1),
                name="sell_tourist_tax_nights",
            ),
            models.CheckConstraint(
                condition=~Q(source=""), name="sell_tourist_tax_has_a_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.accommodation} {self.first_day}"

    @property
    def rate(self) -> Amount:
        """Return what is asked per person and night."""
        return Amount(self.minor, self.currency)
