"""Official counts of guests: providers, sums, average stay and growth. Pure: no database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from belvedere.shared.errors import BadInput

WORLD, ITALY, FOREIGN = "WORLD", "IT", "WRL_X_ITA"
"""Origins as ISTAT codes them: everybody, residents of Italy, residents abroad."""
ALL, HOTELS, OTHERS = "ALL", "HOTELLIKE", "OTHER"
"""Accommodation as ISTAT codes it."""


@dataclass(frozen=True)
class Provider:
    """One published series of counts. Two of them disagree, so they are never added.

    Attributes:
        key: Our word for it.
        publisher: Who publishes it.
        series: Its title.
        licence: Under which licence.
        status: Whether the publisher calls its figures validated or provisional.
        parts: Whether it gives parts of origin that add up to all guests.
        lists: Whether it lists single origins only, without all that remain.

    """

    key: str
    publisher: str
    series: str
    licence: str
    status: str
    parts: bool = False
    lists: bool = False


PROVIDERS = {
    each.key: each
    for each in (
        Provider(
            "istat-municipal",
            "ISTAT",
            "Movimento dei clienti negli esercizi ricettivi, comuni",
            "CC BY",
            "validated",
        ),
        Provider(
            "istat-origin",
            "ISTAT",
            "Movimento dei clienti per provenienza, province",
            "CC BY",
            "validated",
            lists=True,
        ),
        Provider(
            "toscana",
            "Regione Toscana",
            "Movimento dei clienti negli esercizi ricettivi",
            "CC BY",
            "provisional",
        ),
        Provider(
            "lombardia",
            "Regione Lombardia",
            "Flussi turistici per provincia, mese e provenienza (xzck-giqt)",
            "not stated",
            "provisional",
            parts=True,
        ),
    )
}


def one(provider: object) -> Provider:
    """Return the one provider that is asked for.

    >>> one("toscana").publisher
    'Regione Toscana'
    >>> one(["toscana", "istat-municipal"])
    Traceback (most recent call last):
    belvedere.shared.errors.BadInput: Figures of two providers are never added: ask for one of istat-municipal, istat-origin, toscana, lombardia.

    Raises:
        BadInput: Several are given, or one that is not known.

    """  # noqa: E501
    known = ", ".join(PROVIDERS)
    if not isinstance(provider, str):
        raise BadInput(
            f"Figures of two providers are never added: ask for one of {known}.",
            field="provider",
        )
    if provider not in PROVIDERS:
        raise BadInput(
            f"There is no provider “{provider}”: ask for one of {known}.", field="provider"
        )
    return PROVIDERS[provider]


@dataclass(frozen=True)
class Figure:
    """Guests of one area and period, as one provider counts them.

    Attributes:
        provider: Key of the provider.
        vintage: Which publication of the series: its last year.
        period: First day of the year or month.
        arrivals: Guests who checked in; None if all is masked.
        nights: Nights that they stayed; None if all is masked.
        counted: ISTAT codes of the municipalities whose guests are in it.
        hidden: Codes of those that the publisher masks, so that they are not in it.
        rest: Nights published for the masked ones together, included in `nights`.
        status: `validated` or `provisional`.
        broken: Whether the publisher's own definition changed with this period.

    """

    provider: str
    vintage: str
    period: date
    arrivals: int | None
    nights: int | None
    counted: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    rest: int = 0
    status: str = "validated"
    broken: bool = False

    @property
    def stay(self) -> Decimal | None:
        """Return the nights of one arrival, to one decimal.

        >>> Figure("istat-origin", "2024", date(2024, 1, 1), 21805, 24208).stay
        Decimal('1.1')
        >>> Figure("istat-origin", "2024", date(2024, 1, 1), 0, 0).stay is None
        True
        """
        if not self.arrivals or self.nights is None:
            return None
        stay = Decimal(self.nights) / Decimal(self.arrivals)
        return stay.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def total(figures: Iterable[Figure]) -> tuple[int, int]:
    """Return arrivals and nights of several figures of one provider, masked ones left out.

    >>> may, june = (
    ...     Figure("lombardia", "2024", date(2024, month, 1), month, 2 * month)
    ...     for month in (5, 6)
    ... )
    >>> total([may, june])
    (11, 22)
    >>> total([may, Figure("toscana", "2025", date(2024, 1, 1), 1, 1)])
    Traceback (most recent call last):
    belvedere.shared.errors.BadInput: Figures of two providers are never added: lombardia, toscana.

    Raises:
        BadInput: They are of two providers, or of two vintages of one period.

    """  # noqa: E501
    found = list(figures)
    keys = sorted({each.provider for each in found})
    if len(keys) > 1:
        raise BadInput(
            f"Figures of two providers are never added: {', '.join(keys)}.", field="provider"
        )
    if len({(each.period, each.vintage) for each in found}) > len(
        {each.period for each in found}
    ):
        raise BadInput("Two vintages of one period are never added.", field="vintage")
    return (
        sum(each.arrivals or 0 for each in found),
        sum(each.nights or 0 for each in found),
    )


def growth_percent(first: int, last: int) -> Decimal | None:
    """Return by how many percent a figure grew, to one decimal; None if it began at nothing.

    >>> growth_percent(175520, 249086), growth_percent(200, 100), growth_percent(0, 5)
    (Decimal('41.9'), Decimal('-50.0'), None)
    """
    if not first:
        return None
    share = Decimal(100 * (last - first)) / Decimal(first)
    return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Block:
    """What is published together: one municipality, or several counted as one for secrecy."""

    codes: frozenset[str]
    nights: int | None


@dataclass(frozen=True)
class Way:
    """Growth between two years, seen one way, with the municipalities that it is of.

    Attributes:
        name: `published`: whatever each year shows; `both`: what both years show;
            `always`: what every year of the series shows.
        first: Nights of the first year.
        last: Nights of the last year.
        counted_first: Names of the municipalities in the first year's figure.
        counted_last: Names of those in the last year's.

    """

    name: str
    first: int
    last: int
    counted_first: tuple[str, ...]
    counted_last: tuple[str, ...]

    @property
    def percent(self) -> Decimal | None:
        """Return the growth in percent."""
        return growth_percent(self.first, self.last)


@dataclass(frozen=True)
class Growth:
    """Growth of an area's nights between two years, always seen every way that can be had.

    Attributes:
        area: The area's slug.
        provider: Key of the provider.
        vintages: Which publications the figures are from.
        first_year: From which year.
        last_year: To which.
        years: The years of the series, to which `always` refers.
        ways: As published first; the others are absent where the figures of the single
            municipalities are not known here.

    """

    area: str
    provider: str
    vintages: tuple[str, ...]
    first_year: int
    last_year: int
    years: tuple[int, ...]
    ways: tuple[Way, ...]


def ways(
    blocks: Mapping[int, Sequence[Block]],
    first: int,
    last: int,
    *,
    into: Mapping[str, str],
    names: Mapping[str, str],
) -> tuple[Way, ...]:
    """Return growth as published, on what both years show, and on what all years show.

    Nobody chooses the municipalities: they follow from what is masked. A municipality that
    was merged is compared with the one it went into, and one that is counted together with
    another only together with it.

    >>> year = lambda **shown: [Block(frozenset([code]), n) for code, n in shown.items()]
    >>> series = {2018: year(a=10, b=None, c=None), 2019: year(a=10, b=5, c=None),
    ...           2020: year(a=12, b=8, c=9)}
    >>> found = ways(series, 2019, 2020, into={}, names={"a": "A", "b": "B", "c": "C"})
    >>> [(way.name, way.first, way.last, way.counted_last) for way in found]
    [('published', 15, 29, ('A', 'B', 'C')), ('both', 15, 20, ('A', 'B')), ('always', 10, 12, ('A',))]

    Args:
        blocks: What each year publishes; every municipality of the area is in one block.
        first: From which year.
        last: To which.
        into: Codes of municipalities that ended, and of those they went into.
        names: Names by code.

    """  # noqa: E501
    found = [
        Way(
            "published",
            _sum(blocks[first]),
            _sum(blocks[last]),
            _names(_shown(blocks[first]), names),
            _names(_shown(blocks[last]), names),
        )
    ]
    for name, years in (("both", (first, last)), ("always", tuple(sorted(blocks)))):
        kept = _comparable({year: blocks[year] for year in years}, into)
        pair = [
            [each for each in blocks[year] if _last_codes(each.codes, into) <= kept]
            for year in (first, last)
        ]
        found.append(
            Way(
                name,
                _sum(pair[0]),
                _sum(pair[1]),
                _names(_shown(pair[0]), names),
                _names(_shown(pair[1]), names),
            )
        )
    return tuple(found)


def _comparable(blocks: Mapping[int, Sequence[Block]], into: Mapping[str, str]) -> set[str]:
    """Return the codes of today that every one of the years shows."""
    home: dict[str, set[str]] = {}
    for each in (block for year in blocks.values() for block in year):
        joined = set(_last_codes(each.codes, into))
        for code in tuple(joined):
            joined |= home.get(code, set())
        for code in joined:
            home[code] = joined
    lost: set[str] = set()
    for year in blocks.values():
        seen: set[str] = set()
        for each in year:
            codes = _last_codes(each.codes, into)
            seen |= codes
            if each.nights is None:
                lost |= {other for code in codes for other in home[code]}
        lost |= {other for code in home.keys() - seen for other in home[code]}
    return home.keys() - lost


def _last_codes(codes: Collection[str], into: Mapping[str, str]) -> frozenset[str]:
    """Return the codes of today.

    >>> sorted(_last_codes({"052014", "052029"}, {"052014": "052037", "052029": "052037"}))
    ['052037']
    """
    found = set()
    for each in codes:
        code = each
        while code in into:
            code = into[code]
        found.add(code)
    return frozenset(found)


def _sum(blocks: Iterable[Block]) -> int:
    return sum(each.nights or 0 for each in blocks)


def _shown(blocks: Iterable[Block]) -> set[str]:
    return {code for each in blocks if each.nights is not None for code in each.codes}


def _names(codes: Iterable[str], names: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(str(names.get(code, code)) for code in codes))
