"""Lists, papers, and the public page on what became of each idea."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from belvedere.offer import services as catalogue
from belvedere.plan import services
from belvedere.shared.money import Amount
from tests.desk.labs.conftest import DAYS, at


def fill(area, workshops, ideas):
    """Make workshops, each with as many ideas of a sheet of its own, all chosen and grown."""
    for number in range(workshops):
        made = services.open_workshop(area, title=f"W{number}", question="?", **DAYS)
        held = services.hold_session(
            made.pk, place="Poppi", day=date(2026, 10, 14), participants={"lodging": 1}
        )
        texts = [f"S{each}" for each in range(ideas)]
        for sheet in services.contribute(held.pk, texts, table=1):
            idea = services.make_idea(made.pk, [sheet.pk], title=f"I{sheet.pk}")
            services.choose(idea.pk, reason="sì")
            services.link_planned_action(idea.pk, f"2027-{sheet.pk}")
    return made


def test_the_list_asks_as_much_for_many_workshops_as_for_one(
    enter, editor, casentino, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = enter(editor)
    fill(casentino, 1, 1)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("desk:labs"))
    fill(casentino, 4, 3)
    with django_assert_num_queries(len(few)):
        answer = client.get(reverse("desk:labs"))
    assert len(answer.context["workshops"]) == 5
    assert len(few) <= 9


@pytest.mark.parametrize("name", ["desk:lab", "desk:lab-ideas", "plan:lab"])
def test_a_workshop_asks_as_much_with_many_ideas_as_with_one(
    enter, editor, casentino, django_assert_num_queries, name
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = enter(editor)
    small, large = fill(casentino, 1, 1), fill(casentino, 1, 8)
    with CaptureQueriesContext(connection) as few:
        client.get(at(name, small))
    with django_assert_num_queries(len(few)):
        client.get(at(name, large))


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_results_are_a_pdf_in_two_languages(
    enter, analyst, winter, sheets, chestnuts, language
):
    from pypdf import PdfReader

    services.count_votes(chestnuts.pk, 12)
    services.merge([sheets[1].pk], into=sheets[0].pk, reason="La stessa sera")
    answer = enter(analyst).get(at("desk:lab-paper", winter, language))
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for said in ("La veglia delle castagne", "Castagne e veglia", "La stessa sera", "12 vot"):
        assert said in text
    assert ("Foglietti non ancora in un'idea" in text) is (language == "it")
    assert ("Sheets of no idea yet" in text) is (language == "en")
    assert enter(analyst).get(at("desk:lab-paper", winter, "tlh")).status_code == 404


def test_the_table_has_every_contribution_with_its_lineage(
    enter, analyst, winter, sheets, chestnuts
):
    services.merge([sheets[1].pk], into=sheets[0].pk, reason="La stessa sera")
    services.choose(chestnuts.pk, reason="sì")
    services.link_planned_action(chestnuts.pk, "2027-castagne")
    answer = enter(analyst).get(at("desk:lab-table", winter))
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert len(head) == 13
    assert {len(row) for row in rows} == {13}
    found = {int(row[0]): row for row in rows}
    assert set(found) == {each.pk for each in sheets}
    merged, bus = found[sheets[1].pk], found[sheets[2].pk]
    assert merged[6:9] == [str(sheets[0].pk), "La stessa sera", chestnuts.title]
    assert merged[-1] == "planned:2027-castagne"
    assert bus[5] == "'=Un bus la domenica"
    assert bus[8:] == [""] * 5


def test_whoever_has_the_link_reads_what_became_of_each_sheet_without_an_account(
    client, winter, sheets, chestnuts, walk
):
    catalogue.write_text(walk, "title", "it", "Nella foresta", status="source")
    services.merge([sheets[1].pk], into=sheets[0].pk, reason="La stessa sera")
    services.count_votes(chestnuts.pk, 12)
    services.choose(chestnuts.pk, reason="La vogliono in tanti")
    services.link_product(chestnuts.pk, walk.slug)
    answer = client.get(f"/labs/{winter.slug}/")
    page = answer.content.decode()
    for said in ("Castagne e veglia al fuoco", "Una sera di castagne", "La stessa sera",
                 "12 voti", "La vogliono in tanti", "=Un bus la domenica", "7 aziende",
                 f'href="/experiences/{walk.slug}/"', "Nella foresta"):  # fmt: skip
        assert said in page, said
    assert page.count("<h1") == 1
    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page
    english = client.get(f"/en/labs/{winter.slug}/").content.decode()
    assert f'href="/en/experiences/{walk.slug}/"' in english
    assert client.get("/labs/casentino-dinverno/").status_code == 404
    assert client.post(f"/labs/{winter.slug}/").status_code == 405


def test_a_product_that_is_not_on_sale_is_neither_named_nor_linked(
    client, winter, chestnuts, walk
):
    services.choose(chestnuts.pk, reason="sì")
    services.link_product(chestnuts.pk, walk.slug)
    walk.state = "proposed"
    walk.save()
    page = client.get(f"/labs/{winter.slug}/").content.decode()
    assert "Sta diventando un'esperienza" in page
    assert walk.slug not in page


def test_an_action_of_the_plan_is_called_by_its_name(client, winter, chestnuts, casentino):
    draft = services.open_plan(casentino.pk, 2027)
    services.set_action(
        draft.pk, title="Castagne in famiglia", channel_kind="fair", market="DE",
        starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31), budget=Amount(100000),
    )  # fmt: skip
    services.choose(chestnuts.pk, reason="sì")
    services.link_planned_action(chestnuts.pk, draft.actions.get().key)
    page = client.get(reverse("plan:lab", args=[winter.slug])).content.decode()
    assert "piano operativo: Castagne in famiglia" in " ".join(page.split())
