"""The yearly report on sellers: to the cent as the ledger, also after money went back."""

# ruff: noqa: F811  # Fixtures of another module.

import os
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from django.core import mail
from django.db.models import Sum

from belvedere.sell import dpi, services
from belvedere.sell.models import Allotment, Seller, Transfer
from belvedere.sell.queries import dac7
from belvedere.sell.rules import dac7 as rules
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.testing.jobs import run_jobs
from tests.sell.papers import agency, at, guides, sold  # noqa: F401
from tests.sell.test_goods import coat, maker, post  # noqa: F401

pytestmark = pytest.mark.django_db
YEAR = clock.today().year
QUARTER = (clock.today().month + 2) // 3
PERSON = {
    "tax_form": "person", "first_name": "Ada", "last_name": "Prova",
    "birth_date": date(1985, 12, 10), "tax_code": "RSSMRA85T10A562S",
}  # fmt: skip
DPI = {"dpi": dpi.SPACE, "stf": dpi.TYPES}
ROOT = Path(__file__).resolve().parents[2]
# The OECD publishes its schema on its site; no package brings it as it is.
SCHEMA = Path(
    os.environ.get("DPI_XSD", ROOT.parent / "shared" / "data" / "dpi" / "DPIXML_v1.0.xsd")
)
ABSENT = "../shared is absent: the OECD's schema was NOT asked, only our table of it"
ORDER = {
    "DPI_OECD": ["MessageSpec", "DPIBody"],
    "MessageSpec": [
        "SendingEntityIN", "TransmittingCountry", "ReceivingCountry", "MessageType", "Warning",
        "Contact", "MessageRefId", "MessageTypeIndic", "ReportingPeriod", "Timestamp",
    ],
    "DPIBody": ["PlatformOperator", "OtherPlatformOperators", "ReportableSeller"],
    "PlatformOperator": [
        "ResCountryCode", "TIN", "IN", "VAT", "Name", "PlatformBusinessName", "Address",
        "Nexus", "AssumedReporting", "DocSpec",
    ],
    "ReportableSeller": ["Identity", "RelevantActivities", "DocSpec"],
    "Standard": ["EntSellerID", "IndSellerID", "FinancialIdentifier"],
    "EntSellerID": ["ResCountryCode", "TIN", "IN", "VAT", "Name", "Address"],
    "IndSellerID": ["ResCountryCode", "TIN", "VAT", "Name", "Address", "Nationality",
                    "BirthInfo"],
    "FinancialIdentifier": ["Identifier", "AccountHolderName", "OtherInfo"],
    "Address": ["CountryCode", "AddressFree", "AddressFix"],
    "AddressFix": ["Street", "BuildingIdentifier", "PostCode", "City", "CountrySubentity"],
    "RelevantActivities": [
        "ImmovableProperty", "PersonalServices", "SaleOfGoods", "TransportationRental",
    ],
    "PropertyListing": ["Address", "LandRegistrationNumber", "Consideration",
                        "NumberOfActivities", "Fees", "Taxes"],
    "PersonalServices": ["Consideration", "NumberOfActivities", "Fees", "Taxes"],
    "SaleOfGoods": ["Consideration", "NumberOfActivities", "Fees", "Taxes"],
    "Consideration": ["ConsQ1", "ConsQ2", "ConsQ3", "ConsQ4"],
    "NumberOfActivities": ["NumbQ1", "NumbQ2", "NumbQ3", "NumbQ4"],
    "Fees": ["FeesQ1", "FeesQ2", "FeesQ3", "FeesQ4"],
    "Taxes": ["TaxQ1", "TaxQ2", "TaxQ3", "TaxQ4"],
    "DocSpec": ["DocTypeIndic", "DocRefId", "CorrMessageRefId", "CorrDocRefId"],
}  # fmt: skip
"""The order of elements in the OECD's schema 1.0, as far as we write them."""


def in_order(xml):
    """Say what is not as the table has it."""
    wrong = []
    for element in ET.fromstring(xml).iter():
        name = element.tag.rpartition("}")[2]
        inside = [each.tag.rpartition("}")[2] for each in element]
        known = ORDER.get(name)
        if known and inside != sorted(inside, key=lambda each: known.index(each)):
            wrong.append((name, inside))
        if not inside and not (element.text or "").strip():
            wrong.append((name, "empty"))
    return wrong


def checked(xml):
    """Hold a report against the table, and against the OECD's schema where it lies."""
    assert in_order(xml) == []
    if SCHEMA.exists():
        xmlschema.XMLSchema(str(SCHEMA), allow="local").validate(xml)


@pytest.mark.shared
@pytest.mark.skipif(not SCHEMA.exists(), reason=ABSENT)
def test_the_schema_is_the_oecds():
    assert "urn:oecd:ties:dpi:v1" in SCHEMA.read_text(encoding="utf-8")


