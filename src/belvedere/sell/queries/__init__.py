"""Reading what is sold: free places, today's guests, sales, and whether all of it agrees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import override

from belvedere.offer.ports import Free, Step, Tax, Ware
from belvedere.sell.models import (
    Allotment,
    CalendarFeed,
    Hold,
    HoldLine,
    Order,
    Quote,
    Slot,
    Voucher,
    unit_name,
)
from belvedere.sell.queries.discounts import discounts
from belvedere.sell.queries.goods import Offer, deliveries_of, delivery, goods_minor, offers
from belvedere.sell.queries.invariants import invariants
from belvedere.sell.queries.lines import ahead_of, position, seconds_left, turn, waiting
from belvedere.sell.queries.packages import (
    Arrival,
    Package,
    arrivals,
    package,
    packages,
    packages_with,
)
from belvedere.sell.queries.statement import Statement, statements
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.queries.taxes import Asked, asked_at, tax_of, tax_rows
from belvedere.sell.queries.troubles import Troubles, owed, payouts, troubles
from belvedere.sell.rules import ahead, clean_code, spaced, world
from belvedere.sell.rules.parcels import Refusal, Shipping
from belvedere.sell.rules.tariff import Option, lowest
from belvedere.sell.words import made, promise, tax_said, why
from belvedere.shared import clock
from belvedere.shared.languages import DEFAULT, code
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.territory.models import User


# Where readers of a language most often live; those of English live everywhere.
_LIVES = {"it": "IT", "zh-Hans": "CN"}


class SellBooking:
    """What is left, and where it is bought; implements `offer.ports.Booking`."""

    def free(
        self,
        products: Iterable[str],
        days: Sequence[date],
        *,
        source: str = "",
        language: str = DEFAULT,
    ) -> list[Free]:
        """Return the starts still ahead of products on sale, sold-out ones too.

        One query for the starts. What has none may be a package: then one more says so, and
        four are enough for all days of all packages.
        """
        wanted, when = list(products), list(days)
        if not wanted or not when:
            return []
        rows = (
            Allotment.objects.filter(
                product__slug__in=wanted,
                product__state="on_sale",
                day__in=when,
                day__gte=clock.today(),
            )
            .select_related("product")
            .annotate(rate=Subquery(_rate(language)))
            .order_by("day", F("start").asc(nulls_first=True), "product__slug")
        )
        found = [self._free(each, source, language) for each in rows if is_ahead(each)]
        rest = set(wanted) - {each.product for each in found}
        found += self._bundled(rest, when, source, language)
        return sorted(found, key=lambda each: (each.day, each.start or time.min, each.product))

    def steps(self, product: str) -> list[Step]:
        """Return what a package is made of, in the order of its days."""
        return [
            Step(
                product=found.products[part.product],
                day=part.day + 1,
                start=part.start,
                nights=part.nights,
                quantity=part.quantity,
                per_person=part.per_person,
                people=found.terms.units[0].places if found.option else 1,
            )
            for found in packages(slugs=[product]).values()
            for part in found.parts
        ]

    def taxes(self, products: "Iterable[Product]", language: str = DEFAULT) -> list[Tax]:
        """Return the tourist tax of the stays among some products, in words."""
        with override(code(language)):
            return [Tax(tax_said(each, language), each.source) for each in asked_at(products)]

    def calendar(
        self,
        product: str,
        first: date,
        last: date,
        *,
        source: str = "",
        language: str = DEFAULT,
    ) -> list[Free]:
        """Return the starts of one product that can be booked or waited for: two queries."""
        rows = list(
            Allotment.objects.filter(
                product__slug=product,
                product__state="on_sale",
                day__range=(max(first, clock.today()), last),
            )
            .select_related("product")
            .annotate(rate=Subquery(_rate(language)))
            .order_by("day", F("start").asc(nulls_first=True))
        )
        options = [each for each in tariff({each.product_id for each in rows}) if each.units]
        if not options:
            days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
            ahead = [each for each in days if each >= clock.today()]
            return self._bundled({product}, ahead, source, language)
        return [
            self._on(each, options[0], source, language)
            for each in rows
            if _until(each, options[0]) or (is_ahead(each) and not each.free)
        ]

    def checkout_url(
        self,
        product: str,
        day: date | None = None,
        *,
        start: time | None = None,
        source: str = "",
        language: str = DEFAULT,
    ) -> str:
        """Return the address of the checkout of places, with day, start and source in it."""
        with override(code(language)):
            path = reverse("sell-pages:checkout", args=[product])
        query = {
            "day": day.isoformat() if day else "",
            "start": f"{start:%H:%M}" if start else "",
            "s": source,
        }
        given = urlencode({key: value for key, value in query.items() if value})
        return f"{path}?{given}" if given else path

    def goods(
        self,
        products: Iterable[str],
        *,
        country: str = "",
        source: str = "",
        language: str = DEFAULT,
    ) -> list[Ware]:
        """Return the goods that are for sale, for one country, in four queries."""
        country = country if country in world.countries() else _LIVES.get(language, "")
        found = offers(list(products), country)
        quote = latest_quote("EUR") if found and language == "zh-Hans" else None
        with override(code(language)):
            return [
                self._ware(slug, each, country, (source, language), quote)
                for slug, each in found.items()
            ]

    def countries(self, language: str) -> list[tuple[str, str]]:
        """Return every country with its name."""
        return list(world.names(language).items())

    def _ware(
        self, slug: str, each: Offer, country: str, to: tuple[str, str], quote: Quote | None
    ) -> Ware:
        source, language = to
        how = each.how
        hours = how.rate.hours if isinstance(how, Shipping) else None
        query = {"to": country, "s": source}
        asked = urlencode({key: value for key, value in query.items() if value})
        percent = f"{each.vat_percent.normalize():f}".replace(
            ".", "," if language == DEFAULT else "."
        )
        seller = each.good.product.operator
        return Ware(
            product=slug,
            free=each.free,
            price=each.price,
            vat=percent if each.vat_percent else "",
            country=world.name(country, language) if country else "",
            code=country,
            shipping=each.shipping,
            by=promise(each.days, each.good.making_days, hours)
            if isinstance(how, Shipping)
            else "",
            made=made(each.good.making_days),
            refused=why(how, language) if isinstance(how, Refusal) else "",
            collect=each.good.collect,
            shop=reverse("sell-pages:shop", args=[seller.slug]),
            url=reverse("sell-pages:buy", args=[slug]) + (f"?{asked}" if asked else ""),
            also=quote.convert(each.price)
            if quote and each.price.currency == quote.base
            else None,
        )

    def _on(self, row: Any, option: Option, source: str, language: str) -> Free:
        """Return a start at its day's own price, with its waiting list where it is sold out."""
        price = lowest(option, row.day)
        with override(code(language)):
            enlist = reverse("sell-pages:enlist", args=[row.product.slug])
        when = f"{row.day:%Y-%m-%d}" + (f"T{row.start:%H:%M}" if row.start else "")
        return replace(
            self._free(row, source, language),
            price=price,
            also=price.at(row.rate, "CNY") if row.rate else None,
            waiting_url=f"{enlist}?{urlencode({'when': when})}"
            if row.capacity and not row.free and _until(row, option)
            else "",
        )

    def _bundled(
        self, slugs: Iterable[str], days: Sequence[date], source: str, language: str
    ) -> list[Free]:
        """Return the days of those products that are packages."""
        bundled = packages(slugs=set(slugs)).values() if slugs else ()
        if not bundled:
            return []
        quote = latest_quote("EUR") if language == "zh-Hans" else None
        found = []
        for each in arrivals(bundled, days):
            same = quote and quote.base == each.product.currency
            rate = quote.rate if quote and same else None
            found.append(self._free(replace(each, rate=rate), source, language))
        return found

    def _free(self, row: Any, source: str, language: str) -> Free:
        product = row.product
        price = Amount(product.price_minor, product.currency)
        return Free(
            product=product.slug,
            day=row.day,
            start=row.start,
            free=row.free,
            capacity=row.capacity,
            price=price,
            people=getattr(row, "people", 1),
            also=price.at(row.rate, "CNY") if row.rate else None,
            url=self.checkout_url(
                product.slug, row.day, start=row.start, source=source, language=language
            ),
        )


