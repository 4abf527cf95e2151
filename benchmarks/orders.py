"""Whole orders a second for one hot start over HTTP, beside an empty view and the database.

    belvedere bench orders [--clients 64] [--orders 2000] [--json]

Runs `belvedere run` in a temporary home with its embedded PostgreSQL, its commits flushed, and
sends it 64 clients that are kept alive, from this process, on the same cores. One server
process, as `run` starts it. The worker is left out: mails and vouchers in PDF wait for it.

- `empty view`: nothing, behind the same server and middleware.
- `placed`: the checkout's form; places held, order, lines, terms, fact. Elsewhere an "order".
- `confirmed, nothing to pay`: placed, and confirmed by the second form: number, voucher, facts,
  jobs; without any provider.
- `paid`: placed, sent to the demo's provider and back; payment, number, voucher, ledger, jobs.
- `pgbench`: hold, ledger line and conditional UPDATE in one transaction, by PostgreSQL's tool.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent))
import _site
from _clients import Client, times, together

MINIMAL = """
BEGIN;
INSERT INTO bench_hold (pool, quantity) VALUES ({pool}, 1);
INSERT INTO bench_line (pool, amount) VALUES ({pool}, 2500);
UPDATE sell_allotment SET taken = taken + 1 WHERE id = {pool} AND taken + 1 <= capacity;
COMMIT;
"""


def form(allotment, number):
    return {
        "when": f"{allotment.day:%Y-%m-%d}",
        "quantity": "1",
        "name": f"Guest {number}",
        "phone": f"+86 139 1234 {number % 10_000:04}",
        "consent": "on",
        "key": str(uuid4()),
    }


async def load(port, options, allotment, *, pay):
    """Let clients buy until all have asked; returns seconds, what orders took, and refusals."""
    address = f"/en/book/{allotment.product.slug}/"
    clients = [Client(port, number) for number in range(options.clients)]
    for each in clients:
        await each.get(address)
    more, refused = times(options.orders), []

    async def buy(client):
        took = []
        while more():
            begun = time.perf_counter()
            status, told, _ = await client.post(address, **form(allotment, client.requests))
            if status == 302 and pay:
                status = await pay(client, told["location"])
            spent = time.perf_counter() - begun
            if status == 302:
                took.append(spent)
            else:
                refused.append((status, spent))
        return took

    found = await together(clients, buy)
    for each in clients:
        each.close()
    return *found, refused


async def confirm(client, order):
    """Press the button of an order that costs nothing."""
    return (await client.post(f"{order}pay/", pay="1"))[0]


async def pay_for(client, order):
    """Go to the provider, pay, and come back to the confirmed order."""
    status, told, _ = await client.post(f"{order}pay/", pay="1")
    if status != 302:
        return status
    status, told, _ = await client.post(told["location"], do="pay")
    status, told, _ = await client.get(told["location"])
    return status


async def nothing(port, options):
    clients = [Client(port, number) for number in range(options.clients)]
    more = times(options.orders * 3)

    async def ask(client):
        took = []
        while more():
            begun = time.perf_counter()
            assert (await client.get("/empty"))[0] == 200
            took.append(time.perf_counter() - begun)
        return took

    return await together(clients, ask)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    where = _site.machine()
    with _site.database():
        from django.db import connection

        from belvedere.sell import queries
        from belvedere.sell.models import Allotment, Order

        rows = []
        with _site.empty() as port:
            asyncio.run(nothing(port, options))  # Warms up.
            rows.append(_site.row("empty view", *asyncio.run(nothing(port, options))))
        with _site.server() as port:
            warm = argparse.Namespace(clients=options.clients, orders=5 * options.clients)
            asyncio.run(load(port, warm, _site.start(warm.orders), pay=None))
            for name, pay, price in (
                ("placed", None, 2500),
                ("confirmed, nothing to pay", confirm, 0),
                ("paid at the demo's provider", pay_for, 2500),
            ):
                # Nine in ten find a place; the rest is refused.
                allotment = _site.start(options.orders * 9 // 10, price=price)
                seconds, took, refused = asyncio.run(load(port, options, allotment, pay=pay))
                rows.append(_site.row(name, seconds, took))
                allotment.refresh_from_db()
                state = "confirmed" if pay else "placed"
                lines = Order.objects.filter(state=state, hold__lines__allotment=allotment)
                rows[-1] |= {"sold": lines.count(), "capacity": allotment.capacity}
                rows[-1]["oversold"] = max(0, lines.count() - allotment.capacity)
                rows[-1]["refused"] = len(refused)
                late = sorted(spent for _status, spent in refused)
                rows[-1]["refused_p99_ms"] = _site.percentile(late, 99) if late else 0
                rows[-1]["other"] = sum(status != 409 for status, _spent in refused)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bench_hold (id bigserial, pool bigint, quantity int)")
            cursor.execute("CREATE TABLE bench_line (id bigserial, pool bigint, amount bigint)")
        hot = _site.start(100_000_000)
        minimal = _site.pgbench(MINIMAL.format(pool=hot.pk), clients=options.clients)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_hold, bench_line")
        Allotment.objects.filter(pk=hot.pk).update(taken=0)
        broken = queries.invariants()
    rows.append({"name": "pgbench, the least that could do", "per_second": minimal})
    speed = {each["name"]: each["per_second"] for each in rows}
    _site.show(
        rows,
        {
            **where,
            "clients": options.clients,
            "placed_to_empty_view": round(speed["placed"] / speed["empty view"], 3),
            "confirmed_to_empty_view": round(
                speed["confirmed, nothing to pay"] / speed["empty view"], 3
            ),
            "placed_to_pgbench": round(speed["placed"] / minimal, 3) if minimal else None,
            "invariants": broken,
        },
        only_json=options.json,
    )


if __name__ == "__main__":
    main()
