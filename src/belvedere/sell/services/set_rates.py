"""Saying what a carrier asks and promises, zone by zone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from belvedere.sell.models import Carrier, Rate
from belvedere.sell.rules.parcels import check_rate


@dataclass(frozen=True)
class RateTerms:
    """What a carrier asks in one zone: grams, millimetres, minor units, hours.

    `hours` is from and to as the carrier says them; None: it promises nothing there.
    """

    zone: str
    countries: Sequence[str]
    steps: Sequence[tuple[int, int]]
    max_weight_g: int = 30_000
    max_longest_mm: int = 0
    max_girth_mm: int = 0
    divisor: int = 0
    hours: tuple[int, int] | None = None
    tracked: bool = True
    currency: str = "EUR"
    source: str = ""


@transaction.atomic
def set_rates(
    key: str,
    name: str,
    rates: Sequence[RateTerms],
    *,
    follow_url: str = "",
    is_sample: bool = False,
) -> Carrier:
    """Say what a carrier asks; zones that are gone from the list go. What is sold stays.

    Args:
        key: The carrier's short name.
        name: Its name for people.
        rates: Zone by zone.
        follow_url: Where a parcel is followed; `{number}` stands for its number.
        is_sample: Whether the prices are invented; pages say so.

    Raises:
        BadInput: An unknown country, or steps that are not in order.

    """
    carrier, _made = Carrier.objects.update_or_create(
        key=key, defaults={"name": name, "follow_url": follow_url, "is_sample": is_sample}
    )
    for each in rates:
        check_rate(each.countries, each.steps)
        Rate.objects.update_or_create(
            carrier=carrier,
            zone=each.zone,
            defaults={
                "countries": sorted(each.countries),
                "steps": [list(step) for step in each.steps],
                "currency": each.currency,
                "max_weight_g": each.max_weight_g,
                "max_longest_mm": each.max_longest_mm,
                "max_girth_mm": each.max_girth_mm,
                "divisor": each.divisor,
                "min_hours": each.hours[0] if each.hours else None,
                "max_hours": each.hours[1] if each.hours else None,
                "tracked": each.tracked,
                "source": each.source,
            },
        )
    carrier.rates.exclude(zone__in=[each.zone for each in rates]).delete()
    return carrier
