"""Where the objectives of a plan stand, as far as official counts of guests say it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from belvedere.desk.queries.flows import flow_providers
from belvedere.measure import queries as measure
from belvedere.measure.rules import Provider, Reckoned
from belvedere.shared.numbers import number
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area

TRIED = 3
"""How many years are tried, the newest first, until one can be reckoned."""


@dataclass(frozen=True)
class Standing:
    """Where an indicator stands in an area, reckoned from what one provider counted.

    Attributes:
        indicator: Key of the plan's indicator.
        provider: Who counted.
        reckoned: The figure, or why there is none.
        value: The figure as the language writes it; empty if there is none.
        words: The whole sentence.
        told: Who says so, in short, for the objective itself.

    """

    indicator: str
    provider: Provider
    reckoned: Reckoned
    value: str
    words: str
    told: str

    @property
    def key(self) -> str:
        """Return its name in a form."""
        return f"{self.indicator}:{self.provider.key}"

    @property
    def shown(self) -> int:
        """Return how many of the area's municipalities are in it."""
        return len(self.reckoned.counted)

    @property
    def all(self) -> int:
        """Return how many municipalities the area has."""
        return len(self.reckoned.counted | self.reckoned.hidden)


def standings(
    area: "Area", year: int, language: str, indicators: Iterable[str] | None = None
) -> list[Standing]:
    """Return where indicators stand, one for each provider that counts them.

    Each is of the newest year, no later than the one asked for, that can be reckoned.

    Args:
        area: The area of the plan.
        year: Its year.
        language: BCP 47.
        indicators: Keys of the plan's indicators; None for all that flows speak of.

    """
    wanted = (
        RECKONED if indicators is None else [each for each in indicators if each in RECKONED]
    )
    providers = flow_providers(area) if wanted else []
    found = []
    for indicator in wanted:
        for provider in providers:
            reckoned = RECKONED[indicator](area, year, provider.key)
            if reckoned is not None:
                found.append(_standing(indicator, provider, reckoned, language))
    return found


def _standing(
    indicator: str, provider: Provider, reckoned: Reckoned, language: str
) -> Standing:
    told = {
        "publisher": provider.publisher,
        "year": reckoned.year,
        "shown": len(reckoned.counted),
        "all": len(reckoned.counted | reckoned.hidden),
    }
    if reckoned.value is None:
        words = _("Can't be reckoned from %(publisher)s, %(year)s: %(reason)s") % {
            **told,
            "reason": reasons()[reckoned.reason] % told,
        }
        return Standing(indicator, provider, reckoned, "", words, "")
    value = number(reckoned.value, language)
    words = _(
        "Reckoned from %(publisher)s, %(year)s: %(value)s (%(shown)s of %(all)s municipalities "
        "visible)"
    ) % {**told, "value": value}
    short = _("%(publisher)s %(year)s, %(shown)s of %(all)s municipalities visible") % told
    return Standing(indicator, provider, reckoned, value, words, short)


def reasons() -> dict[str, str]:
    """Return why an indicator can't be reckoned: the end of a sentence."""
    return {
        "nothing": _("no single municipality is visible"),
        "small": _("the area has no more than ten municipalities"),
        "few": _(
            "only %(shown)s of %(all)s municipalities are visible, so nobody knows which ten "
            "are visited most"
        ),
        "unclear": _("municipalities that are counted together may be among the ten"),
        "months": _("a month from January to March, November or December is lacking"),
    }


def _share(area: "Area", year: int, provider: str) -> Reckoned | None:
    years = measure.years_by_municipality(area, provider)
    return _newest(area, provider, years, year, measure.share_outside_the_ten)


def _winter(area: "Area", year: int, provider: str) -> Reckoned | None:
    years = measure.years_by_municipality(area, provider, kind="month")
    return _newest(area, provider, years, year, measure.nights_off_season)


def _newest(
    area: "Area",
    provider: str,
    years: Iterable[int],
    last: int,
    reckon: "Callable[[Area, int, str], Reckoned]",
) -> Reckoned | None:
    """Return the newest year that can be reckoned or, if none can, why the newest can't."""
    first = None
    for year in [each for each in years if each <= last][:TRIED]:
        found = reckon(area, year, provider)
        if found.value is not None:
            return found
        first = first or found
    return first


def _of_the_year(which: str) -> "Callable[[Area, int, str], Reckoned | None]":
    """Return how arrivals, nights or the average stay of the newest year are read."""

    def reckon(area: "Area", year: int, provider: str) -> Reckoned | None:
        known = [
            each
            for each in measure.figures(area, provider)
            if each.period.year <= year and getattr(each, which) is not None
        ]
        if not known:
            return None
        last = known[-1]
        members = {each.code for each in territory.stays(area) if each.on(last.period)}
        return Reckoned(
            Decimal(getattr(last, which)),
            last.counted,
            frozenset(members - last.counted),
            provider=provider,
            year=last.period.year,
            rest=last.rest,
        )

    return reckon


RECKONED: "dict[str, Callable[[Area, int, str], Reckoned | None]]" = {
    "share_outside_ten": _share,
    "nights_off_season": _winter,
    "arrivals": _of_the_year("arrivals"),
    "nights": _of_the_year("nights"),
    "stay": _of_the_year("stay"),
}
"""How each indicator of `plan` is reckoned that flows speak of."""
