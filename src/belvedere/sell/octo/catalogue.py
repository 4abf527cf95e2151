"""What a reseller may sell: the products of its operator, as OCTO writes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_precision
from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from belvedere.offer import queries as offer
from belvedere.offer.rules import Said
from belvedere.sell import models
from belvedere.sell.models import Allotment
from belvedere.sell.octo import ids
from belvedere.sell.octo.problems import no_option, no_product, no_unit
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.rules import vat as taxation
from belvedere.sell.rules.tariff import Option, Unit, price_of
from belvedere.shared import clock

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.territory.models import Operator

Json = dict[str, Any]
PRICING, CONTENT = "octo/pricing", "octo/content"
CAPABILITIES = (PRICING, CONTENT)
LABELS = {"outdoor": "outdoors", "food": "food", "art": "history", "unesco": "history"}
"""OCTO's category label of a theme, where one says the same."""
OPEN_LICENCES = ("CC0", "CC BY ", "CC BY-SA", "PUBLIC DOMAIN")
IMAGES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


@dataclass(frozen=True)
class Asked:
    """How a body is to be written: with which capabilities, in which language."""

    capabilities: tuple[str, ...] = ()
    language: str = "it"

    @property
    def pricing(self) -> bool:
        """Say whether prices are told."""
        return PRICING in self.capabilities

    @property
    def content(self) -> bool:
        """Say whether words and pictures are told."""
        return CONTENT in self.capabilities


@dataclass(frozen=True)
class Ware:
    """A product with what can be bought of it, and when it starts."""

    product: "Product"
    options: Sequence[Option]
    starts: Sequence[time] = ()
    timed: bool = False
    said: Mapping[str, Said] = field(default_factory=dict)

    def option(self, name: str | None) -> Option:
        """Return one of its options.

        Raises:
            Problem: It has no such option.

        """
        for each in self.options:
            if ids.option_id(each.id) == name:
                return each
        raise no_option(name)

    @property
    def currencies(self) -> list[str]:
        """Return the currencies in which all of it can be paid on every day, its own first."""
        units = [unit for option in self.options for unit in option.units]
        common = set.intersection(*(_currencies(each) for each in units))
        own = self.product.currency
        return [own, *sorted(common - {own})]

    def slots(self) -> QuerySet[Allotment]:
        """Return the starts that can be booked: by the hour, or by the day, never both."""
        return Allotment.objects.filter(
            product=self.product.pk, day__isnull=False, start__isnull=not self.timed
        )


def wares(
    operator_id: int, asked: Asked, name: str | None = None, *, words: bool = True
) -> list[Ware]:
    """Return the products that an operator has on sale, goods excepted, or one of them.

    The number of queries does not depend on how many there are.
    """
    found = offer.on_sale().filter(operator=operator_id).exclude(kind__in=("good", "package"))
    if not (asked.content and words):
        found = found.prefetch_related(None)
    if name is not None:
        found = found.filter(slug=name)
    return with_terms(list(found), asked if words else Asked())


def with_terms(products: Iterable["Product"], asked: Asked) -> list[Ware]:
    """Return products with their options and starts; without options nothing can be bought."""
    by_id = {each.pk: each for each in products}
    options: dict[int, list[Option]] = {}
    for option in tariff(by_id) if by_id else []:
        if option.units:
            options.setdefault(option.product, []).append(option)
    starts = _starts(options)
    said: dict[int, dict[str, Said]] = {}
    if asked.content:
        for (pk, key), value in offer.texts(by_id.values(), asked.language).items():
            said.setdefault(pk, {})[key] = value
    return [
        Ware(product, options[pk], *starts.get(pk, ((), False)), said.get(pk, {}))
        for pk, product in by_id.items()
        if pk in options
    ]


def ware(operator_id: int, name: str | None, asked: Asked, *, words: bool = False) -> Ware:
    """Return one product that an operator has on sale.

    Raises:
        Problem: There is none of this name, or it is another operator's.

    """
    found = wares(operator_id, asked, name, words=words) if name else []
    if not found:
        raise no_product(name)
    return found[0]


