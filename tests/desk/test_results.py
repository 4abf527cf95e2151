"""What it brought: the figures of the journal under the names that people know."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from belvedere.journal import services as journal
from belvedere.journal.models import Source
from belvedere.offer import services as catalogue
from belvedere.publish import services as publish
from belvedere.sell import services as selling
from belvedere.shared import clock
from belvedere.shared.money import Amount


@pytest.fixture
def poster(casentino, walk):
    """A poster at Arezzo station that leads to the walk, and cost 450 euros."""
    catalogue.write_text(walk, "title", "it", "Nella foresta", status="source")
    campaign = publish.open_campaign(
        casentino.pk, goal="Treno", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        texts={"it": {"title": "Casentino in treno"}},
    )  # fmt: skip
    action = publish.plan_action(
        campaign.pk, kind="poster", title="Manifesto in stazione", planned=Amount(45000)
    )
    publish.create_piece(
        action.pk, title="Nella foresta", product_id=walk.pk, placements=["Stazione di Arezzo"]
    )
    return action


@pytest.fixture
def sold(poster, walk):
    """Ten followed the poster, three paid, one came; two paid without any source."""
    code = Source.objects.get(placement="Stazione di Arezzo").code
    for _ in range(10):
        publish.followed(code)
    for number in range(5):
        source = code if number < 3 else ""
        for step in ("held", "paid", "confirmed"):
            money = Amount(5000) if step == "paid" else None
            detail = {"seconds_from_link": 90 * (number + 1)} if source else {}
            journal.record(
                f"sale.{step}", f"order:{number}", source=source, product=walk.slug,
                quantity=2, amount=money, **detail if step == "confirmed" else {},
            )  # fmt: skip
    journal.record("sale.redeemed", "order:0", source=code, product=walk.slug, quantity=2)
    return code


def test_actions_stand_best_first_with_cost_and_traced_cost(enter, analyst, poster, sold):
    found = enter(analyst).get(reverse("desk:results")).context["results"]
    (line,) = found.actions
    assert (line.funnel.followed, line.funnel.paid, line.funnel.redeemed) == (10, 3, 1)
    assert (line.cost, line.planned, line.traced) == (Amount(45000), True, Amount(15000))


def test_actions_of_one_kind_of_channel_are_added_up(enter, analyst, poster, sold):
    other = publish.plan_action(
        poster.campaign_id, kind="poster", title="In piazza", planned=Amount(5000)
    )
    code = publish.create_piece(other.pk, title="Piazza", placements=["Poppi"]).placements.get()
    publish.followed(code.code)
    page = enter(analyst).get(reverse("desk:results"))
    (line,) = page.context["results"].kinds
    assert (line.actions, line.funnel.followed, line.funnel.paid) == (2, 11, 3)
    assert (line.funnel.revenue, line.cost) == ((Amount(15000),), (Amount(50000),))
    assert "Per tipo di canale" in page.content.decode()
    assert "Ordini pagati per tipo di canale" in page.content.decode()
    drawing = page.context["kind_drawing"]
    assert (drawing.svg, drawing.alternative) == (
        "", "Grafico degli ordini pagati: Manifesto 3."
    )  # fmt: skip


def test_what_has_no_source_is_shown_and_not_shared_out(enter, analyst, sold):
    found = enter(analyst).get(reverse("desk:results")).context["results"]
    assert [(each.code, each.funnel.paid) for each in found.others] == [("", 2)]


def test_an_action_shows_its_funnel_its_times_and_its_pieces_by_name(
    enter, analyst, poster, sold
):
    page = enter(analyst).get(reverse("desk:action", args=[poster.pk]))
    assert [bar.count for _word, bar in page.context["bars"]] == [10, 3, 3, 3, 1]
    assert page.context["times"]["median"] == "3 min"
    assert "Stazione di Arezzo" in page.content.decode()
    assert [each.title for each in page.context["products"]] == ["Nella foresta"]


def test_a_product_shows_all_its_sources(enter, analyst, walk, sold):
    page = enter(analyst).get(reverse("desk:product", args=[walk.slug]))
    assert page.context["funnel"].paid == 5
    shares = [bar.of_before for _word, bar in page.context["bars"]]
    assert shares == [None, None, 100, 100, 20], "orders without a link are no share of links"
    assert [each.funnel.paid for each in page.context["lines"]] == [3, 2]


def test_the_figures_are_those_of_sql_to_the_cent(enter, analyst, walk, sold):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount_minor) FROM journal_fact WHERE kind = 'sale.paid'")
        (minor,) = cursor.fetchone()
    found = enter(analyst).get(reverse("desk:results")).context["results"]
    (line,) = found.products
    by_source = [each.funnel for each in [*found.actions, *found.others]]
    assert line.funnel.revenue == (Amount(minor),)
    assert sum(each.revenue[0].minor for each in by_source) == minor


def test_the_period_is_chosen_and_an_empty_one_says_what_to_do(enter, analyst, poster, sold):
    client = enter(analyst)
    url = reverse("desk:action", args=[poster.pk])
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert client.get(url, {"period": "month"}).context["funnel"].paid == 3
    page = client.get(url, {"last": yesterday})
    assert page.context["funnel"].empty
    assert client.get(url, {"period": "eternity"}).status_code == 404


def test_the_table_can_be_taken_away_and_holds_no_formula(enter, analyst, poster, sold, walk):
    catalogue.write_text(walk, "title", "it", "=1+1", status="source")
    answer = enter(analyst).get(reverse("desk:results-table"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert rows[1][1] == "Manifesto in stazione"
    assert rows[-1][1] == "'=1+1"
    assert rows[-1][-1] == "250.00 EUR"


def test_the_operators_sign_counts_for_its_product(enter, anna, guide, walk):
    client = enter(anna)
    client.post(reverse("desk:sign", args=[walk.slug]), {"placement": "Bar"})
    code = Source.objects.get(subject=f"product:{walk.slug}", placement="Bar").code
    path = publish.followed(code)
    assert path.startswith(f"/experiences/{walk.slug}/")
    (line,) = client.get(reverse("desk:experience", args=[walk.slug])).context["sales"]
    assert (line.funnel.followed, "Bar" in line.words) == (1, True)


def test_the_sign_is_printed_in_both_sizes_and_its_code_reads(enter, anna, walk):
    client = enter(anna)
    for size in ("A5", "A4"):
        pdf = client.get(reverse("desk:sign-paper", args=[walk.slug, size]))
        assert pdf.content.startswith(b"%PDF")
    assert client.get(reverse("desk:sign-paper", args=[walk.slug, "A0"])).status_code == 404
    assert Source.objects.filter(subject=f"product:{walk.slug}").count() == 1


def test_the_list_needs_the_same_queries_for_one_and_for_many(
    enter, analyst, poster, sold, django_assert_max_num_queries
):
    client = enter(analyst)
    for number in range(6):
        action = publish.plan_action(poster.campaign_id, kind="fair", title=f"Fiera {number}")
        publish.create_piece(action.pk, title="Nella foresta", placements=["", "Stand"])
    with django_assert_max_num_queries(24):
        client.get(reverse("desk:results"))


def test_a_reseller_is_named_and_is_no_sign(enter, sold, promotion, guide, walk):
    reseller, _token = selling.make_reseller(guide.pk, "Sample Tours")
    journal.record("sale.paid", "order:9", source=reseller.source, product=walk.slug)
    page = enter(promotion).get(f"{reverse('desk:results')}?days=all")
    assert "Rivenditore: Sample Tours" in page.content.decode()
    assert "Cartello: octo" not in page.content.decode()


def test_the_home_tells_what_was_sold_lately_by_source(enter, promotion, sold):
    found = enter(promotion).get(reverse("desk:home")).context["overview"]
    assert (found.orders, found.redeemed) == (5, 1)
    assert [each.funnel.paid for each in found.lately] == [3, 2]
