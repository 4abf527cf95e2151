"""Tallies of attempts may be lost in a crash: what counts them need not wait for the disk."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_facts_stay")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE journal_tally SET UNLOGGED", "ALTER TABLE journal_tally SET LOGGED"
        )
    ]
