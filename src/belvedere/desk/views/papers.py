"""The head's papers: invoices of a month, issued all at once, and who the agency is."""

import io
import zipfile
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.desk.paper_forms import AgencyData, Receipt
from belvedere.desk.queries import papers as queries
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only
from belvedere.sell import invoice_paper
from belvedere.sell import services as sell
from belvedere.sell.paper_words import held
from belvedere.sell.queries import papers as reading
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import WRITTEN_TAGS
from belvedere.territory import queries as territory

heads_only = only("head")
SECRETS = ("iban",)


@heads_only
@never_cache
def invoices(request: SignedIn) -> HttpResponse:
    """Show the months, and the papers of one."""
    return _invoices(request, _month(request.GET.get("month", "")), Receipt())


def _invoices(request: SignedIn, month: date | None, form: Receipt) -> HttpResponse:
    mine = _mine(request)
    months = reading.months(mine)
    known = {each.first: each for each in months}
    month = month or next(iter(known), None)
    found = queries.papers(mine, month) if month else []
    agency = reading.agency()
    context = {
        "months": months,
        "month": known.get(month) if month else None,
        "shown": month,
        "papers": found,
        "ready": sum(not each.file and not each.reasons for each in found),
        "held": sum(bool(each.reasons) for each in found),
        "offered": queries.offered_months(),
        "named": bool(agency.legal_name and agency.vat_number),
        "form": form,
    }
    status = 422 if form.errors else 200
    return page(request, "desk/invoices.html", context, status=status)


@heads_only
@require_POST
def draft(request: SignedIn) -> HttpResponse:
    """Put what the ledger has earned until the end of a month into drafts."""
    month = _month(request.POST.get("month", ""))
    if month is None:
        messages.error(request, _("Choose a month of the list."))
        return redirect("desk:invoices")
    try:
        made = sell.draft_invoices(month, _mine(request))
    except BadInput as error:
        messages.error(request, str(error))
        return redirect("desk:invoices")
    if made:
        said = ngettext(
            "%(n)s invoice is prepared: look at it, then issue it.",
            "%(n)s invoices are prepared: look at them, then issue them.",
            len(made),
        )
        messages.success(request, said % {"n": len(made)})
    else:
        messages.success(request, _("There is no commission that stands in no invoice yet."))
    return _to(month)


@heads_only
@require_POST
def issue(request: SignedIn, month: str) -> HttpResponse:
    """Have all drafts of a month issued that nothing holds."""
    first = _known_month(month)
    asked = sell.ask_to_issue(first, _mine(request))
    if not asked:
        messages.error(request, _("There is nothing to issue: what is left is held."))
    return _to(first)


@heads_only
@require_POST
def act(request: SignedIn, pk: int, deed: str) -> HttpResponse:
    """Issue one, write one again, or write down that its file was handed over."""
    invoice = _invoice(request, pk)
    file = reading.file_of(invoice)
    try:
        if deed == "issue":
            made = sell.issue_invoice(pk, by=request.user.pk)
            messages.success(request, _("Issued: %(number)s.") % {"number": made.number})
        elif deed == "again":
            sell.write_again(pk, by=request.user.pk)
            messages.success(request, _("It is written again, under its number and day."))
        elif deed == "sent" and file:
            sell.note_sent(file.pk, by=request.user.pk)
        else:
            raise Http404
    except sell.Held as error:
        messages.error(request, " ".join(held(error.problems)))
    except BadInput as error:
        messages.error(request, str(error))
    return _to(invoice.month)


@heads_only
@require_POST
def receipt(request: SignedIn) -> HttpResponse:
    """Read what came back from the Sistema di Interscambio."""
    form = Receipt(request.POST, request.FILES)
    if form.is_valid():
        content = form.cleaned_data["receipt"].read(2_000_000)
        try:
            file = sell.take_receipt(content, _mine(request), by=request.user.pk)
        except BadInput as error:
            form.add_error("receipt", str(error))
        else:
            said = {"number": file.invoice.number, "state": file.get_state_display()}
            messages.success(request, _("%(number)s: %(state)s.") % said)
            return _to(file.invoice.month)
    return _invoices(request, None, form)


@heads_only
def paper(request: SignedIn, pk: int, language: str) -> HttpResponse:
    """Give an issued invoice as a PDF."""
    return as_pdf(_invoice(request, pk), language)


@heads_only
def xml(request: SignedIn, pk: int) -> HttpResponse:
    """Give the file of an issued invoice."""
    return as_xml(_invoice(request, pk))


@heads_only
def packed(request: SignedIn, month: str) -> HttpResponse:
    """Give the files of a month that are not refused, to be handed over, as a ZIP."""
    first = _known_month(month)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for each in reading.invoices(_mine(request)).filter(month=first, state="issued"):
            file = reading.file_of(each)
            if file and file.state != file.State.REFUSED:
                pack.writestr(file.name, file.xml)
    answer = HttpResponse(out.getvalue(), content_type="application/zip")
    return _named(answer, f"invoices-{first:%Y-%m}.zip")


@heads_only
@never_cache
def agency(request: SignedIn) -> HttpResponse:
    """Ask who the agency is to the taxman."""
    known = reading.agency()
    shown = [each for each in AgencyData.base_fields if each not in SECRETS]
    form = AgencyData(
        request.POST or None, initial={each: getattr(known, each) for each in shown}
    )
    if request.method == "POST" and form.is_valid():
        said = {
            key: value
            for key, value in form.cleaned_data.items()
            if key not in SECRETS or value
        }
        try:
            sell.keep_agency(said, by=request.user.pk)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(
                request, _("It is kept. Invoices that are issued stay as they are.")
            )
            return redirect("desk:agency")
    context = {"form": form, "has_iban": bool(known.iban)}
    return page(request, "desk/agency.html", context, status=422 if form.errors else 200)


def as_pdf(invoice: Any, language: str) -> HttpResponse:
    """Return an issued invoice as a PDF in a language of the interface."""
    if language not in WRITTEN_TAGS or invoice.state != invoice.State.ISSUED:
        raise Http404
    answer = HttpResponse(invoice_paper.pdf(invoice, language), content_type="application/pdf")
    return _named(answer, f"{invoice.number.replace('/', '-')}-{language}.pdf", "inline")


def as_xml(invoice: Any) -> HttpResponse:
    """Return the file of an issued invoice."""
    file = reading.file_of(invoice)
    if file is None:
        raise Http404
    return _named(HttpResponse(file.xml, content_type="application/xml"), file.name)


def _named(answer: HttpResponse, name: str, how: str = "attachment") -> HttpResponse:
    answer["Content-Disposition"] = f'{how}; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _invoice(request: SignedIn, pk: int) -> Any:
    found = reading.invoices(_mine(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _known_month(text: str) -> date:
    found = _month(text)
    if found is None:
        raise Http404
    return found


def _to(month: date) -> HttpResponse:
    return redirect(f"{reverse('desk:invoices')}?month={month:%Y-%m}")


def _mine(request: HttpRequest) -> list[int]:
    """Return the keys of the sellers of one's own areas."""
    return list(territory.visible_to(request.user).operators.values_list("pk", flat=True))
