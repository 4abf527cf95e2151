"""What each side of an agreement owes, and that it is done."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount
from belvedere.territory.models import Agreement, Obligation, User


@transaction.atomic
def owe(
    agreement_id: int,
    *,
    who_owes: str,
    what: str,
    due_on: date,
    amount: Amount | None = None,
    by: User | None = None,
) -> Obligation:
    """Write down what one side owes.

    Args:
        agreement_id: Key of the agreement.
        who_owes: `agency` or `partner`.
        what: In words.
        due_on: The last day on which it is in time; it may have gone by.
        amount: If it is money.
        by: Who writes it down.

    Raises:
        BadInput: Something is missing or wrong; `field` says which.

    """
    agreement = Agreement.objects.select_related("area").get(pk=agreement_id)
    what = " ".join(what.split())
    if who_owes not in Obligation.Side.values:
        raise BadInput(_("Choose who owes it: we, or the partner."), field="who_owes")
    if not 1 <= len(what) <= 300:
        raise BadInput(_("Write what is owed, in at most 300 letters."), field="what")
    if amount is not None and amount.minor <= 0:
        raise BadInput(_("Write an amount above zero, or leave it empty."), field="amount")
    obligation = Obligation.objects.create(
        agreement=agreement,
        who_owes=who_owes,
        what=what,
        due_on=due_on,
        amount_minor=amount.minor if amount else None,
        currency=amount.currency if amount else "EUR",
    )
    _record("agreement.owed", obligation, agreement, by)
    return obligation


@transaction.atomic
def settle(
    obligation_id: int, *, done_on: date | None = None, by: User | None = None
) -> Obligation:
    """Write down that something owed was done. A second time changes nothing.

    Args:
        obligation_id: Key of the obligation.
        done_on: The day on which it was; today if none is given.
        by: Who writes it down.

    Raises:
        BadInput: The day is still to come; `field` is `done_on`.

    """
    obligation = Obligation.objects.select_for_update().get(pk=obligation_id)
    day = done_on or clock.today()
    if day > clock.today():
        raise BadInput(_("What is done was done today or before."), field="done_on")
    if obligation.done_on is None:
        obligation.done_on = day
        obligation.save(update_fields=["done_on"])
        _record("agreement.settled", obligation, obligation.agreement, by)
    return obligation


def _record(kind: str, obligation: Obligation, agreement: Agreement, by: User | None) -> None:
    who: dict[str, Any] = {"by": by.pk} if by else {}
    record(
        kind,
        f"agreement:{agreement.pk}",
        area=agreement.area.slug,
        amount=obligation.amount,
        who_owes=obligation.who_owes,
        obligation=obligation.pk,
        **who,
    )
