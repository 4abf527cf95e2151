"""Reading the catalogue: what is on sale, in which words, with what left."""

from belvedere.offer.models import Accommodation, Theme
from belvedere.offer.queries.calendar import Calendar, CalendarDay, calendar
from belvedere.offer.queries.places import Listed, listed, moved, named, place, ranked
from belvedere.offer.queries.products import (
    address,
    areas_on_sale,
    goods_of,
    on_sale,
    price,
    product,
    search,
    shown_at,
    visible_to,
)
from belvedere.offer.queries.shelves import (
    AHEAD,
    Card,
    Included,
    Shelved,
    ahead,
    cards,
    included,
    shelved,
    starts,
)
from belvedere.offer.queries.texts import (
    Missing,
    Texts,
    languages,
    missing,
    source_language,
    texts,
    titled,
    words,
)
from belvedere.offer.rules import Said

__all__ = [
    "AHEAD",
    "Accommodation",
    "Calendar",
    "CalendarDay",
    "Card",
    "Included",
    "Listed",
    "Missing",
    "Said",
    "Shelved",
    "Texts",
    "Theme",
    "address",
    "ahead",
    "areas_on_sale",
    "calendar",
    "cards",
    "goods_of",
    "included",
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
