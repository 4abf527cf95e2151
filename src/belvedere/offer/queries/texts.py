"""The words of the catalogue, by language, and what is missing of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Coalesce

from belvedere.offer.models import Product, Text
from belvedere.offer.rules import Said, choose
from belvedere.shared.languages import instead

Texts = dict[tuple[Any, str], Said]


def texts(objects: Iterable[Model], language: str, fields: Sequence[str] = ()) -> Texts:
    """Return what to show of many objects of one model, in one query.

    Args:
        objects: Saved objects of one model.
        language: BCP 47. What is missing in it comes in what its readers are given instead,
            mostly English, then as the original.
        fields: Only these; all when empty.

    Returns:
        By key and field; a field that nobody wrote is absent. `Said` tells the language and
        the status, so that a page can mark a machine's words or a foreign text.

    """
    objects = list(objects)
    if not objects:
        return {}
    rows = Text.objects.filter(
        Q(language__in=instead(language)) | Q(status=Text.Status.SOURCE),
        content_type=ContentType.objects.get_for_model(objects[0]),
        object_id__in=[each.pk for each in objects],
    )
    if fields:
        rows = rows.filter(field__in=fields)
    said: dict[tuple[Any, str], list[Said]] = defaultdict(list)
    for row in rows:
        said[row.object_id, row.field].append(Said(row.value, row.language, row.status))
    return {key: found for key, each in said.items() if (found := choose(each, language))}


def words(obj: Model, language: str) -> dict[str, Said]:
    """Return what to show of one object, by field."""
    return {field: said for (_, field), said in texts([obj], language).items()}


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
