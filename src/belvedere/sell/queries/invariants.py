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
          JOIN sell_hold h ON h.id = l.hold_id WHERE h.state = ANY(%(live)s) GROUP BY 1
        ) held ON held.allotment_id = a.id
        WHERE a.taken <> coalesce(held.quantity, 0)""",
    "I1 no allotment is oversold": """
        SELECT id FROM sell_allotment WHERE taken > capacity OR taken < 0""",
    "I2 hold and order are at the same point": """
        SELECT o.id FROM sell_order o JOIN sell_hold h ON h.id = o.hold_id WHERE NOT (
          (h.state = 'confirmed' AND o.state = ANY(%(sold)s))
          OR (h.state IN ('held', 'paying') AND o.state IN ('draft', 'placed'))
          OR (h.state = 'expired' AND o.state = 'expired')
          OR (h.state IN ('released', 'cancelled') AND o.state = 'cancelled'))""",
    "I2 a confirmed order has one payment that confirms it": """
        SELECT o.id FROM sell_order o
        LEFT JOIN sell_payment p ON p.order_id = o.id AND p.confirms
        WHERE o.state = ANY(%(sold)s)
          AND (p.id IS NULL OR p.amount_minor <> o.total_minor)""",
    "I3 captured money is for one order, or goes back whole": """
        SELECT p.id FROM sell_payment p JOIN sell_order o ON o.id = p.order_id
        LEFT JOIN (SELECT payment_id, sum(amount_minor) AS minor FROM sell_refund GROUP BY 1) r
          ON r.payment_id = p.id
        WHERE p.state = 'captured' AND NOT (
          (p.confirms AND (o.state = ANY(%(sold)s) OR o.state = 'cancelled'))
          OR (NOT p.confirms AND r.minor = p.amount_minor))""",
    "I3 a cancelled order's money went back as its terms say": """
        SELECT o.id FROM sell_order o JOIN sell_payment p ON p.order_id = o.id AND p.confirms
        JOIN journal_fact f ON f.subject = 'order:' || o.id AND f.kind = 'sale.cancelled'
        LEFT JOIN (SELECT payment_id, sum(amount_minor) AS minor FROM sell_refund GROUP BY 1) r
          ON r.payment_id = p.id
        WHERE o.state = 'cancelled'
          AND coalesce(r.minor, 0) < (f.detail->>'given_back')::bigint""",
    "I3 no more goes back than came in": """
        SELECT p.id FROM sell_payment p JOIN sell_refund r ON r.payment_id = p.id
        WHERE r.state <> 'failed' GROUP BY p.id, p.amount_minor, p.state
        HAVING sum(r.amount_minor) > p.amount_minor OR p.state <> 'captured'""",
    "I3 a payment waits for a person": """
        SELECT id FROM sell_payment WHERE problem <> ''""",
    "I3 a refund failed and waits for a person": """
        SELECT id FROM sell_refund WHERE state = 'failed'""",
    "I3 a notice has been without its payment for five minutes": """
        SELECT id FROM sell_paymentevent
        WHERE payment_id IS NULL AND received_at < now() - interval '5 minutes'""",
    "I4 the money status of an order is that of its payments": """
        SELECT o.id FROM sell_order o LEFT JOIN (
          SELECT p.order_id, sum(p.amount_minor) AS paid,
            bool_or(p.confirms) AS confirms,
            sum(coalesce(r.minor, 0)) AS back, sum(coalesce(r.done, 0)) AS done
          FROM sell_payment p LEFT JOIN (
            SELECT payment_id, sum(amount_minor) AS minor,
              sum(amount_minor) FILTER (WHERE state = 'done') AS done
            FROM sell_refund GROUP BY 1) r ON r.payment_id = p.id
          WHERE p.state = 'captured' GROUP BY 1) m ON m.order_id = o.id
        WHERE CASE o.money
          WHEN 'none' THEN m.paid IS NOT NULL
          WHEN 'paid' THEN m.paid IS NULL OR NOT m.confirms OR o.state <> ALL(%(sold)s)
            AND o.state <> 'cancelled'
          WHEN 'refund_due' THEN m.paid IS NULL OR m.back = 0 OR m.done = m.back
          WHEN 'refunded' THEN m.paid IS NULL OR m.done < m.paid
          ELSE m.paid IS NULL OR m.done = 0 END""",
    "I5 every line of a confirmed order has its voucher": """
        SELECT l.id FROM sell_holdline l JOIN sell_order o ON o.hold_id = l.hold_id
        LEFT JOIN sell_voucher v ON v.line_id = l.id
        WHERE o.state = ANY(%(sold)s) AND (v.id IS NULL OR v.quantity <> l.quantity)""",
    "I5 a voucher is used as often as its redemptions say": """
        SELECT v.id FROM sell_voucher v LEFT JOIN (
          SELECT voucher_id, sum(quantity) AS quantity FROM sell_redemption GROUP BY 1
        ) r ON r.voucher_id = v.id WHERE v.redeemed <> coalesce(r.quantity, 0)""",
    "I5 the price of an order is that of its lines": """
        SELECT o.id FROM sell_order o JOIN sell_holdline l ON l.hold_id = o.hold_id
        GROUP BY o.id, o.total_minor
        HAVING o.total_minor <> sum(l.quantity::bigint * l.unit_price_minor)""",
    "I6 the facts say of an order what it says": """
        SELECT o.id FROM sell_order o JOIN sell_hold h ON h.id = o.hold_id LEFT JOIN (
          SELECT subject,
            count(*) FILTER (WHERE kind = 'sale.held') AS held,
            count(*) FILTER (WHERE kind = 'sale.confirmed') AS confirmed,
            count(*) FILTER (WHERE kind = 'sale.cancelled') AS cancelled,
            count(*) FILTER (WHERE kind = 'sale.expired') AS expired,
            count(*) FILTER (WHERE kind = 'sale.released') AS released,
            coalesce(sum(quantity) FILTER (WHERE kind = 'sale.redeemed'), 0) AS redeemed
          FROM journal_fact WHERE kind LIKE 'sale.%%' GROUP BY 1
        ) f ON f.subject = 'order:' || o.id
        LEFT JOIN (SELECT order_id, sum(redeemed) AS redeemed FROM sell_voucher GROUP BY 1) v
          ON v.order_id = o.id
        WHERE coalesce(f.held, 0) <> 1
          OR f.confirmed <> (o.confirmed_at IS NOT NULL)::int
          OR f.cancelled <> (h.state = 'cancelled')::int
          OR f.released <> (h.state = 'released')::int AND o.state <> ALL(%(sold)s)
          OR f.expired < (h.state = 'expired')::int
          OR f.redeemed <> coalesce(v.redeemed, 0)""",
    "I6 the facts say of the money what payments and refunds say": """
        SELECT o.id FROM sell_order o LEFT JOIN (
          SELECT subject,
            sum(amount_minor) FILTER (WHERE kind = 'sale.paid') AS paid,
            sum(amount_minor) FILTER (WHERE kind = 'sale.refunded') AS back
          FROM journal_fact WHERE kind IN ('sale.paid', 'sale.refunded') GROUP BY 1
        ) f ON f.subject = 'order:' || o.id
        LEFT JOIN (SELECT order_id, sum(amount_minor) AS minor FROM sell_payment
          WHERE state = 'captured' GROUP BY 1) p ON p.order_id = o.id
        LEFT JOIN (SELECT p.order_id, sum(r.amount_minor) AS minor FROM sell_refund r
          JOIN sell_payment p ON p.id = r.payment_id WHERE r.state = 'done' GROUP BY 1) r
          ON r.order_id = o.id
        WHERE coalesce(f.paid, 0) <> coalesce(p.minor, 0)
          OR coalesce(f.back, 0) <> coalesce(r.minor, 0)""",
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
