"""Resellers, whose tokens are stored as hashes, and what they booked."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sell", "0008_calendar_feeds"),
        ("territory", "0003_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reseller",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "token_hash",
                    models.CharField(
                        help_text="SHA-256 of the token", max_length=64, unique=True
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="source code of its sales", max_length=16
                    ),
                ),
                (
                    "active",
                    models.BooleanField(default=True, help_text="off: its token is refused"),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "operator",
                    models.ForeignKey(
                        help_text="the one supplier that its token sees",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resellers",
                        to="territory.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ResellerBooking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "body",
                    models.CharField(
                        help_text="SHA-256 of what the uuid was used for", max_length=64
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="the reseller's own", max_length=255
                    ),
                ),
                ("notes", models.TextField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="of the cancellation", max_length=500
                    ),
                ),
                (
                    "contact",
                    models.JSONField(blank=True, default=dict, help_text="OCTO's Contact"),
                ),
                (
                    "unit_items",
                    models.JSONField(
                        default=list, help_text="uuid, unit and reference of each"
                    ),
                ),
                (
                    "guests",
                    models.JSONField(
                        blank=True, default=dict, help_text="Contact by unit item's uuid"
                    ),
                ),
                (
                    "sends_receipt",
                    models.BooleanField(
                        default=False,
                        help_text="we mail the voucher to the traveller, not the reseller",
                    ),
                ),
                ("updated_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="resold",
                        to="sell.hold",
                    ),
                ),
                (
                    "reseller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="sell.reseller",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        fields=["reseller", "reference"], name="sell_resell_reselle_28f8c4_idx"
                    )
                ],
            },
        ),
    ]
