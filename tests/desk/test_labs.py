"""The desk's living labs: who may, what is typed in, the board, the papers."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from belvedere.offer import services as catalogue
from belvedere.plan import queries as plan
from belvedere.plan import services
from belvedere.plan.models import Contribution, Idea, Session, Workshop
from belvedere.shared import clock
from belvedere.territory.models import Area
from tests.desk.conftest import PASSWORD, account

WRITERS = {"head", "promotion", "editor"}
STAFF = WRITERS | {"analyst"}
EVERYBODY = STAFF | {"anna", "stranger"}
READ = ["desk:lab", "desk:lab-ideas", "desk:lab-table"]
DAYS = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def winter(casentino):
    """A workshop on the winter with an afternoon in Poppi."""
    made = services.open_workshop(
        casentino, title="Casentino d'inverno", question="Che cosa offriamo d'inverno?", **DAYS
    )
    services.hold_session(
        made.pk, place="Poppi", day=date(2026, 10, 14), participants={"lodging": 4, "guides": 3}
    )
    return made


@pytest.fixture
def poppi(winter):
    """The afternoon in Poppi."""
    return winter.sessions.get()


@pytest.fixture
def sheets(poppi):
    """Three sheets of table 2."""
    return services.contribute(
        poppi.pk,
        ["Castagne e veglia al fuoco", "Una sera di castagne", "=Un bus la domenica"],
        table=2,
        theme="food",
    )


@pytest.fixture
def chestnuts(winter, sheets):
    """The idea of an evening of chestnuts."""
    return services.make_idea(winter.pk, [sheets[0].pk], title="La veglia delle castagne")


def at(name, winter, *more):
    return reverse(name, args=[winter.slug, *more])


# Who may -------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_staff_read_writers_write_and_nobody_else_comes_in(
    enter, request, winter, poppi, sheets, chestnuts, who
):
    client = enter(request.getfixturevalue(who))
    for name in READ:
        assert client.get(at(name, winter)).status_code == (200 if who in STAFF else 403), name
    assert client.get(reverse("desk:labs")).status_code == (200 if who in STAFF else 403)
    writes = who in WRITERS
    assert client.get(at("desk:lab-scribe", winter)).status_code == (200 if writes else 403)
    send = {"session": poppi.pk, "table": 2, "theme": "", "key": uuid4(), "text": "Un forno"}
    posts = [
        (at("desk:lab-scribe", winter), send),
        (
            at("desk:lab-gather", winter),
            {"make": 1, "contribution": sheets[1].pk, "title": "T"},
        ),
        (at("desk:lab-idea", winter, chestnuts.pk), {"verb": "votes", "votes": 4}),
        (at("desk:lab-state", winter), {"state": "closed"}),
    ]
    for url, values in posts:
        assert client.post(url, values).status_code == (302 if writes else 403), url
    winter.refresh_from_db()
    assert (winter.state == "closed") is writes
    assert winter.ideas.count() == (2 if writes else 1)
    assert Contribution.objects.count() == (4 if writes else 3)


def test_an_analyst_is_shown_no_form_and_opens_and_counts_nothing(enter, analyst, winter):
    client = enter(analyst)
    before = list(winter.sessions.all())
    for name in ("desk:lab", "desk:lab-ideas"):
        page = client.get(at(name, winter)).content.decode()
        assert page.count("<form") == 1, name  # signing out
    day = {"place": "Bibbiena", "day": "2026-11-01"}
    assert client.post(at("desk:lab", winter), day).status_code == 404
    opened = client.post(reverse("desk:labs"), {"title": "T", "question": "?"})
    assert (opened.status_code, Workshop.objects.count()) == (422, 1)
    assert list(winter.sessions.all()) == before


@pytest.mark.parametrize("role", sorted(STAFF))
def test_another_areas_workshop_is_not_there(enter, winter, poppi, chestnuts, role):
    there = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    client = enter(account("far", role, there))
    assert winter.title not in client.get(reverse("desk:labs")).content.decode()
    for name in (*READ, "desk:lab-scribe"):
        wanted = 403 if role == "analyst" and name == "desk:lab-scribe" else 404
        assert client.get(at(name, winter)).status_code == wanted, name
    assert client.get(at("desk:lab-paper", winter, "it")).status_code == 404
    if role in WRITERS:
        vote = {"verb": "votes", "votes": 4}
        assert client.post(at("desk:lab-idea", winter, chestnuts.pk), vote).status_code == 404
        assert client.post(at("desk:lab-state", winter), {"state": "closed"}).status_code == 404


def test_somebody_may_read_one_area_and_write_another(enter, casentino, winter):
    there = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    user = account("both", "analyst", casentino)
    from belvedere.territory import services as people

    people.grant(user, "head", there)
    client = enter(user)
    assert client.get(at("desk:lab", winter)).status_code == 200
    assert client.get(at("desk:lab-scribe", winter)).status_code == 404
    assert client.post(at("desk:lab-state", winter), {"state": "closed"}).status_code == 404


def test_an_idea_of_another_workshop_is_not_touched_through_this_one(
    enter, editor, casentino, winter, chestnuts
):
    other = services.open_workshop(casentino, title="Altro", question="?", **DAYS)
    url = at("desk:lab-idea", other, chestnuts.pk)
    assert enter(editor).post(url, {"verb": "votes", "votes": 4}).status_code == 404


# Opening, counting ---------------------------------------------------------------------------
def test_a_workshop_is_opened_and_a_session_counted(enter, promotion, casentino):
    client = enter(promotion)
    empty = client.get(reverse("desk:labs")).content.decode()
    assert "Ancora nessun living lab" in empty
    typed = {"area": casentino.pk, "title": "Inverno", "question": "E d'inverno?",
             "starts_on": "2026-10-01", "ends_on": "2026-09-01", "language": "it"}  # fmt: skip
    wrong = client.post(reverse("desk:labs"), typed)
    assert wrong.status_code == 422
    assert "E d&#x27;inverno?" in wrong.content.decode()
    assert wrong.context["form"].errors["ends_on"]
    client.post(reverse("desk:labs"), {**typed, "ends_on": "2026-12-01"})
    made = Workshop.objects.get()
    assert (made.area, made.created_by) == (casentino, promotion)
    day = {"place": "Poppi", "day": "2026-10-14", "lodging": "4", "guides": "", "farms": "x"}
    wrong = client.post(at("desk:lab", made), day)
    assert list(wrong.context["form"].errors) == ["farms"]
    assert not Session.objects.exists()
    client.post(at("desk:lab", made), {**day, "farms": "2"})
    held = plan.results(made, "it").sessions[0]
    assert (held.participants, len(held.by_kind)) == (6, 2)


# The scribe ----------------------------------------------------------------------------------
def typed(poppi, *texts, **values):
    return {"session": poppi.pk, "table": 3, "theme": "food", "key": str(uuid4()),
            "text": list(texts), **values}  # fmt: skip


def test_the_table_the_session_and_the_theme_stay_after_a_send(enter, editor, winter, poppi):
    client, values = enter(editor), typed(poppi, "Un bus", "", "Un forno")
    answer = client.post(at("desk:lab-scribe", winter), values, follow=True)
    form = answer.context["form"]
    assert [str(form[name].value()) for name in ("session", "table", "theme")] == [
        str(poppi.pk), "3", "food",
    ]  # fmt: skip
    page = answer.content.decode()
    assert "2 foglietti del tavolo 3" in page
    assert f'data-sent="{values["key"]}"' in page
    assert [each.text for each in answer.context["written"]] == ["Un forno", "Un bus"]
    assert str(form["key"].value()) != values["key"]
    assert Contribution.objects.first().scribe == editor


def test_a_send_repeated_by_the_phone_is_one(enter, editor, winter, poppi):
    client, values = enter(editor), typed(poppi, "Un bus")
    for _each in range(3):
        assert client.post(at("desk:lab-scribe", winter), values).status_code == 302
    assert Contribution.objects.count() == 1


def test_too_long_boxes_are_named_and_every_word_is_still_there(enter, editor, winter, poppi):
    long, good = "x" * 307, "Un bus la domenica"
    answer = enter(editor).post(at("desk:lab-scribe", winter), typed(poppi, good, long))
    assert answer.status_code == 422
    assert [each.text for each in answer.context["boxes"]] == [good, long]
    assert not answer.context["boxes"][0].problem
    assert "troppo lungo di 7 caratteri" in answer.context["boxes"][1].problem
    assert not Contribution.objects.exists()


def test_a_changed_send_under_an_old_key_gets_a_new_one_and_loses_nothing(
    enter, editor, winter, poppi
):
    client, values = enter(editor), typed(poppi, "Un bus")
    client.post(at("desk:lab-scribe", winter), values)
    changed = {**values, "text": ["Un bus, e un treno"]}
    answer = client.post(at("desk:lab-scribe", winter), changed)
    assert answer.status_code == 422
    fresh = answer.context["form"]["key"].value()
    assert fresh != values["key"]
    assert answer.context["boxes"][0].text == "Un bus, e un treno"
    client.post(at("desk:lab-scribe", winter), {**changed, "key": fresh})
    assert [each.text for each in Contribution.objects.all()] == [
        "Un bus",
        "Un bus, e un treno",
    ]


def test_another_box_comes_without_javascript_and_keeps_what_is_typed(
    enter, editor, winter, poppi
):
    values = typed(poppi, "Un bus", table="", more=1)
    answer = enter(editor).post(at("desk:lab-scribe", winter), values)
    assert answer.status_code == 200
    assert [each.text for each in answer.context["boxes"]] == ["Un bus", ""]
    assert answer.context["form"]["key"].value() == values["key"]
    assert not answer.context["form"].errors
    assert not Contribution.objects.exists()


def test_odd_bytes_and_odd_addresses_break_nothing(enter, editor, winter, poppi):
    client, url = enter(editor), at("desk:lab-scribe", winter)
    for query in (
        "?session=²&table=²",
        "?session=x&table=-1",
        f"?table={'9' * 40}",
        "?sent=<b>",
    ):
        assert client.get(url + query).status_code == 200, query
    assert client.post(url, typed(poppi, "Un\0bus")).status_code == 302
    assert Contribution.objects.get().text == "Un bus"
    for key in ("²", "9" * 40, "-1"):
        values = {"make": 1, "contribution": key, "title": "T"}
        assert client.post(at("desk:lab-gather", winter), values).status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [({"table": "x"}, "table"), ({"table": "0"}, "table"), ({"theme": "wizards"}, "theme"),
     ({"key": "x"}, "key"), ({"session": "0"}, "session")],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(enter, editor, winter, poppi, values, field):
    answer = enter(editor).post(at("desk:lab-scribe", winter), typed(poppi, "Un bus", **values))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer.context["boxes"][0].text == "Un bus"


def test_the_scribe_is_told_when_there_is_no_session_or_no_more(
    enter, editor, casentino, winter
):
    bare = services.open_workshop(casentino, title="Altro", question="?", **DAYS)
    client = enter(editor)
    assert "Prima annotane uno" in client.get(at("desk:lab-scribe", bare)).content.decode()
    services.close_workshop(winter.pk)
    assert "Riaprilo" in client.get(at("desk:lab-scribe", winter)).content.decode()


# The board -----------------------------------------------------------------------------------
def test_from_sheets_to_an_idea_to_a_product_and_an_action(
    enter, promotion, winter, sheets, walk
):
    catalogue.write_text(walk, "title", "it", "Nella foresta", status="source")
    client, board = enter(promotion), at("desk:lab-ideas", winter)
    gather, (one, two, three) = at("desk:lab-gather", winter), [each.pk for each in sheets]
    client.post(gather, {"merge": 1, "contribution": [one, two], "into": one,
                         "reason": "La stessa sera"})  # fmt: skip
    client.post(gather, {"make": 1, "contribution": [one, three], "title": "Veglia"})
    idea = Idea.objects.get()
    here = at("desk:lab-idea", winter, idea.pk)
    for values in (
        {"verb": "votes", "votes": "12"},
        {"verb": "choose", "reason": "La vogliono in tanti"},
        {"verb": "product", "product": walk.slug},
        {"verb": "planned", "planned": "2027-castagne"},
    ):
        assert client.post(here, values).url == f"{board}#idea-{idea.pk}"
    (told,) = plan.results(winter, "it").ideas
    assert (told.idea.votes, told.idea.state) == (12, "chosen")
    assert [each.key for each in told.became] == [
        f"product:{walk.slug}",
        "planned:2027-castagne",
    ]
    assert (told.became[0].title, told.became[0].url) == (
        "Nella foresta", reverse("offer:product", args=[walk.slug]),
    )  # fmt: skip


def test_what_is_wrong_on_the_board_keeps_what_was_typed(enter, editor, winter, sheets):
    gather = at("desk:lab-gather", winter)
    answer = enter(editor).post(
        gather, {"make": 1, "contribution": [sheets[0].pk], "title": "x" * 121, "words": "Ecco"}
    )
    assert answer.status_code == 422
    assert list(answer.context["make"].errors) == ["title"]
    assert answer.context["make"]["words"].value() == "Ecco"
    assert answer.context["ticked"] == {str(sheets[0].pk)}
    nothing = enter(editor).post(gather, {"make": 1, "title": "Veglia"})
    assert nothing.context["make"].non_field_errors()
    assert not Idea.objects.exists()


def test_what_is_wrong_with_one_idea_is_said_on_its_card(enter, editor, winter, chestnuts):
    services.make_idea(winter.pk, [Contribution.objects.last().pk], title="Il bus")
    url = at("desk:lab-idea", winter, chestnuts.pk)
    answer = enter(editor).post(url, {"verb": "drop", "reason": ""})
    wrong = [bool(card.decide.errors) for card in answer.context["cards"]]
    assert (answer.status_code, wrong) == (422, [True, False])
    assert enter(editor).post(url, {"verb": "dance"}).status_code == 404
    chestnuts.refresh_from_db()
    assert chestnuts.state == "proposed"


def test_personal_words_are_erased_for_good_and_the_lineage_stays(
    enter, editor, winter, sheets, chestnuts
):
    client = enter(editor)
    client.post(at("desk:lab-gather", winter), {"erase": 1, "contribution": sheets[0].pk})
    assert chestnuts.derived_from.get().text == services.ERASED
    page = client.get(reverse("plan:lab", args=[winter.slug])).content.decode()
    assert "veglia al fuoco" not in page


def test_only_products_of_the_area_are_offered(enter, editor, winter, chestnuts, walk):
    services.choose(chestnuts.pk, reason="sì")
    there = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    board, url = at("desk:lab-ideas", winter), at("desk:lab-idea", winter, chestnuts.pk)
    client = enter(editor)
    assert walk.slug in client.get(board).content.decode()
    walk.operator.area = there
    walk.operator.save()
    assert walk.slug not in client.get(board).content.decode()
    assert client.post(url, {"verb": "product", "product": walk.slug}).status_code == 422
    assert not chestnuts.became.exists()


# Lists, papers, the public page --------------------------------------------------------------
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


# In a browser --------------------------------------------------------------------------------
@pytest.fixture
def at_work(page, live, editor):
    """The editor, signed in on a phone."""
    page.goto(f"{live.url}/desk/sign-in/")
    page.fill("[name=contact]", editor.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    return page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_the_pages_hold_on_a_phone_and_for_axe(
    at_work, axe, live, winter, chestnuts, sheets, walk, prefix
):
    services.merge([sheets[1].pk], into=sheets[0].pk, reason="La stessa sera")
    services.choose(chestnuts.pk, reason="sì")
    services.link_product(chestnuts.pk, walk.slug)
    urls = [reverse("desk:labs"), reverse("plan:lab", args=[winter.slug])]
    urls += [at(name, winter) for name in ("desk:lab", "desk:lab-scribe", "desk:lab-ideas")]
    for url in urls:
        assert at_work.goto(live.url + prefix + url).status == 200, url
        for details in at_work.query_selector_all("details:not([open]) > summary"):
            details.click()
        axe(at_work)
        assert at_work.locator("h1").count() == 1
        over = at_work.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, url


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_was_typed_survives_a_broken_network_and_is_sent_once(
    at_work, live, winter, poppi
):
    page, url = at_work, live.url + at("desk:lab-scribe", winter)
    page.goto(url)
    page.fill("[name=table]", "4")
    page.fill("#text-1", "Un bus la domenica")
    page.click("[data-more]")
    page.fill("#text-2", "Un forno a legna")
    page.check("[name=theme][value=food]")
    page.context.set_offline(True)
    page.click("form[data-scribe] .btn-primary")
    page.wait_for_selector("[data-offline]:not([hidden])")
    page.context.set_offline(False)
    key = page.input_value("[name=key]")
    page.goto(url)  # The telephone was locked, the page is opened anew.
    assert page.locator("[data-restored]").is_visible()
    assert page.input_value("#text-2") == "Un forno a legna"
    assert (page.input_value("[name=table]"), page.input_value("[name=key]")) == ("4", key)
    page.click("form[data-scribe] .btn-primary")
    page.wait_for_url("**sent=**")
    assert page.input_value("#text-1") == ""
    assert page.input_value("[name=table]") == "4"
    page.goto(url)
    assert page.input_value("#text-1") == ""
    written = Contribution.objects.order_by("line").values_list("text", "table", "theme")
    assert list(written) == [
        ("Un bus la domenica", 4, "food"), ("Un forno a legna", 4, "food"),
    ]  # fmt: skip


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_scribe_works_without_javascript(open_page, live, editor, winter):
    page = open_page(javascript=False)
    page.goto(f"{live.url}/desk/sign-in/")
    page.fill("[name=contact]", editor.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.goto(live.url + at("desk:lab-scribe", winter))
    page.fill("#text-1", "Un bus la domenica")
    page.click("[data-more]")
    assert page.input_value("#text-1") == "Un bus la domenica"
    page.fill("#text-2", "Un forno a legna")
    page.click("form[data-scribe] .btn-primary")
    assert Contribution.objects.count() == 2


def test_today_is_the_session_that_the_scribe_is_shown(enter, editor, casentino):
    today = clock.today()
    made = services.open_workshop(
        casentino,
        title="Ora",
        question="?",
        starts_on=date(2020, 1, 1),
        ends_on=date(2099, 1, 1),
    )
    for day in (date(2020, 1, 1), today, date(2099, 1, 1)):
        services.hold_session(made.pk, place="Poppi", day=day, participants={})
    form = enter(editor).get(at("desk:lab-scribe", made)).context["form"]
    assert Session.objects.get(pk=form["session"].value()).day == today
