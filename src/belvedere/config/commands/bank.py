"""`belvedere bank`: what a person reads on the bank's statement and notes here."""

import argparse
import getpass
import sys
from datetime import date

from belvedere.connectors.bank_transfer import record
from belvedere.shared.money import Amount
from belvedere.shared.transfers import spaced


def command(argv: list[str]) -> None:
    """Note what came or went back; without a word, list what is waited for."""
    parser = argparse.ArgumentParser(
        prog="belvedere bank", description="Note what the bank has received and given back."
    )
    words = parser.add_subparsers(dest="word", metavar="WORD")
    words.add_parser("list", help="what is waited for, and what must go back (the default)")
    came = words.add_parser("received", help="this money has come")
    came.add_argument("reference", nargs="+", help="RF…, with or without spaces; then EUROS")
    came.add_argument("amount", help="how many euro: 50.00")
    came.add_argument("--day", type=date.fromisoformat, help="booked on: 2026-11-25")
    came.add_argument("--line", default="", help="the statement's number, if two are alike")
    went = words.add_parser("returned", help="this money has been transferred back")
    went.add_argument("number", type=int, help="as the list shows it")
    options = parser.parse_args(argv)
    by = getpass.getuser()
    if options.word == "received":
        _received(options, by)
    elif options.word == "returned":
        sys.stdout.write(f"Noted: {spaced(record.returned(options.number, by=by))}\n")
    else:
        _list()


def _received(options: argparse.Namespace, by: str) -> None:
    noted = record.received(
        "".join(options.reference),
        options.amount,
        by=by,
        day=options.day,
        line=options.line,
    )
    state = noted.payment or "not known yet"
    sys.stdout.write(f"Noted as {noted.number}. The payment is {state}.\n")


def _list() -> None:
    book = record.book()
    for row in book.waiting():
        asked, came = Amount(row.minor).major, Amount(row.received).major
        line = f"waiting     {spaced(row.reference)}  EUR {asked}, {came} have come"
        sys.stdout.write(f"{line}, since {row.opened_at}\n")
    for due in book.due():
        line = f"return {due.id:>3}  {spaced(due.reference)}  EUR {Amount(due.minor).major}"
        sys.stdout.write(f"{line}, since {due.asked_at}\n")
