"""Bank transfers: the papers against programs of others, the rest against a clerk of ours."""

import io
import sqlite3
import stat
from datetime import date
from uuid import uuid4

import pytest
import segno
import segno.helpers
import zxingcpp
from PIL import Image
from stdnum import iso11649

from belvedere.connectors.bank_transfer.book import FILE, Book
from belvedere.connectors.bank_transfer.payments import BankTransfer
from belvedere.sell.ports import PaymentStage, Proof, Site
from belvedere.shared.errors import BadInput, NotAuthorised, Refused, TryLater
from belvedere.shared.money import Amount
from belvedere.shared.transfers import Transfer
from belvedere.testing import PaymentsContract

# The example of the Banca d'Italia's rules for the IBAN; nobody's account.
IBAN = "IT60X0542811101000000123456"
ACCOUNT = {"iban": "it60 x054 2811 1010 0000 0123 456", "holder": " Agenzia  di prova "}
DAY = date(2026, 11, 25)


class Diligent(BankTransfer):
    """The same, with a clerk who transfers back at once what is to go back."""

    def refund(self, remote_id, amount, *, key):
        try:
            return super().refund(remote_id, amount, key=key)
        except TryLater:
            self.book.returned(self.book.due()[-1].id, by="clerk")
            return super().refund(remote_id, amount, key=key)


@pytest.fixture
def site(tmp_path):
    return Site("", tmp_path, b"", dict(ACCOUNT))


@pytest.fixture
def payments(site):
    return Diligent(site)


@pytest.fixture
def alone(site):
    """The connector without the clerk."""
    return BankTransfer(site)


@pytest.fixture
def buyer(site):
    """Who pays does it at the bank, and somebody here reads it on the statement."""
    book = Book(site.home)

    def buyer(reference, do):
        if do == "pay":
            book.received(reference, book.row(reference).minor, by="clerk", day=DAY)

    return buyer


@pytest.fixture
def notice():
    return lambda remote_id: ({}, remote_id.encode())


def opened(payments, key="k", minor=5000):
    return PaymentsContract().opened(payments, key, Amount(minor))


class TestBankTransfer(PaymentsContract):
    refused = PaymentStage.OPEN  # Who doesn't pay says nothing.

    def test_a_closed_payment_cannot_be_paid(self, payments, buyer):
        """It can: nobody can stop a transfer. It is read, and goes the way of late money."""
        payment = self.opened(payments)
        assert payments.cancel(payment.remote_id).stage == PaymentStage.CLOSED
        buyer(payment.remote_id, "pay")
        assert payments.read(payment.remote_id).stage == PaymentStage.PAID

    def test_a_notice_names_its_payment(self, payments, buyer, notice):
        """No bank writes to us: whoever does is none."""
        with pytest.raises(Refused):
            payments.notified(*notice(self.opened(payments).remote_id))


# The papers


def test_says_that_others_read_its_papers(payments):
    assert payments.spec.proof == Proof.PEER


def test_references_are_structured_creditor_references(alone):
    references = {opened(alone, key=str(each)).remote_id for each in range(50)}
    assert len(references) == 50
    for reference in references:
        assert iso11649.validate(reference) == reference
        assert int(f"{reference[4:]}2715{reference[2:4]}") % 97 == 1  # R = 27, F = 15


def test_one_wrong_digit_is_noticed(alone):
    reference = opened(alone).remote_id
    wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    assert not iso11649.is_valid(wrong)


def scanned(code):
    """What a phone reads from the code on the screen."""
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=4, border=4)
    (found,) = zxingcpp.read_barcodes(Image.open(picture).convert("L"))
    return found.text


def test_a_phone_reads_the_code_as_it_was_meant(alone):
    payment = opened(alone)
    assert scanned(segno.make(payment.qr, error="m", micro=False)).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Agenzia di prova",
        IBAN,
        "EUR50.00",
        "",
        payment.remote_id,
    ]


@pytest.mark.parametrize("bic", ["", "BPPIITRRXXX"])
@pytest.mark.parametrize("minor", [1, 5050, 120000])
def test_another_writer_of_these_codes_writes_the_same(site, bic, minor):
    site.account["bic"] = bic
    payment = opened(BankTransfer(site), key=f"{bic}{minor}", minor=minor)
    theirs = segno.helpers.make_epc_qr(
        "Agenzia di prova",
        IBAN,
        amount=Amount(minor).major,
        reference=payment.remote_id,
        bic=bic or None,
        encoding="utf-8",
    )
    ours, said = payment.qr.split("\n"), scanned(theirs).strip().split("\n")
    assert ours[7].removeprefix("EUR") == f"{Amount(minor).major:.2f}"
    assert float(said[7].removeprefix("EUR")) == float(ours[7].removeprefix("EUR"))
    del ours[7], said[7]  # They write 5, we write 5.00; both are allowed.
    assert said == ours


