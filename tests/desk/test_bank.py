"""Bank transfers at the desk: enough, too little, too much, unknown; and what goes back."""

from datetime import timedelta

import pytest

from belvedere.connectors.bank_transfer import record
from belvedere.sell import queries, services
from belvedere.sell.models import Hold, Payment, Refund
from belvedere.shared import clock
from belvedere.territory.models import Area
from tests.desk.test_money import at
from tests.offer.test_pages import text
from tests.sell.conftest import li  # noqa: F401
from tests.sell.test_bank_transfer import account, order, payment  # noqa: F401

pytestmark = pytest.mark.django_db


def note(client, reference, amount, **more):
    given = {"reference": reference, "amount": amount, "day": clock.today().isoformat(), **more}
    return client.post(at("bank"), given, follow=True)


def state(payment):  # noqa: F811
    payment.refresh_from_db()
    return payment.state


def test_what_is_waited_for_is_listed_and_what_comes_confirms(enter, head, payment):  # noqa: F811
    client = enter(head)
    code = payment.remote_id
    spaced = " ".join(code[each : each + 4] for each in range(0, len(code), 4))
    assert spaced in text(client.get(at("bank")))
    page = text(note(client, spaced.lower(), "50,00"))
    assert "è arrivato tutto" in page
    assert spaced not in page
    assert state(payment) == Payment.State.CAPTURED
    assert queries.invariants() == []


def test_too_little_is_said_and_waits_for_the_rest(enter, head, payment):  # noqa: F811
    client = enter(head)
    page = note(client, payment.remote_id, "20").content.decode()
    assert "20,00\xa0€ di 50,00\xa0€" in page
    assert state(payment) == Payment.State.PENDING
    note(client, payment.remote_id, "30")
    assert state(payment) == Payment.State.CAPTURED


def test_too_much_is_said_and_confirms_nothing(enter, head, payment):  # noqa: F811
    page = text(note(enter(head), payment.remote_id, "60"))
    assert "non è confermato nulla" in page
    assert state(payment) != Payment.State.CAPTURED
    assert payment.problem == "amount_differs"
    page = text(enter(head).get(at("refund-order", payment.order_id)))
    assert "importo diverso" in page
    assert "non è stato incassato nulla" in page


def test_the_same_line_twice_is_noticed_and_what_was_typed_is_kept(enter, head, payment):  # noqa: F811
    client = enter(head)
    note(client, payment.remote_id, "20")
    again = note(client, payment.remote_id, "20")
    assert again.status_code == 422
    assert "già annotato" in text(again)
    assert payment.remote_id in text(again)
    assert note(client, payment.remote_id, "20", line="7").status_code == 200


@pytest.mark.parametrize("reference", ["RF18539007547034", "affitto di Rossi"])
def test_unknown_money_is_said_kept_and_seen_to(enter, head, payment, reference):  # noqa: F811
    client = enter(head)
    answer = note(client, reference, "35")
    assert answer.status_code == 422
    assert "Nessun bonifico è atteso" in text(answer)
    assert reference in text(answer)
    for _ in range(2):
        page = note(client, reference, "35", stray="1")
    ((number, kept, minor, _day),) = record.book().strays()
    assert (kept, minor) == (reference, 3500)
    assert reference in text(page)
    client.post(at("bank-deed", "bank_transfer", "settled", number))
    assert record.book().strays() == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"amount": "cinquanta"}, "Scrivi l’importo in euro"),
        ({"amount": "0"}, "Scrivi l’importo in euro"),
        ({"day": "ieri"}, "Non è un giorno"),
        ({"day": "2999-01-01"}, "non è ancora venuto"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(enter, head, payment, given, words):  # noqa: F811
    answer = note(enter(head), payment.remote_id, **{"amount": "50", **given})
    assert answer.status_code == 422
    assert words in text(answer)


def test_a_transfer_of_elsewhere_is_unknown_here(enter, head, payment, guide):  # noqa: F811
    guide.area = Area.objects.create(kind="ambito", name="Elba", slug="elba")
    guide.save()
    client = enter(head)
    assert payment.remote_id[:4] not in text(client.get(at("bank")))
    assert note(client, payment.remote_id, "50").status_code == 422
    assert state(payment) == Payment.State.PENDING


def test_what_must_go_back_is_noted_when_it_has_gone(enter, head, payment, order):  # noqa: F811
    Hold.objects.filter(order=order).update(expires_at=clock.now() - timedelta(seconds=1))
    services.close(payment.pk)
    services.release_expired()
    services.set_capacity(order.hold.lines.get().allotment_id, 0)
    client = enter(head)
    assert "troppo tardi" in text(note(client, payment.remote_id, "50"))
    services.settle_open_payments()
    (due,) = record.book().due()
    for _ in range(2):
        client.post(at("bank-deed", "bank_transfer", "returned", due.id))
    assert Refund.objects.get().state == "done"
    assert queries.invariants() == []


def test_without_an_account_it_says_where_to_set_it_up(enter, head):
    from belvedere.territory.services import disconnect

    disconnect("payments", "bank_transfer")
    assert "Nessun conto" in text(enter(head).get(at("bank")))
