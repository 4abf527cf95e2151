"""Money: what a seller has earned, what the office pays out, and what waits for a person."""

import csv
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from belvedere.desk import queries
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only, operators_only
from belvedere.sell import queries as sales
from belvedere.sell import services as sell
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Operator

heads_only = only("head")
SHOWN = 200  # payouts on one page, the last ones
_STEPS = {
    "send": sell.send_payout,
    "paid": sell.pay_out,
    "returned": sell.return_payout,
}


@operators_only
def statement(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Show a business what it has earned, row by row, and what it was paid."""
    context = {
        "operator": operator,
        "statements": sales.statements(operator.pk),
        "funds": queries.funded_by(operator).exists(),
    }
    return page(request, "desk/statement.html", context)


@operators_only
def statement_table(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Return the statement as CSV, for a spreadsheet: one row a change."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{operator.slug}.csv"'
    answer.write("\ufeff")  # Excel takes the file for cp1252 without it.
    writer = csv.writer(answer)
    writer.writerow(
        ["at", "order", "kind", "currency", "gross", "commission", "vat", "net", "payout",
         "simulated", "discount", "discount_paid_by_agency"]
    )  # fmt: skip
    for each in sales.statements(operator.pk):
        for row in each.rows:
            amounts = (row.gross, row.commission, row.vat, row.net)
            writer.writerow(
                [
                    f"{localtime(row.at):%Y-%m-%d %H:%M}",
                    row.number,
                    row.kind,
                    each.currency,
                    *(amount.major for amount in amounts),
                    row.paid or "",
                    int(row.simulated),
                    row.discount,
                    int(row.by_agency),
                ]
            )
    return answer


@heads_only
def payouts(request: SignedIn) -> HttpResponse:
    """Show what is owed to the sellers, what was paid, and what waits for a person."""
    sellers = territory.visible_to(request.user).operators.in_bulk()
    owed = sales.owed(sellers)
    context = {
        "owed": [(sellers[key], amounts) for key, amounts in owed.items()],
        "payouts": sales.payouts(sellers)[:SHOWN],
        "troubles": sales.troubles(sellers),
    }
    return page(request, "desk/payouts.html", context)


@heads_only
@require_POST
def draft(request: SignedIn) -> HttpResponse:
    """Make a payout for each seller who is owed enough."""
    made = sell.draft_payouts(operators=mine(request))
    messages.success(request, _("Payouts prepared: %(n)s.") % {"n": len(made)})
    return redirect("desk:payouts")


@heads_only
@require_POST
def payout(request: SignedIn, pk: int, step: str) -> HttpResponse:
    """Write down how far a payout has come."""
    if step not in _STEPS or not sales.payouts(mine(request)).filter(pk=pk).exists():
        raise Http404
    try:
        _STEPS[step](pk, by=request.user.pk)
    except BadInput:
        messages.error(request, _("Somebody was quicker: see how far the payout is now."))
    return redirect("desk:payouts")


def mine(request: SignedIn) -> list[int]:
    """Return the keys of the sellers of one's own areas."""
    return list(territory.visible_to(request.user).operators.values_list("pk", flat=True))
