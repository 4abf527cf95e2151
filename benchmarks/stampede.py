"""Five thousand want five hundred places within half a minute, and half of them never pay.

    belvedere bench stampede [--clients 5000] [--places 500] [--seconds 30] [--json]

Each opens the checkout once; who gets places pays, or leaves without a word. Who is refused
leaves a contact. Then the clock runs: what was not paid goes to the list, first come, first
served, where one in three lets the offer lapse. The order is free of charge, so that no
provider's speed is measured. Over HTTP, against `belvedere run`, clients on the same cores.
"""

import argparse
import asyncio
import random
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import _site
from _clients import Client
from orders import form


async def stampede(port, options, start):
    """Let everybody come at a moment of their own; returns what each saw, and how fast."""
    address = f"/en/book/{start.product.slug}/?day={start.day:%Y-%m-%d}"
    seen, refusals, held = {}, [], []
    begun = time.perf_counter()

    async def come(number):
        dice = random.Random(number)
        await asyncio.sleep(dice.random() * options.seconds)
        client = Client(port, number)
        try:
            asked = time.perf_counter()
            status, *_ = await client.get(address)
            if status == 200 and not client.token:
                refusals.append(time.perf_counter() - asked)
                return "refused"
            asked = time.perf_counter()
            status, told, _ = await client.post(address, **form(start, number))
            if status == 409:
                refusals.append(time.perf_counter() - asked)
                return "refused"
            held.append(time.perf_counter() - asked)
            if status == 302 and number % 2:
                status, *_ = await client.post(f"{told['location']}pay/", pay="1")
            return "served" if status == 302 else f"status {status}"
        finally:
            client.close()

    ends = await asyncio.gather(*(come(number) for number in range(options.clients)))
    for each in ends:
        seen[each] = seen.get(each, 0) + 1
    return time.perf_counter() - begun, seen, refusals, held


def serve_the_list(start, count):
    """Let time pass until everything is sold; says whether the list was served in order."""
    from django.db.models.functions import Now

    from belvedere.sell import services
    from belvedere.sell.models import Hold, Order, Waiting
    from belvedere.sell.services import Buyer

    for number in range(count):
        buyer = Buyer(f"Late {number}", phone=f"+86 139 1235 {number:04}")
        services.enlist((start.pk, 1), buyer=buyer)
    confirmed = Order.objects.filter(state="confirmed")
    while confirmed.count() < start.capacity:
        Hold.objects.filter(state="held").update(expires_at=Now() - timedelta(seconds=1))
        services.release_expired()
        services.serve_lists()
        for each in Waiting.objects.filter(hold__state="held").select_related("hold__order"):
            if each.pk % 3:
                services.pay(each.hold.order.pk, back="")
    asked = list(Waiting.objects.order_by("pk").values_list("hold", flat=True))
    return None not in asked[: sum(each is not None for each in asked)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=5000)
    parser.add_argument("--places", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    where = _site.machine()
    with _site.database():
        from belvedere.sell import queries
        from belvedere.sell.models import Order

        start = _site.start(options.places, price=0)
        with _site.server() as port:
            seconds, seen, refusals, held = asyncio.run(stampede(port, options, start))
        in_order = serve_the_list(start, 2 * options.places)
        sold = Order.objects.filter(state="confirmed").count()
        broken = queries.invariants()
    rows = [_site.row("held", seconds, held), _site.row("refused", seconds, refusals)]
    figures = {
        "seen": seen,
        "confirmed": sold,
        "oversold": max(0, sold - options.places),
        "list_served_in_order": in_order,
        "invariants": broken,
    }
    _site.show(rows, {**where, **figures}, only_json=options.json)


if __name__ == "__main__":
    main()
