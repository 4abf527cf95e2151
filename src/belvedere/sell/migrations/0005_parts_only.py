"""What the parts of an order say now is no longer said by the order and the line."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sell", "0004_parts_of_old_orders")]
    operations = [
        migrations.RemoveIndex(
            model_name="order",
            name="sell_order_operato_0f6959_idx",
        ),
        migrations.RemoveField(
            model_name="holdline",
            name="unit_price_minor",
        ),
        migrations.RemoveField(
            model_name="order",
            name="free_hours",
        ),
        migrations.RemoveField(
            model_name="order",
            name="free_until",
        ),
        migrations.RemoveField(
            model_name="order",
            name="operator",
        ),
        migrations.RemoveField(
            model_name="order",
            name="operator_told_at",
        ),
        migrations.AlterField(
            model_name="holdline",
            name="seller_order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="sell.sellerorder",
            ),
        ),
        migrations.AlterField(
            model_name="holdline",
            name="total_minor",
            field=models.PositiveBigIntegerField(help_text="the sum of its items, frozen"),
        ),
        migrations.AlterField(
            model_name="payment",
            name="value_minor",
            field=models.PositiveBigIntegerField(
                help_text="the same in the order's currency, at the order's quote"
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="value_minor",
            field=models.PositiveBigIntegerField(help_text="the same in the order's currency"),
        ),
    ]
