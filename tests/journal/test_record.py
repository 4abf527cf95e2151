"""The journal keeps what happened, and nothing can change it."""

import pytest
from django.db import DatabaseError, transaction

from belvedere.journal import services
from belvedere.journal.models import Fact, Source
from belvedere.shared.money import Amount


def test_a_fact_says_what_happened_and_thanks_to_which_source(db):
    services.record(
        "sale.paid", "order:1", source="b-7f3k2", quantity=2, amount=Amount(5000), quote="7.8"
    )
    fact = Fact.objects.get()
    assert (fact.source, fact.quantity, fact.amount_minor, fact.currency) == (
        "b-7f3k2", 2, 5000, "EUR",
    )  # fmt: skip
    assert fact.detail == {"quote": "7.8"}


def test_without_consent_no_visit_is_kept(db):
    services.record("source.followed", "source:b-7f3k2", visit="abc")
    services.record("source.followed", "source:b-7f3k2", visit="def", consent=True)
    assert list(Fact.objects.values_list("visit", flat=True)) == ["", "def"]


@pytest.mark.parametrize(
    "change", ["UPDATE journal_fact SET kind = 'x'", "DELETE FROM journal_fact"]
)
def test_the_database_refuses_to_change_or_delete_a_fact(db, change):
    from django.db import connection

    services.record("sale.paid", "order:1")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(change)
    assert Fact.objects.count() == 1


def test_a_piece_has_one_code_in_each_place(db):
    station = services.issue("piece:1", "Arezzo station")
    assert services.issue("piece:1", "Arezzo station") == station
    assert services.issue("piece:1", "Munich fair").code != station.code
    assert Source.objects.count() == 2
