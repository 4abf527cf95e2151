"""Reading the catalogue: what is on sale, in which words, with what left."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    Exists,
    F,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import override

from belvedere.offer.models import Candidate, Product, ProductPicture, Text, Theme
from belvedere.offer.ports import Free, Ware, booking
from belvedere.offer.rules import Said, choose
from belvedere.shared import clock
from belvedere.shared.languages import code
from belvedere.shared.money import Amount
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area, Operator, Place, User

AHEAD = 28
"""How many days ahead the pages look for free places."""

Texts = dict[tuple[Any, str], Said]


def on_sale(
    area: "Area | None" = None, theme: str | None = None, *, goods: bool = False
) -> QuerySet[Product]:
    """Return what is on sale, with operator, area, place and pictures at hand.

    Args:
        area: Only there, and in what lies in it.
        theme: Only of this theme.
        goods: Things that are sent, instead of those that one goes to.

    """
    found = _shown().filter(state=Product.State.ON_SALE)
    kind = Q(kind=Product.Kind.GOOD)
    found = found.filter(kind if goods else ~kind)
    if area is not None:
        found = found.filter(_within(area))
    return found.filter(theme=theme) if theme else found


def product(slug: str) -> Product | None:
    """Return the product of an address, whatever its state, or None."""
    return _shown().filter(slug=slug).first()


def goods_of(operator: "Operator") -> QuerySet[Product]:
    """Return an operator's goods, whatever their state, the youngest first."""
    found = _shown().filter(operator=operator, kind=Product.Kind.GOOD)
    return found.order_by("-created_at")


def languages(products: Iterable[Product]) -> dict[int, set[str]]:
    """Return in which languages each product has its title, by key, in one query."""
    rows = Text.objects.filter(
        content_type=ContentType.objects.get_for_model(Product),
        object_id__in=[each.pk for each in products],
        field="title",
    ).exclude(status=Text.Status.OUTDATED)
    found: dict[int, set[str]] = defaultdict(set)
    for key, language in rows.values_list("object_id", "language"):
        found[key].add(language)
    return found


def visible_to(user: "User", area: "Area | None" = None) -> QuerySet[Product]:
    """Return the products that somebody may see on the desk: their own, or their area's.

    Args:
        user: Who asks.
        area: Only those of this area and of what lies in it.

    """
    found = _shown() if area is None else _shown().filter(_within(area))
    if user.is_superuser:
        return found
    mine = Q(operator__memberships__user=user)
    staff = user.memberships.filter(area__isnull=False).select_related("area")
    for membership in staff:
        if membership.area:
            mine |= _within(membership.area)
    return found.filter(mine).distinct()


def texts(objects: Iterable[Model], language: str, fields: Sequence[str] = ()) -> Texts:
    """Return what to show of many objects of one model, in one query.

    Args:
        objects: Saved objects of one model.
        language: BCP 47. What is missing in it comes in English, then as the original.
        fields: Only these; all when empty.

    Returns:
        By key and field; a field that nobody wrote is absent. `Said` tells the language and
        the status, so that a page can mark a machine's words or a foreign text.

    """
    objects = list(objects)
    if not objects:
        return {}
    rows = Text.objects.filter(
        Q(language__in={language, "en"}) | Q(status=Text.Status.SOURCE),
        content_type=ContentType.objects.get_for_model(objects[0]),
        object_id__in=[each.pk for each in objects],
    )
    if fields:
        rows = rows.filter(field__in=fields)
    said: dict[tuple[Any, str], list[Said]] = defaultdict(list)
    for row in rows:
        said[row.object_id, row.field].append(Said(row.value, row.language, row.status))
    return {key: found for key, each in said.items() if (found := choose(each, language))}


def source_language(obj: Model, field: str) -> str:
    """Return the language in which a text was first written; empty if nobody wrote it."""
    found = Text.objects.filter(
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        field=field,
        status=Text.Status.SOURCE,
    )
    return found.values_list("language", flat=True).first() or ""


def titled(found: QuerySet[Any]) -> QuerySet[Any]:
    """Return the same objects, each with its original title, for the lists of the admin."""
    original = Text.objects.filter(
        content_type=ContentType.objects.get_for_model(found.model),
        object_id=OuterRef("pk"),
        field="title",
        status=Text.Status.SOURCE,
    )
    named = Coalesce(
        Subquery(original.values("value")[:1]), F("slug"), output_field=TextField()
    )
    return found.annotate(title=named)


