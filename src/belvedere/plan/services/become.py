"""Writing down what an idea became."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.offer import queries as catalogue
from belvedere.plan import rules
from belvedere.plan.models import Idea, Outcome, Workshop
from belvedere.plan.queries.lab import lies_in
from belvedere.plan.services import _lab
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def link_product(idea_id: int, slug: str, *, by: "User | None" = None) -> Outcome:
    """Write down that a chosen idea became a product of the area.

    Linking it again changes nothing.

    Args:
        idea_id: Key of the idea.
        slug: Of the product; it may still wait for approval.
        by: Who says so; None for the system itself.

    Raises:
        BadInput: The idea isn't chosen, or the area has no such product.
        PermissionDenied: `by` does not run workshops in the area.

    """
    idea, workshop = _chosen(idea_id, by)
    product = catalogue.product(slug)
    if product is None or not lies_in(product.operator.area, workshop.area):
        raise BadInput(_("The area has no such product."), field="product")
    return _link(
        idea, workshop, rules.became(rules.PRODUCT, slug), field="product", by=by, product=slug
    )


@transaction.atomic
def link_planned_action(idea_id: int, name: str, *, by: "User | None" = None) -> Outcome:
    """Write down that a chosen idea became a planned action of the operating plan.

    Linking it again changes nothing.

    Args:
        idea_id: Key of the idea.
        name: The action's stable key, without `planned:` before it.
        by: Who says so; None for the system itself.

    Raises:
        BadInput: The idea isn't chosen, or this cannot be a key.
        PermissionDenied: `by` does not run workshops in the area.

    """
    idea, workshop = _chosen(idea_id, by)
    key = rules.became(rules.PLANNED, name.strip().removeprefix(f"{rules.PLANNED}:"))
    return _link(idea, workshop, key, field="planned", by=by)


def _chosen(idea_id: int, by: "User | None") -> tuple[Idea, Workshop]:
    workshop = _lab.begin(Idea.objects.get(pk=idea_id).workshop_id, by)
    idea = Idea.objects.get(pk=idea_id)
    if idea.state != Idea.State.CHOSEN:
        raise BadInput(_("Choose the idea first."), field="state")
    return idea, workshop


def _link(
    idea: Idea,
    workshop: Workshop,
    key: str,
    *,
    field: str,
    by: "User | None",
    product: str = "",
) -> Outcome:
    if not key:
        raise BadInput(
            _("Write the key with small letters, digits and hyphens: 2027-munich-fair."),
            field=field,
        )
    found, made = Outcome.objects.get_or_create(
        idea=idea, key=key, defaults={"day": clock.today(), "by": by}
    )
    if made:
        _lab.tell("lab.became", workshop, f"idea:{idea.pk}", by=by, product=product, became=key)
    return found