def test_the_longest_code_is_within_the_limit(site):
    site.account["holder"] = "森" * 70
    site.account["bic"] = "BPPIITRRXXX"
    payment = opened(BankTransfer(site), minor=99_999_999_999)
    assert len(payment.qr.encode()) <= 331
    assert segno.make(payment.qr, error="m", micro=False).version <= 13


def test_the_page_reads_the_code_back(alone):
    transfer = Transfer.read(opened(alone).qr)
    assert transfer.spaced_iban == "IT60 X054 2811 1010 0000 0123 456"
    assert (transfer.holder, transfer.amount) == ("Agenzia di prova", Amount(5000))


# The account


@pytest.mark.parametrize(
    "wrong",
    [{"iban": "IT61X0542811101000000123456"}, {"iban": ""}, {"holder": " "}, {"bic": "X"}],
)
def test_a_wrong_account_takes_no_money(site, wrong):
    with pytest.raises(NotAuthorised):
        BankTransfer(Site("", site.home, b"", {**ACCOUNT, **wrong}))


def test_only_euro_are_transferred(alone):
    with pytest.raises(Refused):
        PaymentsContract().opened(alone, "k", Amount(5000, "CNY"))


# What a person notes


@pytest.fixture
def book(site):
    return Book(site.home)


def came(book, reference, minor, **more):
    return book.received(reference, minor, **{"by": "clerk", "day": DAY, **more})


def test_a_part_is_waited_on_until_nobody_waits_any_more(alone, book):
    reference = opened(alone).remote_id
    came(book, reference, 3000)
    assert alone.read(reference).stage == PaymentStage.OPEN
    read = alone.cancel(reference)
    assert (read.stage, read.amount) == (PaymentStage.PAID, Amount(3000))


def test_two_parts_are_the_whole(alone, book):
    reference = opened(alone).remote_id
    came(book, reference, 3000)
    came(book, reference, 2000)
    read = alone.read(reference)
    assert (read.stage, read.amount) == (PaymentStage.PAID, Amount(5000))


def test_too_much_is_said_as_it_is(alone, book):
    reference = opened(alone).remote_id
    came(book, reference, 5100)
    assert alone.read(reference).amount == Amount(5100)


def test_the_same_line_of_the_statement_counts_once(alone, book):
    reference = opened(alone).remote_id
    came(book, reference, 2500)
    with pytest.raises(BadInput, match="noted before"):
        came(book, reference, 2500)
    came(book, reference, 2500, line="two")
    assert alone.read(reference).stage == PaymentStage.PAID


def test_money_under_an_unknown_reference_is_not_noted(book):
    with pytest.raises(BadInput):
        came(book, "RF18539007547034", 5000)


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_is_no_money(alone, book, minor):
    with pytest.raises(BadInput):
        came(book, opened(alone).remote_id, minor)


def test_a_refund_waits_until_a_person_has_made_it(alone, book):
    reference, key = opened(alone).remote_id, str(uuid4())
    came(book, reference, 5000)
    for _ in range(2):
        with pytest.raises(TryLater):
            alone.refund(reference, Amount(5000), key=key)
    (due,) = book.due()
    assert (due.reference, due.minor) == (reference, 5000)
    assert alone.read(reference).stage == PaymentStage.PAID
    assert book.returned(due.id, by="clerk") == reference
    read = alone.refund(reference, Amount(5000), key=key)
    assert (read.stage, read.refunded_minor, book.due()) == (PaymentStage.REFUNDED, 5000, [])


def test_a_refund_is_made_once(alone, book):
    reference = opened(alone).remote_id
    came(book, reference, 5000)
    with pytest.raises(TryLater):
        alone.refund(reference, Amount(5000), key="a")
    book.returned(book.due()[0].id, by="clerk")
    with pytest.raises(BadInput):
        book.returned(1, by="clerk")


def test_a_refund_key_is_for_one_amount(alone, book):
    reference = opened(alone).remote_id
    came(book, reference, 5000)
    with pytest.raises(TryLater):
        alone.refund(reference, Amount(2000), key="a")
    with pytest.raises(Refused):
        alone.refund(reference, Amount(3000), key="a")


def test_what_is_waited_for_is_listed(alone, book):
    first, second, third = (opened(alone, key=each).remote_id for each in "abc")
    came(book, first, 5000)
    book.close(second)
    assert [each.reference for each in book.waiting()] == [third]


def test_the_book_outlives_the_process_and_is_nobody_elses(site, alone):
    reference = opened(alone).remote_id
    assert Book(site.home).row(reference).minor == 5000
    assert stat.S_IMODE((site.home / FILE).stat().st_mode) == 0o600
    with sqlite3.connect(site.home / FILE) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
