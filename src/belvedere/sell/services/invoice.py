"""Invoices for commission: drafted from the ledger, issued by a person, written for SdI."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from belvedere.journal.services import record
from belvedere.sell import fatturapa
from belvedere.sell.models import Account, Agency, Billed, Entry, Invoice, InvoiceFile, Seller
from belvedere.sell.queries import papers as reading
from belvedere.sell.rules import papers as rules
from belvedere.sell.rules.papers import Problem
from belvedere.sell.services import book
from belvedere.sell.services.book import Line
from belvedere.sell.services.finalise import later
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

State = InvoiceFile.State
_AFTER = {
    State.SENT: (State.MADE,),
    State.DELIVERED: (State.MADE, State.SENT, State.IN_AREA),
    State.IN_AREA: (State.MADE, State.SENT),
    State.REFUSED: (State.MADE, State.SENT),
}


class Held(BadInput):
    """The invoice cannot be issued yet. `problems` says why, and who can put it right."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(_("The invoice is held: something is missing."))
        self.problems = problems


class NotYet(BadInput):
    """The month has not begun."""


@transaction.atomic
def draft_invoices(month: date, operators: Collection[int] | None = None) -> list[Invoice]:
    """Put what the ledger has earned until the end of a month into drafts, one for a seller.

    Entries that stand in no paper yet go into the month's draft, also older ones: nothing is
    lost, and nothing is billed twice, however often it is asked. A month whose invoice has
    been issued leaves what comes later to the next.

    Args:
        month: Any day of it.
        operators: Keys of the sellers; all when None.

    Returns:
        The drafts that are new or have grown.

    Raises:
        NotYet: The month lies ahead.

    """
    first = rules.month_of(month)
    if first > clock.today():
        raise NotYet(_("The month has not begun."), field="month")
    _lock()
    found = reading.unbilled(reading.end_of(first), operators)
    drafts = [_draft(first, each) for each in found]
    return [each for each in drafts if each]


def _draft(month: date, of: reading.Unbilled) -> Invoice | None:
    known = Invoice.objects.filter(
        operator=of.operator, month=month, currency=of.currency, simulated=of.simulated
    ).first()
    if known and known.state != Invoice.State.DRAFT:
        return None
    made = known or Invoice(
        operator_id=of.operator, month=month, currency=of.currency, simulated=of.simulated,
        net_minor=0, vat_minor=0,
    )  # fmt: skip
    made.net_minor += of.commission
    made.vat_minor += of.vat
    made.lines = _joined(made.lines, of.lines)
    made.save()
    Billed.objects.bulk_create(Billed(entry_id=each, invoice=made) for each in of.entries)
    return made


def _joined(old: list[Any], new: list[tuple[str, int, int]]) -> list[list[Any]]:
    found: dict[str, list[Any]] = {}
    for kind, count, minor in [*old, *new]:
        line = found.setdefault(kind, [kind, 0, 0])
        line[1] += count
        line[2] += minor
    return list(found.values())


@transaction.atomic
def ask_to_issue(month: date, operators: Collection[int]) -> int:
    """Ask for all drafts of a month that nothing holds to be issued by a job.

    Returns:
        How many were asked for.

    """
    agency = _lock()
    drafts = reading.invoices(operators).filter(month=month, state=Invoice.State.DRAFT)
    ready = [each.pk for each in drafts if not reading.held(each, agency)]
    if ready:
        Invoice.objects.filter(pk__in=ready).update(asked_at=clock.now())
        later("sell.issue_invoices", invoice_ids=ready)
    return len(ready)