def unit(option: Option, name: str) -> Unit:
    """Return one of an option's units.

    Raises:
        Problem: It has no such unit.

    """
    for each in option.units:
        if ids.unit_id(each.type) == name:
            return each
    raise no_unit(name)


def _starts(product_ids: Iterable[int]) -> dict[int, tuple[Sequence[time], bool]]:
    """Return the hours at which products start, from today on, or ever if none is to come."""
    rows = (
        Allotment.objects.filter(product__in=list(product_ids), start__isnull=False)
        .values("product")
        .annotate(
            ever=ArrayAgg("start", distinct=True),
            coming=ArrayAgg("start", distinct=True, filter=Q(day__gte=clock.today())),
        )
    )
    return {row["product"]: (sorted(row["coming"] or row["ever"]), True) for row in rows}


def product_body(found: Ware, asked: Asked) -> Json:
    """Write a product."""
    product = found.product
    body: Json = {
        "id": product.slug,
        "internalName": product.slug,
        "reference": None,
        "locale": product.language,
        "timeZone": "Europe/Rome",
        "allowFreesale": False,
        "instantConfirmation": True,
        "instantDelivery": True,
        "availabilityRequired": True,
        "availabilityType": "START_TIME" if found.timed else "OPENING_HOURS",
        "deliveryFormats": ["QRCODE", "PDF_URL"],
        "deliveryMethods": ["VOUCHER"],
        "redemptionMethod": "DIGITAL",
        "options": [
            _option_body(found, each, asked, first=at == 0)
            for at, each in enumerate(found.options)
        ],
    }
    if asked.pricing:
        body |= {
            "defaultCurrency": product.currency,
            "availableCurrencies": found.currencies,
            "pricingPer": "UNIT",
        }
    return body | (_content(found, asked) if asked.content else {})


def _option_body(found: Ware, option: Option, asked: Asked, *, first: bool) -> Json:
    hours = found.product.free_cancellation_hours
    body: Json = {
        "id": ids.option_id(option.id),
        "default": first,
        "internalName": option.name,
        "reference": None,
        "availabilityLocalStartTimes": [f"{each:%H:%M}" for each in found.starts],
        "cancellationCutoff": f"{hours} hours",
        "cancellationCutoffAmount": hours,
        "cancellationCutoffUnit": "hour",
        "requiredContactFields": list(option.contact_fields),
        "restrictions": {"minUnits": option.min_units, "maxUnits": option.max_units},
        "units": [_unit_body(found, option, each, asked) for each in option.units],
    }
    if asked.content:
        body |= _content(found, asked, title=option.name)
    return body


def _unit_body(found: Ware, option: Option, unit: Unit, asked: Asked) -> Json:
    by_id = {each.id: each for each in option.units}
    body: Json = {
        "id": ids.unit_id(unit.type),
        "internalName": unit.type.capitalize(),
        "reference": None,
        "type": unit.type,
        "restrictions": {
            "minAge": unit.min_age,
            "maxAge": unit.max_age,
            "idRequired": unit.id_required,
            "minQuantity": unit.min_quantity,
            "maxQuantity": unit.max_quantity,
            "paxCount": unit.places,
            "accompaniedBy": [
                ids.unit_id(by_id[each].type) for each in unit.accompanied_by if each in by_id
            ],
        },
        "requiredContactFields": [],
    }
    if asked.pricing:
        body["pricingFrom"] = [
            pricing(_lowest(unit, currency), currency, option.vat_percent)
            for currency in found.currencies
        ]
    if asked.content:
        title = str(models.Unit.Type(unit.type).label)
        body |= {"title": title, "shortDescription": title, "features": []}
    return body


def pricing(minor: int, currency: str, vat_percent: float) -> Json:
    """Write a price: what the traveller pays is what the reseller owes."""
    vat = taxation.within(minor, vat_percent)
    tax = {"name": f"VAT {vat_percent:g}", "retail": vat, "original": vat, "net": vat}
    return {
        "original": minor,
        "retail": minor,
        "net": minor,
        "currency": currency,
        "currencyPrecision": get_currency_precision(currency),
        "includedTaxes": [tax] if vat else [],
    }


def _currencies(unit: Unit) -> set[str]:
    always = {
        each.currency
        for each in unit.prices
        if not each.market and each.first is None and each.last is None
    }
    return {unit.price.currency, *always}


