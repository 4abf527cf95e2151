"""The staff's pages of agreements: who reads, who writes, what they show and print."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from belvedere.shared import clock
from belvedere.territory import services
from belvedere.territory.models import Act, Agreement, Area, Partner
from belvedere.territory.models.agreements import private
from belvedere.territory.rules.agreements import moment
from belvedere.territory.services import Deed
from tests.desk.conftest import account

pytestmark = pytest.mark.django_db
NEW = {
    "title": "Accordo Ctrip", "partner": "Ctrip", "kind": "commercial", "when": "2019",
    "words": "Firmato a Bto",
}  # fmt: skip


@pytest.fixture(autouse=True)
def papers(settings, tmp_path, monkeypatch):
    """Where documents are kept in a test."""
    settings.HOME = tmp_path
    monkeypatch.setattr(Act.document.field, "storage", private())


@pytest.fixture
def jiangsu(casentino):
    """A twinning with a protocol, a memorandum, and something each side owes."""
    agreement = services.sign(
        "Provincia del Jiangsu", casentino, kind="twinning", title="Protocollo col Jiangsu",
        deed=Deed(moment("09/1992"), document=SimpleUploadedFile("p.pdf", b"%PDF-1.7 secret")),
    )  # fmt: skip
    services.amend(agreement.pk, deed=Deed(moment("1998"), words="Memorandum"))
    day = clock.today() + timedelta(days=10)
    services.owe(agreement.pk, who_owes="agency", what="Una mostra", due_on=day)
    return agreement


def addresses(agreement):
    owed = agreement.obligations.first()
    return {
        "act": reverse("desk:agreement-act", args=[agreement.pk]),
        "owed": reverse("desk:agreement-owed", args=[agreement.pk]),
        "done": reverse("desk:agreement-done", args=[agreement.pk, owed.pk]),
    }


def test_the_list_says_how_each_stands_and_what_comes(enter, analyst, jiangsu):
    text = enter(analyst).get(reverse("desk:agreements")).content.decode()
    assert "settembre 1992" in text
    assert "Una mostra" in text
    assert "settembre 2032" in text


def test_an_empty_list_says_what_would_stand_there(enter, head):
    text = enter(head).get(reverse("desk:agreements")).content.decode()
    assert "Nessun accordo" in text
    assert reverse("desk:agreement-new") in text


def test_the_list_takes_as_many_queries_for_ten_as_for_one(enter, head, jiangsu, casentino):
    client = enter(head)
    client.get(reverse("desk:agreements"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("desk:agreements"))
    for number in range(9):
        signed = services.sign(
            "Ctrip", casentino, kind="media", title=f"N. {number}", deed=Deed(moment("2020"))
        )
        services.owe(signed.pk, who_owes="agency", what="Uno stand", due_on=clock.today())
    with CaptureQueriesContext(connection) as ten:
        client.get(reverse("desk:agreements"))
    assert len(one) == len(ten) <= 20


@pytest.mark.parametrize("who", ["head", "promotion"])
def test_head_and_promotion_write(enter, request, casentino, who):
    client = enter(request.getfixturevalue(who))
    answer = client.post(
        reverse("desk:agreement-new"),
        {**NEW, "area": casentino.pk, "document": SimpleUploadedFile("a.pdf", b"%PDF-1.7")},
    )
    made = Agreement.objects.get()
    assert answer.url == reverse("desk:agreement", args=[made.pk])
    page = client.get(answer.url).content.decode()
    assert "2019" in page
    assert "01/01/2019" not in page
    assert "1 gennaio" not in page.lower()


@pytest.mark.parametrize("who", ["editor", "analyst"])
def test_editor_and_analyst_only_read(enter, request, jiangsu, who):
    client = enter(request.getfixturevalue(who))
    page = client.get(reverse("desk:agreement", args=[jiangsu.pk]))
    assert page.status_code == 200
    assert '<form class="stack' not in page.content.decode()
    for url in addresses(jiangsu).values():
        assert client.post(url, {}).status_code == 403
    assert client.get(reverse("desk:agreement-new")).status_code == 403
    jiangsu.refresh_from_db()
    assert (jiangsu.acts.count(), jiangsu.obligations.get().done_on) == (2, None)


@pytest.mark.parametrize("who", ["anna", "stranger"])
def test_operators_and_strangers_are_refused(enter, request, jiangsu, who):
    client = enter(request.getfixturevalue(who))
    pages = [
        reverse("desk:agreements"),
        reverse("desk:agreement", args=[jiangsu.pk]),
        reverse("desk:agreement-sheet", args=[jiangsu.pk, "it"]),
        reverse("desk:agreement-paper", args=[jiangsu.pk, 1]),
    ]
    assert [client.get(each).status_code for each in pages] == [403] * 4
    assert [client.post(e).status_code for e in addresses(jiangsu).values()] == [403] * 3


def test_another_areas_agreement_is_not_there(enter, jiangsu):
    away = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    client = enter(account("other", "head", away))
    pages = [
        reverse("desk:agreement", args=[jiangsu.pk]),
        reverse("desk:agreement-sheet", args=[jiangsu.pk, "it"]),
        reverse("desk:agreement-paper", args=[jiangsu.pk, 1]),
    ]
    assert [client.get(each).status_code for each in pages] == [404] * 3
    assert [client.post(e).status_code for e in addresses(jiangsu).values()] == [404] * 3
    assert "Jiangsu" not in client.get(reverse("desk:agreements")).content.decode()


def test_an_agreement_is_not_signed_for_another_area(enter, head):
    away = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    answer = enter(head).post(reverse("desk:agreement-new"), {**NEW, "area": away.pk})
    assert answer.status_code == 200
    assert not Agreement.objects.exists()


def test_what_the_region_shows_is_read_without_its_papers(enter, head, jiangsu, casentino):
    Agreement.objects.update(area=casentino.parent, shown_within=True)
    client = enter(head)
    assert client.get(reverse("desk:agreement", args=[jiangsu.pk])).status_code == 200
    paper = reverse("desk:agreement-paper", args=[jiangsu.pk, 1])
    assert client.get(paper).status_code == 404
    assert client.post(addresses(jiangsu)["act"], {}).status_code == 403
    Agreement.objects.update(shown_within=False)
    assert client.get(reverse("desk:agreement", args=[jiangsu.pk])).status_code == 404


def test_the_paper_is_downloaded_by_staff_of_the_area(enter, analyst, jiangsu):
    answer = enter(analyst).get(reverse("desk:agreement-paper", args=[jiangsu.pk, 1]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 secret"
    assert answer["Content-Disposition"].startswith("attachment")
    second = reverse("desk:agreement-paper", args=[jiangsu.pk, 2])
    assert enter(analyst).get(second).status_code == 404


def test_an_act_is_added_and_a_wrong_one_keeps_what_was_typed(enter, head, jiangsu):
    client, url = enter(head), addresses(jiangsu)["act"]
    wrong = client.post(
        url, {"act-kind": "renewed", "act-when": "1990", "act-place": "Nanchino"}
    )
    assert "Nanchino" in wrong.content.decode()
    assert jiangsu.acts.count() == 2
    unread = client.post(url, {"act-kind": "renewed", "act-when": "ieri"})
    assert "14/03/2019" in unread.content.decode()
    right = client.post(
        url, {"act-kind": "renewed", "act-when": "03/2022", "act-term_until": "2032-03-31"}
    )
    assert right.status_code == 302
    act = jiangsu.acts.get(number=3)
    assert (act.kind, act.precision, act.term_until) == ("renewed", "month", date(2032, 3, 31))


def test_what_is_owed_is_added_and_marked_as_done(enter, promotion, jiangsu):
    client, url = enter(promotion), addresses(jiangsu)
    said = {"owe-who_owes": "partner", "owe-what": "Un video", "owe-due_on": "2027-01-31"}
    assert "1.250,00" in client.post(url["owed"], {**said, "owe-amount": "x"}).content.decode()
    assert client.post(url["owed"], {**said, "owe-amount": "1.250,00"}).status_code == 302
    assert jiangsu.obligations.get(what="Un video").amount_minor == 125_000
    client.post(url["done"], {"done_on": ""})
    assert jiangsu.obligations.get(what="Una mostra").done_on == clock.today()


def test_an_obligation_of_another_agreement_is_not_marked(enter, head, jiangsu):
    other = services.sign(
        "Ctrip", jiangsu.area, kind="media", title="Altro", deed=Deed(moment("2020"))
    )
    owed = jiangsu.obligations.get()
    url = reverse("desk:agreement-done", args=[other.pk, owed.pk])
    assert enter(head).post(url).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"), [("it", "settembre 1992"), ("en", "September 1992")]
)
def test_the_sheet_is_printed_in_two_languages(enter, analyst, jiangsu, language, words):
    answer = enter(analyst).get(reverse("desk:agreement-sheet", args=[jiangsu.pk, language]))
    reader = PdfReader(io.BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) == 1
    assert words in text
    assert "Una mostra" in text
    assert "1998" in text


def test_there_is_no_sheet_in_another_language(enter, analyst, jiangsu):
    answer = enter(analyst).get(reverse("desk:agreement-sheet", args=[jiangsu.pk, "zh-Hans"]))
    assert answer.status_code == 404


def test_the_link_of_a_mail_leads_to_the_page(enter, analyst, jiangsu):
    answer = enter(analyst).get(
        reverse("territory:agreement", args=[jiangsu.pk]), headers={"Accept-Language": "en"}
    )
    assert answer.url == f"/en/desk/agreements/{jiangsu.pk}/"


def test_partners_are_offered(enter, head, casentino):
    Partner.objects.create(name="CCTV")
    assert "CCTV" in enter(head).get(reverse("desk:agreement-new")).content.decode()
