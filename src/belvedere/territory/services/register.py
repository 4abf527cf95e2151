"""Putting a local business on the list, so that it can be invited."""

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.shared.errors import BadInput
from belvedere.territory.models import Area, Municipality, Operator


@transaction.atomic
def register(
    name: str,
    area: Area,
    *,
    municipality: Municipality | None = None,
    email: str = "",
    phone: str = "",
    is_demo: bool = False,
) -> Operator:
    """Put a business on the list of an area's operators.

    Args:
        name: As people there call it.
        area: The ambito it works in.
        municipality: Where it is.
        email: Where the office reaches it.
        phone: Likewise, E.164.
        is_demo: Whether it is a sample.

    Raises:
        BadInput: The name is empty or too long; `field` is `name`.

    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise BadInput(
            _("Write the name of the business, in at most 120 letters."), field="name"
        )
    operator = Operator.objects.create(
        area=area,
        name=name,
        slug=_free_slug(name),
        municipality=municipality,
        email=email,
        phone=phone,
        is_demo=is_demo,
    )
    record("operator.registered", f"operator:{operator.pk}", area=area.slug)
    return operator


def _free_slug(name: str) -> str:
    stem = slugify(name)[:110].strip("-") or "operatore"
    taken = set(Operator.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
