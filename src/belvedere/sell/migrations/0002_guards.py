"""The database itself refuses to change the ledger and issued papers.

Beside it the sequence of order numbers, and a first quote, which is an example and says so.
"""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import migrations

LEDGER_STAYS = """
CREATE FUNCTION sell_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The ledger is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER sell_entry_stays BEFORE UPDATE OR DELETE ON sell_entry
  FOR EACH ROW EXECUTE FUNCTION sell_refuse_change();
CREATE TRIGGER sell_posting_stays BEFORE UPDATE OR DELETE ON sell_posting
  FOR EACH ROW EXECUTE FUNCTION sell_refuse_change();
CREATE FUNCTION sell_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_entry bigint;
BEGIN
  IF TG_TABLE_NAME = 'sell_entry' THEN of_entry := NEW.id; ELSE of_entry := NEW.entry_id; END IF;
  IF (SELECT count(*) < 2 FROM sell_posting WHERE entry_id = of_entry) OR EXISTS (
    SELECT 1 FROM sell_posting WHERE entry_id = of_entry
    GROUP BY currency HAVING sum(amount_minor) <> 0)
  THEN
    RAISE EXCEPTION 'Entry % does not balance in each currency.', of_entry
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sell_entry_balances AFTER INSERT ON sell_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sell_balanced();
CREATE CONSTRAINT TRIGGER sell_posting_balances AFTER INSERT ON sell_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sell_balanced();
"""
LEDGER_MAY_CHANGE = """
DROP TRIGGER sell_entry_balances ON sell_entry;
DROP TRIGGER sell_posting_balances ON sell_posting;
DROP TRIGGER sell_entry_stays ON sell_entry;
DROP TRIGGER sell_posting_stays ON sell_posting;
DROP FUNCTION sell_balanced();
DROP FUNCTION sell_refuse_change();
"""
# An issued paper stays as it is, its entries too; numbers follow each other without a gap and
# days never go back. What the Sistema di Interscambio answers is all that changes of a file.
PAPERS_STAY = """
CREATE FUNCTION sell_invoice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'An issued invoice stays as it is: % of % is refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER sell_invoice_stays BEFORE UPDATE OR DELETE ON sell_invoice
  FOR EACH ROW WHEN (OLD.state = 'issued') EXECUTE FUNCTION sell_invoice_stays();
CREATE TRIGGER sell_file_stays BEFORE DELETE ON sell_invoicefile
  FOR EACH ROW EXECUTE FUNCTION sell_invoice_stays();
CREATE TRIGGER sell_file_is_not_changed BEFORE UPDATE ON sell_invoicefile
  FOR EACH ROW WHEN ((OLD.invoice_id, OLD.progressive, OLD.name, OLD.parties, OLD.xml, OLD.made_at)
    IS DISTINCT FROM (NEW.invoice_id, NEW.progressive, NEW.name, NEW.parties, NEW.xml, NEW.made_at))
  EXECUTE FUNCTION sell_invoice_stays();
CREATE FUNCTION sell_billed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM sell_invoice WHERE state = 'issued'
      AND id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END,
                 CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END)) THEN
    RAISE EXCEPTION 'An issued invoice stays as it is: % of % is refused.', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sell_billed_stays BEFORE INSERT OR UPDATE OR DELETE ON sell_billed
  FOR EACH ROW EXECUTE FUNCTION sell_billed_stays();
CREATE FUNCTION sell_invoice_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence > 1 AND NOT EXISTS (SELECT 1 FROM sell_invoice WHERE year = NEW.year
      AND simulated = NEW.simulated AND sequence = NEW.sequence - 1
      AND issued_on <= NEW.issued_on) THEN
    RAISE EXCEPTION 'Invoice %/% does not follow the one before it.', NEW.year, NEW.sequence
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sell_invoice_follows BEFORE INSERT OR UPDATE ON sell_invoice
  FOR EACH ROW WHEN (NEW.state = 'issued') EXECUTE FUNCTION sell_invoice_follows();
"""
PAPERS_MAY_CHANGE = """
DROP TRIGGER sell_invoice_follows ON sell_invoice;
DROP TRIGGER sell_billed_stays ON sell_billed;
DROP TRIGGER sell_file_is_not_changed ON sell_invoicefile;
DROP TRIGGER sell_file_stays ON sell_invoicefile;
DROP TRIGGER sell_invoice_stays ON sell_invoice;
DROP FUNCTION sell_invoice_follows();
DROP FUNCTION sell_billed_stays();
DROP FUNCTION sell_invoice_stays();
"""
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
    dependencies = [("sell", "0001_first_release")]
    replaces = [("sell", "0004_parts_of_old_orders")]
    operations = [
        migrations.RunSQL(LEDGER_STAYS, LEDGER_MAY_CHANGE),
        migrations.RunSQL(PAPERS_STAY, PAPERS_MAY_CHANGE),
        migrations.RunSQL(
            "CREATE SEQUENCE sell_order_number", "DROP SEQUENCE sell_order_number"
        ),
        # An order changes its state some times: with room on its page no index is written.
        migrations.RunSQL(
            "ALTER TABLE sell_order SET (fillfactor = 75)",
            "ALTER TABLE sell_order RESET (fillfactor)",
        ),
        migrations.RunPython(add_quote, drop_quote),
    ]
