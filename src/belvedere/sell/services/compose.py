"""Composing a package, and putting it on sale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.offer import services as offer
from belvedere.sell.models import Option, PackagePart
from belvedere.sell.queries.packages import Package, package
from belvedere.sell.rules.packages import overlapping
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import User

MOST_PARTS, LATEST_DAY, MOST_NIGHTS = 12, 30, 30


class WrongPart(BadInput):
    """One part cannot be as it was typed. `part` is its place among them, from 0."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message, field=field)
        self.part = 0


@dataclass(frozen=True)
class PartTerms:
    """One part as it shall be; fields as of `PackagePart`."""

    option: int
    day: int = 0
    start: time | None = None
    nights: int = 0
    quantity: int = 1
    per: str = PackagePart.Per.PERSON
    agreed_minor: int | None = None


@transaction.atomic
def compose(
    package_id: int, parts: Sequence[PartTerms], *, by: "User | None" = None
) -> Package:
    """Say what a package is made of. What was sold before stays as it was sold.

    Args:
        package_id: Key of a product of the kind `package`, with its units said (`set_terms`).
        parts: In any order; all of them.
        by: Who composes; None for the system itself.

    Raises:
        WrongPart: Says which part is wrong, in which field, and what was expected.
        BadInput: The parts don't go together.
        PermissionDenied: `by` is no editor of the package's area.

    """
    own = (
        Option.objects.select_related("product__operator__area")
        .select_for_update(of=("self",))
        .filter(product=package_id, position=0)
        .first()
    )
    if own is None or own.product.kind != own.product.Kind.PACKAGE:
        raise BadInput(_("This is no package."), field="package")
    offer.allow(own.product, by)
    if not parts or len(parts) > MOST_PARTS:
        raise BadInput(
            _("A package has between 1 and %(most)s parts.") % {"most": MOST_PARTS},
            field="parts",
        )
    options = Option.objects.select_related("product").in_bulk([each.option for each in parts])
    for at, each in enumerate(parts):
        try:
            _check(each, options.get(each.option), own.product)
        except WrongPart as error:
            error.part = at
            raise
    PackagePart.objects.filter(package=package_id).delete()
    PackagePart.objects.bulk_create(
        PackagePart(
            package_id=package_id,
            position=position,
            option_id=each.option,
            day=each.day,
            start=each.start,
            nights=each.nights,
            quantity=each.quantity,
            per=each.per,
            agreed_minor=each.agreed_minor,
        )
        for position, each in enumerate(parts)
    )
    made = package(package_id)
    if made is None:
        raise BadInput(_("This is no package."), field="package")
    _check_all(made)
    journal.record(
        "offer.composed",
        f"product:{package_id}",
        area=own.product.operator.area.slug,
        product=own.product.slug,
        parts=len(parts),
    )
    return made


def put_on_sale(package_id: int, *, by: "User | None" = None) -> Any:
    """Put a package on sale, when all that it needs is there.

    Raises:
        BadInput: A part is missing or off sale, or the shares don't add up.
        PermissionDenied: `by` is no editor of the package's area.

    """
    found = package(package_id)
    if found is None or len(found.parts) < 2:
        raise BadInput(_("A package needs two parts at least."), field="parts")
    if found.off_sale:
        raise BadInput(_("A part is not on sale: see below."), field="parts")
    _check_all(found)
    return offer.approve(package_id, by=by)


def _check(terms: PartTerms, option: Option | None, own: Any) -> None:
    kinds = own.Kind
    if option is None or option.product.kind not in (kinds.EXPERIENCE, kinds.STAY):
        raise WrongPart(_("Choose an experience or a stay of the list."), field="option")
    if option.product.currency != own.currency:
        raise WrongPart(_("All parts are sold in the currency of the package."), field="option")
    if terms.day > LATEST_DAY or terms.day < 0:
        raise WrongPart(
            _("The day is between 1 and %(most)s.") % {"most": LATEST_DAY + 1}, field="day"
        )
    stay = option.product.kind == kinds.STAY
    if stay and not 1 <= terms.nights <= MOST_NIGHTS:
        raise WrongPart(_("Say how many nights of this stay: at least one."), field="nights")
    if stay and terms.start:
        raise WrongPart(_("A night has no hour: leave it empty."), field="start")
    if not stay and terms.nights:
        raise WrongPart(_("Only a stay has nights: leave it empty here."), field="nights")
    if not 1 <= terms.quantity <= 100:
        raise WrongPart(_("Between 1 and 100 places."), field="quantity")


def _check_all(made: Package) -> None:
    twice = overlapping(made.parts)
    if twice:
        raise BadInput(
            _(
                "Two parts take places of the same start. Make them one with more places, or"
                " give each its own time."
            ),
            field="parts",
        )
    base = made.terms.units[0].price
    agreed = [each.agreed for each in made.parts]
    fixed = sum(each for each in agreed if each is not None)
    said = {"sum": Amount(fixed, base.currency).text("it"), "price": base.text("it")}
    if fixed > base.minor:
        raise BadInput(
            _("The agreed shares are %(sum)s, more than the price of %(price)s.") % said,
            field="agreed",
        )
    if None not in agreed and fixed != base.minor:
        raise BadInput(
            _(
                "The agreed shares are %(sum)s, the price is %(price)s: leave one share empty,"
                " so that it gets the rest."
            )
            % said,
            field="agreed",
        )
