"""Opening the plan of an area and a year."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan.models import OperatingPlan, PlanVersion
from belvedere.plan.queries import EDITS
from belvedere.plan.services.people import allow
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def open_plan(
    area_id: int, year: int, *, is_demo: bool = False, by: "User | None" = None
) -> PlanVersion:
    """Open the plan of an area and a year, with an empty draft as its first version.

    Args:
        area_id: Key of the area.
        year: The year that it plans, 2000 to 2100.
        is_demo: Whether it is sample content.
        by: Who opens it; None for the system itself.

    Returns:
        The draft; its plan is at hand as `plan`.

    Raises:
        BadInput: The area has a plan of that year, or it is no year.
        PermissionDenied: `by` may not plan for the area.

    """
    area = apps.get_model("territory", "Area").objects.select_for_update().get(pk=area_id)
    allow(by, *EDITS, area=area)
    if not 2000 <= year <= 2100:
        raise BadInput(_("Write the year in four figures, for instance 2027."), field="year")
    if OperatingPlan.objects.filter(area=area, year=year).exists():
        raise BadInput(
            _("%(area)s has a plan of %(year)s already: open it and make a new version.")
            % {"area": area.name, "year": year},
            field="year",
        )
    plan = OperatingPlan.objects.create(area=area, year=year, is_demo=is_demo)
    version = PlanVersion.objects.create(
        plan=plan, number=1, created_by=by, created_at=clock.now()
    )
    journal.record(
        "plan.opened", f"plan:{plan.pk}", area=area.slug, year=year, by=by.pk if by else None
    )
    return version
