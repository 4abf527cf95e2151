"""Beginning a workshop, with the question that it asks."""

import secrets
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from belvedere.journal.rules import ALPHABET
from belvedere.plan.models import Workshop
from belvedere.plan.services import _lab
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import DEFAULT, WRITTEN_TAGS

if TYPE_CHECKING:
    from belvedere.territory.models import Area, User

GUESSLESS = 8
"""Letters at the end of the address: 30 to the eighth, some 650 thousand million."""


@transaction.atomic
def open_workshop(
    area: "Area",
    *,
    title: str,
    question: str,
    starts_on: date,
    ends_on: date,
    language: str = DEFAULT,
    is_demo: bool = False,
    by: "User | None" = None,
) -> Workshop:
    """Open a workshop and give its public page an address that nobody guesses.

    Args:
        area: Whose operators are asked.
        title: A few words, at most 120 characters.
        question: What they are asked, at most 300.
        starts_on: First day.
        ends_on: Last day.
        language: BCP 47; what is spoken at the tables.
        is_demo: Whether it is sample content.
        by: Who opens it; None for the system itself.

    Raises:
        BadInput: A text is missing or too long, or the days are in the wrong order.
        PermissionDenied: `by` does not run workshops in the area.

    """
    _lab.allow(by, area)
    title = _lab.said(title, longest=120, field="title", empty=_("Give the workshop a name."))
    question = _lab.said(
        question, longest=300, field="question", empty=_("Write the question that it asks.")
    )
    if ends_on < starts_on:
        raise BadInput(_("The last day comes before the first."), field="ends_on")
    if language not in WRITTEN_TAGS:
        raise BadInput(_("Choose one of the languages in the list."), field="language")
    secret = "".join(secrets.choice(ALPHABET) for _each in range(GUESSLESS))
    workshop = Workshop.objects.create(
        area=area,
        slug=f"{slugify(title)[:60].strip('-') or 'lab'}-{secret}",
        title=title,
        question=question,
        language=language,
        starts_on=starts_on,
        ends_on=ends_on,
        is_demo=is_demo,
        created_by=by,
        created_at=clock.now(),
    )
    _lab.tell("lab.opened", workshop, by=by)
    return workshop
