"""Whole orders per second for one hot start, beside the smallest transaction that could do.

Runs against the database of the settings, in a schema of test data that it removes again. Both
sides use the same number of threads of this process, one connection each:

    belvedere bench holds [--threads 8] [--orders 400] [--json]

- `order`: services.hold (places, order, fact) and services.settle (payment, number, voucher,
  facts, jobs), as the pages call them.
- `minimal`: by psycopg alone: one INSERT and one conditional UPDATE, then a commit.
"""

import argparse
import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")

import django

django.setup()

from django.db import connection  # noqa: E402

from belvedere.config import postgres  # noqa: E402
from belvedere.config.env import env  # noqa: E402
from belvedere.offer.models import Product  # noqa: E402
from belvedere.sell import services  # noqa: E402
from belvedere.sell.models import Allotment, Hold, Order, Payment, Voucher  # noqa: E402
from belvedere.sell.ports import Payment as Said  # noqa: E402
from belvedere.sell.ports import PaymentStage  # noqa: E402
from belvedere.sell.services import Buyer  # noqa: E402
from belvedere.shared import clock  # noqa: E402
from belvedere.territory.models import Area, Operator  # noqa: E402

DAY = clock.today() + timedelta(days=3650)


def crowd(threads, times, work):
    """Do the work so often, spread over threads; returns seconds in all and of each."""
    gate, took, local = threading.Barrier(threads + 1), [], threading.local()

    def one(share):
        local.mine = []
        connection.ensure_connection()
        gate.wait()
        for _ in range(share):
            begun = time.perf_counter()
            work()
            local.mine.append(time.perf_counter() - begun)
        took.extend(local.mine)
        connection.close()

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(one, times // threads) for _ in range(threads)]
        gate.wait()
        begun = time.perf_counter()
        for each in running:
            each.result()
        return time.perf_counter() - begun, sorted(took)


def place():
    """Make one product with places that nobody else draws from."""
    key = uuid4().hex[:8]
    area = Area.objects.create(kind="ambito", name="Benchmark", slug=f"bench-{key}")
    operator = Operator.objects.create(area=area, name="Benchmark", slug=f"bench-{key}")
    product = Product.objects.create(
        operator=operator,
        theme="outdoor",
        slug=f"bench-{key}",
        state="on_sale",
        price_minor=2500,
        created_at=clock.now(),
    )
    services.offer_places(product.pk, [DAY], capacity=10_000_000)
    return Allotment.objects.get(product=product)


def whole_order(allotment):
    """Sell one place: hold, payment, confirmation."""
    order = services.hold([(allotment.pk, 1)], buyer=Buyer("Li", email="li@example.cn")).order
    payment = Payment.objects.create(
        order=order,
        provider="bench",
        key=uuid4(),
        remote_id=uuid4().hex,
        state="pending",
        amount_minor=order.total_minor,
        value_minor=order.total_minor,
        currency=order.currency,
        until=clock.now(),
        created_at=clock.now(),
    )
    services.settle(payment.pk, Said(payment.remote_id, PaymentStage.PAID, order.total))


def minimal(allotment):
    """Write as little as a hold could write, without Django's ORM."""
    connection.ensure_connection()
    with connection.connection.transaction():
        cursor = connection.connection.cursor()
        cursor.execute("INSERT INTO bench_hold (pool, quantity) VALUES (%s, 1)", [allotment.pk])
        cursor.execute(
            "UPDATE sell_allotment SET taken = taken + 1 WHERE id = %s AND taken < capacity",
            [allotment.pk],
        )


def clean(allotment):
    """Remove what the run left, all but the facts, which stay for ever."""
    orders = Order.objects.filter(hold__lines__allotment=allotment)
    keys = list(orders.values_list("pk", flat=True))
    holds = list(orders.values_list("hold", flat=True))
    Voucher.objects.filter(order__in=keys).delete()
    Payment.objects.filter(order__in=keys).delete()
    Order.objects.filter(pk__in=keys).delete()
    Hold.objects.filter(pk__in=holds).delete()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_hold")
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name LIKE 'sell.tell_%%'"
            " AND status = 'todo' AND (args->>'order_id')::bigint = ANY(%s)",
            [keys],
        )
    product = allotment.product
    operator = product.operator
    area = operator.area
    product.delete()
    operator.delete()
    area.delete()


def row(name, seconds, took):
    return {
        "name": name,
        "per_second": round(len(took) / seconds, 1),
        "p50_ms": round(took[len(took) // 2] * 1000, 1),
        "p99_ms": round(took[int(len(took) * 0.99) - 1] * 1000, 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--orders", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    allotment = place()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_hold (id bigserial PRIMARY KEY, pool bigint, quantity int)"
        )
    try:
        rows = [
            row("minimal", *crowd(options.threads, options.orders, lambda: minimal(allotment))),
            row(
                "order", *crowd(options.threads, options.orders, lambda: whole_order(allotment))
            ),
        ]
        Allotment.objects.filter(pk=allotment.pk).update(taken=0)
    finally:
        clean(allotment)
    if not options.json:
        print(f"{'':10}{'per second':>12}{'p50 ms':>10}{'p99 ms':>10}")
        for each in rows:
            print(
                f"{each['name']:10}{each['per_second']:>12}{each['p50_ms']:>10}{each['p99_ms']:>10}"
            )
    ratio = round(rows[1]["per_second"] / rows[0]["per_second"], 3)
    print(json.dumps({"threads": options.threads, "rows": rows, "order_to_minimal": ratio}))


if __name__ == "__main__":
    postgres.ready(env())
    try:
        main()
    finally:
        connection.close()
        postgres.leave(env())
