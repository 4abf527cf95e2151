"""A maker's phone: opening a shop, goods, parcels; and the office that reviews it."""

import re

import pypdfium2
import pytest
from django.urls import reverse

from belvedere.journal.models import Fact
from belvedere.offer.models import Product
from belvedere.sell import queries as sales
from belvedere.sell import services
from belvedere.sell.models import Delivery, Good, Seller
from belvedere.sell.services import Buyer, Destination, GoodTerms, RateTerms
from belvedere.shared import clock
from belvedere.territory.models import Area, Operator
from tests.desk.conftest import account
from tests.desk.test_pages import come_in

VAT, IBAN = "99999999990", "IT60X0542811101000000123456"
STEPS = {
    "business": {"legal_name": "Lanificio snc", "street": "Via Esempio 1", "postcode": "52015",
                 "city": "Stia"},
    "tax": {"vat_number": VAT, "vat_scheme": "oss"},
    "bank": {"iban": IBAN},
    "sending": {"ready_hours": "48"},
    "agreement": {"signatory": "Nome Cognome", "entitled": "on"},
}  # fmt: skip
SAID = {
    **{key: value for step in STEPS.values() for key, value in step.items()},
    "ready_hours": 24,
    "entitled": True,
}
COAT = {
    "title": "Cappotto", "summary": "Arancione.", "description": "Lana.", "theme": "crafts",
    "price": "390", "pieces": "3", "making_days": "0", "weight_g": "1800", "length_cm": "50",
    "width_cm": "40", "height_cm": "12", "customs_name": "Wool overcoat",
    "hs_code": "6201 20", "origin": "IT", "collect": "on",
}  # fmt: skip


@pytest.fixture
def maker(casentino):
    return Operator.objects.create(area=casentino, name="Lanificio", slug="lanificio")


@pytest.fixture
def weaver(maker):
    """Who speaks for the woollen mill."""
    return account("weaver", "operator", maker)


@pytest.fixture
def open_shop(maker):
    """A shop that the office has approved."""
    services.fill(maker, SAID)
    Seller.objects.update(state="approved")
    services.set_rates(
        "post", "Posta",
        [RateTerms("Italia", ["IT"], [(5000, 900)], hours=(24, 48)),
         RateTerms("Lontano", ["CH", "CN"], [(5000, 4900)])],
        is_sample=True,
    )  # fmt: skip
    return Seller.objects.get()


@pytest.fixture
def coat(open_shop, maker):
    coat = Product.objects.create(
        operator=maker, kind="good", theme="crafts", slug="cappotto", state="on_sale",
        price_minor=39000, created_at=clock.now(),
    )  # fmt: skip
    services.set_good(
        coat.pk, GoodTerms(1800, 500, 400, 120, customs_name="Wool overcoat", hs_code="620120")
    )
    services.stock(coat.pk, 3)
    return coat


@pytest.fixture
def parcel(coat, till):
    """A coat that somebody in Switzerland has paid for."""
    from belvedere.sell.models import Allotment
    from belvedere.sell.ports import PaymentStage

    to = Destination(
        "CH", name="Muster Beispiel", street="Weg 1", postcode="8001", city="Zürich"
    )
    order = services.hold(
        [(Allotment.objects.get(product=coat).pk, 1)],
        buyer=Buyer("Muster Beispiel", email="m@example.org"),
        destination=to,
        language="en",
    ).order
    payment = services.pay(order.pk, back="")
    till.says(payment.remote_id, PaymentStage.PAID)
    services.finalise(payment.pk)
    return Delivery.objects.get()


@pytest.fixture
def till(monkeypatch):
    from belvedere.sell import registry
    from tests.sell.conftest import Till

    till = Till()
    till_of = type("TillOf", (), {"spec": Till.spec, "__new__": lambda cls, site: till})
    monkeypatch.setattr(registry, "installed", lambda: {"till": till_of})
    return till


def text(answer):
    return answer.content.decode()


