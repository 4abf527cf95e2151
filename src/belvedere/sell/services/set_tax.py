"""Saying what a municipality asks of who sleeps there."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.sell.models import TouristTax
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

HIGHEST = 2000
"""In cents: more than this is a slip of the pen.

D.Lgs. 23/2011 art. 4 sets 5 EUR per night, and more for some municipalities by later laws;
which of them holds for one is for the staff to know, and stands in `source`.
"""


@dataclass(frozen=True)
class TaxTerms:
    """What is asked per person and night; fields as of `TouristTax`."""

    rate: Amount
    first_day: date
    source: str
    accommodation: str = ""
    last_day: date | None = None
    most_nights: int | None = None
    free_under: int = 0


@transaction.atomic
def set_tax(municipality_id: int, terms: TaxTerms) -> TouristTax:
    """Write down what a municipality asks from a day on; the same class and day is changed.

    Raises:
        BadInput: Says which field, and what was expected.

    """
    if not terms.source.strip():
        raise BadInput(
            _("Write where the figure stands: the decision and its date."), field="source"
        )
    if terms.rate.minor > HIGHEST:
        raise BadInput(
            _(
                "More than %(amount)s per person and night looks like a slip: the law sets"
                " 5 euros, and more for a few municipalities only."
            )
            % {"amount": Amount(HIGHEST).text("it")},
            field="rate",
        )
    if terms.last_day and terms.last_day < terms.first_day:
        raise BadInput(_("The last day lies before the first."), field="last_day")
    if terms.most_nights is not None and terms.most_nights < 1:
        raise BadInput(_("At least one night, or leave it empty."), field="most_nights")
    row, _made = TouristTax.objects.update_or_create(
        municipality_id=municipality_id,
        accommodation=terms.accommodation,
        first_day=terms.first_day,
        defaults={
            "minor": terms.rate.minor,
            "currency": terms.rate.currency,
            "last_day": terms.last_day,
            "most_nights": terms.most_nights,
            "free_under": terms.free_under,
            "source": terms.source.strip()[:200],
        },
    )
    journal.record(
        "tax.set",
        f"municipality:{row.municipality.code}",
        minor=row.minor,
        accommodation=row.accommodation,
        first_day=row.first_day.isoformat(),
    )
    return row


@transaction.atomic
def drop_tax(pk: int) -> None:
    """Take a line of the table away; nothing that was sold depends on it."""
    row = TouristTax.objects.select_related("municipality").get(pk=pk)
    journal.record(
        "tax.dropped",
        f"municipality:{row.municipality.code}",
        accommodation=row.accommodation,
        first_day=row.first_day.isoformat(),
    )
    row.delete()
