"""Making the next plan of a proposal, with the moves that a person accepted."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan import rules
from belvedere.plan.models import OperatingPlan, PlanVersion, Proposal
from belvedere.plan.queries import EDITS, latest, lines
from belvedere.plan.services.drafts import copy
from belvedere.plan.services.people import allow
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag
from belvedere.territory.rules.agreements import Moment

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def next_version(
    proposal_id: int, *, year: int | None = None, by: "User | None" = None
) -> PlanVersion:
    """Make a draft with a version's objectives and actions and the accepted moves.

    Args:
        proposal_id: Key of the proposal; every move must be decided.
        year: The year it plans: the next one if none is given, or the same one, which makes
            the next version of the same plan. Actions take place as many years later.
        by: Who makes it; None for the system itself.

    Raises:
        BadInput: A move isn't decided, a plan was made of it already, or there is a draft.
        PermissionDenied: `by` may not plan for the area.

    """
    found = Proposal.objects.select_for_update(of=("self",))
    proposal = found.select_related("version__plan__area").get(pk=proposal_id)
    old = proposal.version
    allow(by, *EDITS, area=old.plan.area)
    if proposal.led_to_id:
        raise BadInput(_("The next plan has been made of this proposal: change it there."))
    moves = list(proposal.moves.all())
    if any(each.accepted is None for each in moves):
        raise BadInput(_("Accept or refuse every move first."))
    year = old.plan.year + 1 if year is None else year
    version = _draft(old, year, by)
    budgets = rules.shifted(lines(old), [each for each in moves if each.accepted])
    copy(old, version, budgets=budgets, years=year - old.plan.year)
    proposal.led_to = version
    proposal.save(update_fields=["led_to"])
    journal.record(
        "plan.version_made",
        f"plan:{version.plan_id}",
        area=old.plan.area.slug,
        version=version.number,
        year=year,
        proposal=proposal.pk,
        accepted=sum(bool(each.accepted) for each in moves),
        by=by.pk if by else None,
    )
    return version


def _draft(old: PlanVersion, year: int, by: "User | None") -> PlanVersion:
    if year not in (old.plan.year, old.plan.year + 1):
        raise BadInput(_("Plan the same year or the one after it."), field="year")
    plan, _made = OperatingPlan.objects.get_or_create(
        area=old.plan.area, year=year, defaults={"is_demo": old.plan.is_demo}
    )
    OperatingPlan.objects.select_for_update().get(pk=plan.pk)
    last = latest(plan)
    if last and not last.approved:
        raise BadInput(
            _("The plan of %(year)s has a draft already: approve it, or change it by hand.")
            % {"year": year}
        )
    return PlanVersion.objects.create(
        plan=plan,
        number=last.number + 1 if last else 1,
        note=_("From the proposal of %(day)s.")
        % {"day": Moment(clock.today()).text(tag(get_language() or ""))},
        previous=last or old,
        created_by=by,
        created_at=clock.now(),
    )