def _until(row: Allotment, option: Option) -> bool:
    """Say whether a start is still sold: until so long before it as its option says."""
    return ahead(row.day, row.start, clock.now() + timedelta(minutes=option.cutoff_minutes))


def _rate(language: str) -> QuerySet[Quote, Any]:
    """Return the query of what a reader's own money is worth today; empty where it is ours."""
    quotes = Quote.objects.filter(base=OuterRef("product__currency"), quoted="CNY")
    if language != "zh-Hans":
        quotes = quotes.none()
    return quotes.values("rate")[:1]


def free_days(product_id: int, first: date, last: date) -> list[Allotment]:
    """Return the starts of one product between two days, both included, in order."""
    rows = Allotment.objects.filter(product=product_id, day__gte=first, day__lte=last)
    return list(rows.select_related("product").order_by("day", "start"))


def starts_between(operator_id: int, first: date, last: date) -> list[Allotment]:
    """Return an operator's starts between two days, both included, in order: one query."""
    rows = Allotment.objects.filter(
        product__operator=operator_id, day__range=(first, last), capacity__gt=0
    )
    order = ("day", F("start").asc(nulls_first=True), "product__slug")
    return list(rows.select_related("product").order_by(*order))


@dataclass(frozen=True)
class Guest:
    """One booking on an operator's list of a day."""

    number: str
    name: str
    quantity: int
    redeemed: int
    product: str
    product_id: int
    start: time | None
    state: str
    code: str
    language: str
    phone: str
    email: str


