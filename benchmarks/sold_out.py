"""Thousands who look again every few seconds whether a sold-out start has a place.

    belvedere bench sold_out [--clients 2000] [--every 5] [--seconds 30] [--json]

Each client keeps its connection open and sends the ETag that it was given, as browsers do; one
in twenty comes for the first time and reads the whole page. The server is `belvedere run` in a
temporary home; the clients are in this process, on the same cores. The time counts from the
moment at which the client wanted to ask.
"""

import argparse
import asyncio
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import _site
from _clients import Client


async def watch(port, options, address):
    """Let everybody look again and again; returns seconds, those of each look, and counts."""
    clients = [Client(port, number) for number in range(options.clients)]
    took, whole, wrong = [], 0, 0
    first = await clients[0].get(address)
    assert b"waiting-list" in first[2]
    for each in clients:  # They have come before; a server takes only so many in an instant.
        await each.get(address, **{"If-None-Match": first[1]["etag"]})
    begun = time.perf_counter()
    end = begun + options.seconds

    async def look(client):
        nonlocal whole, wrong
        dice = random.Random(client.number)
        etag, wanted = first[1]["etag"], begun + dice.random() * options.every
        while wanted < end:
            await asyncio.sleep(max(0.0, wanted - time.perf_counter()))
            known = {} if dice.random() < 0.05 else {"If-None-Match": etag}
            status, told, _ = await client.get(address, **known)
            took.append(time.perf_counter() - wanted)
            etag = told.get("etag", etag)
            whole += status == 200
            wrong += status not in (200, 304)
            wanted += options.every

    await asyncio.gather(*(look(each) for each in clients))
    seconds = time.perf_counter() - begun
    again = sum(each.reconnected for each in clients)
    for each in clients:
        each.close()
    return seconds, took, {"whole_pages": whole, "wrong": wrong, "reconnected": again}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    where, rows = _site.machine(), []
    with _site.database():
        from belvedere.sell import services

        start = _site.start(1)
        services.hold([(start.pk, 1)])
        address = f"/zh-hans/book/{start.product.slug}/?day={start.day:%Y-%m-%d}"
        for name, serve in (("empty view", _site.empty), ("sold out", _site.server)):
            target = "/empty" if name == "empty view" else address
            ask = watch_empty if name == "empty view" else watch
            with serve() as port:
                seconds, took, counted = asyncio.run(ask(port, options, target))
            rows.append(_site.row(name, seconds, took) | counted)
    _site.show(rows, {**where, "clients": options.clients}, only_json=options.json)


async def watch_empty(port, options, address):
    """The same rhythm against nothing: what the clients and the server cost by themselves."""
    clients = [Client(port, number) for number in range(options.clients)]
    for each in clients:
        await each.get(address)
    took, begun = [], time.perf_counter()
    end = begun + min(options.seconds, 3 * options.every)

    async def look(client):
        wanted = begun + random.Random(client.number).random() * options.every
        while wanted < end:
            await asyncio.sleep(max(0.0, wanted - time.perf_counter()))
            await client.get(address)
            took.append(time.perf_counter() - wanted)
            wanted += options.every

    await asyncio.gather(*(look(each) for each in clients))
    seconds = time.perf_counter() - begun
    again = sum(each.reconnected for each in clients)
    for each in clients:
        each.close()
    return seconds, took, {"reconnected": again}


if __name__ == "__main__":
    main()
