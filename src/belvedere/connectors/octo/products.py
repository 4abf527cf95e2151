"""Bringing another OCTO supplier's products into the catalogue, for an editor to approve.

The file is one JSON object: under `supplier` what the supplier answers to GET /supplier, under
`products` what it answers to GET /products with octo/content and octo/pricing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify

from belvedere.offer import queries as catalogue
from belvedere.offer import services as offer
from belvedere.shared.errors import BadInput
from belvedere.shared.imports import Imported, Quarantined, Report
from belvedere.shared.languages import WRITTEN_TAGS
from belvedere.shared.money import Amount
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.offer.models import Product

THEMES = {"food": "food", "history": "art", "museums": "art", "classes": "crafts"}
"""Our theme of an OCTO category label; of all others it is the outdoors at first."""
OPEN = ("draft", "proposed", "returned")


@dataclass(frozen=True)
class Read:
    """One product, as far as the catalogue wants to know it."""

    slug: str
    language: str
    texts: Mapping[str, str]
    price: Amount
    theme: str
    values: Mapping[str, Any]


def products(path: Path, *, dry_run: bool, report: Report) -> Imported:
    """Products of another supplier that speaks OCTO (JSON), as proposals of its operator.

    A product that is on sale here already is left as it is, and counted for a person to
    decide. Reading the same file again changes nothing.

    Args:
        path: The file.
        dry_run: Not needed: the caller rolls a trial back.
        report: Told each product that is left out.

    Raises:
        BadInput: It is not such a file, or the supplier is no operator here yet.

    """
    found = _object(path)
    operator = territory.operator(slugify(str(found["supplier"].get("id", ""))))
    if operator is None:
        raise BadInput(
            f"There is no operator {found['supplier'].get('id')!r}: put it on the list first."
        )
    ended = {"created": 0, "changed": 0, "unchanged": 0, "candidates": 0}
    left_out = 0
    for number, each in enumerate(found["products"], start=1):
        try:
            with transaction.atomic():
                ended[_bring(operator.pk, _read(operator.slug, each))] += 1
        except BadInput as error:
            left_out += 1
            report(Quarantined(number, error.field, str(error)))
    rows = len(found["products"])
    return Imported(rows=rows, accepted=rows - left_out, quarantined=left_out, **ended)


def _object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path.name} is not JSON in UTF-8.") from error
    good = isinstance(found, dict) and isinstance(found.get("supplier"), dict)
    if not good or not isinstance(found.get("products"), list):
        raise BadInput(f"{path.name} has no supplier and products.")
    return dict(found)


def _bring(operator_id: int, read: Read) -> str:
    """Propose or revise one product; returns what became of it."""
    known = catalogue.product(read.slug)
    if known is None:
        offer.propose(
            operator_id,
            theme=read.theme,
            language=read.language,
            title=read.texts["title"],
            description=read.texts["description"],
            price=read.price,
            texts={"summary": read.texts["summary"]},
            slug=read.slug,
            **read.values,
        )
        return "created"
    if known.operator_id != operator_id:
        raise BadInput("This name is another operator's product.", field="id")
    if _same(known, read):
        return "unchanged"
    if known.state not in OPEN:
        return "candidates"
    offer.revise(known.pk, price=read.price, texts=read.texts, **read.values)
    return "changed"


def _same(known: "Product", read: Read) -> bool:
    said = catalogue.words(known, read.language)
    words = {field: str(said[field]) if field in said else "" for field in read.texts}
    values = {name: getattr(known, name) for name in read.values}
    price = Amount(known.price_minor, known.currency)
    return (words, values, price) == (dict(read.texts), dict(read.values), read.price)


def _read(operator: str, given: Any) -> Read:
    """Read one product, or say what it lacks."""
    if not isinstance(given, dict) or not _text(given, "id"):
        raise BadInput("It has no id.", field="id")
    title = _text(given, "title") or _text(given, "internalName")
    if not title:
        raise BadInput("It has no title.", field="title")
    summary = _text(given, "shortDescription")
    labels = given.get("categoryLabels") or []
    themes = [THEMES[each] for each in labels if isinstance(each, str) and each in THEMES]
    language = _text(given, "locale").split("-")[0]
    return Read(
        slug=slugify(f"{operator}-{given['id']}")[:70].strip("-"),
        language=next((each for each in WRITTEN_TAGS if each.split("-")[0] == language), "en"),
        texts={
            "title": title[:120],
            "summary": summary[:300],
            "description": (_text(given, "description") or summary or title)[:5000],
        },
        price=_price(given),
        theme=themes[0] if themes else "outdoor",
        values={"duration_minutes": _minutes(given), **_where(given)},
    )


def _price(given: Mapping[str, Any]) -> Amount:
    """Return what one adult costs, in the product's own currency."""
    options = _objects(given, "options")
    units = [unit for option in options[:1] for unit in _objects(option, "units")]
    units.sort(key=lambda each: each.get("type") != "ADULT")
    for price in [each for unit in units[:1] for each in _objects(unit, "pricingFrom")]:
        minor, currency = price.get("retail"), price.get("currency")
        own = given.get("defaultCurrency") or currency
        if isinstance(minor, int) and isinstance(currency, str) and currency == own:
            return Amount(minor, currency)
    raise BadInput("Its first option has no price: ask with octo/pricing.", field="options")


def _minutes(given: Mapping[str, Any]) -> int | None:
    value = given.get("durationMinutesFrom")
    return value if isinstance(value, int) and 0 < value < 100_000 else None


def _where(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return where it starts."""
    for each in _objects(given, "locations"):
        place = each.get("place")
        if "START" in (each.get("types") or []) and isinstance(place, dict):
            latitude, longitude = place.get("latitude"), place.get("longitude")
            if isinstance(latitude, int | float) and isinstance(longitude, int | float):
                return {
                    "meeting_point": _text(each, "title")[:200].strip(),
                    "latitude": float(latitude),
                    "longitude": float(longitude),
                }
    return {"meeting_point": ""}


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def _objects(given: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = given.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
