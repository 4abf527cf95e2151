"""Charts: asked for by pages, drawn by the worker, kept under what can be seen in them."""

import json
import os
import re
import time
from dataclasses import asdict, replace

import pytest
from django.db import connection

from belvedere.measure import charts, figures, tasks
from belvedere.measure.charts import Chart
from belvedere.measure.warehouse.drawing import draw
from belvedere.measure.warehouse.prepare import refresh
from tests.measure.conftest import POSTER

BARS = Chart("bars", "Ordini pagati", (("Cina", 12), ("Germania", 3), ("<b>&\"'", 0)))
LINE = Chart("line", "已付款订单", tuple((f"{month}月", month) for month in range(1, 13)))


def words(svg):
    """What is written in a drawing."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_the_drawing_says_what_the_points_are_called_and_how_many(warehouse):
    svg = draw(BARS)
    assert {"Cina", "12", "Germania", "3", "Ordini pagati"} <= set(words(svg))
    assert set(words(draw(LINE))) >= {"1月", "12月", "已付款订单"}


def test_a_name_with_signs_of_html_stays_a_name(warehouse):
    svg = draw(BARS)
    assert "<b>" not in svg
    assert "&lt;b&gt;&amp;" in svg


@pytest.mark.parametrize("chart", [BARS, LINE, Chart("bars", "Orders", ())])
def test_a_drawing_fetches_nothing_and_runs_nothing(warehouse, chart):
    svg = re.sub(r'xmlns(:xlink)?="[^"]*"', "", draw(chart))
    assert svg.startswith("<svg")
    assert not re.search(r"https?:|<script|<image|url\(|\son\w+=", svg)


def test_longer_bars_are_drawn_for_more(warehouse):
    def widths(svg):
        found = re.findall(r'aria-roledescription="bar"[^>]* d="M[^h]*h([\d.]+)', svg)
        return [float(each) for each in found]

    svg = draw(Chart("bars", "Orders", (("a", 100), ("b", 50))))
    longer, shorter = widths(svg)
    assert longer == pytest.approx(2 * shorter, rel=0.01)


def lines(svg):
    """The unbroken parts of a line: how many points each joins."""
    found = re.findall(r'aria-roledescription="line mark"[^>]* d="([^"]*)"', svg)
    return [1 + path.count("L") for path in found]


@pytest.mark.parametrize(
    ("values", "breaks", "parts"),
    [
        ((5, 6, 7, 8), (), [4]),
        ((5, 6, 7, 8), (2,), [2, 2]),
        ((5, 6, None, 8, 9), (), [2, 2]),
        ((5, 6, None, 8, 9), (3,), [2, 2]),
        ((5, 6, 7, 8), (1, 2), [1, 1, 2]),
    ],
)
def test_a_line_is_broken_where_points_cannot_be_compared(warehouse, values, breaks, parts):
    points = tuple((str(2014 + at), value) for at, value in enumerate(values))
    svg = draw(Chart("line", "Nights", points, breaks))
    assert sorted(lines(svg)) == parts
    assert {name for name, _value in points} <= set(words(svg)), "a gap keeps its year"


def test_a_job_carries_gaps_and_breaks(warehouse):
    broken = Chart("line", "Nights", (("2018", 5), ("2019", None), ("2020", 7)), (2,))
    assert charts.chart(json.loads(json.dumps(asdict(broken)))) == broken
    assert replace(broken, breaks=()).key != broken.key


def test_what_is_not_drawn_yet_is_asked_for_once_and_then_there(warehouse):
    assert charts.svg(BARS) == charts.svg(BARS) == ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'measure.draw'"
        )
        assert cursor.fetchone() == (1,)
    tasks.draw(chart=asdict(BARS))
    assert charts.svg(BARS).startswith("<svg")
    assert charts.svg(replace(BARS, measure="Orders")) == ""


def test_a_drawing_that_nobody_asked_for_in_a_month_is_forgotten(warehouse):
    draw(BARS)
    draw(LINE)
    long_ago = time.time() - 31 * 24 * 3600
    os.utime(charts.place(BARS), (long_ago, long_ago))
    refresh()
    assert not charts.place(BARS).exists()
    assert charts.place(LINE).exists()


def test_figures_of_another_form_are_made_anew(warehouse, order):
    order(1, "held", "paid", source=POSTER, minor=123)
    tasks.refresh(timestamp=0)
    made = figures.read()
    assert sum(each.funnel.revenue[0].minor for each in made.markets) == 123
    figures.path().write_text('{"form": 0, "made_at": "2026-01-01T00:00:00+00:00"}')
    assert figures.read() is None
    figures.path().write_text('{"form": 1, "made_at"')
    assert figures.read() is None
    tasks.refresh(timestamp=0)
    assert figures.read().months == made.months
