"""The database itself refuses to change or delete a fact: the journal is append-only.

Tallies of attempts may be lost in a crash: what counts them need not wait for the disk.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION journal_facts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Facts are never changed or deleted.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_facts_stay BEFORE UPDATE OR DELETE ON journal_fact
    FOR EACH ROW EXECUTE FUNCTION journal_facts_stay();
"""
BACKWARD = """
DROP TRIGGER journal_facts_stay ON journal_fact;
DROP FUNCTION journal_facts_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_first_release")]
    replaces = [("journal", "0002_facts_stay"), ("journal", "0003_tallies_need_no_log")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(
            "ALTER TABLE journal_tally SET UNLOGGED", "ALTER TABLE journal_tally SET LOGGED"
        ),
    ]
