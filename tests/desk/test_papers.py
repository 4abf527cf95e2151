"""Invoices and the yearly report on the desk: the head's pages and each seller's own."""

# ruff: noqa: F811  # Fixtures of another module.

import csv
import io
import zipfile
from datetime import date

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from belvedere.sell import services
from belvedere.sell.models import Agency, Invoice, Seller
from belvedere.shared import clock
from belvedere.testing.jobs import run_jobs
from tests.sell.conftest import book, confirmed, li, paid, start, tomorrow  # noqa: F401
from tests.sell.papers import AGENCY, GUIDE, agency, guides, sold  # noqa: F401
from tests.sell.test_invoices import receipt

pytestmark = pytest.mark.django_db
MONTH = f"{clock.today():%Y-%m}"
YEAR = clock.today().year
HEADS = {
    "invoices": [], "agency": [], "report": [], "report-csv": [YEAR], "report-xlsx": [YEAR],
    "invoices-zip": [MONTH],
}  # fmt: skip
POSTS = {
    "invoices-draft": [], "invoices-receipt": [], "invoices-issue": [MONTH],
    "report-xml": [YEAR],
}  # fmt: skip
OWN = {"own-invoices": [], "own-year": [], "tax-data": []}


def at(name, *args, language="it"):
    with override(language):
        return reverse(f"desk:{name}", args=args)