def words(obj: Model, language: str) -> dict[str, Said]:
    """Return what to show of one object, by field."""
    return {field: said for (_, field), said in texts([obj], language).items()}


@dataclass(frozen=True)
class Missing:
    """A text that somebody should translate."""

    object_id: int
    field: str
    language: str
    original: str
    original_language: str
    status: str
    """`missing`, or `outdated` where the original has changed."""


def missing(language: str, products: Iterable[Product]) -> list[Missing]:
    """List what the products still lack in a language: absent and outdated texts."""
    ids = [each.pk for each in products]
    rows = Text.objects.filter(
        Q(language=language) | Q(status=Text.Status.SOURCE),
        content_type=ContentType.objects.get_for_model(Product),
        object_id__in=ids,
    ).order_by("object_id", "pk")
    have = {(row.object_id, row.field): row for row in rows if row.language == language}
    lacking = []
    for row in rows:
        mine = have.get((row.object_id, row.field))
        if row.status != Text.Status.SOURCE or (mine and mine.status != Text.Status.OUTDATED):
            continue
        lacking.append(
            Missing(
                object_id=row.object_id,
                field=row.field,
                language=language,
                original=row.value,
                original_language=row.language,
                status="outdated" if mine else "missing",
            )
        )
    return lacking


@dataclass(frozen=True)
class Card:
    """A product as lists show it."""

    product: Product
    title: Said
    summary: Said | None
    price: Amount
    url: str
    next: Free | None
    free: int

    @property
    def picture(self) -> Any:
        """Return the cover, or None."""
        first = next(iter(self.product.pictures.all()), None)
        return first and first.picture


def cards(
    products: Iterable[Product],
    *,
    language: str,
    source: str = "",
    days: Sequence[date] = (),
) -> list[Card]:
    """Return what lists show of products: words in one query, free places in one.

    Args:
        products: As `on_sale` gives them.
        language: BCP 47 of the page.
        source: What `?s=` carried.
        days: Days to look for free places on; the next four weeks when empty.

    """
    products = list(products)
    if not products:
        return []
    said = texts(products, language, ("title", "summary", "description"))
    free = starts(products, days or ahead(), language=language, source=source)
    return [
        Card(
            product=each,
            title=said.get((each.pk, "title")) or Said(each.slug, each.language, "source"),
            summary=said.get((each.pk, "summary")) or said.get((each.pk, "description")),
            price=price(each),
            url=address("offer:product", each.slug, language=language),
            next=next((start for start in free[each.slug] if start.free), None),
            free=sum(start.free for start in free[each.slug]),
        )
        for each in products
    ]


def starts(
    products: Iterable[Product], days: Sequence[date], *, language: str, source: str = ""
) -> dict[str, list[Free]]:
    """Return the starts of many products on some days by slug, in one query of the seller."""
    by_product: dict[str, list[Free]] = defaultdict(list)
    slugs = [each.slug for each in products]
    for each in booking().free(slugs, days, source=source, language=language):
        by_product[each.product].append(each)
    return by_product


def ahead(days: int = AHEAD) -> list[date]:
    """Return the coming days, today first."""
    today = clock.today()
    return [today + timedelta(days=each) for each in range(days)]


def price(product: Product) -> Amount:
    """Return the price of one adult place."""
    return Amount(product.price_minor, product.currency)


def shown_at(product: Product, *, language: str) -> str:
    """Return the path of a product's page: things one goes to, and goods, apart."""
    name = "offer:good" if product.kind == Product.Kind.GOOD else "offer:product"
    return address(name, product.slug, language=language)


def address(name: str, *args: str, language: str) -> str:
    """Return the path of a page in a language."""
    with override(code(language)):
        return reverse(name, args=args)


def search(found: QuerySet[Product], words: str) -> QuerySet[Product]:
    """Keep the products whose texts, in any language, or operator contain all the words."""
    for word in words.split()[:6]:
        texts_with = Text.objects.filter(
            content_type=ContentType.objects.get_for_model(Product), value__icontains=word
        ).values("object_id")
        found = found.filter(
            Q(pk__in=texts_with)
            | Q(meeting_point__icontains=word)
            | Q(operator__name__icontains=word)
        )
    return found


@dataclass(frozen=True)
class Shelved:
    """A good as lists show it."""

    product: Product
    title: Said
    summary: Said | None
    url: str
    ware: Ware

    @property
    def picture(self) -> Any:
        """Return the cover, or None."""
        first = next(iter(self.product.pictures.all()), None)
        return first and first.picture


