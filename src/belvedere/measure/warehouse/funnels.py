"""The funnel, reckoned on the warehouse: by source, action, channel kind, market, month.

Each figure is the one that `measure.queries` reads in PostgreSQL, to the cent; a test compares
the two. The expressions are Ibis and name no engine: they run on DuckDB here, and on whatever
else Ibis speaks to where the facts are too many for one machine.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import ibis
from ibis import Table

from belvedere.measure.rules import Funnel, Places, net
from belvedere.measure.warehouse import export

Field = Literal["source", "product", "market", "area", "month", "name"]
KINDS = (
    "source.followed",
    "sale.held",
    "sale.paid",
    "sale.confirmed",
    "sale.redeemed",
    "sale.cancelled",
    "sale.refunded",
)
STEPS = ("held", "paid", "confirmed", "redeemed", "cancelled")


def funnels_by(
    field: Field,
    *,
    names: Mapping[str, str] | None = None,
    sources: Collection[str] | None = None,
    products: Collection[str] | None = None,
    areas: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Funnel]:
    """Return the funnel of each source, product, market, area, month or name of a source.

    Args:
        field: What the funnels are of. A month is written `2026-11`, by Italy's calendar.
        names: For `name`: what each source code counts towards, such as its action's key or
            its kind of channel, which `publish` alone knows. Other codes count towards `""`.
        sources: Only these source codes; `""` is what came by none.
        products: Only these products, by slug.
        areas: Only these areas, by slug.
        since: First moment.
        until: First moment that is no longer counted.

    """
    facts = opened()
    if facts is None:
        return {}
    if field == "name":
        facts = _named(facts, names or {})
    wanted = _filtered(facts, sources, products, areas, since, until)
    return {key: funnel for (key,), funnel in cells(wanted, [field]).items()}


def opened() -> Table | None:
    """Open the facts of the warehouse; None if it is empty.

    Beside the journal's columns they have `day`, `month` (`2026-11`) and `year`, all by
    Italy's calendar.
    """
    if not export.files():
        return None
    duck = ibis.duckdb.from_connection(export.connect())
    facts = duck.read_parquet(export.pattern(), hive_partitioning=True)
    return facts.mutate(month=facts.day.strftime("%Y-%m"), year=facts.day.year())


def cells(facts: Table, keys: list[str]) -> dict[tuple[Any, ...], Funnel]:
    """Return a funnel for each combination of some columns, in two passes."""
    facts = facts.filter(facts.kind.isin(KINDS))
    money = defaultdict(list)
    for row in _money(facts, keys).to_pyarrow().to_pylist():
        key = tuple(row[each] for each in keys)
        money[key].append((row["currency"], int(row["paid"]), int(row["back"])))
    found = {}
    for row in _counts(facts, keys).to_pyarrow().to_pylist():
        key = tuple(row[each] for each in keys)
        found[key] = _read(row, money[key])
    return found


def _named(facts: Table, names: Mapping[str, str]) -> Table:
    pairs = [{"code": code, "name": name} for code, name in names.items()]
    known = ibis.memtable(pairs, schema={"code": "string", "name": "string"})
    joined = facts.left_join(known, facts.source == known.code)
    return joined.mutate(name=joined.name.fill_null("")).drop("code")


def _filtered(
    facts: Table,
    sources: Collection[str] | None,
    products: Collection[str] | None,
    areas: Collection[str] | None,
    since: datetime | None,
    until: datetime | None,
) -> Table:
    chosen = (("source", sources), ("product", products), ("area", areas))
    for column, values in chosen:
        if values is not None:
            facts = facts.filter(facts[column].isin(list(values)))
    if since is not None:
        facts = facts.filter(facts.happened_at >= _utc(since))
    if until is not None:
        facts = facts.filter(facts.happened_at < _utc(until))
    return facts


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _counts(facts: Table, keys: list[str]) -> Table:
    timed = (facts.kind == "sale.confirmed") & facts.seconds_from_link.notnull()
    figures: dict[str, Any] = {
        "followed": facts.count(where=facts.kind == "source.followed"),
        "median": facts.seconds_from_link.quantile(0.5, where=timed),
        "p90": facts.seconds_from_link.quantile(0.9, where=timed),
        "timed": facts.count(where=timed),
    }
    for step in STEPS:
        this = facts.kind == f"sale.{step}"
        figures[step] = facts.subject.nunique(where=this)
        figures[f"{step}_places"] = facts.quantity.sum(where=this).fill_null(0)
    return facts.group_by(keys).aggregate(**figures)


def _money(facts: Table, keys: list[str]) -> Table:
    facts = facts.filter(facts.kind.isin(["sale.paid", "sale.refunded"]))
    return facts.group_by([*keys, "currency"]).aggregate(
        paid=facts.amount_minor.sum(where=facts.kind == "sale.paid").fill_null(0),
        back=facts.amount_minor.abs().sum(where=facts.kind == "sale.refunded").fill_null(0),
    )


def _read(row: dict[str, Any], money: list[tuple[str, int, int]]) -> Funnel:
    return Funnel(
        followed=row["followed"],
        **{step: row[step] for step in STEPS},
        places=Places(**{step: int(row[f"{step}_places"]) for step in STEPS}),
        revenue=net(money),
        median_seconds=row["median"],
        p90_seconds=row["p90"],
        timed=row["timed"],
    )
