"""Reading goods: what they cost in a country, how they get there, what waits to be sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, Prefetch, Q, QuerySet, Sum

from belvedere.sell import words
from belvedere.sell.models import (
    Allotment,
    Delivery,
    Good,
    HoldLine,
    Order,
    Rate,
    Seller,
    SellerOrder,
    Withdrawal,
)
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.rules import parcels, vat, world
from belvedere.sell.rules.parcels import Piece, Refusal, Shipping, shipping
from belvedere.sell.rules.sellers import WITHDRAWAL_DAYS, OfGood, OfSeller
from belvedere.sell.rules.tariff import NoPrice, price_of
from belvedere.shared import clock
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import Operator

REDUCED = Decimal(22)


@dataclass(frozen=True)
class Offer:
    """One good as a buyer in one country can have it.

    Attributes:
        allotment: Key of its stock.
        free: How many pieces are left.
        price: Of one, VAT included where VAT is charged.
        vat_percent: The VAT within it.
        how: Its way there, or why there is none; None while no country was chosen.
        days: Days until one arrives at the latest; None: nobody promises.

    """

    good: Good
    allotment: int
    free: int
    price: Amount
    vat_percent: Decimal
    how: Shipping | Refusal | None
    days: int | None

    @property
    def shipping(self) -> Amount | None:
        """Return what sending one costs, if one is sent."""
        if not isinstance(self.how, Shipping):
            return None
        return Amount(self.how.minor, self.price.currency)


def rates(currency: str = "EUR") -> list[parcels.Rate]:
    """Return what the carriers ask, as frozen values, in one query."""
    rows = Rate.objects.filter(currency=currency).select_related("carrier")
    return [
        parcels.Rate(
            id=each.pk,
            carrier=each.carrier.name,
            countries=frozenset(each.countries),
            steps=tuple((grams, minor) for grams, minor in each.steps),
            max_weight=each.max_weight_g,
            max_longest=each.max_longest_mm,
            max_girth=each.max_girth_mm,
            divisor=each.divisor,
            hours=None if each.max_hours is None else (each.min_hours or 0, each.max_hours),
            tracked=each.tracked,
        )
        for each in rows
    ]


def piece(good: Good, quantity: int, home: Decimal) -> Piece:
    """Return a good as the rules of parcels see it."""
    return Piece(
        weight=good.weight_g,
        size=(good.length_mm, good.width_mm, good.height_mm),
        quantity=quantity,
        bulky=good.bulky,
        reduced_vat=home != REDUCED,
        customs_ready=good.customs_ready,
    )


def for_sale() -> QuerySet[Allotment, Any]:
    """Return the stock of goods that may be sold: on sale, of an approved seller."""
    return Allotment.objects.filter(
        day=None,
        product__state="on_sale",
        product__good__isnull=False,
        product__operator__seller__state=Seller.State.APPROVED,
    ).select_related("product__good", "product__operator__seller")


def offers(
    products: Iterable[str], country: str, *, quantity: int = 1, postcode: str = ""
) -> dict[str, Offer]:
    """Return goods by slug as a buyer in a country can have them, in three queries.

    What is not for sale is absent.

    Args:
        products: Slugs.
        country: ISO 3166; empty while none was chosen.
        quantity: How many pieces the sending is reckoned for.
        postcode: Of the address, once it is known.

    """
    rows = list(for_sale().filter(product__slug__in=list(products)))
    if not rows:
        return {}
    options = {each.product: each for each in reversed(tariff(row.product_id for row in rows))}
    by_currency: dict[str, list[parcels.Rate]] = {}
    found = {}
    for row in rows:
        option = options.get(row.product_id)
        if option is None or not option.units:
            continue
        currency = row.product.currency
        if currency not in by_currency:
            by_currency[currency] = rates(currency)
        try:
            amount = price_of(option.units[0], None, country, currency)
        except NoPrice:
            continue
        home = Decimal(str(option.vat_percent))
        there = (country, quantity, postcode)
        found[row.product.slug] = _offer(row, amount, home, by_currency[currency], there)
    return found


def everywhere(product: str) -> dict[str, Offer]:
    """Return one good by country as buyers of each can have it, in three queries."""
    row = for_sale().filter(product__slug=product).first()
    if row is None:
        return {}
    option = next((each for each in tariff([row.product_id]) if each.units), None)
    if option is None:
        return {}
    currency = row.product.currency
    known, home = rates(currency), Decimal(str(option.vat_percent))
    return {
        each: _offer(
            row, price_of(option.units[0], None, each, currency), home, known, (each, 1, "")
        )
        for each in world.countries()
    }


def _offer(
    row: Any,
    amount: Amount,
    home: Decimal,
    known: list[parcels.Rate],
    there: tuple[str, int, str],
) -> Offer:
    country, quantity, postcode = there
    good, seller = row.product.good, row.product.operator.seller
    how = shipping(
        [piece(good, quantity, home)],
        country,
        known,
        postcode=postcode,
        seller_oss=seller.vat_scheme == Seller.VatScheme.OSS,
    ) if country else None  # fmt: skip
    # What is not sent can only be collected, here.
    taxed = country if isinstance(how, Shipping) else world.HOME
    hours = how.rate.hours if isinstance(how, Shipping) else None
    return Offer(
        good=good,
        allotment=row.pk,
        free=row.free,
        price=Amount(vat.price(amount.minor, seller.vat_scheme, taxed, home), amount.currency),
        vat_percent=vat.percent(seller.vat_scheme, taxed, home),
        how=how,
        days=parcels.arrives(good.making_days, seller.ready_hours, hours),
    )


def good_of(product_id: int) -> Good | None:
    """Return what a product is as a good, or None."""
    return Good.objects.filter(product=product_id).first()


def left_of(product_ids: Iterable[int]) -> dict[int, int]:
    """Return how many pieces are left of goods, by product; one without stock is absent."""
    rows = Allotment.objects.filter(product__in=list(product_ids), day=None)
    return {each.product_id: each.free for each in rows}


def goods_minor(part_ids: Iterable[int]) -> Mapping[int, int]:
    """Return how much of each part's total is for goods and their sending."""
    ids = list(part_ids)
    rows = (
        HoldLine.objects.filter(
            seller_order__in=ids, allotment__day=None, seller_order__delivery__isnull=False
        )
        .values("seller_order", "seller_order__shipping_minor")
        .annotate(minor=Sum("total_minor"))
    )
    return {
        row["seller_order"]: row["minor"] + row["seller_order__shipping_minor"] for row in rows
    }


