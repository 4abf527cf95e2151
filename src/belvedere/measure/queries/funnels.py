"""Reading the journal: how many came by which source, how far they went, what they paid."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from belvedere.measure.rules import Funnel, Places, net
from belvedere.shared.money import Amount

_COUNTS = """
SELECT {key},
  count(*) FILTER (WHERE kind = 'source.followed'),
  count(DISTINCT subject) FILTER (WHERE kind = 'sale.held'),
  count(DISTINCT subject) FILTER (WHERE kind = 'sale.paid'),
  count(DISTINCT subject) FILTER (WHERE kind = 'sale.confirmed'),
  count(DISTINCT subject) FILTER (WHERE kind = 'sale.redeemed'),
  count(DISTINCT subject) FILTER (WHERE kind = 'sale.cancelled'),
  coalesce(sum(quantity) FILTER (WHERE kind = 'sale.held'), 0),
  coalesce(sum(quantity) FILTER (WHERE kind = 'sale.paid'), 0),
  coalesce(sum(quantity) FILTER (WHERE kind = 'sale.confirmed'), 0),
  coalesce(sum(quantity) FILTER (WHERE kind = 'sale.redeemed'), 0),
  coalesce(sum(quantity) FILTER (WHERE kind = 'sale.cancelled'), 0),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY {seconds}) FILTER (WHERE {timed}),
  percentile_cont(0.9) WITHIN GROUP (ORDER BY {seconds}) FILTER (WHERE {timed}),
  count(*) FILTER (WHERE {timed})
FROM journal_fact WHERE {where} GROUP BY 1
"""
_MONEY = """
SELECT {key}, currency,
  coalesce(sum(amount_minor) FILTER (WHERE kind = 'sale.paid'), 0),
  coalesce(sum(abs(amount_minor)) FILTER (WHERE kind = 'sale.refunded'), 0)
FROM journal_fact WHERE {where} AND kind IN ('sale.paid', 'sale.refunded')
GROUP BY 1, 2
"""
_KINDS = (
    "kind IN ('source.followed', 'sale.held', 'sale.paid', 'sale.confirmed',"
    " 'sale.redeemed', 'sale.cancelled', 'sale.refunded')"
)
_SECONDS = "(detail->>'seconds_from_link')::double precision"
_TIMED = "kind = 'sale.confirmed' AND jsonb_typeof(detail->'seconds_from_link') = 'number'"
_SIMULATED = (
    "subject IN (SELECT subject FROM journal_fact"
    " WHERE kind = 'sale.paid' AND detail @> '{\"simulated\": true}')"
)
_KEYS = {"source": "source", "product": "product", "": "''"}


def funnel(
    *,
    sources: Collection[str] | None = None,
    products: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    simulated: bool | None = None,
) -> Funnel:
    """Return the funnel of some sources, products and days taken together.

    What each figure counts is written at `rules.Funnel`. A step belongs to the moment at
    which it happened: an order paid in March and redeemed in May is paid in March.

    Args:
        sources: Source codes; None for all, `[""]` for the orders that came by none.
        products: Slugs of products; None for all.
        since: First moment.
        until: First moment that is no longer counted.
        simulated: True for the orders that were paid by a simulated provider alone, False for
            everything but these, None for all. The first are no revenue and are never added
            to others where money is accounted for.

    """
    where = _condition(sources, products, since, until, simulated)
    found = _funnels("", where)
    return found.get("", Funnel())


def funnels_by(
    field: Literal["source", "product"],
    *,
    sources: Collection[str] | None = None,
    products: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    simulated: bool | None = None,
) -> dict[str, Funnel]:
    """Return the funnel of each source code or each product's slug, in two queries.

    The key `""` is what came by no source, or concerns no product; `"unknown"` is a code
    that was never ours. Arguments as of `funnel`.
    """
    return _funnels(field, _condition(sources, products, since, until, simulated))


def _funnels(field: str, condition: tuple[str, list[Any]]) -> dict[str, Funnel]:
    where, params = condition
    counts = _rows(_COUNTS, _KEYS[field], where, params)
    money = defaultdict(list)
    for key, currency, paid, back in _rows(_MONEY, _KEYS[field], where, params):
        money[key].append((currency, int(paid), int(back)))
    return {row[0]: _read(row, net(money[row[0]])) for row in counts}


def _condition(
    sources: Collection[str] | None,
    products: Collection[str] | None,
    since: datetime | None,
    until: datetime | None,
    simulated: bool | None,
) -> tuple[str, list[Any]]:
    wanted = [
        ("source = ANY(%s)", None if sources is None else list(sources)),
        ("product = ANY(%s)", None if products is None else list(products)),
        ("happened_at >= %s", since),
        ("happened_at < %s", until),
    ]
    given = [(text, value) for text, value in wanted if value is not None]
    which = {True: [_SIMULATED], False: [f"NOT {_SIMULATED}"], None: []}[simulated]
    return (
        " AND ".join([_KINDS, *which, *(text for text, _ in given)]),
        [value for _, value in given],
    )


def _rows(statement: str, key: str, where: str, params: list[Any]) -> list[tuple[Any, ...]]:
    # Only constants of this module are written into the statement; every value is a parameter.
    text = statement.format(key=key, where=where, seconds=_SECONDS, timed=_TIMED)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return cursor.fetchall()


def _read(row: tuple[Any, ...], revenue: tuple[Amount, ...]) -> Funnel:
    _, followed, held, paid, confirmed, redeemed, cancelled, *rest, median, p90, timed = row
    return Funnel(
        followed=followed,
        held=held,
        paid=paid,
        confirmed=confirmed,
        redeemed=redeemed,
        cancelled=cancelled,
        places=Places(*(int(each) for each in rest)),
        revenue=revenue,
        median_seconds=median,
        p90_seconds=p90,
        timed=timed,
    )
