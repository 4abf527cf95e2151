"""Invoices for commission: the ledger's cents, no gaps, nothing changed, nothing lost."""

# ruff: noqa: F811  # Fixtures of another module.

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from belvedere.journal.models import Fact
from belvedere.sell import fatturapa, queries, services
from belvedere.sell.models import (
    Account,
    Allotment,
    Billed,
    Invoice,
    InvoiceFile,
    Posting,
    Seller,
)
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.testing.jobs import run_jobs
from tests.sell.papers import agency, at, fatturapa_xsd, guides, sold  # noqa: F401

pytestmark = pytest.mark.django_db


def ledger(account):
    found = Posting.objects.filter(account=account)
    return -(found.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


def text(file, *names):
    tree = ET.fromstring(file.xml)
    return [each.text for name in names for each in tree.iter(name)]


@pytest.fixture
def issued(agency, guides, sold):
    """The guides' invoice of this month, fifty euros sold."""
    sold()
    (draft,) = services.draft_invoices(clock.today())
    return services.issue_invoice(draft.pk)


def test_an_invoice_says_what_the_ledger_says(issued, fatturapa_xsd):
    assert (issued.number, issued.net.minor, issued.vat.minor) == (f"{issued.year}/1", 410, 90)
    assert (ledger(Account.COMMISSION), ledger(Account.VAT)) == (410, 90)
    file = issued.files.get()
    fatturapa_xsd.validate(file.xml)
    assert file.name == "IT99999999990_00001.xml"
    assert text(file, "TipoDocumento", "CodiceDestinatario", "ImportoTotaleDocumento") == [
        "TD01", "M5UXCR1", "5.00",
    ]  # fmt: skip
    assert text(file, "ModalitaPagamento", "Imposta", "ImponibileImporto") == [
        "MP22", "0.90", "4.10",
    ]  # fmt: skip
    assert queries.invariants() == []
    assert Fact.objects.get(kind="invoice.issued").amount_minor == 500


def test_drafting_again_bills_nothing_twice(agency, guides, sold):
    sold()
    services.draft_invoices(clock.today())
    assert services.draft_invoices(clock.today()) == []
    Allotment.objects.update(capacity=40)
    sold()
    (draft,) = services.draft_invoices(clock.today())
    assert (Invoice.objects.count(), draft.net_minor) == (1, 820)
    assert draft.lines == [["earned", 2, 820]]
    assert queries.invariants() == []


def test_a_month_that_is_issued_leaves_what_comes_later_to_the_next(issued, sold, monkeypatch):
    Allotment.objects.update(capacity=40)
    sold()
    assert services.draft_invoices(clock.today()) == []
    with at(monkeypatch, issued.year + 1, 2):
        (later,) = services.draft_invoices(date(issued.year + 1, 1, 1))
    assert (later.net_minor, later.month) == (410, date(issued.year + 1, 1, 1))


def test_the_command_drafts_a_month_and_refuses_what_is_none(agency, guides, sold, capsys):
    sold()
    call_command("draft_invoices", month=f"{clock.today():%Y-%m}")
    assert "1 drafts" in capsys.readouterr().out
    for wrong in ("2026-13", f"{clock.today().year + 1}-12"):
        with pytest.raises(CommandError):
            call_command("draft_invoices", month=wrong)


def test_a_month_ahead_has_no_invoices(agency):
    with pytest.raises(services.NotYet):
        services.draft_invoices(date(clock.today().year + 1, 12, 31))


def test_a_month_of_refunds_makes_a_credit_note(
    agency, guides, sold, till, monkeypatch, fatturapa_xsd
):
    order = sold()
    (draft,) = services.draft_invoices(clock.today())
    first = services.issue_invoice(draft.pk)
    later = first.year + 1
    with at(monkeypatch, later, 2):
        services.request_refund(order.payments.get().pk, 5000)
        run_jobs("sell")
        (draft,) = services.draft_invoices(date(later, 2, 1))
        note = services.issue_invoice(draft.pk)
    assert (note.kind, note.total.minor, note.number) == ("TD04", -500, f"{later}/1")
    file = note.files.get()
    fatturapa_xsd.validate(file.xml)
    assert text(file, "TipoDocumento", "ImportoTotaleDocumento", "IdDocumento") == [
        "TD04", "5.00", first.number,
    ]  # fmt: skip
    assert queries.invariants() == []


def test_what_was_taken_back_in_the_same_month_leaves_no_paper(agency, guides, sold, till):
    order = sold()
    services.request_refund(order.payments.get().pk, 5000)
    assert services.draft_invoices(clock.today()) == []


def test_cents_of_many_sales_are_evened_out_and_the_ledger_follows(
    agency, guides, confirmed, guide, fatturapa_xsd
):
    Allotment.objects.update(capacity=100)
    Seller.objects.update(commission_percent=1)  # 20.49 are 20 cents, of which 22 % are 4.
    for _ in range(8):
        order = confirmed(1)
        services.redeem(order.vouchers.get().code, operator_id=guide.pk, any_day=True)
    before = ledger(Account.COMMISSION) + ledger(Account.VAT)
    (draft,) = services.draft_invoices(clock.today())
    assert (draft.net_minor, draft.vat_minor) == (160, 32)  # 22 % would be 35.20.
    made = services.issue_invoice(draft.pk)
    assert made.total.minor == before == 192
    assert abs(made.vat_minor * 100 - made.net_minor * 22) <= 100
    assert (ledger(Account.COMMISSION), ledger(Account.VAT)) == (made.net_minor, made.vat_minor)
    fatturapa_xsd.validate(made.files.get().xml)
    assert queries.invariants() == []


@pytest.mark.parametrize(
    ("change", "who", "what", "field"),
    [
        ({"city": ""}, "seller", "lacks", "city"),
        ({"vat_number": ""}, "seller", "lacks", "vat_number"),
        ({"legal_name": "森林向导"}, "seller", "letters", "name"),
        ({"tax_form": "public"}, "accountant", "public", ""),
        ({"country": "FR", "vat_number": "FR40303265045"}, "accountant", "vat_abroad", ""),
        ({"country": "CH"}, "accountant", "not_union", ""),
    ],
)
def test_an_invoice_is_held_with_the_reason(
    agency, guides, guide, sold, change, who, what, field
):
    services.tell_taxes(guide, change)
    sold()
    (draft,) = services.draft_invoices(clock.today())
    with pytest.raises(services.Held) as held:
        services.issue_invoice(draft.pk)
    assert [(p.who, p.what, p.field) for p in held.value.problems] == [(who, what, field)]
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert not InvoiceFile.objects.exists()


def test_the_agency_must_say_who_it_is(guides, sold):
    sold()
    (draft,) = services.draft_invoices(clock.today())
    with pytest.raises(services.Held) as held:
        services.issue_invoice(draft.pk)
    assert {p.who for p in held.value.problems} == {"agency"}


def test_a_business_abroad_without_vat_in_the_ledger_is_invoiced_without(
    agency, guides, guide, sold, fatturapa_xsd
):
    abroad = {
        "country": "FR", "vat_number": "FR40303265045", "postcode": "75001",
        "city": "Paris", "province": "",
    }  # fmt: skip
    services.tell_taxes(guide, abroad)
    Seller.objects.update(commission_percent=0)
    order = sold()
    part = order.parts.get()  # As a sale path that knows of sellers abroad would write it.
    Posting.objects.bulk_create(
        Posting(entry=part.postings.filter(entry__kind="delivered").first().entry,
                account=account, amount_minor=minor, currency="EUR", operator=guide,
                seller_order=part)
        for account, minor in (("commission_revenue", -8000), ("bank", 8000))
    )  # fmt: skip
    (draft,) = services.draft_invoices(clock.today())
    made = services.issue_invoice(draft.pk)
    file = made.files.get()
    fatturapa_xsd.validate(file.xml)
    assert (made.net_minor, made.vat_minor, made.nature) == (8000, 0, "N2.1")
    assert text(file, "CodiceDestinatario", "CAP", "Natura", "BolloVirtuale") == [
        "XXXXXXX", "52014", "00000", "N2.1", "N2.1", "SI",
    ]  # fmt: skip


def test_whoever_has_neither_code_nor_mailbox_finds_it_in_the_tax_area(
    agency, guides, guide, sold, fatturapa_xsd
):
    services.tell_taxes(guide, {"recipient_code": "", "pec": "guide@pec.example.org"})
    sold()
    (draft,) = services.draft_invoices(clock.today())
    file = services.issue_invoice(draft.pk).files.get()
    fatturapa_xsd.validate(file.xml)
    assert text(file, "CodiceDestinatario", "PECDestinatario") == [
        "0000000", "guide@pec.example.org",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "harm",
    [
        lambda made: Invoice.objects.filter(pk=made.pk).update(net_minor=1),
        lambda made: Invoice.objects.filter(pk=made.pk).update(sequence=7),
        lambda made: Invoice.objects.filter(pk=made.pk).update(state="draft", sequence=None),
        lambda made: made.files.update(xml="<other/>"),
        lambda made: Billed.objects.filter(invoice=made).delete(),
        lambda made: made.files.all().delete(),
        lambda made: connection.cursor().execute("DELETE FROM sell_invoice"),
    ],
)
def test_the_database_refuses_to_change_what_is_issued(issued, harm):
    with pytest.raises(IntegrityError), transaction.atomic():
        harm(issued)


def test_the_database_refuses_a_gap(issued, casentino):
    from belvedere.territory.models import Operator

    other = Operator.objects.create(area=casentino, name="Altro", slug="altro")
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.create(
            operator=other, month=issued.month, currency="EUR", net_minor=1, vat_minor=0,
            lines=[["earned", 1, 1]], kind="TD01", state="issued", year=issued.year,
            sequence=3, issued_on=issued.issued_on,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_get_twelve_numbers(agency, casentino, monkeypatch):
    from belvedere.sell.services import book
    from belvedere.sell.services.book import Line
    from belvedere.shared.money import Amount
    from belvedere.territory.models import Operator

    for n in range(12):
        one = Operator.objects.create(area=casentino, name=f"N{n}", slug=f"n{n}")
        services.tell_taxes(
            one,
            {"legal_name": f"N{n}", "street": "V", "city": "C", "postcode": "52010",
             "province": "AR", "vat_number": "IT12345670017"},
        )  # fmt: skip
        lines = (("commission_revenue", -100), ("vat_payable", -22), ("seller_payable", 122))
        with transaction.atomic():
            book.post(
                f"delivered:{n}:test",
                [Line(of, Amount(minor), operator_id=one.pk) for of, minor in lines],
            )
    keys = [each.pk for each in services.draft_invoices(clock.today())]

    def issue(key):
        try:
            return services.issue_invoice(key).sequence
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(issue, [*keys, *keys]))
    assert sorted(got) == sorted([*range(1, 13), *range(1, 13)])
    assert InvoiceFile.objects.count() == 12


def test_all_that_nothing_holds_is_issued_by_a_job(agency, guides, guide, sold):
    sold()
    services.draft_invoices(clock.today())
    services.tell_taxes(guide, {"city": ""})
    assert services.ask_to_issue(clock.today().replace(day=1), [guide.pk]) == 0
    services.tell_taxes(guide, {"city": "Stia"})
    assert services.ask_to_issue(clock.today().replace(day=1), [guide.pk]) == 1
    run_jobs("sell")
    assert Invoice.objects.get().state == "issued"


def receipt(kind, name, extra=""):
    space = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fattura/messaggi/v1.0"
    return (
        f'<?xml version="1.0"?><ns3:{kind} xmlns:ns3="{space}" versione="1.0">'
        f"<IdentificativoSdI>12345</IdentificativoSdI><NomeFile>{name}</NomeFile>{extra}"
        f"</ns3:{kind}>"
    ).encode()


def test_what_was_refused_is_written_again_under_its_number(issued, guide, fatturapa_xsd):
    file = issued.files.get()
    services.note_sent(file.pk)
    wrong = "<ListaErrori><Errore><Codice>00305</Codice><Descrizione>IdFiscaleIVA non valido" \
            "</Descrizione></Errore></ListaErrori>"  # fmt: skip
    got = services.take_receipt(receipt("RicevutaScarto", file.name, wrong), [guide.pk])
    assert (got.state, got.sdi_id, got.reason) == (
        "refused", "12345", "00305 IdFiscaleIVA non valido",
    )  # fmt: skip
    services.tell_taxes(guide, {"city": "Stia"})
    again = services.write_again(issued.pk)
    assert again.name == "IT99999999990_00002.xml"
    assert text(again, "Numero", "ProgressivoInvio") == [issued.number, "00002"]
    assert "<Comune>Stia</Comune>" in again.xml
    fatturapa_xsd.validate(again.xml)
    done = services.take_receipt(receipt("RicevutaConsegna", again.name), [guide.pk])
    assert done.state == "delivered"
    with pytest.raises(BadInput):
        services.write_again(issued.pk)
    assert queries.invariants() == []


def test_receipts_that_are_none_are_refused(issued, guide):
    name = issued.files.get().name
    bombs = b'<!DOCTYPE a [<!ENTITY b "c">]>' + receipt("RicevutaConsegna", "&b;")
    for content in (b"", b"<a/>", bombs, receipt("Altro", name)):
        with pytest.raises(BadInput):
            services.take_receipt(content, [guide.pk])
    with pytest.raises(BadInput, match="IT1_00001"):
        services.take_receipt(receipt("RicevutaConsegna", "IT1_00001.xml"), [guide.pk])
    with pytest.raises(BadInput):
        services.take_receipt(receipt("RicevutaConsegna", name), [])
    services.take_receipt(receipt("RicevutaConsegna", f"{name}.p7m"), [guide.pk])
    with pytest.raises(BadInput):
        services.take_receipt(receipt("RicevutaScarto", name), [guide.pk])


def test_the_schema_would_have_told(issued, fatturapa_xsd):
    """Else its silence would mean nothing."""
    xml = issued.files.get().xml
    assert not fatturapa_xsd.is_valid(xml.replace("<CAP>52010", "<CAP>5201"))
    assert not fatturapa_xsd.is_valid(xml.replace("TD01", "TD99"))


def test_money_that_never_moved_has_numbers_of_its_own(
    agency, guides, guide, sold, monkeypatch
):
    from belvedere.sell import registry

    monkeypatch.setattr(registry, "is_simulated", lambda provider: True)
    sold()
    (draft,) = services.draft_invoices(clock.today())
    made = services.issue_invoice(draft.pk)
    file = made.files.get()
    assert (made.number, file.progressive) == (f"DEMO-{made.year}/1", "D0001")
    assert text(file, "Causale")[0].startswith("DEMO")
    assert fatturapa.file_name(file.parties["agency"], "D0001") == file.name
