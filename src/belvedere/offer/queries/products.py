"""Which products there are, for whom, and where their pages are."""

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Prefetch,
    Q,
    QuerySet,
)
from django.urls import reverse
from django.utils.translation import override

from belvedere.offer.models import Product, ProductPicture, Text
from belvedere.shared.languages import code
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import Area, Operator, User


def on_sale(
    area: "Area | None" = None, theme: str | None = None, *, goods: bool | None = False
) -> QuerySet[Product]:
    """Return what is on sale, with operator, area, place and pictures at hand.

    Args:
        area: Only there, and in what lies in it.
        theme: Only of this theme.
        goods: Things that are sent, instead of those that one goes to; None: both.

    """
    found = _shown().filter(state=Product.State.ON_SALE)
    if goods is not None:
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


def areas_on_sale(*, goods: bool = False) -> list["Area"]:
    """Return the areas where something is on sale."""
    rows = on_sale(goods=goods)
    return list({row.operator.area_id: row.operator.area for row in rows}.values())


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
