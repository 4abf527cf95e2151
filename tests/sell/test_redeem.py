from datetime import timedelta
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image

from belvedere.journal.models import Fact
from belvedere.sell import papers, queries, services
from belvedere.sell.models import Allotment, Order, Voucher
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory.models import Membership, Operator, User
from belvedere.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def voucher(confirmed):
    """Li Ming's two places, for today."""
    order = confirmed()
    Allotment.objects.update(day=clock.today())
    return Voucher.objects.get(order=order)


def test_guests_are_let_in_and_counted(voucher, guide):
    seen = services.redeem(voucher.code, operator_id=guide.pk)
    assert (seen.name, seen.quantity, seen.left) == ("李明", 2, 0)
    assert Order.objects.get().state == "redeemed"
    fact = Fact.objects.get(kind="sale.redeemed")
    assert (fact.quantity, fact.amount_minor) == (2, 5000)
    assert queries.invariants() == []


def test_some_now_and_some_later(voucher, guide):
    assert services.redeem(voucher.code, operator_id=guide.pk, quantity=1).left == 1
    assert Order.objects.get().state == "partly_redeemed"
    assert services.redeem(voucher.code, operator_id=guide.pk).quantity == 1
    assert Order.objects.get().state == "redeemed"
    assert queries.invariants() == []


def test_more_than_are_left_are_refused(voucher, guide):
    with pytest.raises(BadInput):
        services.redeem(voucher.code, operator_id=guide.pk, quantity=3)


def test_the_link_in_the_qr_code_and_the_typed_code_are_one(voucher, guide):
    link = papers.link(voucher)
    assert services.redeem(link, operator_id=guide.pk).quantity == 2


def test_the_second_time_says_when_the_first_was(voucher, guide):
    services.redeem(voucher.code, operator_id=guide.pk)
    with pytest.raises(services.AlreadyRedeemed, match=str(clock.today().year)):
        services.redeem(voucher.code, operator_id=guide.pk)


def test_the_same_scan_sent_twice_counts_once(voucher, guide):
    key = uuid4()
    first = services.redeem(voucher.code, operator_id=guide.pk, quantity=1, key=key)
    assert services.redeem(voucher.code, operator_id=guide.pk, quantity=1, key=key) == first


def test_another_operators_door_stays_shut(voucher, casentino):
    other = Operator.objects.create(area=casentino, name="Other", slug="other")
    with pytest.raises(services.NotYours):
        services.redeem(voucher.code, operator_id=other.pk)


def test_another_day_is_said(voucher, guide):
    Allotment.objects.update(day=clock.today() + timedelta(days=3))
    with pytest.raises(services.NotToday):
        services.redeem(voucher.code, operator_id=guide.pk)
    assert services.redeem(voucher.code, operator_id=guide.pk, any_day=True).quantity == 2


def test_an_unknown_code_is_unknown(guide):
    with pytest.raises(services.UnknownVoucher):
        services.redeem("ZZZZZZZZZ", operator_id=guide.pk)


def test_a_cancelled_booking_lets_nobody_in(voucher, guide):
    services.cancel(voucher.order_id)
    with pytest.raises(services.Cancelled):
        services.redeem(voucher.code, operator_id=guide.pk)


def test_a_cancelled_voucher_shows_no_code_to_scan(voucher, client):
    address = f"/v/{voucher.code}"
    assert "二维码" in client.get(address, follow=True).content.decode()
    services.cancel(voucher.order_id)
    assert "二维码" not in client.get(address, follow=True).content.decode()


def test_who_has_been_let_in_cannot_cancel(voucher, guide):
    services.redeem(voucher.code, operator_id=guide.pk, quantity=1)
    with pytest.raises(services.NotCancellable):
        services.cancel(voucher.order_id)
    assert queries.invariants() == []


def test_the_list_of_todays_guests_is_one_query(voucher, guide, django_assert_num_queries):
    with django_assert_num_queries(1):
        (guest,) = queries.guests(guide.pk, clock.today())
    assert (guest.name, guest.quantity, guest.product) == ("李明", 2, "foresta-di-camaldoli")
    assert guest.code.replace("-", "") == voucher.code


