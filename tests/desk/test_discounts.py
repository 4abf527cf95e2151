"""The desk's page of discounts: who sees which, making, stopping, and the bars."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from belvedere.journal.models import Fact
from belvedere.publish import services as publishing
from belvedere.publish.models import Placement
from belvedere.sell import services
from belvedere.sell.models import Discount
from belvedere.sell.services import DiscountTerms
from belvedere.shared.money import Amount
from belvedere.territory.models import Area, Operator
from tests.desk.test_pages import come_in
from tests.sell.conftest import book, confirmed, li, paid, start, till, tomorrow  # noqa: F401

pytestmark = pytest.mark.django_db


def at(name, *args, language="it"):
    with override(language):
        return reverse(f"desk:{name}", args=args)


def text(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("\xa0", " ")


@pytest.fixture
def wish(casentino):
    """What the form sends."""
    return {
        "code": "estate-10", "area": str(casentino.pk), "percent": "12,5", "amount": "",
        "max_uses": "10", "budget": "100,00", "minimum": "", "funded_by": "agency",
        "operator": "", "product": "", "source": "", "first_day": "", "last_day": "2031-08-31",
    }  # fmt: skip


@pytest.fixture
def own(casentino, guide):
    """A discount that the guides fund."""
    terms = DiscountTerms(
        amount=Amount(500), by_seller=True, operator=guide.pk, max_uses=4, budget=Amount(2000)
    )
    return services.make_discount("GUIDE5", casentino.pk, terms)


@pytest.mark.parametrize("role", ["promotion", "head"])
def test_who_promotes_an_area_makes_a_discount_and_stops_it(client, request, role, wish):
    client.force_login(request.getfixturevalue(role))
    assert "Non c'è ancora nessuno sconto" in text(client.get(at("discounts")))
    page = text(client.post(at("discount-new"), wish, follow=True))
    for words in (
        "ESTATE-10",
        "12,5% in meno",
        "0 di 10",
        "0,00 € di 100,00 €",
        "31 agosto 2031",
    ):
        assert words in page, words
    made = Discount.objects.get()
    assert (made.percent, made.max_uses, made.budget_minor) == (Decimal("12.5"), 10, 10000)
    page = text(client.post(at("discount-stop", made.pk), follow=True))
    assert "ESTATE-10 è fermo" in page
    assert "Fermato" in page
    assert at("discount-stop", made.pk) not in page
    facts = dict(Fact.objects.values_list("kind", "detail__by"))
    assert facts.keys() >= {"discount.made", "discount.stopped"}
    assert facts["discount.made"] == request.getfixturevalue(role).pk


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": ""}, "Scrivi il codice"),
        ({"code": "città!"}, "Da 3 a 24 lettere senza accenti"),
        ({"percent": "molto"}, "Scrivi un numero"),
        ({"percent": ""}, "una percentuale o un importo"),
        ({"percent": "101"}, "al massimo 100 per cento"),
        ({"amount": "5"}, "una percentuale o un importo"),
        ({"budget": "tanto"}, "Scrivi un importo in euro"),
        ({"max_uses": "x"}, "Scrivi un numero intero"),
        ({"funded_by": "seller"}, "Scegli il venditore"),
        ({"last_day": "2001-01-01"}, "La fine deve venire dopo"),
        ({"first_day": "domani"}, "Questo non è un giorno"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_rest_is_kept(
    client, promotion, wish, change, words
):
    client.force_login(promotion)
    answer = client.post(at("discount-new"), {**wish, **change})
    assert answer.status_code == 422
    assert words in text(answer)
    assert 'value="10"' in text(answer) or "max_uses" in change
    assert not Discount.objects.exists()


def test_a_discount_belongs_to_a_piece_of_a_campaign(client, promotion, wish, casentino):
    from datetime import date

    words = {each: {"title": "Autunno", "summary": "S"} for each in ("it", "en", "zh-Hans")}
    campaign = publishing.open_campaign(
        casentino.pk,
        goal="g",
        starts_on=date(2030, 1, 1),
        ends_on=date(2030, 2, 1),
        texts=words,
    )
    action = publishing.plan_action(campaign.pk, kind="poster", title="Manifesto")
    publishing.create_piece(
        action.pk, title="P", text="T", language="it", placements=["Stazione"]
    )
    code = Placement.objects.get().code
    client.force_login(promotion)
    assert "Stazione" in text(client.get(at("discount-new")))
    page = text(client.post(at("discount-new"), {**wish, "source": code}, follow=True))
    assert "Stazione" in page
    assert Discount.objects.get().source == code


def test_each_sees_and_stops_only_what_is_theirs(client, promotion, own, wish):
    elba = Area.objects.create(kind="ambito", name="Elba", slug="elba")
    stranger = Operator.objects.create(area=elba, name="Barche", slug="barche")
    other = services.make_discount("ELBA", elba.pk, DiscountTerms(amount=Amount(100)))
    client.force_login(promotion)
    page = text(client.get(at("discounts")))
    assert "GUIDE5" in page
    assert "ELBA" not in page
    assert client.post(at("discount-stop", other.pk)).status_code == 404
    assert "Barche" not in text(client.get(at("discount-new")))
    for foreign in ({"area": str(elba.pk)}, {"operator": str(stranger.pk)}):
        assert client.post(at("discount-new"), {**wish, **foreign}).status_code == 422
    other.refresh_from_db()
    assert other.stopped_at is None


def test_a_business_reads_what_it_funds_and_nothing_else(client, anna, own, casentino, guide):
    services.make_discount(
        "AGENCY", casentino.pk, DiscountTerms(amount=Amount(100), operator=guide.pk)
    )
    client.force_login(anna)
    page = text(client.get(at("discounts")))
    assert "GUIDE5" in page
    assert "AGENCY" not in page
    assert "discounts/new" not in page
    assert "Fermalo" not in page
    assert client.get(at("discount-new")).status_code == 403
    assert client.post(at("discount-stop", own.pk)).status_code == 403
    assert at("discounts") in text(client.get(at("statement")))


@pytest.mark.parametrize("role", ["editor", "analyst"])
def test_nobody_else_may(client, request, role):
    client.force_login(request.getfixturevalue(role))
    for name in ("discounts", "discount-new"):
        assert client.get(at(name)).status_code == 403


def test_the_list_asks_as_often_for_many_as_for_one(
    client, promotion, own, casentino, walk, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(promotion)
    terms = DiscountTerms(amount=Amount(1), product=walk.pk)
    services.make_discount("WALK", casentino.pk, terms)
    client.get(at("discounts"))
    with CaptureQueriesContext(connection) as one:
        client.get(at("discounts"))
    for number in range(9):
        services.make_discount(f"MORE{number}", casentino.pk, terms)
    with django_assert_num_queries(len(one)):
        client.get(at("discounts"))


@pytest.mark.parametrize("code", ["GUIDE5", "AGENCY5"])
def test_the_statement_and_its_table_name_the_discount_and_who_paid_it(
    client, anna, own, casentino, guide, confirmed, code  # noqa: F811
):  # fmt: skip
    services.make_discount("AGENCY5", casentino.pk, DiscountTerms(amount=Amount(500)))
    order = confirmed(code=code)
    services.redeem(order.vouchers.get().code, operator_id=guide.pk, any_day=True)
    client.force_login(anna)
    gross = {"GUIDE5": "45,00", "AGENCY5": "50,00"}[code]
    page = text(client.get(at("statement")))
    assert f"{gross} €" in page
    assert code in page
    table = client.get(at("statement-table")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["gross"] == gross.replace(",", ".")
    assert row["discount"] == code
    assert row["discount_paid_by_agency"] == str(int(code == "AGENCY5"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_fit_and_stand_in_nobodys_way(open_page, live, axe, promotion, own, width):
    page = open_page("/", width=width)
    come_in(page, live, promotion)
    for name in ("discounts", "discount-new"):
        page.goto(live.url + at(name))
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
