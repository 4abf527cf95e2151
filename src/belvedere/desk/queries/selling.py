"""What a maker and the office read about selling goods."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from belvedere.desk.queries.experiences import titles
from belvedere.offer import queries as catalogue
from belvedere.sell import queries as sales
from belvedere.sell import services as selling
from belvedere.sell import words
from belvedere.sell.queries import goods as reading
from belvedere.sell.rules import sellers, world
from belvedere.sell.rules.parcels import Shipping
from belvedere.sell.rules.sellers import Advice, Next, OfGood
from belvedere.shared import clock
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.sell.models import Seller
    from belvedere.territory.models import Operator


@dataclass(frozen=True)
class Todo:
    """One thing to do next, in words, with the page where it is done."""

    what: str
    title: str
    why: str
    url: str


@dataclass(frozen=True)
class GoodRow:
    """A good on its maker's list."""

    product: Any
    title: str
    left: int | None
    offer: sales.Offer | None


def goods_of(operator: "Operator", language: str) -> list[GoodRow]:
    """Return an operator's goods, the youngest first, with what is left of each."""
    products = list(catalogue.goods_of(operator))
    named = titles(products, language)
    left = reading.left_of([each.pk for each in products])
    found = sales.offers([each.slug for each in products], world.HOME)
    return [
        GoodRow(each, named[each.pk], left.get(each.pk), found.get(each.slug))
        for each in products
    ]


def todos(operator: "Operator", language: str) -> list[Todo]:
    """Say what an operator should do next to sell more, each with a link to do it."""
    seller = reading.seller(operator.pk)
    rows = [each for each in goods_of(operator, language) if each.offer]
    spoken = catalogue.languages([each.product for each in rows])
    goods = [
        OfGood(
            slug=each.product.slug,
            title=each.title,
            pictures=len(each.product.pictures.all()),
            languages=frozenset(spoken.get(each.product.pk, ())),
            left=each.left or 0,
            customs_ready=bool(each.offer and each.offer.good.customs_ready),
        )
        for each in rows
    ]
    story = "description" in catalogue.words(operator, language)
    known = reading.facts_of(seller, goods, has_story=story)
    return [_todo(each, language) for each in sellers.advice(known)]


def _todo(advice: Advice, language: str) -> Todo:
    title, why = words.NEXT[advice.what]
    said = {
        "title": advice.good.title if advice.good else "",
        "country": world.name(advice.country, language) if advice.country else "",
    }
    good = advice.good
    url = {
        Next.FINISH: reverse("desk:selling-open"),
        Next.GOODS: reverse("desk:good-new"),
        Next.SEND: reverse("desk:selling") + "#parcels",
        Next.STORY: reverse("desk:selling-shop"),
        Next.PORTRAIT: reverse("desk:selling-shop"),
        Next.SLOW: reverse("desk:selling-step", args=["sending"]),
        Next.OSS: reverse("desk:selling-step", args=["tax"]),
        Next.TOP_MARKET: reverse("desk:selling-countries"),
    }.get(advice.what) or reverse("desk:good", args=[good.slug if good else ""])
    return Todo(str(advice.what), str(title) % said, str(why), url)


@dataclass(frozen=True)
class Country:
    """Where a maker's goods go, or not, as buyers there are told."""

    code: str
    name: str
    said: str
    sent: bool


def countries_of(operator: "Operator", language: str) -> list[Country]:
    """Return every country with what buyers there read about one good of a maker."""
    offered = [(each.product.slug, each.offer) for each in goods_of(operator, language)]
    slug = next((slug for slug, offer in offered if offer and not offer.good.bulky), "")
    if not slug:
        return []
    found = reading.everywhere(slug)
    return [
        _country(found[code], code, name, language)
        for code, name in world.names(language).items()
        if code in found
    ]


def _country(offer: sales.Offer, code: str, name: str, language: str) -> Country:
    if isinstance(offer.how, Shipping):
        by = words.promise(offer.days, offer.good.making_days, offer.how.rate.hours)
        cost = offer.shipping.text(language) if offer.shipping else ""
        return Country(code, name, f"{cost} · {offer.how.rate.carrier}. {by}", sent=True)
    refused = words.why(offer.how, language) if offer.how else ""
    return Country(code, name, refused.removeprefix(f"{name}: "), sent=False)


def by_reason(refused: Iterable[Country]) -> list[tuple[str, list[str]]]:
    """Return the reasons why something is not sent, each with the countries it is true of."""
    found: dict[str, list[str]] = {}
    for each in refused:
        found.setdefault(each.said, []).append(each.name)
    return sorted(found.items(), key=lambda each: len(each[1]))


@dataclass(frozen=True)
class Parcel:
    """A parcel on its maker's list."""

    delivery: Any
    number: str
    what: list[tuple[int, str]]
    late: bool


def parcels(operator: "Operator", language: str) -> list[Parcel]:
    """Return what an operator has to send and has sent, the most urgent first."""
    rows = list(reading.deliveries(operator.pk))
    lines = [line for each in rows for line in each.seller_order.lines.all()]
    named = titles([line.allotment.product for line in lines], language)
    return [parcel(each, named, language) for each in rows]


def parcel(found: Any, named: dict[int, str], language: str) -> Parcel:
    """Put together what a maker reads of one parcel."""
    lines = found.seller_order.lines.all()
    due = found.hand_over_by
    waits = found.state in ("waiting", "packed")
    return Parcel(
        delivery=reading.described(found, language),
        number=str(found.seller_order.order.number or ""),
        what=[(each.quantity, named[each.allotment.product_id]) for each in lines],
        late=bool(waits and due and due < clock.now()),
    )


@dataclass(frozen=True)
class Step:
    """One step of opening a shop."""

    key: str
    name: str
    done: bool


def steps(seller: "Seller | None", names: dict[str, str]) -> list[Step]:
    """Return the steps with how far they are."""
    done = selling.done(seller)
    return [Step(each, names[each], each in done) for each in selling.STEPS]


def masked(seller: "Seller | None") -> dict[str, str]:
    """Return the seller's numbers as they may be shown."""
    if seller is None:
        return {"vat": "", "iban": ""}
    return {"vat": sellers.masked(seller.vat_number), "iban": sellers.masked(seller.iban)}


def sellers_seen(user: Any) -> "list[Seller]":
    """Return the sellers whom somebody of the office may review."""
    return list(reading.sellers_of(territory.visible_to(user).operators))


def may_sell(product: "Product") -> bool:
    """Say whether a product's maker may sell it: goods need an approved seller."""
    if product.kind != product.Kind.GOOD:
        return True
    seller = reading.seller(product.operator_id)
    return seller is not None and seller.state == seller.State.APPROVED
