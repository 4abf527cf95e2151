"""What a person decides about doubtful rows: join, keep apart, mend."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal.services import record as journal_record
from belvedere.offer.models import Candidate, Product, Quarantined, Record
from belvedere.offer.rules import culture
from belvedere.offer.services.import_places import (
    blanks,
    import_places,
    municipality_names,
)
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory.services.upsert_places import upsert_places

if TYPE_CHECKING:
    from belvedere.territory.models import Place, User

State = Candidate.State


@transaction.atomic
def join(candidate_id: int, *, by: "User | None" = None) -> "Place":
    """Say that the record and the place are one thing.

    What the place lacks is filled from the record; what it has stays. If the record had made
    a place of its own, that one is hidden, its products move, and its address leads here.

    Raises:
        BadInput: Somebody decided already.

    """
    candidate = _decide(candidate_id, State.JOINED, by)
    record, place = candidate.record, candidate.place
    other = record.place
    if other is not None and other.pk != place.pk:
        Product.objects.filter(place=other).update(place=place)
        Record.objects.filter(place=other).update(place=place, leading=False)
        upsert_places([{"pk": other.pk, "shown": False}], provider="")
        candidate.old_slug = other.slug
        candidate.save(update_fields=["old_slug"])
    if change := blanks(place, record.values):
        upsert_places([change], provider="")
    Record.objects.filter(pk=record.pk).update(place=place, leading=False)
    record.candidates.filter(state=State.OPEN).update(
        state=State.APART, decided_by=by, decided_at=clock.now()
    )
    journal_record("offer.joined", f"place:{place.pk}", record=record.key)
    return place


@transaction.atomic
def keep_apart(candidate_id: int, *, by: "User | None" = None) -> "Place | None":
    """Say that they are two things; a record that waited gets a place of its own.

    Raises:
        BadInput: Somebody decided already.

    """
    candidate = _decide(candidate_id, State.APART, by)
    record = candidate.record
    if record.place is None and not record.candidates.filter(state=State.OPEN).exists():
        (place,) = upsert_places(
            [record.values], provider=culture.PROVIDER, licence=culture.LICENCE
        )
        Record.objects.filter(pk=record.pk).update(place=place, leading=True)
        journal_record("offer.kept_apart", f"place:{place.pk}", record=record.key)
        return place
    journal_record("offer.kept_apart", f"record:{record.pk}", record=record.key)
    return record.place


@transaction.atomic
def mend(quarantined_id: int, content: Mapping[str, str]) -> None:
    """Accept a quarantined row with a person's corrections; the next import uses them too.

    Raises:
        BadInput: It is still wrong; `field` says where. Nothing is changed.

    """
    kept = Quarantined.objects.select_for_update().get(pk=quarantined_id)
    row = {column: content.get(column, "").strip() for column in culture.COLUMNS}
    try:
        each = culture.reading(kept.row, row, municipality_names())
    except culture.Wrong as wrong:
        raise BadInput(wrong.reason, field=wrong.field) from wrong
    if Record.objects.filter(profile=kept.profile, key=each.key).exists():
        raise BadInput(
            _("Another row has this Wikidata number and category."), field="wikidata_id"
        )
    import_places(
        kept.profile,
        kept.file,
        [each],
        provider=culture.PROVIDER,
        licence=culture.LICENCE,
        replace=False,
    )
    kept.mended, kept.seen_at = row, clock.now()
    kept.save(update_fields=["mended", "seen_at"])


def _decide(candidate_id: int, state: State, by: "User | None") -> Candidate:
    decided = Candidate.objects.filter(pk=candidate_id, state=State.OPEN).update(
        state=state, decided_by=by, decided_at=clock.now()
    )
    if not decided:
        raise BadInput(_("Somebody has decided this already."))
    return Candidate.objects.select_related("record__place__municipality", "place").get(
        pk=candidate_id
    )
