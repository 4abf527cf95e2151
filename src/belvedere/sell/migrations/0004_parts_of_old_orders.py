"""Orders made before had one operator each: each gets its part, and the ledger its entries.

The triggers make the ledger append-only and balanced: the database refuses an entry whose
postings do not add up to nothing in each currency, at the end of the transaction, and any
change of what stands.
"""

from django.db import migrations

UNITS = """
INSERT INTO sell_option (product_id, name, position, cutoff_minutes, min_units, vat_percent,
  contact_fields)
SELECT DISTINCT product_id, 'Standard', 0, 0, 1, 22, '[]'::jsonb FROM sell_allotment;
INSERT INTO sell_unit (option_id, type, position, places, min_age, max_age, id_required)
SELECT id, 'ADULT', 0, 1, 0, 120, false FROM sell_option;
"""
PARTS = """
INSERT INTO sell_sellerorder (order_id, operator_id, position, state, total_minor, vat_minor,
  commission_percent, commission_minor, commission_vat_minor, keeps_commission,
  delivered_minor, refunded_minor, free_until, free_hours, cancelled_at, operator_told_at)
SELECT o.id, o.operator_id, 1, o.state, o.total_minor, 0, 0, 0, 0, false,
  CASE WHEN o.state = 'cancelled' AND c.id IS NOT NULL THEN o.total_minor - coalesce(r.minor, 0)
    ELSE LEAST(coalesce(v.minor, 0), o.total_minor - coalesce(r.minor, 0)) END,
  coalesce(r.minor, 0), o.free_until, o.free_hours, o.cancelled_at, o.operator_told_at
FROM sell_order o
LEFT JOIN sell_payment c ON c.order_id = o.id AND c.confirms
LEFT JOIN (SELECT payment_id, sum(amount_minor) AS minor FROM sell_refund GROUP BY 1) r
  ON r.payment_id = c.id
LEFT JOIN (SELECT v.order_id, sum(v.redeemed * l.unit_price_minor) AS minor
  FROM sell_voucher v JOIN sell_holdline l ON l.id = v.line_id GROUP BY 1) v
  ON v.order_id = o.id;
UPDATE sell_holdline l SET seller_order_id = s.id,
  total_minor = l.quantity::bigint * l.unit_price_minor,
  live = s.state <> 'cancelled' OR o.confirmed_at IS NULL
FROM sell_order o JOIN sell_sellerorder s ON s.order_id = o.id WHERE o.hold_id = l.hold_id;
INSERT INTO sell_item (line_id, unit_id, quantity, places, price_minor)
SELECT l.id, u.id, l.quantity, 1, l.unit_price_minor FROM sell_holdline l
JOIN sell_allotment a ON a.id = l.allotment_id
JOIN sell_option o ON o.product_id = a.product_id JOIN sell_unit u ON u.option_id = o.id;
UPDATE sell_payment SET value_minor = amount_minor;
UPDATE sell_refund SET value_minor = amount_minor;
INSERT INTO sell_split (payment_id, seller_order_id, amount_minor, refunded_minor)
SELECT p.id, s.id, p.amount_minor, s.refunded_minor FROM sell_payment p
JOIN sell_sellerorder s ON s.order_id = p.order_id WHERE p.confirms;
INSERT INTO sell_refundshare (refund_id, seller_order_id, amount_minor, value_minor)
SELECT r.id, s.id, r.amount_minor, r.amount_minor FROM sell_refund r
JOIN sell_payment p ON p.id = r.payment_id AND p.confirms
JOIN sell_sellerorder s ON s.order_id = p.order_id;
"""
LEDGER = """
INSERT INTO sell_entry (key, kind, at, order_id, simulated)
SELECT 'captured:' || id, 'captured', coalesce(captured_at, now()), order_id,
  provider = 'demo' FROM sell_payment WHERE state = 'captured' AND amount_minor > 0;
INSERT INTO sell_posting (entry_id, account, amount_minor, currency, provider, operator_id,
  seller_order_id, source)
SELECT e.id, 'psp_clearing', p.amount_minor, p.currency, p.provider, NULL, NULL, o.source
FROM sell_entry e JOIN sell_payment p ON e.key = 'captured:' || p.id
JOIN sell_order o ON o.id = p.order_id
UNION ALL
SELECT e.id, 'customer_deposits', -p.amount_minor, p.currency, '', s.operator_id, s.id, o.source
FROM sell_entry e JOIN sell_payment p ON e.key = 'captured:' || p.id
JOIN sell_order o ON o.id = p.order_id
LEFT JOIN sell_sellerorder s ON s.order_id = o.id AND p.confirms;
INSERT INTO sell_entry (key, kind, at, order_id, simulated)
SELECT 'refund:' || r.id, 'refund', r.requested_at, p.order_id, p.provider = 'demo'
FROM sell_refund r JOIN sell_payment p ON p.id = r.payment_id;
INSERT INTO sell_posting (entry_id, account, amount_minor, currency, provider, operator_id,
  seller_order_id, source)
SELECT e.id, a.account, a.sign * r.amount_minor, r.currency, '', s.operator_id, s.id, o.source
FROM sell_entry e JOIN sell_refund r ON e.key = 'refund:' || r.id
JOIN sell_payment p ON p.id = r.payment_id JOIN sell_order o ON o.id = p.order_id
LEFT JOIN sell_sellerorder s ON s.order_id = o.id AND p.confirms
CROSS JOIN (VALUES ('customer_deposits', 1), ('refunds_in_transit', -1)) a (account, sign);
INSERT INTO sell_entry (key, kind, at, order_id, simulated)
SELECT 'refunded:' || r.id, 'refunded', coalesce(r.done_at, r.requested_at), p.order_id,
  p.provider = 'demo'
FROM sell_refund r JOIN sell_payment p ON p.id = r.payment_id WHERE r.state = 'done';
INSERT INTO sell_posting (entry_id, account, amount_minor, currency, provider, operator_id,
  seller_order_id, source)
SELECT e.id, a.account, a.sign * r.amount_minor, r.currency,
  CASE WHEN a.sign < 0 THEN p.provider ELSE '' END, NULL, NULL, o.source
FROM sell_entry e JOIN sell_refund r ON e.key = 'refunded:' || r.id
JOIN sell_payment p ON p.id = r.payment_id JOIN sell_order o ON o.id = p.order_id
CROSS JOIN (VALUES ('refunds_in_transit', 1), ('psp_clearing', -1)) a (account, sign);
INSERT INTO sell_entry (key, kind, at, order_id, simulated)
SELECT 'delivered:' || s.id || ':before', 'delivered', now(), s.order_id, p.provider = 'demo'
FROM sell_sellerorder s JOIN sell_payment p ON p.order_id = s.order_id AND p.confirms
WHERE s.delivered_minor > 0;
INSERT INTO sell_posting (entry_id, account, amount_minor, currency, provider, operator_id,
  seller_order_id, source)
SELECT e.id, a.account, a.sign * s.delivered_minor, o.currency, '', s.operator_id, s.id, o.source
FROM sell_sellerorder s JOIN sell_entry e ON e.key = 'delivered:' || s.id || ':before'
JOIN sell_order o ON o.id = s.order_id
CROSS JOIN (VALUES ('customer_deposits', 1), ('seller_payable', -1)) a (account, sign);
INSERT INTO sell_transfer (operator_id, seller_order_id, entry_id, kind, amount_minor, currency,
  simulated, at)
SELECT s.operator_id, s.id, e.id, 'earning', s.delivered_minor, o.currency, e.simulated, e.at
FROM sell_sellerorder s JOIN sell_entry e ON e.key = 'delivered:' || s.id || ':before'
JOIN sell_order o ON o.id = s.order_id;
"""
TRIGGERS = """
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
NO_TRIGGERS = """
DROP TRIGGER sell_entry_balances ON sell_entry;
DROP TRIGGER sell_posting_balances ON sell_posting;
DROP TRIGGER sell_entry_stays ON sell_entry;
DROP TRIGGER sell_posting_stays ON sell_posting;
DROP FUNCTION sell_balanced();
DROP FUNCTION sell_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("sell", "0003_tariff_parts_ledger")]
    operations = [
        migrations.RunSQL(UNITS, migrations.RunSQL.noop),
        migrations.RunSQL(PARTS, migrations.RunSQL.noop),
        migrations.RunSQL(LEDGER, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