def test_a_shop_opens_step_by_step_and_nothing_right_is_lost(enter, weaver, maker):
    phone = enter(weaver)
    assert "Cinque passi" in text(phone.get(reverse("desk:selling-open")))
    for key, said in STEPS.items():
        answer = phone.post(reverse("desk:selling-step", args=[key]), said)
        assert answer.status_code == 302, key
        # Interrupted here, the next visit goes on where it stopped.
        assert key in services.done(sales_seller(maker))
    page = text(phone.get(reverse("desk:selling-open")))
    assert "IT•••• 9990" in page
    assert "IT•••• 3456" in page
    assert VAT not in page
    assert IBAN not in page
    phone.post(reverse("desk:selling-send"))
    assert Seller.objects.get().state == "ready_for_review"
    assert "L'ufficio sta guardando" in text(phone.get(reverse("desk:selling"))).replace(
        "&#x27;", "'"
    )


def sales_seller(maker):
    return Seller.objects.filter(operator=maker).first()


@pytest.mark.parametrize(
    ("key", "wrong", "said"),
    [
        ("tax", {"vat_number": "99999999991", "vat_scheme": "home"}, "partita IVA"),
        ("bank", {"iban": "IT60X0542811101000000123457"}, "non è un IBAN"),
        ("business", {**STEPS["business"], "postcode": "5201"}, "cinque cifre"),
        ("agreement", {"signatory": "Nome Cognome"}, "Spunta la casella"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(enter, weaver, key, wrong, said):
    answer = enter(weaver).post(reverse("desk:selling-step", args=[key]), wrong)
    assert answer.status_code == 422
    assert said in text(answer)
    assert str(next(iter(wrong.values()))) in text(answer)
    assert not Seller.objects.exclude(vat_number="", iban="", agreed_at=None).exists()


def test_the_office_approves_rejects_and_suspends_with_the_reason(
    enter, weaver, maker, promotion, open_shop
):
    Seller.objects.update(state="ready_for_review")
    office, page = enter(promotion), reverse("desk:seller", args=["lanificio"])
    shown = text(office.get(page))
    assert "IT•••• 9990" in shown
    assert VAT not in shown
    assert IBAN not in shown
    decide = reverse("desk:seller-decide", args=["lanificio"])
    assert office.post(decide, {"deed": "reject"}).status_code == 422
    office.post(decide, {"deed": "reject", "reason": "Il conto non è tuo."})
    assert Seller.objects.get().state == "rejected"
    assert "Il conto non è tuo." in text(enter(weaver).get(reverse("desk:selling-open")))
    Seller.objects.update(state="ready_for_review")
    enter(promotion).post(decide, {"deed": "approve"})
    enter(promotion).post(decide, {"deed": "suspend", "reason": "Pacchi in ritardo."})
    seller = Seller.objects.get()
    assert (seller.state, seller.reviewed_by) == ("suspended", promotion)
    for fact in Fact.objects.filter(kind__startswith="seller."):
        assert "IT" not in str(fact.detail)


def test_the_office_of_another_area_does_not_see_it(enter, maker, open_shop):
    area = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    other = enter(account("other", "head", area))
    assert other.get(reverse("desk:seller", args=["lanificio"])).status_code == 404
    decide = reverse("desk:seller-decide", args=["lanificio"])
    assert other.post(decide, {"deed": "suspend", "reason": "x"}).status_code == 404
    assert Seller.objects.get().state == "approved"


def test_a_good_is_proposed_and_goes_on_sale_after_its_maker_was_approved(
    enter, weaver, maker, editor, photograph
):
    answer = enter(weaver).post(reverse("desk:good-new"), {**COAT, "picture": photograph})
    assert answer.status_code == 302
    product = Product.objects.get()
    assert (product.kind, product.state, product.pictures.count()) == ("good", "proposed", 1)
    assert (Good.objects.get().hs_code, Good.objects.get().length_mm) == ("620120", 500)
    approve = reverse("desk:approve", args=[product.slug])
    page = text(enter(editor).post(approve, follow=True))
    assert "non è ancora approvato" in page
    product.refresh_from_db()
    assert product.state == "proposed"
    services.fill(maker, SAID)
    Seller.objects.update(state="approved")
    enter(editor).post(approve)
    product.refresh_from_db()
    assert product.state == "on_sale"


def test_a_wrong_hs_code_is_told_beside_its_field_and_the_rest_is_kept(enter, weaver):
    answer = enter(weaver).post(reverse("desk:good-new"), {**COAT, "hs_code": "62"})
    assert "da 6 a 10 cifre" in text(answer)
    assert 'value="Wool overcoat"' in text(answer)
    assert not Product.objects.exists()


def test_stock_counts_what_is_left_besides_what_was_sold(enter, weaver, coat, parcel):
    page = reverse("desk:good", args=["cappotto"])
    answer = enter(weaver).post(page, {**COAT, "pieces": "5"})
    assert answer.status_code == 302
    assert sales.offers(["cappotto"], "IT")["cappotto"].free == 5
    assert sales.invariants() == []


def test_a_parcel_leaves_with_its_papers(enter, weaver, parcel):
    phone, part = enter(weaver), parcel.seller_order_id
    page = text(phone.get(reverse("desk:parcel", args=[part])))
    assert "Muster Beispiel" in page
    declared = phone.get(reverse("desk:parcel-paper", args=[part, "cn23"]))
    said = pypdfium2.PdfDocument(declared.content)[0].get_textpage().get_text_range()
    for each in (
        "CN 23",
        "Wool overcoat",
        "620120",
        "1.800",
        "Zürich",
        "Switzerland",
        "319.67",
    ):
        assert each in said, each
    slip = phone.get(reverse("desk:parcel-paper", args=[part, "slip"]))
    said = pypdfium2.PdfDocument(slip.content)[0].get_textpage().get_text_range()
    assert "319.67" not in said, "what it cost is nobody's business who opens the parcel"
    act = reverse("desk:parcel-act", args=[part])
    assert phone.post(act, {"deed": "ship", "tracking": ""}).status_code == 422
    phone.post(act, {"deed": "ship", "tracking": "ab 1"})
    phone.post(act, {"deed": "deliver"})
    parcel.refresh_from_db()
    assert (parcel.state, parcel.tracking) == ("delivered", "AB1")
    assert sales.invariants() == []


@pytest.mark.parametrize("name", ["desk:parcel", "desk:parcel-act"])
def test_another_operator_never_touches_a_parcel(enter, anna, parcel, name):
    part = parcel.seller_order_id
    assert enter(anna).post(reverse(name, args=[part]), {"deed": "pack"}).status_code == 404
    papers = reverse("desk:parcel-paper", args=[part, "slip"])
    assert enter(anna).get(papers).status_code == 404
    parcel.refresh_from_db()
    assert parcel.state == "waiting"


def test_what_to_do_next_leads_to_where_it_is_done(enter, weaver, coat):
    phone = enter(weaver)
    page = text(phone.get(reverse("desk:selling")))
    for each in ("Fotografa", "parole in cinese", "Racconta la tua storia"):
        assert each in page, each
    links = re.findall(r'class="btn btn-outline" href="([^"]+)">Fallo', page)
    assert len(links) >= 4
    for each in links:
        assert phone.get(each.split("#")[0]).status_code == 200, each


def test_the_countries_page_says_something_of_every_country(
    enter, weaver, coat, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40):
        page = text(enter(weaver).get(reverse("desk:selling-countries")))
    assert "3 paesi in cui va" in page
    assert "246 paesi in cui non va" in page
    assert "Russia" in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_goods_hold_everywhere_and_for_axe(
    open_page, axe, live, weaver, promotion, parcel, coat, prefix, width
):
    page = open_page(width=width)
    public = [
        "/goods/?to=CH", "/goods/cappotto/?to=CH", "/goods/cappotto/?to=US",
        "/buy/cappotto/?to=CH", "/buy/cappotto/?collect=1", "/shop/lanificio/?to=IT",
        f"/orders/{parcel.seller_order.order.token}/",
    ]  # fmt: skip
    mine = [
        *(reverse(f"desk:{each}") for each in ("selling", "selling-open", "selling-shop",
                                               "selling-countries", "good-new")),
        *(reverse("desk:selling-step", args=[each]) for each in STEPS),
        reverse("desk:good", args=["cappotto"]),
        reverse("desk:parcel", args=[parcel.seller_order_id]),
    ]  # fmt: skip
    theirs = [reverse("desk:sellers"), reverse("desk:seller", args=["lanificio"])]
    for person, paths in ((None, public), (weaver, mine), (promotion, theirs)):
        page.context.clear_cookies()
        if person:
            come_in(page, live, person)
        for path in paths:
            assert page.goto(live.url + prefix + path).status == 200, path
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path} is wider than {width} px"
            assert page.locator("h1").count() == 1, path
            axe(page)
