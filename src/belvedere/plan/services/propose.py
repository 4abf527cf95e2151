"""Proposing how the money of the next plan would move."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan import rules
from belvedere.plan.models import Move, PlanVersion, Proposal
from belvedere.plan.ports import Evidence
from belvedere.plan.queries import EDITS, lines
from belvedere.plan.services.drafts import locked
from belvedere.plan.services.people import allow
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def propose(
    version_id: int, evidence: Iterable[Evidence], *, by: "User | None" = None
) -> Proposal:
    """Propose moves of budget from what is known of a version's actions.

    The evidence is copied: what is sold afterwards changes nothing in the proposal.

    Args:
        version_id: Key of an approved version.
        evidence: What is known, one for each action; of an action without one nothing is.
        by: Who asks for it; None for the system itself.

    Raises:
        BadInput: The version isn't approved, or somebody else's action is told of.
        PermissionDenied: `by` may not plan for the area.

    """
    version: PlanVersion = locked(version_id)
    allow(by, *EDITS, area=version.plan.area)
    if not version.approved:
        raise BadInput(_("Only an approved plan can be judged: this one is a draft."))
    known = {each.action: each for each in evidence}
    planned = lines(version)
    strange = sorted(set(known) - {each.key for each in planned})
    if strange:
        raise BadInput(_("The plan has no action %(key)s.") % {"key": strange[0]})
    found = rules.propose(planned, known)
    proposal = Proposal.objects.create(
        version=version,
        evidence=[_plain(each) for each in known.values()],
        verdicts=[_plain(each) for each in found.verdicts],
        created_by=by,
        created_at=clock.now(),
    )
    Move.objects.bulk_create(
        Move(
            proposal=proposal,
            giver=each.giver,
            taker=each.taker,
            amount_minor=each.amount.minor,
            currency=each.amount.currency,
            numbers=_plain(each),
        )
        for each in found.shifts
    )
    moved = rules.total(each.amount for each in found.shifts)
    journal.record(
        "plan.proposed",
        f"plan:{version.plan_id}",
        area=version.plan.area.slug,
        amount=moved[0] if len(moved) == 1 else None,
        version=version.number,
        proposal=proposal.pk,
        moves=len(found.shifts),
        by=by.pk if by else None,
    )
    return proposal


def _plain(thing: Any) -> dict[str, Any]:
    """Return a frozen dataclass as JSON keeps it: dates as ISO 8601, tuples as lists."""
    encode = DjangoJSONEncoder().default
    return {
        name: encode(value) if hasattr(value, "isoformat") else value
        for name, value in asdict(thing).items()
    }
