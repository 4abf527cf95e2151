"""What the catalogue shows of what is sold: free places, packages, goods; the seller's side."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import override

from belvedere.offer.ports import Free, Step, Tax, Ware
from belvedere.sell.models import (
    Allotment,
    Quote,
)
from belvedere.sell.queries.goods import Offer, offers
from belvedere.sell.queries.packages import (
    arrivals,
    packages,
)
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.queries.taxes import asked_at
from belvedere.sell.rules import ahead, world
from belvedere.sell.rules.parcels import Refusal, Shipping
from belvedere.sell.rules.tariff import Option, lowest
from belvedere.sell.words import made, promise, tax_said, why
from belvedere.shared import clock
from belvedere.shared.languages import DEFAULT, code
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.offer.models import Product
from belvedere.sell.queries.day import is_ahead
from belvedere.sell.queries.orders import latest_quote

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