def deliveries(operator_id: int) -> QuerySet[Delivery, Any]:
    """Return what an operator has to send, has sent, or got back, the most urgent first."""
    sold = Q(seller_order__state__in=Order.SOLD) | Q(state=Delivery.State.RETURNED)
    return (
        Delivery.objects.filter(sold, seller_order__operator=operator_id)
        .select_related("seller_order__order", "carrier", "withdrawal")
        .prefetch_related(
            Prefetch(
                "seller_order__lines",
                HoldLine.objects.filter(allotment__day=None).select_related(
                    "allotment__product"
                ),
            )
        )
        .order_by("seller_order__order__confirmed_at", "pk")
    )


def deliveries_of(order: Order, language: str) -> list[Any]:
    """Return what of an order is sent, each with what its page says of it."""
    rows = Delivery.objects.filter(seller_order__order=order).select_related(
        "seller_order__operator__seller", "seller_order__order", "carrier", "withdrawal"
    )
    return [described(each, language) for each in rows]


def described(found: Any, language: str) -> Any:
    """Give a delivery the words that pages show: country, time, what can be done."""
    hours = None if found.max_hours is None else (found.min_hours or 0, found.max_hours)
    days = parcels.arrives(found.making_days, found.ready_hours, hours)
    found.country_name = world.name(found.country, language)
    found.by = words.promise(days, found.making_days, hours)
    found.made = words.made(found.making_days)
    found.wish = getattr(found, "withdrawal", None)
    found.withdrawable = withdrawable_until(found)
    return found


def delivery(pk: int) -> Delivery | None:
    """Return one delivery with what belongs to it, or None."""
    found = Delivery.objects.select_related(
        "seller_order__order", "seller_order__operator__seller", "carrier", "withdrawal"
    )
    return found.filter(pk=pk).first()


def withdrawable_until(found: Delivery) -> Any:
    """Return until when the buyer may withdraw; None: not (any more, or for these goods).

    Counted from the day the goods came; who withdraws while they are on their way may, too.
    """
    if found.collect or found.state not in (Delivery.State.SENT, Delivery.State.DELIVERED):
        return None
    if getattr(found, "withdrawal", None):
        return None
    measured = HoldLine.objects.filter(
        seller_order=found.seller_order_id, allotment__product__good__to_measure=True
    )
    if measured.exists():
        return None
    came = found.delivered_at or clock.now()
    until = came + timedelta(days=WITHDRAWAL_DAYS + 1)
    return until if clock.now() < until else None


