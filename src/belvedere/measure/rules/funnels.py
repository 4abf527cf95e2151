"""The funnel: what its figures are. Pure: no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from belvedere.shared.money import Amount


@dataclass(frozen=True)
class Places:
    """How many places (units of a product) the orders of a funnel's steps were for."""

    held: int = 0
    paid: int = 0
    confirmed: int = 0
    redeemed: int = 0
    cancelled: int = 0


@dataclass(frozen=True)
class Funnel:
    """How many came, and how far they went, in one period.

    Attributes:
        followed: Times that a link or QR code of ours was opened. Not persons: somebody who
            opens it twice counts twice, two who look at one screen count once.
        held: Orders for which places were set aside, also those that ran out unpaid.
        paid: Orders whose payment reached us.
        confirmed: Orders that the operator was told of.
        redeemed: Orders of which somebody arrived and was let in, wholly or in part.
        cancelled: Orders called off after the payment.
        places: The same five steps counted in places.
        revenue: What was paid less what was given back, one amount for each currency.
            Currencies are never added.
        median_seconds: Half of the confirmed orders that came by a link took less time from
            opening it to the confirmation; None if there is no such order.
        p90_seconds: Nine in ten took less.
        timed: How many orders these two times are of.

    """

    followed: int = 0
    held: int = 0
    paid: int = 0
    confirmed: int = 0
    redeemed: int = 0
    cancelled: int = 0
    places: Places = field(default_factory=Places)
    revenue: tuple[Amount, ...] = ()
    median_seconds: float | None = None
    p90_seconds: float | None = None
    timed: int = 0

    @property
    def empty(self) -> bool:
        """Say whether nothing at all happened.

        >>> Funnel().empty, Funnel(followed=1).empty
        (True, False)
        """
        return not (self.followed or self.held or self.paid or self.revenue)


def net(rows: list[tuple[str, int, int]]) -> tuple[Amount, ...]:
    """Return what was paid less what was given back, by currency.

    The rows are currency, minor units paid, minor units given back.

    >>> net([("EUR", 5000, 2500), ("CNY", 19500, 0), ("USD", 0, 0)])
    (Amount(minor=19500, currency='CNY'), Amount(minor=2500, currency='EUR'))
    """
    return tuple(
        Amount(paid - back, currency) for currency, paid, back in sorted(rows) if paid or back
    )


def together(funnels: Iterable[Funnel]) -> Funnel:
    """Add up the funnels of several sources. An order has one source, so none counts twice.

    Medians can't be added: they are left out; ask `queries.funnel` for them.

    >>> poster = Funnel(followed=5, paid=2, revenue=(Amount(5000),))
    >>> letter = Funnel(followed=1, paid=1, revenue=(Amount(2500), Amount(100, "CNY")))
    >>> both = together([poster, letter])
    >>> both.followed, both.paid, both.revenue
    (6, 3, (Amount(minor=100, currency='CNY'), Amount(minor=7500, currency='EUR')))
    """
    funnels = list(funnels)
    money: dict[str, int] = {}
    for each in funnels:
        for amount in each.revenue:
            money[amount.currency] = money.get(amount.currency, 0) + amount.minor
    steps = ("held", "paid", "confirmed", "redeemed", "cancelled")
    return Funnel(
        followed=sum(each.followed for each in funnels),
        **{step: sum(getattr(each, step) for each in funnels) for step in steps},
        places=Places(
            **{step: sum(getattr(each.places, step) for each in funnels) for step in steps}
        ),
        revenue=tuple(Amount(minor, currency) for currency, minor in sorted(money.items())),
    )
