"""When something can be booked, and how much of it is left, as OCTO writes it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import F, Q

from belvedere.sell.models import Allotment
from belvedere.sell.octo import ids
from belvedere.sell.octo.catalogue import Asked, Json, Ware, pricing, unit
from belvedere.sell.octo.problems import bad_request, no_slot, of
from belvedere.sell.rules.tariff import Option, check, places, price_of
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

AVAILABLE, LIMITED, SOLD_OUT, CLOSED = "AVAILABLE", "LIMITED", "SOLD_OUT", "CLOSED"
BEST = (AVAILABLE, LIMITED, SOLD_OUT, CLOSED)
ALL_DAY = {"from": "00:00", "to": "23:59"}


class Wish:
    """What availability is asked for: an option, and perhaps how many, in which currency."""

    def __init__(
        self,
        ware: Ware,
        option: Option,
        *,
        units: Mapping[str, int],
        currency: str,
        asked: Asked,
    ) -> None:
        wanted = {unit(option, name).id: quantity for name, quantity in units.items()}
        if currency and currency not in ware.currencies:
            raise bad_request(f"There are no prices in {currency}.")
        if wanted:
            try:
                check(option, wanted)
            except BadInput as error:
                raise of(error) from error
        self.ware, self.option, self.asked = ware, option, asked
        self.currency = currency or ware.product.currency
        self.places = places(option, wanted) if wanted else 1

    def prices(self, day: date) -> list[Json]:
        """Write what each unit costs on a day."""
        found = []
        for each in self.option.units:
            price = price_of(each, day, currency=self.currency)
            found.append(
                {
                    "unitId": ids.unit_id(each.type),
                    **pricing(price.minor, price.currency, self.option.vat_percent),
                }
            )
        return found


def between(wish: Wish, first: date, last: date) -> list[Json]:
    """Return the starts of some days, from today on: one query."""
    return [slot_body(each, wish) for each in _rows(wish, first, last)]


def named(wish: Wish, names: Sequence[str]) -> list[Json]:
    """Return the starts of some names that there are: one query.

    Raises:
        Problem: One of the names cannot be one.

    """
    found = list(wish.ware.slots().filter(_any(names)).order_by("day", "start"))
    return [slot_body(each, wish) for each in found]


def find(ware: Ware, name: str | None) -> Allotment:
    """Return the start of a name.

    Raises:
        Problem: There is none.

    """
    if not name:
        raise no_slot(name)
    found: Allotment | None = ware.slots().filter(_any([name])).first()
    if found is None:
        raise no_slot(name)
    return found


def calendar(wish: Wish, first: date, last: date) -> list[Json]:
    """Return one object for each day, whether there is something or not: one query."""
    by_day: dict[date, list[Allotment]] = defaultdict(list)
    for each in _rows(wish, first, last):
        by_day[each.on].append(each)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [_day_body(day, by_day[day], wish) for day in days]


def slot_body(row: Allotment, wish: Wish) -> Json:
    """Write one start."""
    status, free = _state(row, wish)
    body: Json = {
        "id": ids.slot_id(row.on, row.start),
        "localDateTimeStart": ids.slot_id(row.on, row.start),
        "localDateTimeEnd": _written(
            ids.ends(row.on, row.start, wish.ware.product.duration_minutes)
        ),
        "utcCutoffAt": ids.utc(ids.cutoff(row.on, row.start, wish.option.cutoff_minutes)),
        "allDay": row.start is None,
        "available": status in (AVAILABLE, LIMITED),
        "status": status,
        "vacancies": free,
        "capacity": row.capacity,
        "maxUnits": wish.option.max_units,
        "openingHours": _hours(wish),
    }
    if wish.asked.pricing:
        body["unitPricing"] = wish.prices(row.on)
    if wish.asked.content:
        body |= {"title": None, "shortDescription": ""}
    return body


def _day_body(day: date, rows: Sequence[Allotment], wish: Wish) -> Json:
    states = [_state(each, wish) for each in rows]
    status = min((status for status, _ in states), key=BEST.index, default=CLOSED)
    body: Json = {
        "localDate": day.isoformat(),
        "available": status in (AVAILABLE, LIMITED),
        "status": status,
        "vacancies": max((free for _, free in states), default=0),
        "capacity": sum(each.capacity for each in rows),
        "openingHours": _hours(wish),
    }
    if wish.asked.pricing:
        body["unitPricingFrom"] = wish.prices(day)
    return body


def _state(row: Allotment, wish: Wish) -> tuple[str, int]:
    """Return the status of a start, and how many places can be booked of it."""
    over = ids.cutoff(row.on, row.start, wish.option.cutoff_minutes) <= clock.now()
    if over or not row.capacity:
        return CLOSED, 0
    if row.free < wish.places:
        return SOLD_OUT, row.free
    return (LIMITED if row.free * 2 < row.capacity else AVAILABLE), row.free


def _hours(wish: Wish) -> list[Json]:
    option = wish.option
    if option.opens and option.closes:
        return [{"from": f"{option.opens:%H:%M}", "to": f"{option.closes:%H:%M}"}]
    return [] if wish.ware.timed else [ALL_DAY]


def _rows(wish: Wish, first: date, last: date) -> Iterable[Allotment]:
    within = wish.ware.slots().filter(day__gte=max(first, clock.today()), day__lte=last)
    found: Iterable[Allotment] = within.order_by("day", F("start").asc(nulls_first=True))
    return found


def _any(names: Sequence[str]) -> Q:
    """Match the starts of some names, whatever the offset they are written with."""
    found: list[Q] = []
    for each in names:
        when = ids.moment(each)
        if when is None or "\0" in each:
            raise no_slot(each)
        start = Q(start=when.time().replace(tzinfo=None))
        if when.time() == time():
            start |= Q(start=None)
        found.append(Q(day=when.date()) & start)
    return reduce(or_, found)


def _written(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