def seller(operator_id: int) -> Seller | None:
    """Return an operator as a seller, or None."""
    found = Seller.objects.select_related("operator__area", "portrait")
    return found.filter(operator=operator_id).first()


def open_shops() -> set[int]:
    """Return the keys of the operators who are approved."""
    approved = Seller.objects.filter(state=Seller.State.APPROVED)
    return set(approved.values_list("operator", flat=True))


def approved_seller(slug: str) -> Seller | None:
    """Return the approved seller whose shop has this address, or None."""
    found = Seller.objects.select_related(
        "operator__area", "operator__municipality", "portrait"
    )
    return found.filter(operator__slug=slug, state=Seller.State.APPROVED).first()


def sellers_of(operators: "QuerySet[Operator]") -> QuerySet[Seller, Any]:
    """Return the sellers among some operators, those first that wait for the office."""
    known = Seller.objects.filter(operator__in=operators).select_related(
        "operator__area", "portrait", "agreed_by", "reviewed_by"
    )
    waits = Q(state=Seller.State.READY)
    return known.annotate(waits=waits).order_by(F("waits").desc(), "operator__name")


def customs(pairs: Iterable[tuple[Good, int, int]], currency: str) -> list[vat.CustomsLine]:
    """Return the lines of a customs declaration.

    Args:
        pairs: A good, how many of it, and what they cost together.
        currency: ISO 4217.

    """
    return [
        vat.CustomsLine(
            description=good.customs_name,
            quantity=quantity,
            net=good.weight_g * quantity,
            minor=minor,
            currency=currency,
            hs=good.hs_code,
            origin=good.origin,
        )
        for good, quantity, minor in pairs
    ]


def facts_of(found: Seller | None, goods: Iterable[OfGood], **known: Any) -> OfSeller:
    """Put together what the rules of selling more ask of a seller."""
    if found is None or found.state != Seller.State.APPROVED:
        return OfSeller(approved=False)
    now = clock.now()
    waiting = [
        each
        for each in deliveries(found.operator_id)
        if each.state in (Delivery.State.WAITING, Delivery.State.PACKED)
    ]
    market = top_market(found.operator_id)
    slugs = list(
        for_sale()
        .filter(product__operator=found.operator_id)
        .values_list("product__slug", flat=True)
    )
    reached = offers(slugs, market) if market else {}
    return OfSeller(
        approved=True,
        goods=tuple(goods),
        has_portrait=found.portrait_id is not None,
        to_send=len(waiting),
        late=sum(bool(each.hand_over_by and each.hand_over_by < now) for each in waiting),
        ready_hours=found.ready_hours,
        top_market=market,
        ships_to_top_market=not market
        or any(isinstance(each.how, Shipping) for each in reached.values()),
        must_register=vat.must_register(sold_abroad(found.operator_id), found.vat_scheme),
        **known,
    )


def top_market(operator_id: int) -> str:
    """Return the country outside Italy whose people buy most of an operator, or of anybody."""
    sold = SellerOrder.objects.filter(state__in=Order.SOLD).exclude(
        order__market__in=["", world.HOME]
    )
    for rows in (sold.filter(operator=operator_id), sold):
        sums = rows.values("order__market").annotate(n=Sum("total_minor"))
        best = sums.order_by("-n").first()
        if best:
            return str(best["order__market"])
    return ""


def sold_abroad(operator_id: int) -> int:
    """Return this year's goods to the rest of the Union, without VAT, in minor units."""
    year = clock.today().year
    rows = Delivery.objects.filter(
        seller_order__operator=operator_id,
        seller_order__state__in=Order.SOLD,
        seller_order__order__confirmed_at__year=year,
        country__in=[each for each in world.UNION if each != world.HOME],
    ).aggregate(total=Sum("seller_order__total_minor"), taxes=Sum("seller_order__vat_minor"))
    return (rows["total"] or 0) - (rows["taxes"] or 0)


__all__ = [
    "Offer",
    "Withdrawal",
    "approved_seller",
    "customs",
    "deliveries",
    "deliveries_of",
    "delivery",
    "described",
    "everywhere",
    "facts_of",
    "for_sale",
    "good_of",
    "goods_minor",
    "left_of",
    "offers",
    "open_shops",
    "piece",
    "rates",
    "seller",
    "sellers_of",
    "sold_abroad",
    "top_market",
    "withdrawable_until",
]
