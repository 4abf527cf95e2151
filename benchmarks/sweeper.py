"""How long it takes to free very many holds whose time is over.

    belvedere bench sweeper [--holds 200000] [--sweepers 1] [--json]

- `release_expired`: state of hold, order and part, a fact each, and the places, as in life.
- `one statement`: an UPDATE of as many rows of a bare table in one transaction; no fewer writes
  could do it.
"""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import _site

_FILL = """
WITH h AS (
  INSERT INTO sell_hold (client_key, body, state, created_at, expires_at)
  SELECT gen_random_uuid(), '', 'held', now() - interval '1 hour', now() - interval '1 minute'
  FROM generate_series(1, %(holds)s) RETURNING id
), o AS (
  INSERT INTO sell_order (token, hold_id, state, money, total_minor, currency, name, phone,
    email, language, market, source, purpose, created_at, discount_minor)
  SELECT gen_random_uuid()::text, id, 'placed', 'none', 2500, 'EUR', '', '', '', 'it', '',
    'b-bench', '', now(), 0 FROM h RETURNING id, hold_id
), s AS (
  INSERT INTO sell_sellerorder (order_id, operator_id, position, state, total_minor, vat_minor,
    commission_percent, commission_minor, commission_vat_minor, keeps_commission,
    delivered_minor, refunded_minor, shipping_minor, free_hours, discount_minor)
  SELECT id, %(operator)s, 1, 'placed', 2500, 0, 0, 0, 0, false, 0, 0, 0, 48, 0 FROM o
  RETURNING id, order_id
), l AS (
  INSERT INTO sell_holdline (hold_id, seller_order_id, allotment_id, quantity, total_minor,
    currency, live, discount_minor)
  SELECT o.hold_id, s.id, %(allotment)s, 1, 2500, 'EUR', true, 0
  FROM s JOIN o ON o.id = s.order_id
  RETURNING id
)
INSERT INTO sell_item (line_id, unit_id, quantity, places, price_minor)
SELECT id, %(unit)s, 1, 1, 2500 FROM l
"""
_HELD = """
INSERT INTO journal_fact (happened_at, kind, subject, source, visit, consent, market, area,
  product, quantity, amount_minor, currency, detail)
SELECT now(), 'sale.held', 'order:' || id, source, '', false, '', '', '', 1, 2500, 'EUR', '{}'
FROM sell_order
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--holds", type=int, default=200_000)
    parser.add_argument("--sweepers", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    where, rows = _site.machine(), []
    with _site.database():
        from django.db import connection

        from belvedere.sell import queries, services
        from belvedere.sell.models import Unit

        start = _site.start(options.holds)
        known = {
            "holds": options.holds,
            "operator": start.product.operator_id,
            "allotment": start.pk,
            "unit": Unit.objects.get(option__product=start.product).pk,
        }
        with connection.cursor() as cursor:
            cursor.execute(_FILL, known)
            cursor.execute(_HELD)
            cursor.execute(
                "UPDATE sell_allotment SET taken = capacity WHERE id = %s", [start.pk]
            )
            cursor.execute(
                "CREATE TABLE bench AS SELECT generate_series(1, %s) AS id, 'held' AS state",
                [options.holds],
            )
            cursor.execute("VACUUM ANALYZE")
            begun = time.perf_counter()
            cursor.execute("UPDATE bench SET state = 'expired'")
            least = time.perf_counter() - begun
            cursor.execute("DROP TABLE bench")

        def sweep(_):
            try:
                return services.release_expired()
            finally:
                connection.close()

        begun = time.perf_counter()
        with ThreadPoolExecutor(options.sweepers) as pool:
            freed = sum(pool.map(sweep, range(options.sweepers)))
        seconds = time.perf_counter() - begun
        start.refresh_from_db()
        broken = queries.invariants()
    rows = [
        {"name": "one statement", "seconds": round(least, 2), "freed": options.holds},
        {"name": "release_expired", "seconds": round(seconds, 2), "freed": freed},
    ]
    figures = {"sweepers": options.sweepers, "taken_after": start.taken, "invariants": broken}
    _site.show(rows, {**where, **figures}, only_json=options.json)


if __name__ == "__main__":
    main()
