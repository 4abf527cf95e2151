"""What a seller reads of their money, and what the head of the agency does with it."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from belvedere.sell import services
from belvedere.sell.models import Payout, Refund, Seller, Transfer
from tests.sell.conftest import book, confirmed, li, paid, start, till, tomorrow  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def earned(confirmed, guide):  # noqa: F811
    """Fifty euros earned by the guides, of which the agency keeps ten per cent."""
    Seller.objects.create(operator=guide, commission_percent=Decimal(10))
    order = confirmed()
    order.refresh_from_db()
    services.redeem(order.vouchers.get().code, operator_id=guide.pk, any_day=True)
    return order


def at(name, *args, language="it"):
    with override(language):
        return reverse(f"desk:{name}", args=args)


@pytest.mark.parametrize(
    ("language", "words"), [("it", "Quello che hai guadagnato"), ("zh-hans", "您的收入明细")]
)
def test_a_seller_reads_every_row_to_the_cent(client, anna, earned, language, words):
    client.force_login(anna)
    page = client.get(at("statement", language=language)).content.decode()
    assert words in page
    assert earned.number in page
    for amount in ("50,00", "4,10", "0,90", "45,00") if language == "it" else ("45.00",):
        assert amount in page


def test_the_table_says_the_same(client, anna, earned):
    client.force_login(anna)
    text = client.get(at("statement-table")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["gross"], row["commission"], row["vat"], row["net"]) == (
        "50.00", "4.10", "0.90", "45.00",
    )  # fmt: skip
    assert row["order"] == earned.number


def test_before_the_first_guests_it_says_so(client, anna):
    client.force_login(anna)
    assert "Ancora nessun guadagno" in client.get(at("statement")).content.decode()


def test_another_business_sees_nothing_of_it(client, earned, casentino):
    from belvedere.territory import services as territory
    from belvedere.territory.models import Operator, User

    other = Operator.objects.create(area=casentino, name="Altro", slug="altro")
    user = User.objects.create_user("other@example.org")
    territory.grant(user, "operator", other)
    client.force_login(user)
    assert earned.number not in client.get(at("statement")).content.decode()


def test_the_head_pays_out_and_writes_down_what_the_bank_did(client, head, earned):
    client.force_login(head)
    assert "45,00" in client.get(at("payouts")).content.decode()
    client.post(at("payouts-draft"))
    payout = Payout.objects.get()
    for step, state in (("send", "sent"), ("paid", "paid"), ("returned", "returned")):
        client.post(at("payout", payout.pk, step))
        payout.refresh_from_db()
        assert payout.state == state
    page = client.post(at("payout", payout.pk, "send"), follow=True).content.decode()
    assert "Qualcuno è stato più veloce" in page
    assert Transfer.objects.get().payout is None


@pytest.mark.parametrize("role", ["anna", "editor", "promotion"])
def test_nobody_else_may(client, request, role, earned):
    client.force_login(request.getfixturevalue(role))
    assert client.get(at("payouts")).status_code == 403
    assert client.post(at("payouts-draft")).status_code == 403
    assert not Payout.objects.exists()


def test_sellers_elsewhere_are_not_paid_by_this_head(client, head, earned, guide):
    from belvedere.territory.models import Area

    elsewhere = Area.objects.create(kind="ambito", name="Elba", slug="elba")
    guide.area = elsewhere
    guide.save()
    client.force_login(head)
    client.post(at("payouts-draft"))
    assert not Payout.objects.exists()


def test_the_head_reads_whether_the_books_agree(client, head, earned):
    client.force_login(head)
    assert "Nessuno ha ancora controllato" in client.get(at("payouts")).content.decode()
    services.check()
    assert "al centesimo" in client.get(at("payouts")).content.decode()
    Transfer.objects.update(amount_minor=1)
    assert services.check()
    assert "No. Avvisa" in client.get(at("payouts")).content.decode()


def test_a_refund_that_failed_is_sent_again(client, head, earned, till):  # noqa: F811
    payment = earned.payments.get()
    refund = services.request_refund(payment.pk, 5000)
    Refund.objects.update(state="failed")
    client.force_login(head)
    page = client.get(at("payouts")).content.decode()
    assert "il servizio di pagamento lo ha rifiutato" in page
    assert "李明" not in page
    client.post(at("refund-again", refund.pk))
    refund.refresh_from_db()
    assert refund.state == "done"
    assert till.payments[payment.remote_id].refunded_minor == 5000
    assert client.post(at("refund-again", refund.pk)).status_code == 404


def test_what_waits_elsewhere_is_not_shown_and_not_touched(client, head, earned, guide):
    from belvedere.territory.models import Area

    refund = services.request_refund(earned.payments.get().pk, 5000)
    Refund.objects.update(state="failed")
    guide.area = Area.objects.create(kind="ambito", name="Elba", slug="elba")
    guide.save()
    client.force_login(head)
    assert earned.number not in client.get(at("payouts")).content.decode()
    assert client.post(at("refund-again", refund.pk)).status_code == 404
    refund.refresh_from_db()
    assert refund.state == "failed"


def test_a_payout_that_is_off_the_page_can_still_be_returned(client, head, earned, monkeypatch):
    from belvedere.desk.views import money

    (payout,) = services.draft_payouts()
    services.send_payout(payout.pk)
    monkeypatch.setattr(money, "SHOWN", 0)
    client.force_login(head)
    client.post(at("payout", payout.pk, "returned"))
    payout.refresh_from_db()
    assert payout.state == "returned"
