"""Resellers: who sells an operator's places in their own shop, and what they booked."""

from typing import Any

from django.db import models
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.db.models.functions import Now


class Reseller(models.Model):
    """A trade partner that books one operator's places by the OCTO interface, on account.

    Its token is given out once; what is stored is the SHA-256 of it, which opens nothing.
    `source` stands on everything it sells, as a poster's code does on what the poster sells.
    """

    name = models.CharField(max_length=120)
    operator = models.ForeignKey(
        "territory.Operator",
        on_delete=models.PROTECT,
        related_name="resellers",
        help_text="the one supplier that its token sees",
    )
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token")
    source = models.CharField(max_length=16, blank=True, help_text="source code of its sales")
    active = models.BooleanField(default=True, help_text="off: its token is refused")
    created_at = models.DateTimeField()

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Bookings(models.QuerySet["ResellerBooking"]):
    """Bookings, with what they are made of at hand."""

    def whole(self) -> QuerySet["ResellerBooking"]:
        """Bring along what a booking tells, and whether its time is over by the database."""
        over = Q(hold__state="held", hold__expires_at__lte=Now())
        return (
            self.select_related("reseller__operator", "hold__order")
            .annotate(
                lapsed=Case(
                    When(over, then=Value(True)),
                    default=Value(False),
                    output_field=BooleanField(),
                )
            )
            .prefetch_related(
                "hold__lines__allotment__product",
                "hold__lines__seller_order",
                "hold__lines__items__unit",
                "hold__lines__voucher__redemptions",
            )
        )


class ResellerBooking(models.Model):
    """A hold and its order as a reseller reads them; its uuid is the hold's `client_key`.

    Who travels stands in `contact` and `guests`; like the order's name, both are blanked when
    the order is forgotten. `unit_items` are the reseller's own names for the single places.
    """

    reseller = models.ForeignKey(Reseller, on_delete=models.PROTECT, related_name="bookings")
    hold = models.OneToOneField("sell.Hold", on_delete=models.CASCADE, related_name="resold")
    body = models.CharField(max_length=64, help_text="SHA-256 of what the uuid was used for")
    reference = models.CharField(max_length=255, blank=True, help_text="the reseller's own")
    notes = models.TextField(null=True, blank=True)  # noqa: DJ001  OCTO tells null from "".
    reason = models.CharField(max_length=500, blank=True, help_text="of the cancellation")
    contact = models.JSONField(default=dict, blank=True, help_text="OCTO's Contact")
    unit_items = models.JSONField(default=list, help_text="uuid, unit and reference of each")
    guests = models.JSONField(default=dict, blank=True, help_text="Contact by unit item's uuid")
    sends_receipt = models.BooleanField(
        default=False, help_text="we mail the voucher to the traveller, not the reseller"
    )
    updated_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects: Any = Bookings.as_manager()
    lapsed: bool

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["reseller", "reference"])]

    def __str__(self) -> str:
        return f"booking {self.pk}"
