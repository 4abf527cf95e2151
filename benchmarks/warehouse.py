"""The funnel by source on the warehouse, beside PostgreSQL's own, on the same facts.

Works in a database of its own that it makes and drops again, and in a temporary folder:

    belvedere bench warehouse [--facts 1000000] [--days 365] [--times 3] [--json]

- `export`: every fact into Parquet, from nothing; `again`: the same when nothing is new;
  `late`: when one day has one more.
- `postgresql`: `measure.queries.funnels_by("source")`, two statements.
- `warehouse`: `measure.warehouse.funnels.funnels_by("source")`, the files opened each time.
The two must give the same figures, or the run fails. Memory is the highest of this process.
"""

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from belvedere.config import postgres  # noqa: E402
from belvedere.config.env import env  # noqa: E402
from belvedere.journal.models import Fact  # noqa: E402
from belvedere.measure import queries  # noqa: E402
from belvedere.measure.warehouse.export import export, folder  # noqa: E402
from belvedere.measure.warehouse.funnels import funnels_by  # noqa: E402
from belvedere.shared import clock  # noqa: E402

# Of 100 facts 70 are opened links; 30 are of orders, six steps of five orders.
FACTS = """
INSERT INTO journal_fact (happened_at, kind, subject, source, visit, consent, market, area,
                          product, quantity, amount_minor, currency, detail)
SELECT timestamptz '2025-01-01' + make_interval(secs => random() * 86400 * %(days)s),
  kind,
  CASE kind WHEN 'source.followed' THEN 'piece:' || n %% 200 ELSE 'order:' || n / 6 END,
  'b-' || lpad((CASE kind WHEN 'source.followed' THEN n ELSE n / 6 END %% 500)::text, 5, '0'),
  '', false, (ARRAY['CN', 'DE', 'IT', 'US', ''])[1 + (n / 6) %% 5],
  'area-' || (n / 6) %% 28, 'product-' || (n / 6) %% 300,
  CASE kind WHEN 'source.followed' THEN 0 ELSE 1 + (n / 6) %% 4 END,
  CASE WHEN kind IN ('sale.paid', 'sale.refunded') THEN 2500 * (1 + (n / 6) %% 4) ELSE 0 END,
  CASE WHEN kind IN ('sale.paid', 'sale.refunded') THEN 'EUR' ELSE '' END,
  CASE kind WHEN 'sale.confirmed'
    THEN jsonb_build_object('seconds_from_link', n %% 3600) ELSE '{}' END
FROM (
  SELECT n, CASE WHEN n %% 100 < 70 THEN 'source.followed'
    ELSE (ARRAY['sale.held', 'sale.paid', 'sale.confirmed', 'sale.redeemed',
                'sale.expired', 'sale.refunded'])[1 + n %% 6] END AS kind
  FROM generate_series(1, %(facts)s) AS n
) AS made
"""


def timed(work):
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def median(work, times):
    took, found = zip(*(timed(work) for _ in range(times)), strict=True)
    return statistics.median(took), found[-1]


def peak():
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def same(one, other):
    """Say whether two funnels agree; interpolated times to the microsecond."""

    def plain(each):
        times = (each.median_seconds, each.p90_seconds)
        median, p90 = (t if t is None else round(t, 6) for t in times)
        return replace(each, median_seconds=median, p90_seconds=p90)

    def all_of(found):
        return {key: plain(each) for key, each in found.items()}

    return all_of(one) == all_of(other)


def measure(options):
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"facts": options.facts, "days": options.days})
        cursor.execute("VACUUM ANALYZE journal_fact")
    before = peak()
    first, done = timed(export)
    again, second = timed(export)
    Fact.objects.create(
        happened_at=clock.now().replace(2025), kind="sale.held", subject="order:x"
    )
    late, third = timed(export)
    theirs, expected = median(lambda: queries.funnels_by("source"), options.times)
    ours, found = median(lambda: funnels_by("source"), options.times)
    if not same(found, expected) or (second.written, third.written) != (0, 1):
        raise SystemExit("The warehouse and PostgreSQL disagree.")
    size = sum(each.stat().st_size for each in folder().rglob("*.parquet"))
    return {
        "facts": done.facts,
        "days": done.days,
        "megabytes": round(size / 1e6, 1),
        "export_s": round(first, 2),
        "facts_per_second": round(done.facts / first),
        "again_s": round(again, 2),
        "late_s": round(late, 2),
        "postgresql_s": round(theirs, 3),
        "warehouse_s": round(ours, 3),
        "warehouse_to_postgresql": round(ours / theirs, 3),
        "memory_before_mb": before,
        "memory_peak_mb": peak(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    name, home = f"bench_{uuid4().hex[:8]}", connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
    try:
        with connection.schema_editor() as editor:
            editor.create_model(Fact)
        with tempfile.TemporaryDirectory() as folder_:
            settings.HOME = Path(folder_)
            found = measure(options)
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = home
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    if not options.json:
        for key, value in found.items():
            print(f"{key:26}{value:>12}")
    print(json.dumps(found))


if __name__ == "__main__":
    postgres.ready(env())
    try:
        main()
    finally:
        connection.close()
        postgres.leave(env())
