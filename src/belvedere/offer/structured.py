"""The pages' content for machines: schema.org (release 30), as JSON-LD."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from belvedere.offer.ports import Free, Ware
from belvedere.offer.rules import Said

if TYPE_CHECKING:
    from belvedere.offer.models import Picture, Product
    from belvedere.offer.queries import Card
    from belvedere.shared.money import Amount
    from belvedere.territory.models import Area, Place

Thing = dict[str, Any]
PLACE_TYPES = {
    "museum": ["Museum", "TouristAttraction"],
    "ecomuseum": ["Museum", "TouristAttraction"],
    "library": ["Library", "TouristAttraction"],
    "archive": ["ArchiveOrganization", "TouristAttraction"],
    "castle": ["LandmarksOrHistoricalBuildings", "TouristAttraction"],
    "archaeological-site": ["LandmarksOrHistoricalBuildings", "TouristAttraction"],
    "church": ["Church", "TouristAttraction"],
    "hermitage": ["PlaceOfWorship", "TouristAttraction"],
    "monastery": ["PlaceOfWorship", "TouristAttraction"],
    "sanctuary": ["PlaceOfWorship", "TouristAttraction"],
    "mountain": ["Mountain", "TouristAttraction"],
    "university": ["CollegeOrUniversity", "TouristAttraction"],
}


def page(main: Thing, *, url: str, language: str) -> Thing:
    """Wrap what a page is about: the page has the language, the thing has none."""
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "url": url,
        "inLanguage": language,
        "mainEntity": main,
    }


def experience(
    product: "Product",
    said: Mapping[str, Said],
    *,
    url: str,
    price: "Amount",
    starts: Sequence[Free],
    base: str,
    checkout: str,
    parts: Sequence[tuple[str, str]] = (),
) -> Thing:
    """Describe a product: what is sold, where it goes, who leads it, what it costs.

    The itinerary of a package are its parts (name, url), in order.
    """
    thing: Thing = {
        "@type": ["Product", "TouristTrip"],
        "@id": f"{url}#product",
        "name": str(said["title"]),
        "description": str(said.get("summary") or said.get("description") or said["title"]),
        "sku": product.slug,
        "url": url,
        "touristType": str(product.get_theme_display()),
        "provider": {"@type": "Organization", "name": product.operator.name},
        "offers": _offer(price, starts, url=f"{base}{checkout}" if checkout else url),
    }
    pictures = [_image(each.picture, base) for each in product.pictures.all()]
    if pictures:
        thing["image"] = pictures
    where = items(str(said["title"]), parts) if parts else _where(product, said)
    if where:
        thing["itinerary"] = where
    return thing


def good(
    product: "Product",
    said: Mapping[str, Said],
    *,
    url: str,
    ware: Ware | None,
    base: str,
) -> Thing:
    """Describe a good, with its price where the reader lives."""
    thing: Thing = {
        "@type": "Product",
        "@id": f"{url}#good",
        "name": str(said["title"]),
        "description": str(said.get("summary") or said.get("description") or said["title"]),
        "sku": product.slug,
        "url": url,
        "brand": {"@type": "Brand", "name": product.operator.name},
    }
    if ware:
        thing["offers"] = {
            "@type": "Offer",
            "price": str(ware.price.major),
            "priceCurrency": ware.price.currency,
            "availability": f"https://schema.org/{'InStock' if ware.free else 'SoldOut'}",
            "url": url,
            "seller": {"@type": "Organization", "name": product.operator.name},
        }
    pictures = [_image(each.picture, base) for each in product.pictures.all()]
    if pictures:
        thing["image"] = pictures
    return thing


def attraction(
    place: "Place",
    *,
    name: str,
    url: str,
    area: "Area | None",
    area_name: str = "",
    description: Said | None = None,
) -> Thing:
    """Describe a place."""
    thing: Thing = {
        "@type": PLACE_TYPES.get(place.kind, ["TouristAttraction"]),
        "@id": f"{url}#place",
        "name": name,
        "url": url,
        "address": {
            "@type": "PostalAddress",
            "addressRegion": "Toscana",
            "addressCountry": "IT",
        },
    }
    if name != place.name:
        thing["alternateName"] = place.name
    if place.municipality:
        thing["address"]["addressLocality"] = place.municipality.name
    if place.latitude is not None and place.longitude is not None:
        thing["geo"] = _geo(place.latitude, place.longitude)
    if description:
        thing["description"] = str(description)
    if area:
        thing["containedInPlace"] = {
            "@type": "TouristDestination",
            "name": area_name or area.name,
        }
    if same := same_as(place):
        thing["sameAs"] = same
    return thing


def destination(
    area: "Area", *, name: str, url: str, attractions: Iterable[tuple[str, str]]
) -> Thing:
    """Describe an area and what is in it: (name, url) of each place."""
    thing: Thing = {
        "@type": "TouristDestination",
        "@id": f"{url}#area",
        "name": name,
        "url": url,
        "includesAttraction": [
            {"@type": "TouristAttraction", "name": each, "url": address}
            for each, address in attractions
        ],
    }
    if not thing["includesAttraction"]:
        del thing["includesAttraction"]
    return thing


def items(name: str, entries: Iterable[tuple[str, str]]) -> Thing:
    """Describe a list: (name, url) of each entry, in order."""
    listed = [
        {"@type": "ListItem", "position": number, "name": each, "url": url}
        for number, (each, url) in enumerate(entries, start=1)
    ]
    return {
        "@type": "ItemList",
        "name": name,
        "numberOfItems": len(listed),
        "itemListElement": listed,
    }


def cards(shown: "Iterable[Card]", *, base: str) -> Thing:
    """Describe the catalogue's cards."""
    entries = ((str(each.title), f"{base}{each.url}") for each in shown)
    return items(_("Experiences"), entries)


