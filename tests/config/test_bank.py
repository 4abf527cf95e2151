"""`belvedere bank`: a person notes what the bank's statement says."""

from datetime import date

import pytest

from belvedere.config.commands import bank
from belvedere.connectors.bank_transfer.book import Book
from belvedere.shared.errors import BadInput
from belvedere.territory.services import connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(settings, tmp_path):
    settings.HOME = tmp_path
    account = {"iban": "IT60X0542811101000000123456", "holder": "Agenzia di prova"}
    connect("payments", "bank_transfer", account)
    return Book(tmp_path)


def spaced(text):
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def test_money_is_noted_as_it_stands_on_the_statement(book, capsys):
    reference = book.expect("k", 5000).reference
    bank.command(["received", *spaced(reference), "50,00", "--day", "2026-11-24"])
    assert book.row(reference).received == 5000
    assert "The payment is not known yet." in capsys.readouterr().out
    with pytest.raises(BadInput):
        bank.command(["received", reference, "50", "--day", "2026-11-24"])
    bank.command(["received", reference, "50", "--day", "2026-11-24", "--line", "7"])
    assert book.row(reference).received == 10000


def test_the_list_says_what_is_waited_for_and_what_must_go_back(book, capsys):
    waiting, paid = book.expect("a", 5000).reference, book.expect("b", 7000).reference
    book.received(paid, 7000, by="clerk", day=date(2026, 11, 25))
    book.give_back("r", paid, 7000)
    bank.command([])
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("waiting")
    assert " ".join(spaced(waiting)) in first
    assert second.startswith("return   1")
    assert "EUR 70.00" in second


def test_a_refund_is_noted_once(book):
    paid = book.expect("b", 7000).reference
    book.received(paid, 7000, by="clerk", day=date(2026, 11, 25))
    book.give_back("r", paid, 7000)
    bank.command(["returned", "1"])
    assert book.due() == []
    with pytest.raises(BadInput):
        bank.command(["returned", "1"])
