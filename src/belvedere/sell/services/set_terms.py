"""Saying what can be bought of a product: options, units, prices."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from django.db import IntegrityError, transaction

from belvedere.sell.models import Option, Price, Unit
from belvedere.shared.errors import BadInput


@dataclass(frozen=True)
class UnitTerms:
    """One unit as it shall be. Restrictions as of OCTO's `Unit`.

    Attributes:
        type: OCTO's UnitType.
        price_minor: In the product's currency; None: the product's own price.
        places: How many places one takes.
        accompanied_by: Types of which at least one must come along.
        prices: Lines of the price list: market, first day, last day, minor units, currency.

    """

    type: str = Unit.Type.ADULT
    price_minor: int | None = None
    places: int = 1
    min_age: int = 0
    max_age: int = 120
    min_quantity: int | None = None
    max_quantity: int | None = None
    accompanied_by: Sequence[str] = ()
    prices: Sequence[tuple[str, date | None, date | None, int, str]] = ()


@dataclass(frozen=True)
class OptionTerms:
    """One option as it shall be."""

    name: str = "Standard"
    units: Sequence[UnitTerms] = field(default=(UnitTerms(),))
    cutoff_minutes: int = 0
    min_units: int = 1
    max_units: int | None = None
    opens: time | None = None
    closes: time | None = None
    vat_percent: Decimal = Decimal(22)
    contact_fields: Sequence[str] = ()


def set_terms(product_id: int, terms: Sequence[OptionTerms] = ()) -> None:
    """Say how a product can be bought. Without terms: as one adult place, unless it is said.

    What stood before is changed in place, so that what was sold keeps its unit; an option or
    unit that is gone from the list, and was never sold, is removed.

    Raises:
        BadInput: The terms contradict themselves, there is no such product, or a unit that
            was sold is no longer among them.

    """
    if not terms and Option.objects.filter(product=product_id).exists():
        return
    try:
        with transaction.atomic():
            for position, each in enumerate(terms or (OptionTerms(),)):
                _option(product_id, position, each)
            gone = Option.objects.filter(product=product_id, position__gte=len(terms) or 1)
            gone.delete()
    except IntegrityError as error:
        raise BadInput(f"These terms cannot be: {_why(error)}", field="terms") from error


def _option(product_id: int, position: int, terms: OptionTerms) -> None:
    option, _ = Option.objects.update_or_create(
        product_id=product_id,
        position=position,
        defaults={
            "name": terms.name,
            "cutoff_minutes": terms.cutoff_minutes,
            "min_units": terms.min_units,
            "max_units": terms.max_units,
            "opens": terms.opens,
            "closes": terms.closes,
            "vat_percent": terms.vat_percent,
            "contact_fields": list(terms.contact_fields),
        },
    )
    made = {each.type: _unit(option, at, each) for at, each in enumerate(terms.units)}
    for each in terms.units:
        unknown = set(each.accompanied_by) - set(made)
        if unknown:
            raise BadInput(f"There is no unit {sorted(unknown)[0]}.", field="accompanied_by")
        made[each.type].accompanied_by.set(made[name] for name in each.accompanied_by)
    option.units.exclude(type__in=list(made)).delete()


def _unit(option: Option, position: int, terms: UnitTerms) -> Unit:
    unit, _ = Unit.objects.update_or_create(
        option=option,
        type=terms.type,
        defaults={
            "position": position,
            "price_minor": terms.price_minor,
            "places": terms.places,
            "min_age": terms.min_age,
            "max_age": terms.max_age,
            "min_quantity": terms.min_quantity,
            "max_quantity": terms.max_quantity,
        },
    )
    unit.prices.all().delete()
    Price.objects.bulk_create(
        Price(
            unit=unit,
            market=market,
            first_day=first,
            last_day=last,
            minor=minor,
            currency=currency,
        )
        for market, first, last, minor, currency in terms.prices
    )
    return unit


def _why(error: IntegrityError) -> str:
    return str(error).strip().splitlines()[0]
