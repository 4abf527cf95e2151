"""The acts of an agreement: signing it, renewing, amending and ending it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory.models import Act, Agreement, Area, Partner, User
from belvedere.territory.rules.agreements import Moment

MOST_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Deed:
    """What an act says, whatever its kind.

    Attributes:
        when: The day, as exactly as it is known.
        place: Where it was signed.
        term_from: First day of the term that it sets.
        term_until: Last day of it; none: it names no end.
        words: What was agreed, and where that is published.
        document: The paper as PDF, of at most 4 MB; kept private.

    """

    when: Moment
    place: str = ""
    term_from: date | None = None
    term_until: date | None = None
    words: str = ""
    document: UploadedFile | None = None


@transaction.atomic
def sign(
    partner: str,
    area: Area,
    *,
    kind: str,
    title: str,
    deed: Deed,
    goal: str = "",
    country: str = "",
    shown_within: bool = False,
    is_demo: bool = False,
    by: User | None = None,
) -> Agreement:
    """Write down a new agreement and its first act, the signature.

    Args:
        partner: Name of the organisation; one that is known already is used again.
        area: For which it was signed.
        kind: One of `Agreement.Kind`.
        title: What people call it.
        deed: What the signature says.
        goal: What it is for.
        country: ISO 3166 of a partner that is new.
        shown_within: Whether the staff of areas inside this one may read it.
        is_demo: Whether it belongs to a demo.
        by: Who writes it down.

    Raises:
        BadInput: Something is missing or cannot be; `field` says which.

    """
    if kind not in Agreement.Kind.values:
        raise BadInput(_("Choose one of the kinds in the list."), field="kind")
    agreement = Agreement.objects.create(
        partner=_partner(partner, country),
        area=area,
        kind=kind,
        title=_said(title, 160, "title"),
        goal=goal.strip()[:1000],
        shown_within=shown_within,
        is_demo=is_demo,
    )
    _act(agreement, Act.Kind.SIGNED, deed, by, number=1)
    return agreement


def renew(agreement_id: int, *, deed: Deed, by: User | None = None) -> Act:
    """Write down that an agreement was renewed; its term replaces the one before.

    Raises:
        BadInput: It cannot be; `field` says why.

    """
    return _next(agreement_id, Act.Kind.RENEWED, deed, by)


def amend(agreement_id: int, *, deed: Deed, by: User | None = None) -> Act:
    """Write down that an agreement was changed or added to; the term stays unless it says one.

    Raises:
        BadInput: It cannot be; `field` says why.

    """
    return _next(agreement_id, Act.Kind.AMENDED, deed, by)


def end(agreement_id: int, *, deed: Deed, by: User | None = None) -> Act:
    """Write down that an agreement was ended before or without a term. The last act.

    Raises:
        BadInput: It cannot be; `field` says why.

    """
    return _next(agreement_id, Act.Kind.ENDED, deed, by)


@transaction.atomic
def _next(agreement_id: int, kind: str, deed: Deed, by: User | None) -> Act:
    agreement = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("area")
        .get(pk=agreement_id)
    )
    before = agreement.acts.order_by("number").last()
    if before is None:  # pragma: no cover  `sign` makes both in one transaction.
        raise BadInput(_("An agreement begins with its signature."), field="kind")
    if before.kind == Act.Kind.ENDED:
        raise BadInput(
            _("This agreement was ended: nothing follows. Sign a new one."), field="kind"
        )
    if deed.when.last < before.day:
        raise BadInput(
            _("The act before it is of %(day)s: this one cannot be older.")
            % {"day": before.when.day.strftime("%d/%m/%Y")},
            field="when",
        )
    return _act(agreement, kind, deed, by, number=before.number + 1)


def _act(agreement: Agreement, kind: str, deed: Deed, by: User | None, *, number: int) -> Act:
    _check(kind, deed)
    act = Act.objects.create(
        agreement=agreement,
        number=number,
        kind=kind,
        day=deed.when.day,
        precision=deed.when.precision.value,
        place=deed.place.strip()[:120],
        term_from=deed.term_from,
        term_until=deed.term_until,
        words=deed.words.strip()[:2000],
    )
    if deed.document is not None:
        act.document.save(f"{agreement.pk}-{number}.pdf", deed.document)
    who: dict[str, Any] = {"by": by.pk} if by else {}
    record(
        f"agreement.{kind}",
        f"agreement:{agreement.pk}",
        area=agreement.area.slug,
        about=agreement.kind,
        **who,
    )
    return act


def _check(kind: str, deed: Deed) -> None:
    if deed.when.day > clock.today():
        raise BadInput(
            _("An act is written down when it has been done: this day is still to come."),
            field="when",
        )
    if kind == Act.Kind.ENDED and (deed.term_from or deed.term_until):
        raise BadInput(_("An end sets no term: leave both days empty."), field="term_until")
    begin = deed.term_from or deed.when.day
    if deed.term_until and deed.term_until <= begin:
        raise BadInput(_("The term must end after it begins."), field="term_until")
    if deed.document is not None:
        _check_document(deed.document)


def _check_document(document: UploadedFile) -> None:
    begin = document.read(5)
    document.seek(0)
    if begin != b"%PDF-":
        raise BadInput(_("This file is not a PDF. Save or scan it as PDF."), field="document")
    if (document.size or 0) > MOST_BYTES:
        raise BadInput(_("This PDF is larger than 4 MB. Save it smaller."), field="document")


def _partner(name: str, country: str) -> Partner:
    name = _said(name, 120, "partner")
    known = Partner.objects.filter(name__iexact=name).first()
    return known or Partner.objects.create(name=name, country=country.strip().upper()[:2])


def _said(text: str, most: int, field: str) -> str:
    said = " ".join(text.split())
    if not 1 <= len(said) <= most:
        raise BadInput(
            _("Write something here, in at most %(most)s letters.") % {"most": most},
            field=field,
        )
    return said