@transaction.atomic
def issue_invoice(invoice_id: int, *, by: int | None = None) -> Invoice:
    """Give a draft its number and its day, and write its file. Asking again changes nothing.

    Numbers follow each other within a year, for simulated papers in a row of their own: the
    agency's row is locked, and the database refuses a gap. Where the VAT of the single sales
    adds up to more than a cent from that of the whole, the ledger moves the difference
    between commission and VAT, so that both say what the paper says.

    Raises:
        Held: Something is missing, or the rules of this case are for an accountant.

    """
    agency = _lock()
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    if invoice.state == Invoice.State.ISSUED:
        return invoice
    problems = reading.held(invoice, agency)
    if problems:
        raise Held(problems)
    seller = Seller.objects.get(operator=invoice.operator_id)
    home = rules.is_home(reading.party_of(seller))
    invoice.nature = "" if home else rules.NO_VAT
    if home:
        _even_out(invoice)
    credit = invoice.net_minor + invoice.vat_minor < 0
    invoice.kind = "TD04" if credit else agency.kind
    invoice.issued_on = clock.today()
    invoice.year = invoice.issued_on.year
    same = Invoice.objects.filter(year=invoice.year, simulated=invoice.simulated)
    invoice.sequence = (same.aggregate(last=Max("sequence"))["last"] or 0) + 1
    invoice.state, invoice.asked_at = Invoice.State.ISSUED, None
    invoice.save()
    _write(invoice, agency, seller)
    record("invoice.issued", f"invoice:{invoice.pk}", amount=invoice.total, by=by,
           document=invoice.kind)  # fmt: skip
    return invoice


def issue_asked(invoice_ids: Collection[int]) -> int:
    """Issue drafts one after the other; one that is held by now waits without a number.

    Returns:
        How many of them are issued.

    """
    issued = 0
    for each in invoice_ids:
        try:
            issue_invoice(each)
            issued += 1
        except Held:
            Invoice.objects.filter(pk=each, state=Invoice.State.DRAFT).update(asked_at=None)
    return issued


def _even_out(invoice: Invoice) -> None:
    net, vat = rules.taxed(invoice.net_minor, invoice.vat_minor)
    moved = net - invoice.net_minor
    if not moved:
        return
    entry = book.post(
        f"rounded:{invoice.pk}",
        [
            Line(Account.COMMISSION, Amount(-moved, invoice.currency),
                 operator_id=invoice.operator_id),
            Line(Account.VAT, Amount(moved, invoice.currency), operator_id=invoice.operator_id),
        ],
        simulated=invoice.simulated,
    )  # fmt: skip
    assert entry is not None  # noqa: S101  A draft is issued once.
    Billed.objects.create(entry_id=entry.pk, invoice=invoice)
    invoice.net_minor, invoice.vat_minor = net, vat
    invoice.lines = [*invoice.lines, ["rounded", 1, moved]]


@transaction.atomic
def write_again(invoice_id: int, *, by: int | None = None) -> InvoiceFile:
    """Write an invoice that was refused anew, under its number and day, with the data of now.

    Raises:
        BadInput: Its last file was not refused.
        Held: Something is missing.

    """
    agency = _lock()
    invoice = Invoice.objects.get(pk=invoice_id)
    last = reading.file_of(invoice)
    if last is None or last.state != State.REFUSED:
        raise BadInput(_("Only what was refused is written again."))
    problems = reading.held(invoice, agency)
    if problems:
        raise Held(problems)
    made = _write(invoice, agency, Seller.objects.get(operator=invoice.operator_id))
    record("invoice.written_again", f"invoice:{invoice.pk}", by=by)
    return made


def _write(invoice: Invoice, agency: Agency, seller: Seller) -> InvoiceFile:
    issuer, buyer = reading.party_of(agency), reading.party_of(seller)
    # The row of simulated papers begins with a letter: they never look like true ones.
    mark = "D" if invoice.simulated else "0"
    row = InvoiceFile.objects.filter(invoice__simulated=invoice.simulated)
    progressive = f"{mark}{row.count() + 1:04}"
    if len(progressive) > 5:
        raise BadInput(_("All 9,999 numbers of files are used up."))
    with override("it"):
        xml = fatturapa.write(_paper(invoice, agency, progressive), issuer, buyer)
    return InvoiceFile.objects.create(
        invoice=invoice,
        progressive=progressive,
        name=fatturapa.file_name(issuer, progressive),
        parties={"agency": issuer, "seller": buyer},
        xml=xml,
        made_at=clock.now(),
    )


def words(line: list[Any]) -> str:
    """Return what a line of an invoice says, in the language that is spoken."""
    kind, count, _minor = line
    if kind == "earned":
        text = ngettext(
            "Commission for mediation, %(n)s sale",
            "Commission for mediation, %(n)s sales",
            count,
        )
        return text % {"n": count}
    if kind == "returned":
        text = ngettext(
            "Commission given back, %(n)s refund", "Commission given back, %(n)s refunds", count
        )
        return text % {"n": count}
    return _("Rounding of the VAT of the single sales")