def _lowest(unit: Unit, currency: str) -> int:
    """Return the lowest price for everybody that is not over."""
    today = clock.today()
    coming = [
        each.minor
        for each in unit.prices
        if each.currency == currency
        and not each.market
        and (each.last is None or each.last >= today)
    ]
    return min([*coming, price_of(unit, None, currency=currency).minor])


def supplier_body(operator: "Operator", asked: Asked) -> Json:
    """Write the operator as a supplier."""
    body: Json = {
        "id": operator.slug,
        "name": operator.name,
        "endpoint": f"{settings.PUBLIC_URL}/octo",
        "contact": {
            "website": None,
            "email": operator.email or None,
            "telephone": operator.phone or None,
            "address": operator.municipality.name if operator.municipality else None,
        },
    }
    return body | ({"shortDescription": None, "media": []} if asked.content else {})


def _content(found: Ware, asked: Asked, *, title: str = "") -> Json:
    """Write the words and pictures of a product; those of an option are its own title."""
    product, said = found.product, found.said
    known = {key: str(value) for key, value in said.items()}
    label = LABELS.get(product.theme)
    whole = not title
    return {
        "title": title or known.get("title", product.slug),
        "shortDescription": known.get("summary") if whole else None,
        "description": known.get("description") if whole else None,
        "features": _features(product, known) if whole else [],
        "faqs": [],
        "media": _media(product) if whole else [],
        "locations": _locations(product, known) if whole else [],
        "categoryLabels": [label] if label and whole else [],
        "durationMinutesFrom": product.duration_minutes or 0,
        "durationMinutesTo": None,
        "commentary": [],
    }


def _features(product: "Product", known: Mapping[str, str]) -> list[Json]:
    hours = product.free_cancellation_hours
    told = [
        (known.get("getting_there"), "PREARRIVAL_INFORMATION"),
        (known.get("what_to_bring"), "PREARRIVAL_INFORMATION"),
        (_("Show the voucher's code at the start."), "REDEMPTION_INSTRUCTION"),
        (
            _("Free cancellation up to %(hours)s hours before the start.") % {"hours": hours},
            "CANCELLATION_TERM",
        ),
    ]
    return [{"shortDescription": words, "type": kind} for words, kind in told if words]


def _media(product: "Product") -> list[Json]:
    """Write the pictures that others may show: those under a licence that lets them."""
    found: list[Json] = []
    for each in product.pictures.all():
        picture = each.picture
        kind = IMAGES.get(PurePath(picture.file.name).suffix.lower())
        if not kind or not f"{picture.licence.upper()} ".startswith(OPEN_LICENCES):
            continue
        credit = ", ".join(
            dict.fromkeys(filter(None, (picture.credit or picture.author, picture.licence)))
        )
        found.append(
            {
                "src": f"{settings.PUBLIC_URL}{picture.file.url}",
                "type": kind,
                "rel": "GALLERY" if found else "COVER",
                "title": picture.title or None,
                "caption": picture.alt_text or None,
                "copyright": credit or None,
            }
        )
    return found


def _locations(product: "Product", known: Mapping[str, str]) -> list[Json]:
    if product.latitude is None or product.longitude is None:
        return []
    town = product.operator.municipality
    return [
        {
            "title": product.meeting_point or None,
            "shortDescription": None,
            "types": ["START"],
            "minutesTo": None,
            "minutesAt": None,
            "place": {
                "latitude": product.latitude,
                "longitude": product.longitude,
                "postalAddress": {
                    "streetAddress": known.get("address"),
                    "addressLocality": town.name if town else None,
                    "addressRegion": None,
                    "postalCode": None,
                    "addressCountry": "IT",
                    "postOfficeBoxNumber": None,
                },
                "identifiers": dict.fromkeys(_PLACES),
                "sameAs": [],
            },
        }
    ]


_PLACES = (
    *("googlePlaceId", "applePlaceId", "tripadvisorLocationId", "yelpPlaceId"),
    *("facebookPlaceId", "foursquarePlaceId", "baiduPlaceId", "amapPlaceId"),
)