def same_as(place: "Place") -> list[str]:
    """Return the other addresses of a place: Wikidata, Wikipedia, its own."""
    article = place.detail.get("wikipedia_it", "")
    return [
        each
        for each in (
            place.wikidata_id and f"https://www.wikidata.org/wiki/{place.wikidata_id}",
            article and f"https://it.wikipedia.org/wiki/{article.replace(' ', '_')}",
            place.website,
        )
        if each
    ]


def _offer(price: "Amount", starts: Sequence[Free], *, url: str) -> Thing:
    left = sum(each.free for each in starts)
    few = starts and all(each.few for each in starts if each.free)
    if not starts:
        availability = "OutOfStock"
    elif not left:
        availability = "SoldOut"
    else:
        availability = "LimitedAvailability" if few else "InStock"
    return {
        "@type": "Offer",
        "price": str(price.major),
        "priceCurrency": price.currency,
        "availability": f"https://schema.org/{availability}",
        "url": url,
    }


def _where(product: "Product", said: Mapping[str, Said]) -> Thing:
    name = product.meeting_point or (product.place.name if product.place else "")
    if not name:
        return {}
    where: Thing = {"@type": "Place", "name": name}
    if "address" in said:
        where["address"] = str(said["address"])
    if product.latitude is not None and product.longitude is not None:
        where["geo"] = _geo(product.latitude, product.longitude)
    return where


def _image(picture: "Picture", base: str) -> Thing:
    file = picture.get_rendition("max-1280x1280|format-jpeg")
    image: Thing = {
        "@type": "ImageObject",
        "contentUrl": f"{base}{file.url}",
        "caption": picture.default_alt_text,
    }
    if picture.credit:
        image["creditText"] = picture.credit
    if picture.author:
        image["creator"] = {"@type": "Person", "name": picture.author}
    if picture.holder:
        image["copyrightHolder"] = {"@type": "Organization", "name": picture.holder}
    return image


def _geo(latitude: float, longitude: float) -> Thing:
    return {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
