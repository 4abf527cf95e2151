from django.db import migrations


class Migration(migrations.Migration):
    """An order changes its state some times: with room on its page no index is written."""

    dependencies = [("sell", "0010_modes_and_lines")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE sell_order SET (fillfactor = 75)",
            "ALTER TABLE sell_order RESET (fillfactor)",
        ),
    ]
