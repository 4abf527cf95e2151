"""Saying what a good weighs, how big it is, and how long it takes to make."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.sell.models import Good
from belvedere.sell.rules import world
from belvedere.sell.services.set_terms import OptionTerms, UnitTerms, set_terms
from belvedere.shared.errors import BadInput


@dataclass(frozen=True)
class GoodTerms:
    """A good as it shall be: grams, millimetres, days. See `models.Good`."""

    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    customs_name: str = ""
    hs_code: str = ""
    origin: str = world.HOME
    making_days: int = 0
    to_measure: bool = False
    bulky: bool = False
    collect: bool = True


@transaction.atomic
def set_good(product_id: int, terms: GoodTerms) -> Good:
    """Say what a product is as a good. Saying it again changes it; what is sold stays.

    Raises:
        BadInput: It weighs nothing, the HS code has other than 6 to 10 digits, or no such
            country is its origin; `field` says which.

    """
    digits = "".join(each for each in terms.hs_code if each.isalnum())
    if digits and not (digits.isdigit() and 6 <= len(digits) <= 10):
        raise BadInput(_("An HS code has 6 to 10 digits."), field="hs_code")
    if terms.origin not in world.countries():
        raise BadInput(_("Choose one of the countries in the list."), field="origin")
    for field in ("weight_g", "length_mm", "width_mm", "height_mm"):
        if getattr(terms, field) < 1:
            raise BadInput(_("Weight and size are more than nothing."), field=field)
    good, _made = Good.objects.update_or_create(
        product_id=product_id, defaults={**asdict(terms), "hs_code": digits}
    )
    if not good.product.options.exists():
        set_terms(product_id, [OptionTerms(units=[UnitTerms("OTHER")])])
    return good
