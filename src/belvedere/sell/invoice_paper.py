"""An invoice for commission on paper, in the language of who reads it."""

from typing import Any

from babel.dates import format_date
from django.utils.translation import override

from belvedere.sell.models import Invoice
from belvedere.sell.paper_words import KINDS
from belvedere.sell.queries.papers import file_of
from belvedere.sell.rules.papers import VAT_PERCENT
from belvedere.sell.services.invoice import last_day, words
from belvedere.shared.languages import code, locale
from belvedere.shared.money import Amount
from belvedere.theme import pdf as paper


def pdf(invoice: Invoice, language: str) -> bytes:
    """Return an issued invoice as a PDF: a courtesy copy, the XML is the invoice by law."""
    with override(code(language)):
        return paper.render("sell/invoice.html", contents(invoice, language))


def contents(invoice: Invoice, language: str) -> dict[str, Any]:
    """Return what the paper says; a credit note shows its amounts as positive numbers."""
    file = file_of(invoice)
    assert file is not None  # noqa: S101  Every issued invoice has one.
    last = last_day(invoice)
    sign = -1 if invoice.kind == "TD04" else 1
    return {
        "invoice": invoice,
        "file": file,
        "agency": file.parties["agency"],
        "seller": file.parties["seller"],
        "kind": KINDS[invoice.kind],
        "day": format_date(invoice.issued_on, "long", locale=locale(language)),
        "first": format_date(invoice.month, "long", locale=locale(language)),
        "last": format_date(last, "long", locale=locale(language)),
        "lines": [
            (words(each), Amount(each[2] * sign, invoice.currency)) for each in invoice.lines
        ],
        "net": invoice.net * sign,
        "vat": invoice.vat * sign,
        "total": invoice.total * sign,
        "rate": 0 if invoice.nature else VAT_PERCENT,
        "language": language,
    }