def guests(operator_id: int, day: date) -> list[Guest]:
    """Return who comes to an operator on a day, by start, in one query."""
    rows = (
        Voucher.objects.filter(
            line__allotment__product__operator=operator_id,
            line__allotment__day=day,
            line__seller_order__state__in=Order.SOLD,
        )
        .select_related("order", "line__seller_order", "line__allotment__product")
        .order_by(F("line__allotment__start").asc(nulls_first=True), "pk")
    )
    return [
        Guest(
            number=each.order.number or "",
            name=each.order.name,
            quantity=each.quantity,
            redeemed=each.redeemed,
            product=each.line.allotment.product.slug,
            product_id=each.line.allotment.product_id,
            start=each.line.allotment.start,
            state=each.line.seller_order.state,
            code=spaced(each.code),
            language=each.order.language,
            phone=each.order.phone,
            email=each.order.email,
        )
        for each in rows
    ]


@dataclass(frozen=True)
class Sales:
    """What a product has sold. Orders called off are not in it."""

    orders: int = 0
    places: int = 0
    redeemed: int = 0
    amounts: tuple[Amount, ...] = ()


def sales(product_ids: Iterable[int]) -> dict[int, Sales]:
    """Return what each of some products has sold; one without sales is absent."""
    rows = (
        HoldLine.objects.filter(
            allotment__product__in=list(product_ids), seller_order__state__in=Order.SOLD
        )
        .values("allotment__product", "currency")
        .annotate(
            orders=Count("hold", distinct=True),
            places=Sum("quantity"),
            let_in=Sum("voucher__redeemed"),
            minor=Sum("total_minor"),
        )
        .order_by("currency")
    )
    found: dict[int, Sales] = {}
    for row in rows:
        before = found.get(row["allotment__product"], Sales())
        found[row["allotment__product"]] = Sales(
            orders=before.orders + row["orders"],
            places=before.places + row["places"],
            redeemed=before.redeemed + (row["let_in"] or 0),
            amounts=(*before.amounts, Amount(row["minor"], row["currency"])),
        )
    return found


def latest_quote(currency: str) -> Quote | None:
    """Return what a currency is worth in yuan, by the latest quote that is kept."""
    return Quote.objects.filter(base=currency, quoted="CNY").first()


def order(token: str) -> Order | None:
    """Return the order of an unguessable link, or None."""
    found = Order.objects.select_related("hold__turn__discount", "quote", "discount")
    return found.filter(token=token).first()


def voucher(text: str) -> Voucher | None:
    """Return the voucher of a code as typed or scanned, or None."""
    found = Voucher.objects.select_related(
        "order", "line__seller_order", "line__allotment__product__operator"
    )
    return found.filter(code=clean_code(text)).first()


def visible_to(user: "User") -> QuerySet[Order]:
    """Return the orders that somebody may read with the buyer's name: their own guests'.

    Staff of an area count sales by facts, where no person is; names are for who opens the
    door to them.
    """
    if not user.is_active:
        return Order.objects.none()
    if user.is_superuser:
        return Order.objects.all()
    mine = Q(
        parts__operator__memberships__user=user, parts__operator__memberships__role="operator"
    )
    return Order.objects.filter(mine).distinct()


def calendar_address(operator_id: int) -> str:
    """Return the secret address of an operator's calendar; empty before there is one."""
    feed = CalendarFeed.objects.filter(operator=operator_id).first()
    return settings.PUBLIC_URL + reverse("sell:calendar", args=[feed.token]) if feed else ""


def live_holds(allotment_ids: Iterable[int]) -> QuerySet[HoldLine]:
    """Return the lines that hold places of some allotments."""
    return HoldLine.objects.filter(
        allotment__in=list(allotment_ids), hold__state__in=Hold.LIVE, live=True
    ).select_related("hold__order", "allotment")


def modes() -> list[tuple[str, str]]:
    """Return the ways in which places are given out, with what people call them."""
    return [(str(value), str(label)) for value, label in Allotment.Mode.choices]


def seats(hold_id: int) -> str:
    """Return what stands on the seats of a hold; empty when its places have no numbers."""
    found = Slot.objects.filter(line__hold=hold_id).order_by("allotment", "position")
    return ", ".join(found.values_list("name", flat=True))


def is_ahead(row: Allotment) -> bool:
    """Say whether a start is still ahead; a whole day is until it ends."""
    return ahead(row.day, row.start, clock.now())


__all__ = [
    "Arrival",
    "Asked",
    "Guest",
    "Offer",
    "Package",
    "Sales",
    "SellBooking",
    "Statement",
    "Troubles",
    "ahead_of",
    "arrivals",
    "asked_at",
    "calendar_address",
    "deliveries_of",
    "delivery",
    "discounts",
    "free_days",
    "goods_minor",
    "guests",
    "invariants",
    "is_ahead",
    "latest_quote",
    "live_holds",
    "modes",
    "offers",
    "order",
    "owed",
    "package",
    "packages",
    "packages_with",
    "payouts",
    "position",
    "sales",
    "seats",
    "seconds_left",
    "starts_between",
    "statements",
    "tariff",
    "tax_of",
    "tax_rows",
    "troubles",
    "turn",
    "unit_name",
    "visible_to",
    "voucher",
    "waiting",
]
