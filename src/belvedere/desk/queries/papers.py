"""What the head and a seller read about invoices and the yearly report."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from belvedere.sell import paper_words as said
from belvedere.sell.queries import papers as reading
from belvedere.sell.queries.dac7 import CURRENCY, OfSeller
from belvedere.sell.rules import papers as rules
from belvedere.sell.rules.dac7 import Activity, Reported
from belvedere.shared import clock
from belvedere.shared.money import Amount

OFFERED = 13  # months that can be drafted: the running one and a year before it


@dataclass(frozen=True)
class Paper:
    """An invoice on the desk.

    Attributes:
        invoice: The invoice.
        file: Its file that counts; None for a draft.
        kind: What it is called; empty for a draft.
        reasons: Why it cannot be issued, in words; empty when it can, or is.

    """

    invoice: Any
    file: Any
    kind: str
    reasons: list[str]


def papers(operators: Collection[int], month: date) -> list[Paper]:
    """Return the papers of a month, by seller: what is held first, then drafts, then issued."""
    by = reading.agency()
    found = [_paper(each, by) for each in reading.invoices(operators).filter(month=month)]
    return sorted(found, key=lambda each: (bool(each.file), not each.reasons))


def papers_of(operator_id: int) -> list[Paper]:
    """Return the papers that a seller was issued, the last month first."""
    found = reading.invoices([operator_id]).filter(state="issued")
    return [_paper(each, None) for each in found]


def _paper(invoice: Any, by: Any) -> Paper:
    draft = invoice.state == invoice.State.DRAFT
    reasons = said.held(reading.held(invoice, by)) if draft and by else []
    kind = "" if draft else str(said.KINDS[invoice.kind])
    return Paper(invoice, None if draft else reading.file_of(invoice), kind, reasons)


def offered_months() -> list[date]:
    """Return the months for which invoices can be drafted, the last one that is over first."""
    running = rules.month_of(clock.today())
    found = [running]
    while len(found) < OFFERED:
        found.append(rules.month_before(found[-1]))
    return [*found[1:], running]


@dataclass(frozen=True)
class Activities:
    """A year of one activity as pages and tables show it."""

    name: str
    address: str
    cells: list[tuple[int, Amount, Amount, int]]
    net: Amount
    fees: Amount
    number: int


def activities(of: OfSeller, rows: Iterable[Reported]) -> list[Activities]:
    """Return rows of the yearly report in words: quarter, consideration, fees, number."""
    return [
        Activities(
            name=_name(of, each),
            address=of.listings[each.listing].address if each.listing else "",
            cells=[
                (at, Amount(cell.net, CURRENCY), Amount(cell.fees, CURRENCY), cell.activities)
                for at, cell in enumerate(each.quarters, 1)
            ],
            net=Amount(each.net, CURRENCY),
            fees=Amount(each.fees, CURRENCY),
            number=each.activities,
        )
        for each in rows
    ]


def _name(of: OfSeller, row: Reported) -> str:
    if row.activity == Activity.PROPERTY and row.listing:
        return said.listing(of.listings[row.listing].name)
    return str(said.ACTIVITIES[row.activity])


def fields(names: Iterable[str]) -> list[str]:
    """Return what fields are called."""
    return [str(said.FIELDS[each]) for each in names]


def left(of: OfSeller) -> str:
    """Return why a seller is not reported; empty when it is."""
    return said.left(of.left) if of.left else ""


def report_table(found: Iterable[OfSeller]) -> Iterator[list[str | int]]:
    """Yield the yearly report as a table: a row for each seller, activity and quarter."""
    yield [
        _("Seller"), _("Legal name"), _("First name"), _("Surname"), _("Day of birth"),
        _("Tax number"), _("VAT number"), _("Street"), _("Postcode"), _("Town"), _("Country"),
        "IBAN", _("Activity"), _("Address of the property"), pgettext("year", "Quarter"),
        _("Consideration (euros)"), _("Fees with VAT (euros)"), _("Taxes withheld (euros)"),
        _("Number of activities"), _("Reported"), _("Missing"),
    ]  # fmt: skip
    for of in found:
        who, seller = of.party, of.seller
        born = seller.birth_date.isoformat() if seller and seller.birth_date else ""
        person = [
            of.operator.name, who["name"], who["first_name"], who["last_name"], born,
            who["tax_code"], who["vat_number"], who["street"], who["postcode"], who["city"],
            who["country"], seller.iban if seller else "",
        ]  # fmt: skip
        told = left(of) or _("yes")
        lacks = ", ".join(fields(of.lacks))
        for row in of.rows:
            (shown,) = activities(of, [row])
            reported = told if row in of.told or of.left else _("no: few and small sales")
            for quarter, net, fees, number in shown.cells:
                yield [
                    *person, shown.name, shown.address, quarter, str(net.major),
                    str(fees.major), "0.00", number, reported, lacks,
                ]  # fmt: skip