def test_the_table_would_have_told():
    """Else its silence would mean nothing."""
    assert in_order("<Fees><FeesQ2>1</FeesQ2><FeesQ1>1</FeesQ1></Fees>")
    assert in_order("<Fees><FeesQ1></FeesQ1></Fees>")


def figures(*operators, year=YEAR):
    return dac7.report(year, [each.pk for each in operators])


def owed(operator):
    found = Transfer.objects.filter(operator=operator)
    return found.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def of_quarter(found, activity="PersonalServices"):
    (row,) = [each for each in found.rows if each.activity == activity]
    cell = row.quarters[QUARTER - 1]
    return cell.net, cell.fees, cell.activities


def test_a_year_says_what_the_ledger_owes(guides, guide, sold):
    Allotment.objects.update(capacity=40)
    sold()
    sold(1)
    (found,) = figures(guide)
    assert of_quarter(found) == (4500 + 2250, 500 + 250, 2)
    assert sum(each.net for each in found.rows) == owed(guide)


def test_what_goes_back_leaves_the_quarter_in_which_it_came(guides, guide, sold, till):
    order = sold()
    services.request_refund(order.payments.get().pk, 2000)
    (found,) = figures(guide)
    assert of_quarter(found) == (2700, 300, 1)
    services.request_refund(order.payments.get().pk, 3000)
    (found,) = figures(guide)
    assert of_quarter(found) == (0, 0, 0)
    assert (found.told, found.left, owed(guide)) == ([], rules.Left.NOTHING, 0)


def test_a_refund_in_the_next_year_changes_the_year_of_the_sale(
    guides, guide, sold, till, monkeypatch
):
    order = sold()
    with at(monkeypatch, YEAR + 1, 2):
        services.request_refund(order.payments.get().pk, 1000)
    (found,) = figures(guide)
    assert of_quarter(found) == (3600, 400, 1)
    assert figures(guide, year=YEAR + 1) == []


def test_a_chargeback_lowers_the_consideration_and_no_fee(guides, guide, sold):
    order = sold()
    services.charge_back(order.parts.get().pk, 1000, "dp_1")
    (found,) = figures(guide)
    assert of_quarter(found) == (3500, 500, 1)
    assert sum(each.net for each in found.rows) == owed(guide)


def test_money_that_never_moved_is_not_reported(guides, guide, sold, monkeypatch):
    from belvedere.sell import registry

    monkeypatch.setattr(registry, "is_simulated", lambda provider: True)
    sold()
    assert figures(guide) == []
    assert len(dac7.report(YEAR, [guide.pk], simulated=True)) == 1
    assert dac7.years([guide.pk]) == []


def test_few_small_sales_of_goods_are_left_out():
    few = rules.Reported(
        rules.Activity.GOODS, 0, (rules.Quarter(200_000, 0, 29), *[rules.Quarter()] * 3)
    )
    more = rules.Reported(
        rules.Activity.GOODS, 0, (rules.Quarter(200_001, 0, 29), *[rules.Quarter()] * 3)
    )
    walks = rules.Reported(
        rules.Activity.SERVICES, 0, (rules.Quarter(100, 0, 1), *[rules.Quarter()] * 3)
    )
    home = {"tax_form": "entity", "country": "IT"}
    assert rules.left_out(home, [few]) == ([], rules.Left.SMALL)
    assert rules.left_out(home, [more]) == ([more], None)
    assert rules.left_out(home, [walks, few]) == ([walks], None)
    assert rules.left_out({**home, "tax_form": "public"}, [walks])[1] == rules.Left.PUBLIC
    assert rules.left_out({**home, "country": "CH"}, [walks])[1] == rules.Left.ABROAD


def test_the_report_of_a_company_is_as_the_schema_asks(agency, guides, guide, sold):
    services.tell_taxes(guide, {"iban": "IT60X0542811101000000123456"})
    sold()
    name, xml = services.report_year(YEAR, [guide.pk])
    checked(xml)
    tree = ET.fromstring(xml)
    assert name == f"DPI_IT_{YEAR}_99999999990.xml"
    read = lambda path: tree.findtext(f".//{path}", namespaces=DPI)  # noqa: E731
    assert read("dpi:EntSellerID/dpi:Name") == "Guide del Parco snc"
    assert read("dpi:EntSellerID/dpi:TIN") == "12345670017"
    assert read("dpi:FinancialIdentifier/dpi:Identifier") == "IT60X0542811101000000123456"
    assert read(f"dpi:PersonalServices//dpi:ConsQ{QUARTER}") == "45"
    assert read(f"dpi:PersonalServices//dpi:FeesQ{QUARTER}") == "5"
    assert read("dpi:MessageTypeIndic") == "DPI401"
    assert {each.text for each in tree.iter(f"{{{dpi.TYPES}}}DocTypeIndic")} == {"OECD1"}


