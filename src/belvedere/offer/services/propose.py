"""The operator's verbs: propose, revise, propose again."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.offer.models import Picture, Product, ProductPicture, Text, Theme
from belvedere.offer.rules import FIELDS
from belvedere.offer.services.approve import NotNow, allow, move
from belvedere.offer.services.write_text import write_text
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import Place, User

State = Product.State
HIGHEST_PRICE = 10_000_000
CHANGEABLE = frozenset(
    {
        "theme",
        "kind",
        "accommodation",
        "meeting_point",
        "duration_minutes",
        "latitude",
        "longitude",
        "free_cancellation_hours",
        "place_id",
    }
)


@transaction.atomic
def propose(
    operator_id: int,
    *,
    theme: str,
    kind: str = Product.Kind.EXPERIENCE,
    accommodation: str = "",
    language: str,
    title: str,
    description: str,
    price: Amount,
    pictures: Sequence[Picture] = (),
    meeting_point: str = "",
    duration_minutes: int | None = None,
    place: "Place | int | None" = None,
    latitude: float | None = None,
    longitude: float | None = None,
    free_cancellation_hours: int = 48,
    texts: Mapping[str, str] | None = None,
    slug: str = "",
    is_demo: bool = False,
) -> Product:
    """Propose a new product; it goes on sale when an editor approves it.

    Args:
        operator_id: Key of the operator who offers it.
        theme: One of `models.Theme`.
        kind: One of `Product.Kind`.
        accommodation: One of `models.Accommodation`, of a stay.
        language: BCP 47 of the operator's words.
        title: Its name, in that language.
        description: What happens, in that language.
        price: For one adult place.
        pictures: Pictures already kept (`keep_picture`); the first is the cover.
        meeting_point: Where to be, as people there call it.
        duration_minutes: How long it takes.
        place: The place it happens at, or its key.
        latitude: Of the meeting point, degrees WGS 84.
        longitude: Likewise.
        free_cancellation_hours: Until so many hours before the start all is given back.
        texts: Further texts in the same language: summary, getting_there, address …
        slug: Address of its page; made from the title when empty.
        is_demo: Whether it is a sample.

    Raises:
        BadInput: Something is missing or wrong; `field` says what.

    """
    _check(theme=theme, kind=kind, price=price, title=title, description=description)
    product = Product.objects.create(
        operator_id=operator_id,
        place_id=getattr(place, "pk", place),
        theme=theme,
        kind=kind,
        accommodation=accommodation,
        slug=_free_slug(slug or title),
        language=language,
        state=State.PROPOSED,
        price_minor=price.minor,
        currency=price.currency,
        duration_minutes=duration_minutes,
        meeting_point=meeting_point.strip(),
        latitude=latitude,
        longitude=longitude,
        free_cancellation_hours=free_cancellation_hours,
        is_demo=is_demo,
        created_at=clock.now(),
    )
    words = {"title": title, "description": description, **(texts or {})}
    for field, value in words.items():
        if value:
            write_text(product, field, language, value, status=Text.Status.SOURCE)
    ProductPicture.objects.bulk_create(
        ProductPicture(product=product, picture=each, position=position)
        for position, each in enumerate(pictures)
    )
    record(
        "offer.proposed",
        f"product:{product.pk}",
        area=product.operator.area.slug,
        product=product.slug,
    )
    return product


@transaction.atomic
def propose_again(product_id: int, *, by: "User | None" = None) -> Product:
    """Propose a draft or a returned product to the editors.

    Raises:
        NotNow: It is proposed already, on sale or withdrawn.
        PermissionDenied: `by` is neither its operator nor an editor of its area.

    """
    return move(
        product_id,
        to=State.PROPOSED,
        out_of=(State.DRAFT, State.RETURNED),
        fact="offer.proposed",
        by=by,
        operator_may=True,
    )


@transaction.atomic
def revise(
    product_id: int,
    *,
    by: "User | None" = None,
    price: Amount | None = None,
    texts: Mapping[str, str] | None = None,
    pictures: Sequence[Picture] | None = None,
    **values: Any,
) -> Product:
    """Change a product that is not on sale yet; editors may change one on sale, too.

    Args:
        product_id: Key of the product.
        by: Who changes it; None for the system itself.
        price: The new price for one adult place.
        texts: Fields in the product's own language.
        pictures: All its pictures, in order.
        values: Any of `CHANGEABLE`.

    Raises:
        BadInput: Something is wrong; `field` says what.
        NotNow: It is on sale and `by` is its operator.
        PermissionDenied: `by` is neither its operator nor an editor of its area.

    """
    product = Product.objects.select_for_update(of=("self",)).get(pk=product_id)
    allow(product, by, operator_may=product.state != State.ON_SALE)
    if wrong := set(values) - CHANGEABLE:
        raise BadInput(_("This cannot be changed here."), field=min(wrong))
    _check(
        theme=values.get("theme", product.theme),
        kind=values.get("kind", product.kind),
        price=price or Amount(product.price_minor, product.currency),
    )
    for name, value in values.items():
        setattr(product, name, value)
    if price:
        product.price_minor, product.currency = price.minor, price.currency
    product.save()
    for field, value in (texts or {}).items():
        if field not in ("title", "description") or value.strip():
            write_text(product, field, product.language, value, status=Text.Status.SOURCE)
    if pictures is not None:
        product.pictures.all().delete()
        ProductPicture.objects.bulk_create(
            ProductPicture(product=product, picture=each, position=position)
            for position, each in enumerate(pictures)
        )
    record(
        "offer.revised",
        f"product:{product.pk}",
        area=product.operator.area.slug,
        product=product.slug,
    )
    return product


def _check(*, theme: str, kind: str, price: Amount, **words: str) -> None:
    if theme not in Theme.values:
        raise BadInput(_("Choose one of the eight themes."), field="theme")
    if kind not in Product.Kind.values:
        raise BadInput(_("Choose what sort of product it is."), field="kind")
    if not 0 < price.minor <= HIGHEST_PRICE:
        raise BadInput(_("The price must be more than nothing."), field="price")
    for field, value in words.items():
        if not value.strip():
            raise BadInput(_("This cannot be empty."), field=field)


def _free_slug(text: str) -> str:
    stem = slugify(text)[:70].strip("-") or "esperienza"
    taken = set(Product.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


__all__ = ["FIELDS", "NotNow", "propose", "propose_again", "revise"]