def shelved(
    products: Iterable[Product], *, language: str, country: str = "", source: str = ""
) -> list[Shelved]:
    """Return what lists show of goods that are for sale, in a constant number of queries."""
    products = list(products)
    if not products:
        return []
    said = texts(products, language, ("title", "summary", "description"))
    slugs = [each.slug for each in products]
    found = booking().goods(slugs, country=country, source=source, language=language)
    wares = {each.product: each for each in found}
    return [
        Shelved(
            product=each,
            title=said.get((each.pk, "title")) or Said(each.slug, each.language, "source"),
            summary=said.get((each.pk, "summary")) or said.get((each.pk, "description")),
            url=shown_at(each, language=language),
            ware=wares[each.slug],
        )
        for each in products
        if each.slug in wares
    ]


def areas_on_sale(*, goods: bool = False) -> list["Area"]:
    """Return the areas where something is on sale."""
    rows = on_sale(goods=goods)
    return list({row.operator.area_id: row.operator.area for row in rows}.values())


@dataclass(frozen=True)
class Listed:
    """A place as lists and maps show it."""

    place: "Place"
    name: str
    town: str
    url: str

    @property
    def point(self) -> tuple[float, float, str, str] | None:
        """Return latitude, longitude, label and address for a map, or None."""
        if self.place.latitude is None or self.place.longitude is None:
            return None
        return self.place.latitude, self.place.longitude, self.name, self.url


def listed(places: "Iterable[Place]", language: str) -> list[Listed]:
    """Return what lists show of places: all names in two queries."""
    places = list(places)
    called = territory.names(places, language, gloss=False)
    towns = {each.municipality_id: each.municipality for each in places if each.municipality}
    town_names = territory.names(towns.values(), language, gloss=False)
    return [
        Listed(
            place=each,
            name=called[each.pk],
            town=town_names.get(each.municipality_id or 0, ""),
            url=address("offer:place", each.slug, language=language),
        )
        for each in places
    ]


SIGHTS_LAST = {"library": 1, "archive": 2, "university": 2}
"""Kinds that travellers come for less often; all others stand before them."""


def ranked(places: "QuerySet[Place]") -> "QuerySet[Place]":
    """Order places as travellers look for them: sights first, the most visited ahead."""
    return places.order_by(
        Case(*(When(kind=kind, then=rank) for kind, rank in SIGHTS_LAST.items()), default=0),
        F("detail__visitors").desc(nulls_last=True),
        "name",
        "pk",
    )


def named(word: str) -> Q:
    """Match places whose name, in any language, or municipality contains a word."""
    return (
        Q(name__icontains=word)
        | Q(municipality__name__icontains=word)
        | Q(
            Exists(
                territory.every_place().filter(pk=OuterRef("pk"), names__value__icontains=word)
            )
        )
    )


def place(slug: str) -> "Place | None":
    """Return the place of an address, if it is shown."""
    return territory.places().filter(slug=slug).first()


def moved(slug: str) -> str | None:
    """Return the address of the place that a joined one was joined with, or None."""
    return (
        Candidate.objects.filter(old_slug=slug, state=Candidate.State.JOINED, place__shown=True)
        .values_list("place__slug", flat=True)
        .first()
    )


def _shown() -> QuerySet[Product]:
    return Product.objects.select_related(
        "operator__area", "operator__municipality", "place__municipality"
    ).prefetch_related(
        Prefetch("pictures", ProductPicture.objects.select_related("picture")),
        "pictures__picture__renditions",
    )


def _within(area: "Area") -> Q:
    """Match the area itself and whatever lies in it, four levels deep."""
    return (
        Q(operator__area=area)
        | Q(operator__area__parent=area)
        | Q(operator__area__parent__parent=area)
        | Q(operator__area__parent__parent__parent=area)
    )


__all__ = [
    "Card",
    "Listed",
    "Missing",
    "Said",
    "Shelved",
    "Texts",
    "Theme",
    "address",
    "ahead",
    "areas_on_sale",
    "cards",
    "goods_of",
    "languages",
    "listed",
    "missing",
    "moved",
    "named",
    "on_sale",
    "place",
    "price",
    "product",
    "ranked",
    "search",
    "shelved",
    "shown_at",
    "source_language",
    "starts",
    "texts",
    "titled",
    "visible_to",
    "words",
]
