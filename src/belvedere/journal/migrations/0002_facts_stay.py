"""A trigger refuses UPDATE and DELETE of facts: the journal is append-only."""

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
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
