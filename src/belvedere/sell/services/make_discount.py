"""Making a discount, and stopping it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.sell.models import Discount
from belvedere.sell.rules.discounts import clean, is_code
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount


@dataclass(frozen=True)
class DiscountTerms:
    """What a discount takes off, of what, how often, and who pays for it.

    Attributes:
        percent: Of what it is for; or None.
        amount: Off the whole order; or None.
        max_uses: How many orders; None: no limit.
        budget: How much money at most, of all orders together; None: no limit.
        minimum: What it is for must cost so much at least; None: anything.
        by_seller: Whether the operator funds it, and not the agency.
        operator: Key of the only one it is for; who funds it if `by_seller`.
        product: Key of the only product it is for.
        source: Source code of the piece that it belongs to.
        valid_from: From when on; at once when None.
        valid_until: Until when; until it is stopped when None.

    """

    percent: Decimal | None = None
    amount: Amount | None = None
    max_uses: int | None = None
    budget: Amount | None = None
    minimum: Amount | None = None
    by_seller: bool = False
    operator: int | None = None
    product: int | None = None
    source: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@transaction.atomic
def make_discount(
    code: str, area_id: int, terms: DiscountTerms, *, by: int | None = None
) -> Discount:
    """Make a discount that buyers can use from now on, or from its first moment.

    Its terms never change: who has read them on a poster finds them so. Stop it and make
    another one.

    Args:
        code: As it is printed; kept in capital letters.
        area_id: Key of the area whose staff minds it; it is for what is sold there.
        terms: What it is.
        by: Key of who makes it.

    Raises:
        BadInput: Says which term is wrong.

    """
    code = clean(code)
    if not is_code(code):
        raise BadInput(
            _("3 to 24 letters without accents, digits and hyphens: ESTATE-10."), field="code"
        )
    _check(terms)
    made, new = Discount.objects.get_or_create(
        code=code, defaults={**_fields(terms), "area_id": area_id, "made_at": clock.now()}
    )
    if not new:
        raise BadInput(_("There is a discount with this code already."), field="code")
    if made.product and made.operator_id not in (None, made.product.operator_id):
        raise BadInput(_("The business chosen does not sell this."), field="product")
    journal.record(
        "discount.made", f"discount:{made.pk}", source=made.source, area=made.area.slug, by=by
    )
    return made


@transaction.atomic
def stop_discount(discount_id: int, *, by: int | None = None) -> bool:
    """Let nobody use a discount from now on. Orders that have it keep it. False: it is over."""
    running = Discount.objects.filter(pk=discount_id, stopped_at=None)
    if not running.update(stopped_at=clock.now()):
        return False
    found = Discount.objects.select_related("area").get(pk=discount_id)
    journal.record(
        "discount.stopped", f"discount:{found.pk}", source=found.source, area=found.area.slug,
        by=by,
    )  # fmt: skip
    return True


def _check(terms: DiscountTerms) -> None:
    if (terms.percent is None) == (terms.amount is None):
        raise BadInput(_("Write a percentage or an amount: one of the two."), field="percent")
    if terms.percent is not None and not 0 < terms.percent <= 100:
        raise BadInput(_("More than 0 and at most 100 per cent."), field="percent")
    if terms.amount is not None and terms.amount.minor < 1:
        raise BadInput(_("Write an amount of more than nothing."), field="amount")
    if len({each.currency for each in (terms.amount, terms.budget, terms.minimum) if each}) > 1:
        raise BadInput(_("All amounts of a discount are in one currency."), field="budget")
    if terms.by_seller and terms.operator is None:
        raise BadInput(_("Choose the seller who funds it."), field="operator")
    begins = terms.valid_from or clock.now()
    if terms.valid_until is not None and terms.valid_until <= begins:
        raise BadInput(_("The end must come after the beginning."), field="valid_until")


def _fields(terms: DiscountTerms) -> dict[str, object]:
    amounts = [each for each in (terms.amount, terms.budget, terms.minimum) if each]
    funded_by = Discount.FundedBy.SELLER if terms.by_seller else Discount.FundedBy.AGENCY
    return {
        "percent": terms.percent,
        "amount_minor": terms.amount.minor if terms.amount else None,
        "currency": amounts[0].currency if amounts else "EUR",
        "minimum_minor": terms.minimum.minor if terms.minimum else 0,
        "max_uses": terms.max_uses,
        "budget_minor": terms.budget.minor if terms.budget else None,
        "funded_by": funded_by,
        "operator_id": terms.operator,
        "product_id": terms.product,
        "source": terms.source,
        "valid_from": terms.valid_from or clock.now(),
        "valid_until": terms.valid_until,
    }
