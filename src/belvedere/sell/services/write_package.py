"""Writing a package down: what it is called, what it costs, under which terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from belvedere.offer import services as offer
from belvedere.sell.models import Unit
from belvedere.sell.services.set_terms import OptionTerms, UnitTerms, set_terms
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.territory.models import User


@dataclass(frozen=True)
class PackageTerms:
    """What a package is called and costs; its parts are `compose`d afterwards.

    Attributes:
        texts: title, summary and description in the package's language.
        theme: One of `offer.Theme`.
        price: For as many people as `people` says.
        people: 1: it is a price per person.
        child_price: Of a child beside an adult; None: there is no such price.
        child_until: The oldest age that it holds for.
        hours: Of free cancellation, before the first of its starts.

    """

    texts: Mapping[str, str]
    theme: str
    price: Amount
    people: int = 1
    child_price: Amount | None = None
    child_until: int = 11
    hours: int = 48


@transaction.atomic
def write_package(
    terms: PackageTerms,
    *,
    operator_id: int | None = None,
    product: "Product | None" = None,
    language: str = "it",
    by: "User | None" = None,
    **more: Any,
) -> "Product":
    """Write down a new package, or change one. Its price list stays as it is.

    Args:
        terms: As they shall be.
        operator_id: The organiser, of a new one.
        product: The package that is changed; None for a new one.
        language: BCP 47 of the texts of a new one.
        by: Who writes; None for the system itself.
        more: What else `offer.propose` takes, of a new one.

    Raises:
        BadInput: Says which field. Nothing was changed.
        PermissionDenied: `by` is no editor of the package's area.

    """
    if product is None:
        if operator_id is None:
            raise BadInput("A package has an organiser.", field="operator")
        texts = dict(terms.texts)
        product = offer.propose(
            operator_id,
            kind="package",
            theme=terms.theme,
            language=language,
            title=texts.pop("title"),
            description=texts.pop("description"),
            price=terms.price,
            free_cancellation_hours=terms.hours,
            texts=texts,
            **more,
        )
        offer.allow(product, by)
    else:
        product = offer.revise(
            product.pk,
            by=by,
            theme=terms.theme,
            price=terms.price,
            texts=terms.texts,
            free_cancellation_hours=terms.hours,
        )
    set_terms(product.pk, [OptionTerms(units=_units(terms, _price_lists(product.pk)))])
    return product


def _units(terms: PackageTerms, lists: Mapping[str, Any]) -> list[UnitTerms]:
    if terms.people > 1:
        return [UnitTerms("OTHER", places=terms.people, prices=lists.get("OTHER", ()))]
    adult = UnitTerms("ADULT", prices=lists.get("ADULT", ()))
    if terms.child_price is None:
        return [adult]
    child = UnitTerms(
        "CHILD",
        price_minor=terms.child_price.minor,
        max_age=terms.child_until,
        accompanied_by=["ADULT"],
        prices=lists.get("CHILD", ()),
    )
    adult = UnitTerms("ADULT", min_age=terms.child_until + 1, prices=adult.prices)
    return [adult, child]


def _price_lists(product_id: int) -> dict[str, list[tuple[Any, ...]]]:
    units = Unit.objects.filter(option__product=product_id, option__position=0)
    return {
        each.type: list(
            each.prices.values_list("market", "first_day", "last_day", "minor", "currency")
        )
        for each in units
    }