def said(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def issued(agency, guides, sold):
    """The guides' invoice of this month."""
    sold()
    (draft,) = services.draft_invoices(clock.today())
    return services.issue_invoice(draft.pk)


def test_the_head_prepares_issues_and_downloads(client, head, agency, guides, sold):
    sold()
    client.force_login(head)
    assert "Ancora nessuna fattura" in said(client.get(at("invoices")))
    page = client.post(at("invoices-draft"), {"month": MONTH}, follow=True)
    assert "1 fattura è pronta" in said(page)
    assert "Emetti 1 fattura" in said(page)
    page = said(client.post(at("invoices-issue", MONTH), follow=True))
    assert "In emissione: 1" in page
    run_jobs("sell")
    page = said(client.get(at("invoices"), {"month": MONTH}))
    made = Invoice.objects.get()
    assert made.number in page
    assert "Emesse: 1" in page
    assert "5,00" in page
    pack = zipfile.ZipFile(io.BytesIO(client.get(at("invoices-zip", MONTH)).content))
    assert pack.namelist() == ["IT99999999990_00001.xml"]
    xml = client.get(at("invoice-xml", made.pk))
    assert xml.content == pack.read("IT99999999990_00001.xml")


@pytest.mark.parametrize(
    ("language", "words"), [("it", "trattenuta"), ("en", "nothing to pay")]
)
def test_the_paper_says_number_parties_and_amounts(client, head, issued, language, words):
    client.force_login(head)
    answer = client.get(at("invoice", issued.pk, language))
    text = " ".join(pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())
    for each in (issued.number, "Agenzia di prova", "Guide del Parco snc", "4", "22", words):
        assert each in text
    assert client.get(at("invoice", issued.pk, "xx")).status_code == 404


def test_what_is_held_says_why_and_who_can_help(client, head, guides, guide, sold):
    services.tell_taxes(guide, {"city": ""})
    sold()
    services.draft_invoices(clock.today())
    client.force_login(head)
    page = said(client.get(at("invoices")))
    assert "Nei dati dell'agenzia manca: nome dell'impresa, partita IVA" in page.replace(
        "&#x27;", "'"
    )
    assert "Nei dati del venditore manca: comune" in page
    page = said(client.post(at("invoices-issue", MONTH), follow=True))
    assert "quello che resta è sospeso" in page
    key = Invoice.objects.get().pk
    page = said(client.post(at("invoice-act", key, "issue"), follow=True))
    assert "Nei dati del venditore manca: comune" in page
    assert Invoice.objects.get().state == "draft"


def test_the_head_says_who_the_agency_is(client, head):
    client.force_login(head)
    page = client.post(at("agency"), {**AGENCY, "vat_number": "123", "city": "Poppi"})
    assert page.status_code == 422
    assert "partita IVA" in said(page)
    assert 'value="Poppi"' in said(page)
    client.post(at("agency"), AGENCY)
    known = Agency.objects.get()
    assert (known.vat_number, known.tax_code) == ("IT99999999990", "99999999990")
    assert 'value="Agenzia di prova"' in said(client.get(at("agency")))


def test_a_receipt_is_read_or_its_fault_is_told(client, head, issued):
    client.force_login(head)
    page = client.post(at("invoices-receipt"))
    assert page.status_code == 422
    assert "Scegli il file" in said(page)
    wrong = SimpleUploadedFile("a.xml", b"<a/>")
    page = client.post(at("invoices-receipt"), {"receipt": wrong})
    assert "Non è una ricevuta" in said(page)
    good = SimpleUploadedFile("RC.xml", receipt("RicevutaConsegna", "IT99999999990_00001.xml"))
    page = client.post(at("invoices-receipt"), {"receipt": good}, follow=True)
    assert "Consegnata (RC)" in said(page)


def test_many_invoices_cost_few_queries(
    client, head, agency, guides, sold, casentino, django_assert_max_num_queries
):
    from belvedere.territory.models import Operator

    sold()
    services.draft_invoices(clock.today())
    for n in range(8):
        other = Operator.objects.create(area=casentino, name=f"N{n}", slug=f"n{n}")
        Seller.objects.create(operator=other)
        Invoice.objects.create(
            operator=other, month=clock.today().replace(day=1), currency="EUR", net_minor=1,
            vat_minor=0, lines=[["earned", 1, 1]],
        )  # fmt: skip
    client.force_login(head)
    with django_assert_max_num_queries(16):
        assert "N7" in said(client.get(at("invoices")))


@pytest.mark.parametrize("who", ["anna", "editor", "promotion", "analyst", "stranger"])
def test_the_heads_pages_are_the_heads(client, request, who, issued):
    client.force_login(request.getfixturevalue(who))
    for name, args in HEADS.items():
        assert client.get(at(name, *args)).status_code == 403
    for name, args in POSTS.items():
        assert client.post(at(name, *args)).status_code == 403
    assert client.get(at("invoice", issued.pk, "it")).status_code == 403
    assert client.get(at("invoice-xml", issued.pk)).status_code == 403


@pytest.mark.parametrize("who", ["head", "editor", "promotion", "analyst", "stranger"])
def test_a_sellers_pages_are_the_sellers(client, request, who, issued):
    client.force_login(request.getfixturevalue(who))
    for name, args in OWN.items():
        assert client.get(at(name, *args)).status_code == 403
    assert client.get(at("own-invoice", issued.pk, "it")).status_code == 403


def test_papers_of_another_area_are_not_there(client, head, issued, guide):
    from belvedere.territory.models import Area

    guide.area = Area.objects.create(kind="ambito", name="Elba", slug="elba")
    guide.save()
    client.force_login(head)
    assert issued.number not in said(client.get(at("invoices")))
    assert client.get(at("invoice-xml", issued.pk)).status_code == 404
    assert client.post(at("invoice-act", issued.pk, "sent")).status_code == 404
    assert client.post(at("report-remind", YEAR, guide.pk)).status_code == 404
    assert guide.name not in said(client.get(at("report")))


def test_a_seller_sees_the_own_papers_only(client, anna, issued, casentino):
    from belvedere.territory import services as territory
    from belvedere.territory.models import Operator, User

    client.force_login(anna)
    assert issued.number in said(client.get(at("own-invoices")))
    assert client.get(at("own-invoice-xml", issued.pk)).status_code == 200
    assert client.get(at("own-invoice", issued.pk, "it"))["Content-Type"] == "application/pdf"
    other = Operator.objects.create(area=casentino, name="Altro", slug="altro")
    user = User.objects.create_user("other@example.org")
    territory.grant(user, "operator", other)
    client.force_login(user)
    assert issued.number not in said(client.get(at("own-invoices")))
    assert client.get(at("own-invoice-xml", issued.pk)).status_code == 404


def test_the_year_is_the_same_for_head_seller_and_table(client, head, anna, issued):
    client.force_login(head)
    page = said(client.get(at("report")))
    assert "45,00" in page
    assert "Pronti per la comunicazione: 1" in page
    rows = list(
        csv.DictReader(
            io.StringIO(client.get(at("report-csv", YEAR)).content.decode("utf-8-sig"))
        )
    )
    assert sum(float(each["Corrispettivo (euro)"]) for each in rows) == 45.0
    assert {each["Numero fiscale"] or each["Partita IVA"] for each in rows} == {"IT12345670017"}
    assert client.get(at("report-xlsx", YEAR)).content[:2] == b"PK"
    xml = client.post(at("report-xml", YEAR))
    assert xml["Content-Disposition"].endswith(f'"DPI_IT_{YEAR}_99999999990.xml"')
    client.force_login(anna)
    assert "45,00" in said(client.get(at("own-year")))


def test_the_head_reminds_whoever_lacks_something(
    client, head, agency, guides, guide, sold, mailoutbox
):
    guide.email = "guide@example.org"
    guide.save()
    services.tell_taxes(guide, {"city": ""})
    sold()
    client.force_login(head)
    page = said(client.get(at("report")))
    assert "Manca: comune" in page
    page = said(client.post(at("report-remind", YEAR, guide.pk), follow=True))
    assert "Solleciti: 1" in page
    run_jobs("sell")
    assert "comune" in mailoutbox[-1].body


def test_a_seller_says_what_is_missing(client, anna, guide):
    client.force_login(anna)
    assert "Manca:" in said(client.get(at("tax-data")))
    page = client.post(at("tax-data"), {**GUIDE, "vat_number": "12345"})
    assert page.status_code == 422
    assert "Non è una partita IVA" in said(page) or "partita IVA" in said(page)
    client.post(at("tax-data"), GUIDE)
    known = Seller.objects.get()
    assert (known.state, known.vat_number, known.recipient_code) == (
        "invited", "IT12345670017", "M5UXCR1",
    )  # fmt: skip
    page = said(client.get(at("tax-data")))
    assert "Non manca nulla" in page
    assert "IT•••• 0017" in page
    assert "IT12345670017" not in page
    client.post(at("tax-data"), {**GUIDE, "vat_number": ""})
    assert Seller.objects.get().vat_number == "IT12345670017"


def test_a_person_is_asked_for_name_and_a_day_of_birth_that_can_be(client, anna, guide):
    client.force_login(anna)
    who = {**GUIDE, "tax_form": "person", "first_name": "", "last_name": "Prova"}
    page = client.post(at("tax-data"), {**who, "birth_date": f"{YEAR + 1}-01-01"})
    assert page.status_code == 422
    assert "Scrivi il nome." in said(page)
    assert "non può essere giusta" in said(page)
    client.post(
        at("tax-data"),
        {
            **who,
            "first_name": "Ada",
            "birth_date": "10/12/1985",
            "tax_code": "RSSMRA85T10A562S",
        },
    )
    assert Seller.objects.get().birth_date == date(1985, 12, 10)


def test_before_anything_was_earned_the_pages_say_so(client, anna, head):
    client.force_login(anna)
    assert "Ancora nessuna fattura" in said(client.get(at("own-invoices")))
    assert "nessun guadagno" in said(client.get(at("own-year")))
    client.force_login(head)
    assert "nessuno ha ancora guadagnato" in said(client.get(at("report")))
