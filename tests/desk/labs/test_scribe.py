"""The scribe: what is typed in on a telephone arrives, once."""

from datetime import date
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from belvedere.plan import services
from belvedere.plan.models import Contribution, Session
from belvedere.shared import clock
from tests.desk.conftest import PASSWORD
from tests.desk.labs.conftest import DAYS, at


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
    expect(page.locator("[data-restored]")).to_be_visible()
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
