"""The day on paper or in a spreadsheet, and in the operator's own calendar."""

import csv
import importlib
import io
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from belvedere.desk import queries
from belvedere.desk.views.people import SignedIn, operators_only
from belvedere.sell import queries as sales
from belvedere.sell import services as sell
from belvedere.shared.languages import tag

if TYPE_CHECKING:
    from belvedere.territory.models import Operator

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@operators_only
def day_sheet(request: SignedIn, operator: "Operator", day: str, kind: str) -> HttpResponse:
    """Give the guests of a day as CSV or XLSX: one row a booking, by start."""
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404("There is no such day.") from error
    language = tag(get_language() or "")
    rows = list(_rows(queries.guests(request.user, operator, on, language)))
    name = f"{operator.slug}-{on.isoformat()}.{kind}"
    answer = as_xlsx(rows, on.isoformat()) if kind == "xlsx" else as_csv(rows)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"  # It has names.
    return answer


@operators_only
@require_POST
def renew_calendar(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Give the calendar an address, or another one: the old one is dead from now on."""
    first = not sales.calendar_address(operator.pk)
    sell.calendar_feed(operator.pk, renew=not first)
    if not first:
        messages.success(request, _("The calendar has a new address. The old one is dead."))
    return redirect("desk:today")


def _rows(groups: list[queries.Group]) -> Iterator[list[str | int]]:
    yield [
        _("Start"), _("Experience"), _("Number"), _("Name"), _("Guests"), _("Arrived"),
        _("Language"), _("Telephone"), _("E-mail"), _("Code"),
    ]  # fmt: skip
    for group in groups:
        start = f"{group.start:%H:%M}" if group.start else ""
        for each in group.guests:
            texts = (each.number, each.name)
            reach = (each.language, each.phone, each.email, each.code)
            yield [
                start,
                safe(group.title),
                *map(safe, texts),
                each.quantity,
                each.redeemed,
                *map(safe, reach),
            ]


def safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula; a telephone's + stays one."""
    return f"'{text}" if text.startswith(("=", "@", "-", "\t", "\r", "+=")) else text


def as_csv(rows: list[list[str | int]]) -> HttpResponse:
    """Give rows as CSV that a spreadsheet opens."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.write("\ufeff")  # Excel takes the file for cp1252 without it.
    csv.writer(answer).writerows(rows)
    return answer


def as_xlsx(rows: list[list[str | int]], title: str) -> HttpResponse:
    """Give rows as a workbook of one sheet."""
    # Only here: it brings numpy along, which the web server starts without.
    openpyxl = importlib.import_module("openpyxl")
    make_cell = importlib.import_module("openpyxl.cell").WriteOnlyCell
    bold = importlib.import_module("openpyxl.styles").Font(bold=True)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for at, row in enumerate(rows):
        cells = [make_cell(sheet, value=value) for value in row]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # Never a formula, whatever it looks like.
            if not at:
                cell.font = bold
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return HttpResponse(out.getvalue(), content_type=XLSX)