def test_sales_of_a_product_leave_out_what_was_cancelled(confirmed, walk):
    kept, dropped = confirmed(2), confirmed(3)
    services.cancel(dropped.pk)
    found = queries.sales([walk.pk])[walk.pk]
    assert (found.orders, found.places, found.amounts[0].minor) == (1, 2, kept.total_minor)


def test_the_picture_holds_a_qr_code_that_a_phone_reads(voucher, tmp_path):
    path = tmp_path / "voucher.png"
    path.write_bytes(papers.png(voucher))
    (read,) = zxingcpp.read_barcodes(Image.open(path))
    assert read.text == papers.link(voucher)


def test_the_pdf_is_one(voucher):
    assert papers.pdf(voucher).startswith(b"%PDF")


def test_the_calendar_has_the_start_in_utc(voucher):
    said = papers.ics(voucher)
    assert "DTSTART:" in said
    assert said.endswith("END:VCALENDAR\r\n")
    assert max(len(each.encode()) for each in said.split("\r\n")) <= 75


def test_traveller_and_operator_are_mailed_once_each_in_their_language(
    confirmed, guide, mailoutbox
):
    guide.email = "guide@example.it"
    guide.save()
    order = confirmed()
    Order.objects.update(email="li@example.cn")
    run_jobs("sell")
    from belvedere.sell.services import mails

    mails.tell_traveller(order.pk)
    mails.tell_operators(order.pk)
    to = {each.to[0]: each for each in mailoutbox}
    assert len(mailoutbox) == 2
    assert "电子凭证" in to["li@example.cn"].subject
    assert to["li@example.cn"].attachments[0][2] == "application/pdf"
    assert "Nuova prenotazione" in to["guide@example.it"].subject
    assert "+8613912345678" in to["guide@example.it"].body


def test_a_traveller_is_mailed_in_any_language_with_the_voucher_on_paper(confirmed, mailoutbox):
    order = confirmed(language="ar")
    Order.objects.update(email="ada@example.org")
    from belvedere.sell.services import mails

    mails.tell_traveller(order.pk)
    (mail,) = mailoutbox
    html = mail.alternatives[0][0]
    assert '<html lang="ar" dir="rtl">' in html
    assert f"<bdi>\u200f{order.total.major}" in html
    assert "Your" not in mail.subject + html
    assert mail.attachments[0][2] == "application/pdf"


@pytest.mark.parametrize(("there", "language", "made"), [
    (True, "th", "th"), (False, "th", "en"), (False, "zh-Hant", "zh-Hans"), (False, "it", "it"),
])  # fmt: skip
def test_a_paper_is_made_in_a_language_that_has_its_type_here(
    monkeypatch, there, language, made
):
    monkeypatch.setattr(papers.paper, "can_set", lambda asked: there)
    assert papers.set_in(language) == made


def test_only_its_operator_sees_the_button_and_may_press_it(client, voucher, guide, casentino):
    page = f"/v/{voucher.code}"
    assert "redeem" not in client.get(page).content.decode()
    editor = User.objects.create_user("editor")
    Membership.objects.create(user=editor, role="editor", area=casentino)
    client.force_login(editor)
    assert client.post(f"{page}/redeem").status_code == 403
    opener = User.objects.create_user("guide")
    Membership.objects.create(user=opener, role="operator", operator=guide)
    client.force_login(opener)
    assert f"{page}/redeem" in client.get(page).content.decode()
    assert "2 位客人可以入场" in client.post(f"{page}/redeem").content.decode()
    assert Order.objects.get().state == "redeemed"


def test_only_the_operator_reads_buyers_names(voucher, guide, casentino):
    opener, editor = User.objects.create_user("guide"), User.objects.create_user("editor")
    head = User.objects.create_user("head")
    Membership.objects.create(user=opener, role="operator", operator=guide)
    Membership.objects.create(user=editor, role="editor", area=casentino)
    Membership.objects.create(user=head, role="head", area=casentino)
    assert queries.visible_to(opener).count() == 1
    assert queries.visible_to(editor).count() == queries.visible_to(head).count() == 0


def test_who_guesses_codes_is_soon_told_to_wait(client, db):
    answers = [client.get(f"/v/GUESS{each:04}").status_code for each in range(31)]
    assert (answers[0], answers[-1]) == (404, 429)