def last_day(invoice: Invoice) -> date:
    """Return the last day that an issued invoice charges for."""
    over = rules.month_after(invoice.month) - timedelta(days=1)
    return min(over, invoice.issued_on or over)


def _paper(invoice: Invoice, agency: Agency, progressive: str) -> fatturapa.Paper:
    sign = -1 if invoice.kind == "TD04" else 1
    assert invoice.issued_on is not None  # noqa: S101  It has just been issued.
    note = _("Commission for mediation, kept back from what was collected for the seller")
    if invoice.simulated:
        note = " ".join([_("DEMO: simulated, of no value for tax."), note])
    return fatturapa.Paper(
        number=invoice.number,
        day=invoice.issued_on,
        kind=invoice.kind,
        first=invoice.month,
        last=last_day(invoice),
        lines=[(words(each), each[2] * sign) for each in invoice.lines],
        net=invoice.net_minor * sign,
        vat=invoice.vat_minor * sign,
        nature=invoice.nature,
        about=_about(invoice) if sign < 0 else [],
        note=note,
        progressive=progressive,
        cash=agency.regime == Agency.Regime.RF17,
    )


def _about(invoice: Invoice) -> list[tuple[str, date]]:
    """Return the invoices that charged what a credit note gives back."""
    parts = Entry.objects.filter(billed__invoice=invoice).values("postings__seller_order")
    charged = Invoice.objects.filter(
        state=Invoice.State.ISSUED, billed__entry__postings__seller_order__in=parts
    ).exclude(pk=invoice.pk)
    return [
        (each.number, each.issued_on)
        for each in charged.distinct().order_by("year", "sequence")
        if each.issued_on
    ]


@transaction.atomic
def note_sent(file_id: int, *, by: int | None = None) -> InvoiceFile:
    """Write down that a file was handed to the Sistema di Interscambio.

    Raises:
        BadInput: It was already.

    """
    return _move(InvoiceFile.objects.select_for_update().get(pk=file_id), State.SENT, by=by)


@transaction.atomic
def take_receipt(
    content: bytes, operators: Collection[int], *, by: int | None = None
) -> InvoiceFile:
    """Read a receipt of the Sistema di Interscambio and write down what it says of a file.

    Args:
        content: The XML of the receipt: RC, MC or NS.
        operators: Keys of the sellers whose papers somebody may touch.
        by: Who brought it.

    Raises:
        BadInput: It is no receipt, of no file of ours, or says what cannot be.

    """
    try:
        said = fatturapa.read_receipt(content)
    except BadInput as error:
        raise BadInput(
            _("This is not a receipt of the Sistema di Interscambio: choose the XML that came"
              " back (its name has RC, MC or NS in it)."),
            field="receipt",
        ) from error  # fmt: skip
    file = (
        InvoiceFile.objects.select_for_update()
        .filter(name=said.file, invoice__operator__in=operators)
        .first()
    )
    if file is None:
        raise BadInput(
            _("The receipt is about %(name)s, which is no file of ours.") % {"name": said.file},
            field="receipt",
        )
    if file.state == said.state:
        return file
    file.sdi_id, file.reason = said.sdi_id, said.reason
    return _move(file, State(said.state), by=by)


def _move(file: InvoiceFile, to: InvoiceFile.State, *, by: int | None) -> InvoiceFile:
    if file.state not in _AFTER[to]:
        raise BadInput(
            _("%(name)s stands at “%(state)s”: this cannot follow.")
            % {"name": file.name, "state": file.get_state_display()},
            field="receipt",
        )
    file.state, file.answered_at = to, clock.now()
    file.save(update_fields=["state", "answered_at", "sdi_id", "reason"])
    record(f"invoice.{to}", f"invoice:{file.invoice_id}", by=by)
    return file


def _lock() -> Agency:
    """Return the agency's row, locked: who holds it makes papers alone."""
    Agency.objects.get_or_create(pk=1)
    return Agency.objects.select_for_update().get(pk=1)