def test_a_person_is_reported_with_the_day_of_birth(agency, guides, guide, sold):
    services.tell_taxes(guide, {**PERSON, "birth_date": None})
    sold()
    assert [each.lacks for each in figures(guide)] == [["birth_date"]]
    _name, xml = services.report_year(YEAR, [guide.pk])
    checked(xml)
    assert "DPI403" in xml
    services.tell_taxes(guide, PERSON)
    _name, xml = services.report_year(YEAR, [guide.pk])
    checked(xml)
    assert "<dpi:BirthDate>1985-12-10</dpi:BirthDate>" in xml
    assert "<dpi:LastName>Prova</dpi:LastName>" in xml


def test_a_stay_is_reported_with_its_address(agency, guides, guide, walk, sold):
    walk.kind, walk.meeting_point = "stay", "Via del Bosco 2, 52014 Poppi"
    walk.save()
    sold()
    _name, xml = services.report_year(YEAR, [guide.pk])
    checked(xml)
    assert "Via del Bosco 2, 52014 Poppi" in xml
    walk.meeting_point = ""
    walk.save()
    assert [each.lacks for each in figures(guide)] == [["listing"]]


def test_simulated_records_say_that_they_are_tests(agency, guides, guide, sold, monkeypatch):
    from belvedere.sell import registry

    monkeypatch.setattr(registry, "is_simulated", lambda provider: True)
    sold()
    _name, xml = services.report_year(YEAR, [guide.pk], simulated=True)
    checked(xml)
    tree = ET.fromstring(xml)
    assert {each.text for each in tree.iter(f"{{{dpi.TYPES}}}DocTypeIndic")} == {"OECD11"}


def test_without_the_agencys_data_there_is_no_report(guides, guide, sold):
    sold()
    with pytest.raises(BadInput):
        services.report_year(YEAR, [guide.pk])


def test_goods_and_visits_of_one_seller_are_told_apart():
    lines = [
        rules.Line(rules.Activity.SERVICES, 0, 5000), rules.Line(rules.Activity.GOODS, 0, 2500),
    ]  # fmt: skip
    moves = [
        rules.Move(2026, 1, 4500, 500, False), rules.Move(2026, 2, 2250, 250, True),
        rules.Move(2026, 3, -4500, -500), rules.Move(2026, 4, -2250, -250),
    ]  # fmt: skip
    assert sum(each.net for each in rules.buckets(lines, moves)) == 0
    half = rules.buckets(lines, moves[:3])
    assert [(each.activity.value, each.net) for each in half] == [
        ("PersonalServices", 2250), ("SaleOfGoods", 0),
    ]  # fmt: skip


def test_nothing_is_lost_when_more_goes_back_than_was_kept():
    lines = [rules.Line(rules.Activity.SERVICES, 0, 5000)]
    moves = [rules.Move(2026, 1, 4500, 500), rules.Move(2026, 2, -5000, 0)]
    assert [(each.net, each.fees) for each in rules.buckets(lines, moves)] == [(-500, 500)]


def test_a_seller_is_reminded_of_what_is_missing(guides, guide, sold):
    guide.email = "guide@example.org"
    guide.save()
    services.tell_taxes(guide, {"city": ""})
    sold()
    services.remind(guide.pk, YEAR)
    run_jobs("sell")
    (letter,) = [each for each in mail.outbox if str(YEAR) in each.subject]
    assert "comune" in letter.body or "città" in letter.body
    assert Seller.objects.get().tax_reminders == 1
    services.tell_taxes(guide, {"city": "Stia"})
    services.remind(guide.pk, YEAR)
    run_jobs("sell")
    assert len([each for each in mail.outbox if str(YEAR) in each.subject]) == 1


def test_whoever_has_no_mailbox_is_called(guides, guide):
    with pytest.raises(BadInput):
        services.remind(guide.pk, YEAR)


def test_what_was_asked_of_people_is_forgotten_after_ten_years(
    guides, guide, sold, monkeypatch
):
    services.tell_taxes(guide, PERSON)
    known = Seller.objects.get()
    assert (known.tax_forget_after, bool(known.tax_purpose)) == (date(YEAR + 10, 12, 31), True)
    sold()
    Transfer.objects.update(at=clock.now().replace(year=YEAR + 3))
    with at(monkeypatch, YEAR + 11, 2):
        services.forget_expired()
        assert Seller.objects.get().birth_date
        assert Seller.objects.get().tax_forget_after == date(YEAR + 13, 12, 31)
    with at(monkeypatch, YEAR + 14, 2):
        services.forget_expired()
    assert Seller.objects.get().birth_date is None
