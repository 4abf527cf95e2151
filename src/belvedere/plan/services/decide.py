"""Accepting or refusing a move: a person does, never the arithmetic."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan.models import Move, Proposal
from belvedere.plan.queries import EDITS
from belvedere.plan.services.people import allow
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def decide(move_id: int, accepted: bool, *, by: "User | None" = None) -> Move:
    """Accept or refuse a move. Until a plan is made of the proposal, one may think again.

    Args:
        move_id: Key of the move.
        accepted: Whether the money moves.
        by: Who decides; None for the system itself.

    Raises:
        BadInput: A plan has been made of the proposal already.
        PermissionDenied: `by` may not plan for the area.

    """
    proposal_id = Move.objects.values_list("proposal_id", flat=True).get(pk=move_id)
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    move = Move.objects.get(pk=move_id)
    plan = proposal.version.plan
    allow(by, *EDITS, area=plan.area)
    if proposal.led_to_id:
        raise BadInput(_("The next plan has been made of this proposal: change it there."))
    if move.accepted is accepted:
        return move
    move.accepted, move.decided_by, move.decided_at = accepted, by, clock.now()
    move.save(update_fields=["accepted", "decided_by", "decided_at"])
    if accepted:
        tell("plan.move_accepted", move)
    else:
        tell("plan.move_refused", move)
    return move


def tell(kind: str, move: Move) -> None:
    """Record what was decided on a move."""
    plan = move.proposal.version.plan
    journal.record(
        kind,
        f"plan:{plan.pk}",
        area=plan.area.slug,
        amount=move.amount,
        proposal=move.proposal_id,
        giver=move.giver,
        taker=move.taker,
        by=move.decided_by_id,
    )
