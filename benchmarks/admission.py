"""A rush for one start in mode `batch`: how many are put in line, and served, in a second.

    belvedere bench admission [--turns 10000] [--clients 64] [--requests 3000] [--json]

- `served, in process`: one process answers the line, a hundred turns a transaction, each turn
  a whole order with its lines, terms and fact; commits are flushed.
- `asked, in process`: services.ask by 8 threads, one INSERT each.
- `empty view`, `asked over HTTP`: clients send the checkout's form and are led to the waiting
  room, while a worker serves the line; the same server and middleware for both.
"""

import argparse
import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import _site
from _clients import Client, times, together
from orders import form, nothing


def ask_all(allotment, count, threads=8):
    from django.db import connection

    from belvedere.sell import services
    from belvedere.sell.services import Buyer

    def share(number):
        took = []
        for at in range(count // threads):
            begun = time.perf_counter()
            buyer = Buyer("Li", email=f"li{number}-{at}@example.cn")
            services.ask((allotment.pk, 1), buyer=buyer)
            took.append(time.perf_counter() - begun)
        connection.close()
        return took

    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        took = [one for each in pool.map(share, range(threads)) for one in each]
    return time.perf_counter() - begun, took


def serve_all(allotment):
    from belvedere.sell import services

    begun, took = time.perf_counter(), []
    while True:
        at = time.perf_counter()
        done = services.admit(allotment.pk)
        if not done:
            return time.perf_counter() - begun, took
        took += [time.perf_counter() - at] * done


async def rush(port, options, allotment):
    """Let clients ask for turns as fast as they can."""
    address = f"/en/book/{allotment.product.slug}/"
    clients = [Client(port, number) for number in range(options.clients)]
    for each in clients:
        await each.get(address)
    more = times(options.requests)

    async def ask(client):
        took = []
        while more():
            begun = time.perf_counter()
            status, told, _ = await client.post(address, **form(allotment, client.requests))
            assert status == 302 and "/queue/" in told["location"], status  # noqa: PT018
            took.append(time.perf_counter() - begun)
        return took

    return await together(clients, ask)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--requests", type=int, default=3_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.orders = options.requests
    where, rows = _site.machine(), []
    with _site.database():
        from belvedere.sell import queries
        from belvedere.sell.models import Turn
        from belvedere.sell.queries import lately

        lately.forget()
        # One in ten finds nothing left.
        hot = _site.start(options.turns * 9 // 10, mode="batch")
        rows.append(_site.row("asked, in process", *ask_all(hot, options.turns)))
        seconds, took = serve_all(hot)
        rows.append(_site.row("served, in process", seconds, took))
        hot.refresh_from_db()
        granted = Turn.objects.filter(allotment=hot, state="granted")
        last = granted.order_by("-pk").first()
        rows[-1] |= {
            "granted": granted.count(),
            "oversold": max(0, granted.count() - hot.capacity),
            "overtaken": Turn.objects.filter(
                allotment=hot, state="refused", pk__lt=last.pk
            ).count(),
        }
        with _site.empty() as port:
            asyncio.run(nothing(port, options))  # Warms up.
            rows.append(_site.row("empty view", *asyncio.run(nothing(port, options))))
        hot = _site.start(options.requests, mode="batch")
        with _site.server() as port, _site.admission():
            warm = argparse.Namespace(clients=options.clients, requests=5 * options.clients)
            asyncio.run(rush(port, warm, _site.start(warm.requests, mode="batch")))
            rows.append(_site.row("asked over HTTP", *asyncio.run(rush(port, options, hot))))
            begun = time.perf_counter()
            while Turn.objects.filter(state="waiting").exists():
                time.sleep(0.05)
            waited = time.perf_counter() - begun
        broken = queries.invariants()
    speed = {each["name"]: each["per_second"] for each in rows}
    _site.show(
        rows,
        {
            **where,
            "all_served_after_s": round(waited, 1),
            "asked_over_http_to_empty_view": round(
                speed["asked over HTTP"] / speed["empty view"], 3
            ),
            "invariants": broken,
        },
        only_json=options.json,
    )


if __name__ == "__main__":
    main()
