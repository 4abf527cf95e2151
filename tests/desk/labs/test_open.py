"""Workshops: who may, opening one, counting who came."""

from uuid import uuid4

import pytest
from django.urls import reverse

from belvedere.plan import queries as plan
from belvedere.plan import services
from belvedere.plan.models import Contribution, Session, Workshop
from belvedere.territory.models import Area
from tests.desk.conftest import account
from tests.desk.labs.conftest import DAYS, at

WRITERS = {"head", "promotion", "editor"}
STAFF = WRITERS | {"analyst"}
EVERYBODY = STAFF | {"anna", "stranger"}
READ = ["desk:lab", "desk:lab-ideas", "desk:lab-table"]


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
        for details in at_work.query_selector_all("main details:not([open]) > summary"):
            details.click()
        axe(at_work)
        assert at_work.locator("h1").count() == 1
        over = at_work.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, url
