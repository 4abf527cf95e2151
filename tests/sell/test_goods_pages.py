"""The public pages of goods: the list, a good, the shop, buying, and what is refused."""

from uuid import uuid4

import pytest

from belvedere.offer import services as offer
from belvedere.offer.models import Product
from belvedere.sell import queries, services
from belvedere.sell.models import Delivery, Order, Seller
from tests.sell.test_goods import bought, coat, maker, post  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode().replace("&#x27;", "'")


@pytest.fixture
def said(coat):  # noqa: F811
    offer.write_text(coat.product, "title", "it", "Cappotto arancione", status="source")
    return coat


@pytest.fixture
def form():
    return {
        "to": "FR", "quantity": "2", "name": "Claire  Exemple", "street": "1 rue de l'Exemple",
        "postcode": "75001", "city": "Paris", "email": "claire@example.org", "consent": "on",
        "key": str(uuid4()),
    }  # fmt: skip


def test_goods_have_a_list_of_their_own(client, said, walk):
    goods, walks = text(client.get("/goods/?to=FR")), text(client.get("/experiences/"))
    assert "Cappotto arancione" in goods
    assert "19,00" in goods
    assert "Cappotto arancione" not in walks
    assert "Cappotto arancione" not in text(client.get("/goods/?q=miele"))


def test_the_list_asks_as_often_for_ten_goods_as_for_one(
    client, said, maker, django_assert_num_queries  # noqa: F811
):  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/goods/?to=FR")
    with CaptureQueriesContext(connection) as one:
        client.get("/goods/?to=FR")
    for number in range(9):
        more = Product.objects.create(
            operator=maker, kind="good", theme="crafts", slug=f"sciarpa-{number}",
            state="on_sale", price_minor=5000, created_at=said.product.created_at,
        )  # fmt: skip
        services.set_good(more.pk, services.GoodTerms(300, 200, 200, 50))
        services.stock(more.pk, 1)
    with django_assert_num_queries(len(one)):
        page = text(client.get("/goods/?to=FR"))
    assert page.count('class="card"') == 10


def test_a_good_has_one_address(client, said):
    answer = client.get("/experiences/cappotto/?to=FR&s=b-7f3k2")
    assert (answer.status_code, answer["Location"]) == (301, "/goods/cappotto/?to=FR&s=b-7f3k2")
    assert client.get("/book/cappotto/").status_code == 302


@pytest.mark.parametrize(
    ("path", "country", "words"),
    [
        ("/", "FR", ["390,00", "19,00", "20\xa0%", "Da te entro 4 giorni"]),
        ("/", "CN", ["319,67", "non ne promettiamo", "Non si applica l'IVA"]),
        ("/", "US", ["nessuno dei nostri corrieri", "Ritiralo di persona", "390,00"]),
        ("/zh-hans/", "FR", ["€390.00", "4天内送达"]),
        ("/zh-hans/", "", ["€319.67", "中国"]),
        ("/en/", "", ["Choose your country to see what sending costs"]),
    ],
)
def test_a_good_says_what_it_costs_there_and_by_when(client, said, path, country, words):
    page = text(client.get(f"{path}goods/cappotto/?to={country}"))
    for each in words:
        assert each.replace("\xa0", " ") in page.replace("\xa0", " "), each


def test_a_shop_shows_its_maker_and_only_while_it_is_approved(client, said, maker):  # noqa: F811
    offer.write_text(maker, "description", "it", "Tessiamo dal 1200.", status="source")
    offer.write_text(maker, "description", "zh-Hans", "自1200年织造。")
    assert "Tessiamo dal 1200." in text(client.get("/shop/lanificio/"))
    page = text(client.get("/zh-hans/shop/lanificio/?to=FR"))
    assert "自1200年织造。" in page
    assert "IT60" not in page
    assert "9999999" not in page
    Seller.objects.update(state="suspended", reason="perché")
    assert client.get("/shop/lanificio/").status_code == 404
    assert client.get("/buy/cappotto/").status_code == 404
    assert "Per ora non è in vendita" in text(client.get("/goods/cappotto/"))


def test_the_price_is_seen_before_the_address_is_asked(client, said):
    page = text(client.get("/buy/cappotto/?to=FR&quantity=2"))
    assert "780,00" in page
    assert "818,00" in page  # 2 × 390.00 and 38.00: 3.6 kg are the next step of the rate.
    assert 'name="street"' in page
    nowhere = text(client.get("/buy/cappotto/"))
    assert 'name="street"' not in nowhere
    refused = text(client.get("/buy/cappotto/?to=RU"))
    assert "l'Unione europea limita" in refused
    assert 'name="street"' not in refused


def test_errors_stand_beside_their_fields_and_nothing_is_lost(client, said, form):
    answer = client.post("/buy/cappotto/", {**form, "postcode": "", "city": "", "consent": ""})
    page = text(answer)
    assert answer.status_code == 422
    assert 'value="1 rue de l&#x27;Exemple"' in answer.content.decode()
    for each in ("error-postcode", "error-city", "error-consent"):
        assert f'id="{each}"' in page
    assert not Order.objects.exists()


def test_buying_keeps_the_address_with_purpose_and_end(client, said, form):
    answer = client.post("/buy/cappotto/", form)
    assert answer.status_code == 302
    found = Delivery.objects.get()
    assert (found.name, found.country, found.city) == ("Claire Exemple", "FR", "Paris")
    assert found.purpose
    assert found.forget_after
    page = text(client.get(answer["Location"]))
    assert "818,00" in page
    assert "Destinazione: Francia" in page
    client.post("/buy/cappotto/", form)  # An impatient second click.
    assert Order.objects.count() == 1
    assert queries.invariants() == []


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"to": "ES", "postcode": "35001"}, 409, "imposte proprie"),
        ({"to": "US"}, 409, "nessuno dei nostri corrieri"),
        ({"quantity": "4"}, 409, "Restano solo 3 pezzi"),
        ({"to": "QQ"}, 409, "Scegli un paese"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_taken(
    client, said, form, change, status, words
):
    answer = client.post("/buy/cappotto/", {**form, **change})
    assert answer.status_code == status
    assert words in text(answer)
    said.refresh_from_db()
    assert said.taken == 0


def test_who_collects_writes_no_address(client, said, form):
    wanted = {key: form[key] for key in ("name", "email", "consent", "key")}
    answer = client.post("/buy/cappotto/", {**wanted, "collect": "1", "quantity": "1"})
    assert answer.status_code == 302
    assert Delivery.objects.get().collect
    assert "Lo ritiri da Lanificio" in text(client.get(answer["Location"]))


def test_the_order_page_leads_through_delivery_and_return(client, said, bought):  # noqa: F811
    part = bought()
    page = f"/en/orders/{part.order.token}/"
    assert "Call this order off" in text(client.get(page))
    services.ship(part.pk, tracking="RR1")
    shown = text(client.get(page))
    assert "https://post.example/RR1" in shown
    assert "Call this order off" not in shown
    assert client.post(f"{page}cancel/").status_code == 409
    client.post(f"{page}received/{part.pk}/")
    assert "€409.00 back" in text(client.get(f"{page}withdraw/{part.pk}/"))
    assert client.post(f"{page}withdraw/{part.pk}/").status_code == 302
    assert "Asked for" in text(client.get(page))
    assert client.post(f"{page}withdraw/{part.pk + 1}/").status_code == 404
    assert queries.invariants() == []
