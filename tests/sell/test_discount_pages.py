"""A discount code on the buyer's pages: written, brought by a link, refused, shown, mailed."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from belvedere.offer import services as offer
from belvedere.sell import queries, services
from belvedere.sell.models import Allotment, Discount, Hold, Order
from belvedere.sell.services import DiscountTerms
from belvedere.sell.views.codes import LIMIT
from belvedere.shared import clock
from belvedere.shared.money import Amount
from belvedere.testing.jobs import run_jobs
from tests.sell.test_goods import coat, maker, post  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo5(casentino):
    """Five euros less, three times, paid by the agency."""
    terms = DiscountTerms(amount=Amount(500), max_uses=3)
    return services.make_discount("DEMO5", casentino.pk, terms)


@pytest.fixture
def given(start):
    return {
        "when": f"{start.day:%Y-%m-%d}T09:30", "quantity": "2", "name": "Maria",
        "email": "maria@example.org", "consent": "on", "key": str(uuid4()), "book": "1",
    }  # fmt: skip


def at(name, *args, language="it"):
    with override(language):
        return reverse(f"sell-pages:{name}", args=args)


def text(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("\xa0", " ")


def test_a_code_is_taken_off_and_stands_on_the_page_before_anything_is_paid(
    client, walk, given, demo5
):
    held = client.post(at("checkout", walk.slug), {**given, "code": " demo5"}, follow=True)
    page = text(held)
    assert "Sconto DEMO5" in page
    assert "−5,00 €" in page
    assert "45,00 €" in page
    assert page.index("Senza lo sconto") < page.index("Sconto DEMO5") < page.index("Totale")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("it", "non è un nostro codice"),
        ("en", "none of our codes"),
        ("zh-hans", "不是我们的优惠码"),
    ],
)
def test_a_code_that_is_none_is_refused_beside_its_field_and_all_is_kept(
    client, walk, start, given, demo5, language, words
):
    answer = client.post(
        at("checkout", walk.slug, language=language), {**given, "code": "DEMO6"}
    )
    page = text(answer)
    assert answer.status_code == 422
    assert words in page
    assert 'aria-describedby="error-code"' in page
    for kept in ("DEMO6", "Maria", "maria@example.org"):
        assert f'value="{kept}"' in page
    start.refresh_from_db()
    assert start.taken == 0
    assert not Hold.objects.exists()


def test_who_tries_many_codes_must_wait_and_can_go_on_without_one(client, walk, given, demo5):
    for number in range(LIMIT["most"]):
        client.post(at("checkout", walk.slug), {**given, "code": f"TRY{number}"})
    answer = client.post(at("checkout", walk.slug), {**given, "code": "DEMO5"})
    assert "Aspetta dieci minuti" in text(answer)
    assert Discount.objects.get().used == 0
    assert client.post(at("checkout", walk.slug), given).status_code == 302


def test_a_link_brings_the_code_into_form_basket_and_goods(client, walk, start, given, demo5):
    page = text(client.get(at("checkout", walk.slug) + "?code=demo5"))
    assert re.search(r'name="code"[^>]*value="DEMO5"|value="DEMO5"[^>]*name="code"', page)
    del given["book"]
    answer = client.post(at("checkout", walk.slug), {**given, "basket": "1", "code": "demo5"})
    assert answer["Location"].endswith("?code=DEMO5")
    basket = text(client.get(answer["Location"]))
    assert 'value="DEMO5"' in basket
    held = client.post(
        at("basket"),
        {"name": "Maria", "email": "m@example.org", "consent": "on", "key": str(uuid4()),
         "code": "DEMO5"},
    )  # fmt: skip
    assert held.status_code == 302
    assert Order.objects.get().discount == demo5


def test_the_basket_keeps_everything_when_the_code_is_refused(client, start, given, walk):
    client.post(at("checkout", walk.slug), {**given, "basket": "1"})
    answer = client.post(
        at("basket"),
        {"name": "Maria", "email": "m@example.org", "consent": "on", "key": str(uuid4()),
         "code": "NONE"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "non è un nostro codice" in text(answer)
    assert 'value="NONE"' in text(answer)


def test_goods_take_the_code_and_refuse_one_that_is_for_something_else(
    client,
    coat,  # noqa: F811
    walk,
    casentino,
    demo5,
):
    offer.write_text(coat.product, "title", "it", "Cappotto", status="source")
    services.make_discount(
        "WALK", casentino.pk, DiscountTerms(amount=Amount(100), product=walk.pk)
    )
    form = {
        "to": "FR", "quantity": "1", "name": "Claire", "street": "1 rue", "postcode": "75001",
        "city": "Paris", "email": "claire@example.org", "consent": "on", "key": str(uuid4()),
    }  # fmt: skip
    page = text(client.get(at("buy", "cappotto") + "?to=FR&code=demo5"))
    assert page.count('value="DEMO5"') == 2  # In the form of the country, too.
    refused = client.post(at("buy", "cappotto"), {**form, "code": "WALK"})
    assert refused.status_code == 422
    assert "non vale per ciò che hai scelto" in text(refused)
    assert client.post(at("buy", "cappotto"), {**form, "code": "DEMO5"}).status_code == 302
    assert Order.objects.get().total_minor == 39000 + 1900 - 500


def test_what_is_given_back_is_what_was_paid(client, confirmed, demo5):
    order = confirmed(code="DEMO5")
    order.parts.update(free_until=clock.now() + timedelta(hours=1))
    page = text(client.get(at("cancel", order.token)))
    assert "45,00 €" in page
    assert "tutto quello che hai pagato" in page


def test_mails_say_the_discount_to_who_pays_less(confirmed, demo5, guide, casentino, li):
    guide.email = "guide@example.org"
    guide.save()
    terms = DiscountTerms(amount=Amount(700), by_seller=True, operator=guide.pk)
    services.make_discount("OWN7", casentino.pk, terms)
    for code in ("DEMO5", "OWN7"):
        order = confirmed(code=code)
        Order.objects.filter(pk=order.pk).update(email=f"{code}@example.org".lower())
    run_jobs("sell")
    said = {(each.to[0], each.body.count("€")): each.body for each in mail.outbox}
    to_guide = [body for (to, _), body in said.items() if to == "guide@example.org"]
    assert any("50,00" in each and "DEMO5" not in each for each in to_guide)
    assert any("43,00" in each and "Sconto OWN7" in each for each in to_guide)
    buyers = [body for (to, _), body in said.items() if to == "demo5@example.org"]
    assert "优惠 DEMO5" in buyers[0]
    assert "45.00" in buyers[0]


def test_who_lost_the_discount_in_the_line_reads_it_before_paying(
    client, start, li, demo5, till
):
    Allotment.objects.update(mode="batch")
    turn = services.ask((start.pk, 1), buyer=li, language="it", code="DEMO5")
    services.stop_discount(demo5.pk)
    services.admit(start.pk)
    turn.refresh_from_db()
    page = text(client.get(at("order", turn.hold.order.token)))
    assert "Lo sconto DEMO5 si è esaurito prima del tuo turno" in page


def test_an_order_of_nothing_is_confirmed_by_one_press(client, walk, given, casentino, till):
    from decimal import Decimal

    terms = DiscountTerms(percent=Decimal(100))
    services.make_discount("GIFT", casentino.pk, terms)
    held = client.post(at("checkout", walk.slug), {**given, "code": "GIFT"})
    page = text(client.get(held["Location"]))
    assert "Conferma" in page
    client.post(held["Location"] + "pay/", {"pay": "1"})
    assert Order.objects.get().state == "confirmed"
    assert queries.invariants() == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_a_refused_code_is_mended_without_javascript(
    live, open_page, walk, start, demo5
):
    page = open_page(
        f"/zh-hans/book/{walk.slug}/?code=demo6",
        language="zh-Hans", width=390, javascript=False,
    )  # fmt: skip
    page.fill("input[name=name]", "Ada")
    page.fill("input[name=email]", "ada@example.org")
    page.check("input[name=consent]")
    page.press("input[name=code]", "Enter")
    expect(page.locator("#error-code")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.fill("input[name=code]", "demo5")
    page.click("button[name=book]")
    page.wait_for_url("**/orders/**")
    expect(page.locator("dl.facts")).to_contain_text("优惠 DEMO5")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_refused_code_stands_in_nobodys_way(live, open_page, axe, walk, start, demo5):
    page = open_page(f"/book/{walk.slug}/?code=demo6", language="it", width=390)
    page.fill("input[name=name]", "Ada")
    page.fill("input[name=email]", "ada@example.org")
    page.check("input[name=consent]")
    page.click("button[name=book]")
    expect(page.locator("#error-code")).to_be_visible()
    axe(page)
