"""What must always be true of the sale, as questions to the database.

Each question returns the keys of what breaks it: an empty list means that counters, holds,
orders, payments, refunds, vouchers and facts tell one story. Only committed changes are seen,
so it can be asked at any moment, between any two transactions.
"""

from django.db import connection, transaction

_WORDS = {
    "sold": ["confirmed", "partly_redeemed", "redeemed"],
    "live": ["held", "paying", "confirmed"],
}

_RULES: dict[str, str] = {
    "I1 the counter of an allotment is the sum of its live holds": """
        SELECT a.id FROM sell_allotment a LEFT JOIN (
          SELECT l.allotment_id, sum(l.quantity) AS quantity FROM sell_holdline l
          JOIN sell_hold h ON h.id = l.hold_id
          WHERE h.state = ANY(%(live)s) AND l.live GROUP BY 1
        ) held ON held.allotment_id = a.id
        WHERE a.taken <> coalesce(held.quantity, 0)""",
    "I1 no allotment is oversold": """
        SELECT id FROM sell_allotment WHERE taken > capacity OR taken < 0""",
    "I1 a live line of a start with numbered places has as many of them": """
        SELECT l.id FROM sell_holdline l JOIN sell_hold h ON h.id = l.hold_id
        JOIN sell_allotment a ON a.id = l.allotment_id
        LEFT JOIN (SELECT line_id, count(*) AS seats FROM sell_slot GROUP BY 1) s
          ON s.line_id = l.id
        WHERE coalesce(s.seats, 0) <> CASE
          WHEN a.mode = 'slots' AND l.live AND h.state = ANY(%(live)s) THEN l.quantity
          ELSE 0 END""",
    "I1 nobody on a waiting list is passed over for five minutes": """
        SELECT w.id FROM sell_waiting w JOIN sell_allotment a ON a.id = w.allotment_id
        JOIN offer_product p ON p.id = a.product_id
        WHERE w.hold_id IS NULL AND w.left_at IS NULL AND w.forgotten_at IS NULL
          AND a.capacity - a.taken >= w.places AND a.mode <> 'slots'
          AND w.asked_at < now() - interval '5 minutes'
          AND a.day > current_date AND p.state = 'on_sale'""",
    "I1 a discount is used and spent as its live and paid orders say": """
        SELECT d.id FROM sell_discount d LEFT JOIN (
          SELECT o.discount_id, count(*) AS uses, sum(o.discount_minor) AS minor
          FROM sell_order o JOIN sell_hold h ON h.id = o.hold_id
          WHERE o.discount_id IS NOT NULL
            AND (h.state = ANY(%(live)s) OR h.state = 'cancelled') GROUP BY 1
        ) o ON o.discount_id = d.id
        WHERE d.used <> coalesce(o.uses, 0) OR d.spent_minor <> coalesce(o.minor, 0)""",
    "I1 no discount is given beyond its limits": """
        SELECT id FROM sell_discount WHERE used > max_uses OR spent_minor > budget_minor""",
    "I2 hold and order are at the same point": """
        SELECT o.id FROM sell_order o JOIN sell_hold h ON h.id = o.hold_id WHERE NOT (
          (h.state = 'confirmed' AND o.state = ANY(%(sold)s))
          OR (h.state IN ('held', 'paying') AND o.state IN ('draft', 'placed'))
          OR (h.state = 'expired' AND o.state = 'expired')
          OR (h.state IN ('released', 'cancelled') AND o.state = 'cancelled'))""",
    "I2 the state of an order is that of its parts": """
        SELECT o.id FROM sell_order o JOIN (
          SELECT order_id,
            array_agg(DISTINCT state) FILTER (WHERE state <> 'cancelled') AS states
          FROM sell_sellerorder GROUP BY 1) p ON p.order_id = o.id
        WHERE o.state <> CASE
          WHEN p.states IS NULL THEN 'cancelled'
          WHEN p.states = ARRAY['redeemed']::varchar[] THEN 'redeemed'
          WHEN p.states && ARRAY['redeemed', 'partly_redeemed']::varchar[]
            THEN 'partly_redeemed'
          ELSE p.states[1] END""",
    "I2 a package is called off as one": """
        SELECT order_id FROM sell_sellerorder WHERE package_id IS NOT NULL
        GROUP BY order_id, package_id, package_day
        HAVING bool_or(state = 'cancelled') AND NOT bool_and(state = 'cancelled')""",
    "I5 every part of a package was sold as often as the others": """
        SELECT order_id FROM (
          SELECT s.order_id, s.package_id, s.package_day, l.id,
            array_agg(i.unit_id || ':' || i.quantity ORDER BY i.unit_id) AS units
          FROM sell_sellerorder s JOIN sell_holdline l ON l.seller_order_id = s.id
          JOIN sell_item i ON i.line_id = l.id
          WHERE s.package_id IS NOT NULL GROUP BY 1, 2, 3, 4) sold
        GROUP BY order_id, package_id, package_day HAVING count(DISTINCT units) > 1""",
    "I2 a confirmed order has one payment that confirms it": """
        SELECT o.id FROM sell_order o
        LEFT JOIN sell_payment p ON p.order_id = o.id AND p.confirms
        WHERE o.state = ANY(%(sold)s)
          AND (p.id IS NULL OR p.value_minor <> o.total_minor)""",
    "I3 captured money is for one order, or goes back whole": """
        SELECT p.id FROM sell_payment p JOIN sell_order o ON o.id = p.order_id
        LEFT JOIN (SELECT payment_id, sum(amount_minor) AS minor FROM sell_refund GROUP BY 1) r
          ON r.payment_id = p.id
        WHERE p.state = 'captured' AND NOT (
          (p.confirms AND (o.state = ANY(%(sold)s) OR o.state = 'cancelled'))
          OR (NOT p.confirms AND coalesce(r.minor, 0) = p.amount_minor))""",
    "I3 a cancelled part's money went back as its terms say": """
        SELECT s.id FROM sell_sellerorder s
        JOIN journal_fact f ON f.subject = 'order:' || s.order_id
          AND f.kind = 'sale.cancelled' AND (f.detail->>'part')::bigint = s.id
        WHERE s.state = 'cancelled'
          AND s.refunded_minor < (f.detail->>'given_back')::bigint""",
    "I3 no more goes back than came in": """
        SELECT p.id FROM sell_payment p JOIN sell_refund r ON r.payment_id = p.id
        GROUP BY p.id, p.amount_minor, p.value_minor, p.state
        HAVING sum(r.amount_minor) > p.amount_minor OR sum(r.value_minor) > p.value_minor
          OR p.state <> 'captured'""",
    "I3 a payment waits for a person": """
        SELECT id FROM sell_payment WHERE problem <> ''""",
    "I3 a refund failed and waits for a person": """
        SELECT id FROM sell_refund WHERE state = 'failed'""",
    "I3 a notice has been without its payment for five minutes": """
        SELECT id FROM sell_paymentevent
        WHERE payment_id IS NULL AND received_at < now() - interval '5 minutes'""",
    "I4 the money status of an order is that of its payments": """
        SELECT o.id FROM sell_order o LEFT JOIN (
          SELECT p.order_id, sum(p.value_minor) AS paid,
            bool_or(p.confirms) AS confirms,
            sum(coalesce(r.minor, 0)) AS back, sum(coalesce(r.done, 0)) AS done
          FROM sell_payment p LEFT JOIN (
            SELECT payment_id, sum(value_minor) AS minor,
              sum(value_minor) FILTER (WHERE state = 'done') AS done
            FROM sell_refund GROUP BY 1) r ON r.payment_id = p.id
          WHERE p.state = 'captured' GROUP BY 1) m ON m.order_id = o.id
        WHERE CASE o.money
          WHEN 'none' THEN m.paid IS NOT NULL
          WHEN 'paid' THEN m.paid IS NULL OR NOT m.confirms OR o.state <> ALL(%(sold)s)
            AND o.state <> 'cancelled'
          WHEN 'refund_due' THEN m.paid IS NULL OR m.back = 0 OR m.done = m.back
          WHEN 'refunded' THEN m.paid IS NULL OR m.done < m.paid
          ELSE m.paid IS NULL OR m.done = 0 END""",
    "I4 what is kept for a buyer is what was paid, less what was delivered and refunded": """
        SELECT s.id FROM sell_sellerorder s JOIN sell_payment p
          ON p.order_id = s.order_id AND p.confirms
        LEFT JOIN (SELECT seller_order_id, sum(amount_minor) AS minor FROM sell_posting
          WHERE account = 'customer_deposits' GROUP BY 1) b ON b.seller_order_id = s.id
        WHERE -coalesce(b.minor, 0) <> s.total_minor - s.delivered_minor - s.refunded_minor""",
    "I4 nothing is kept of money that confirms nothing": """
        SELECT e.order_id FROM sell_posting b JOIN sell_entry e ON e.id = b.entry_id
        WHERE b.account = 'customer_deposits' AND b.seller_order_id IS NULL
        GROUP BY 1 HAVING sum(b.amount_minor) <> 0""",
    "I4 the buyer got back their share of what went back of a part": """
        SELECT s.id FROM sell_sellerorder s LEFT JOIN (
          SELECT seller_order_id, sum(value_minor) AS value FROM sell_refundshare GROUP BY 1
        ) r ON r.seller_order_id = s.id
        WHERE coalesce(r.value, 0) <> CASE WHEN s.total_minor = 0 THEN 0
          ELSE (s.total_minor - s.discount_minor) * s.refunded_minor / s.total_minor END""",
    "I4 the agency pays its discount of a part, less its share of what went back": """
        SELECT s.id FROM sell_sellerorder s
        LEFT JOIN sell_payment p ON p.order_id = s.order_id AND p.confirms
        LEFT JOIN (SELECT seller_order_id, sum(amount_minor) AS minor FROM sell_posting
          WHERE account = 'promo_expense' GROUP BY 1) b ON b.seller_order_id = s.id
        LEFT JOIN (SELECT seller_order_id, sum(value_minor) AS value FROM sell_refundshare
          GROUP BY 1) r ON r.seller_order_id = s.id
        WHERE coalesce(b.minor, 0) <> CASE WHEN p.id IS NULL THEN 0
          ELSE s.discount_minor - (s.refunded_minor - coalesce(r.value, 0)) END""",
    "I4 the transfers of a seller are what the ledger owes to them": """
        SELECT coalesce(t.operator_id, b.operator_id) FROM (
          SELECT operator_id, currency, simulated, sum(amount_minor) AS minor
          FROM sell_transfer GROUP BY 1, 2, 3) t
        FULL JOIN (
          SELECT b.operator_id, b.currency, e.simulated, -sum(b.amount_minor) AS minor
          FROM sell_posting b JOIN sell_entry e ON e.id = b.entry_id
          WHERE b.account = 'seller_payable' AND e.kind <> 'payout' AND e.kind <> 'bounced'
          GROUP BY 1, 2, 3) b USING (operator_id, currency, simulated)
        WHERE coalesce(t.minor, 0) <> coalesce(b.minor, 0)""",
    "I2 every entry of the ledger balances in each currency": """
        SELECT entry_id FROM sell_posting GROUP BY entry_id, currency
        HAVING sum(amount_minor) <> 0""",
    "I5 the parts of an order, less what the agency pays of them, add up to it": """
        SELECT o.id FROM sell_order o
        LEFT JOIN (
          SELECT order_id, sum(total_minor - discount_minor) AS minor FROM sell_sellerorder
          GROUP BY 1
        ) s ON s.order_id = o.id WHERE o.total_minor <> coalesce(s.minor, -1)""",
    "I5 an order's discount is what it takes off its parts and lines": """
        SELECT o.id FROM sell_order o
        LEFT JOIN (SELECT order_id, sum(discount_minor) AS minor FROM sell_sellerorder
          GROUP BY 1) s ON s.order_id = o.id
        LEFT JOIN (SELECT hold_id, sum(discount_minor) AS minor FROM sell_holdline
          GROUP BY 1) l ON l.hold_id = o.hold_id
        WHERE o.discount_minor <> coalesce(s.minor, 0) + coalesce(l.minor, 0)""",
    "I5 the splits of a payment add up to it": """
        SELECT p.id FROM sell_payment p LEFT JOIN (
          SELECT payment_id, sum(amount_minor) AS minor, sum(refunded_minor) AS back
          FROM sell_split GROUP BY 1) s ON s.payment_id = p.id
        LEFT JOIN (SELECT payment_id, sum(amount_minor) AS minor FROM sell_refund GROUP BY 1) r
          ON r.payment_id = p.id
        WHERE p.confirms AND (p.amount_minor <> coalesce(s.minor, -1)
          OR coalesce(s.back, 0) <> coalesce(r.minor, 0))""",
    "I5 every line of a confirmed order has its voucher": """
        SELECT l.id FROM sell_holdline l JOIN sell_order o ON o.hold_id = l.hold_id
        JOIN sell_allotment a ON a.id = l.allotment_id AND a.day IS NOT NULL
        LEFT JOIN sell_voucher v ON v.line_id = l.id
        WHERE o.state = ANY(%(sold)s) AND (v.id IS NULL OR v.quantity <> l.quantity)""",
    "I5 a voucher is used as often as its redemptions say": """
        SELECT v.id FROM sell_voucher v LEFT JOIN (
          SELECT voucher_id, sum(quantity) AS quantity FROM sell_redemption GROUP BY 1
        ) r ON r.voucher_id = v.id WHERE v.redeemed <> coalesce(r.quantity, 0)""",
    "I5 the price of a part is that of its lines, and of a line that of its items": """
        SELECT s.id FROM sell_sellerorder s JOIN sell_holdline l ON l.seller_order_id = s.id
        JOIN (SELECT line_id, sum(quantity::bigint * price_minor) AS minor,
            sum(quantity * places) AS places FROM sell_item GROUP BY 1) i ON i.line_id = l.id
        GROUP BY s.id, s.total_minor, s.shipping_minor
        HAVING s.total_minor <> sum(l.total_minor) + s.shipping_minor
          OR bool_or(l.total_minor + l.discount_minor <> i.minor)
          OR bool_or(l.quantity <> i.places)""",
    "I5 what a part costs to send is the price of its delivery": """
        SELECT s.id FROM sell_sellerorder s
        LEFT JOIN sell_delivery d ON d.seller_order_id = s.id
        WHERE s.shipping_minor <> coalesce(d.price_minor, 0)""",
    "I2 goods leave only when they are paid, and what came is earned": """
        SELECT d.id FROM sell_delivery d JOIN sell_sellerorder s ON s.id = d.seller_order_id
        WHERE (d.state IN ('packed', 'sent', 'delivered') AND s.state <> ALL(%(sold)s)
            AND NOT (d.state = 'packed' AND s.state = 'cancelled'))
          OR (d.state = 'delivered' AND s.state NOT IN ('redeemed', 'partly_redeemed'))""",
    "I3 goods that came back brought the money back": """
        SELECT w.id FROM sell_withdrawal w JOIN sell_delivery d ON d.id = w.delivery_id
        JOIN sell_sellerorder s ON s.id = d.seller_order_id
        WHERE w.state = 'done' AND w.refund_id IS NULL
          AND s.total_minor > s.discount_minor""",
    "I7 an invoice says of commission and VAT what the ledger says": """
        SELECT i.id FROM sell_invoice i LEFT JOIN (
          SELECT b.invoice_id,
            -coalesce(sum(p.amount_minor) FILTER (WHERE p.account = 'commission_revenue'), 0)
              AS net,
            -coalesce(sum(p.amount_minor) FILTER (WHERE p.account = 'vat_payable'), 0) AS vat,
            bool_and(p.operator_id = i.operator_id AND p.currency = i.currency
              AND e.simulated = i.simulated) AS theirs
          FROM sell_billed b JOIN sell_entry e ON e.id = b.entry_id
          JOIN sell_invoice i ON i.id = b.invoice_id
          JOIN sell_posting p ON p.entry_id = b.entry_id
            AND p.account IN ('commission_revenue', 'vat_payable')
          GROUP BY 1) l ON l.invoice_id = i.id
        WHERE i.net_minor <> coalesce(l.net, 0) OR i.vat_minor <> coalesce(l.vat, 0)
          OR NOT coalesce(l.theirs, false)
          OR i.net_minor <> (
            SELECT coalesce(sum((line->>2)::bigint), 0)
            FROM jsonb_array_elements(i.lines) line)""",
    "I7 invoices are numbered without gaps, and each has its file": """
        SELECT year FROM sell_invoice WHERE state = 'issued' GROUP BY year, simulated
        HAVING max(sequence) <> count(*) OR min(sequence) <> 1
        UNION ALL
        SELECT i.id FROM sell_invoice i LEFT JOIN sell_invoicefile f ON f.invoice_id = i.id
        WHERE i.state = 'issued' AND f.id IS NULL""",
    "I6 the facts say of an order what it says": """
        SELECT o.id FROM sell_order o JOIN sell_hold h ON h.id = o.hold_id LEFT JOIN (
          SELECT subject,
            coalesce(sum(quantity) FILTER (
              WHERE kind IN ('sale.held', 'sale.changed')), 0) AS held,
            coalesce(sum(quantity) FILTER (WHERE kind = 'sale.confirmed'), 0) AS confirmed,
            coalesce(sum(quantity) FILTER (WHERE kind = 'sale.cancelled'), 0) AS cancelled,
            count(*) FILTER (WHERE kind = 'sale.expired') AS expired,
            count(*) FILTER (WHERE kind = 'sale.released') AS released,
            coalesce(sum(quantity) FILTER (WHERE kind = 'sale.redeemed'), 0) AS redeemed
          FROM journal_fact WHERE kind LIKE 'sale.%%' GROUP BY 1
        ) f ON f.subject = 'order:' || o.id
        LEFT JOIN (SELECT l.hold_id, sum(l.quantity) AS places,
            coalesce(sum(l.quantity) FILTER (WHERE s.state = 'cancelled'), 0) AS off
          FROM sell_holdline l JOIN sell_sellerorder s ON s.id = l.seller_order_id
          GROUP BY 1) l ON l.hold_id = o.hold_id
        LEFT JOIN (SELECT order_id, sum(redeemed) AS redeemed FROM sell_voucher GROUP BY 1) v
          ON v.order_id = o.id
        WHERE coalesce(f.held, 0) <> l.places
          OR f.confirmed <> CASE WHEN o.confirmed_at IS NULL THEN 0 ELSE l.places END
          OR f.cancelled <> CASE WHEN o.confirmed_at IS NULL THEN 0 ELSE l.off END
          OR f.released < (h.state = 'released')::int AND o.state <> ALL(%(sold)s)
          OR f.expired < (h.state = 'expired')::int
          OR f.redeemed <> coalesce(v.redeemed, 0)""",
    "I6 the facts say of the money what payments and refunds say": """
        SELECT o.id FROM sell_order o LEFT JOIN (
          SELECT subject,
            sum(amount_minor) FILTER (WHERE kind = 'sale.paid') AS paid,
            sum(amount_minor) FILTER (WHERE kind = 'sale.refunded') AS back
          FROM journal_fact WHERE kind IN ('sale.paid', 'sale.refunded') GROUP BY 1
        ) f ON f.subject = 'order:' || o.id
        LEFT JOIN (SELECT order_id, sum(value_minor) AS minor FROM sell_payment
          WHERE state = 'captured' GROUP BY 1) p ON p.order_id = o.id
        LEFT JOIN (SELECT p.order_id, sum(r.value_minor) AS minor FROM sell_refund r
          JOIN sell_payment p ON p.id = r.payment_id WHERE r.state = 'done' GROUP BY 1) r
          ON r.order_id = o.id
        WHERE coalesce(f.paid, 0) <> coalesce(p.minor, 0)
          OR coalesce(f.back, 0) <> coalesce(r.minor, 0)""",
    "I6 at each provider is what payments and refunds say": """
        SELECT provider FROM (
          SELECT provider, currency, sum(amount_minor) AS minor FROM (
            SELECT provider, currency, amount_minor FROM sell_payment WHERE state = 'captured'
            UNION ALL
            SELECT p.provider, r.currency, -r.amount_minor FROM sell_refund r
            JOIN sell_payment p ON p.id = r.payment_id
            WHERE r.state = 'done' AND r.by_hand = '') m
          GROUP BY 1, 2) m
        FULL JOIN (
          SELECT b.provider, b.currency, sum(b.amount_minor) AS minor
          FROM sell_posting b JOIN sell_entry e ON e.id = b.entry_id
          WHERE b.account = 'psp_clearing' AND e.kind IN ('captured', 'refunded')
          GROUP BY 1, 2) b USING (provider, currency)
        WHERE coalesce(m.minor, 0) <> coalesce(b.minor, 0)""",
}


def invariants() -> list[str]:
    """Return a sentence for each rule that something breaks; empty when all agrees."""
    found = []
    alone = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:  # One snapshot for all the questions.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for rule, question in _RULES.items():
            cursor.execute(question, _WORDS)
            keys = [str(row[0]) for row in cursor.fetchmany(20)]
            if keys:
                found.append(f"{rule}: not so for {', '.join(keys)}")
    return found
