"""What the editors read: proposals, their words in every language, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from belvedere.desk.queries.experiences import titles
from belvedere.desk.rules import MOST
from belvedere.offer import queries as catalogue
from belvedere.offer.queries import Said
from belvedere.offer.rules import FIELDS
from belvedere.shared.languages import WRITTEN

if TYPE_CHECKING:
    from belvedere.offer.models import Product


@dataclass(frozen=True)
class Cell:
    """One text in one language, as the editor's sheet shows it."""

    field: str
    label: str
    language: str
    language_name: str
    value: str
    status: str
    original: bool
    problem: str = ""

    @property
    def name(self) -> str:
        """Return the name of its input."""
        return f"text-{self.field}-{self.language}"

    @property
    def checkable(self) -> bool:
        """Say whether a person should still say that it is right."""
        return self.status in ("machine", "outdated", "proposed")

    @property
    def long(self) -> bool:
        """Say whether it needs more than one line."""
        return self.field not in ("title", "address")

    @property
    def limit(self) -> int:
        """Return how many characters fit."""
        return FIELDS[self.field]


def labels() -> dict[str, str]:
    """Return what the fields of a product's texts are called."""
    return {
        "title": _("Title"),
        "summary": _("In one sentence"),
        "description": _("Description"),
        "getting_there": _("How to get there without a car"),
        "address": _("Address"),
        "what_to_bring": _("What to bring"),
    }


def cells(product: "Product") -> list[Cell]:
    """Return every text of a product in every language, the original first."""
    spoken = sorted(WRITTEN, key=lambda each: each.tag != product.language)
    said = {each.tag: catalogue.words(product, each.tag) for each in spoken}
    return [
        _cell(field, label, each, said[each.tag].get(field), product.language)
        for field, label in labels().items()
        for each in spoken
    ]


def _cell(field: str, label: str, language: Any, said: Said | None, original: str) -> Cell:
    own = said if said and not said.foreign else None
    return Cell(
        field=field,
        label=label,
        language=language.tag,
        language_name=language.name,
        value=own.value if own else "",
        status=own.status if own else "missing",
        original=language.tag == original,
    )


def sheet(
    product: "Product", typed: Mapping[str, str] | None, problems: Mapping[str, str]
) -> list[tuple[str, list[Cell]]]:
    """Return the editor's sheet by field; what was just typed stands in for what is kept."""
    rows: dict[str, list[Cell]] = {}
    for each in cells(product):
        shown = replace(
            each,
            value=typed.get(each.name, each.value) if typed else each.value,
            problem=problems.get(each.name, ""),
        )
        rows.setdefault(each.label, []).append(shown)
    return list(rows.items())


@dataclass(frozen=True)
class Shelf:
    """Products in one state, as the editors' list shows them."""

    state: str
    cards: list[catalogue.Card]


def shelves(user: Any, language: str) -> list[Shelf]:
    """Return the products that an editor may see, by state, what waits first.

    Packages have a page of their own: they are composed, not proposed.
    """
    found = catalogue.visible_to(user).exclude(kind="package").order_by("-created_at")[:MOST]
    cards = catalogue.cards(found, language=language)
    return [
        Shelf(state, [each for each in cards if each.product.state == state])
        for state in ("proposed", "returned", "on_sale", "withdrawn")
    ]


@dataclass(frozen=True)
class Untranslated:
    """What a product lacks in one language."""

    product: "Product"
    title: str
    language: str
    missing: int
    outdated: int


def untranslated(user: Any, language: str) -> list[Untranslated]:
    """Return what products that are or will be on sale lack, one row a product and language."""
    wanted = ("on_sale", "proposed")
    found = list(
        catalogue.visible_to(user).filter(state__in=wanted).order_by("-state", "slug")[:MOST]
    )
    named = titles(found, language)
    rows = []
    for each in WRITTEN:
        lacking: dict[int, list[str]] = {}
        for gap in catalogue.missing(each.tag, found):
            lacking.setdefault(gap.object_id, []).append(gap.status)
        rows += [
            Untranslated(
                product,
                named[product.pk],
                each.name,
                lacking[product.pk].count("missing"),
                lacking[product.pk].count("outdated"),
            )
            for product in found
            if product.pk in lacking
        ]
    return rows
