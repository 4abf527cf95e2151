"""A season's facts, written as `sell` and `publish` write them."""

import pytest

from belvedere.journal import services
from belvedere.measure.warehouse.columns import FACTS
from belvedere.measure.warehouse.export import connect, pattern
from belvedere.shared.money import Amount

POSTER, LETTER = "b-7f3k2", "b-9m4q5"


def stored(dataset=FACTS):
    """All rows of a dataset, with the day of their file."""
    with connect() as duck:
        found = duck.execute(f"SELECT * FROM read_parquet('{pattern(dataset)}') ORDER BY id")
        names = [each[0] for each in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def stamps(warehouse):
    """What the files are, by name: an inode changes when a file is written again."""
    found = warehouse.rglob("*.parquet")
    return {each.relative_to(warehouse): each.stat().st_ino for each in found}


@pytest.fixture
def order(db):
    """Record an order that goes through all the given steps."""

    def order(
        number,
        *steps,
        source="",
        product="walk",
        quantity=2,
        minor=5000,
        seconds=None,
        simulated=False,
    ):
        for step in steps:
            detail = {"seconds_from_link": seconds} if step == "confirmed" and seconds else {}
            if simulated and step in ("paid", "refunded"):
                detail["simulated"] = True
            money = Amount(minor) if step in ("paid", "refunded") else None
            services.record(
                f"sale.{step}",
                f"order:{number}",
                source=source,
                product=product,
                quantity=quantity,
                amount=money,
                **detail,
            )

    return order


@pytest.fixture
def followed(db):
    """Record that a link was followed."""

    def followed(source, times=1, product=""):
        for _ in range(times):
            services.record(
                "source.followed", f"source:{source}", source=source, product=product
            )

    return followed


@pytest.fixture
def warehouse(settings, tmp_path, db):
    """A home of one's own, whose warehouse is still empty."""
    settings.HOME = tmp_path
    return tmp_path / "warehouse"
