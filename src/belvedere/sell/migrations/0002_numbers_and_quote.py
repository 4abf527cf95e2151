"""The sequence of order numbers, and a first quote, which is an example and says so."""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import migrations

PROVIDER = "Example rate set with the software on 24 Nov 2026, not a market rate"


def add_quote(apps, editor):
    apps.get_model("sell", "Quote").objects.get_or_create(
        base="EUR",
        quoted="CNY",
        provider=PROVIDER,
        at=datetime(2026, 11, 24, tzinfo=UTC),
        defaults={"rate": Decimal("8.20")},
    )


def drop_quote(apps, editor):
    apps.get_model("sell", "Quote").objects.filter(provider=PROVIDER).delete()


class Migration(migrations.Migration):
    dependencies = [("sell", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE sell_order_number", "DROP SEQUENCE sell_order_number"
        ),
        migrations.RunPython(add_quote, drop_quote),
    ]
