"""The editor's verbs: approve, give back, withdraw."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.offer.models import Product
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import User

State = Product.State
EDITORS = ("editor", "promotion", "head")


class NotNow(BadInput):
    """The product is not in a state from which this can be done."""


@transaction.atomic
def approve(product_id: int, *, by: "User | None" = None) -> Product:
    """Put a proposed product on sale, or a withdrawn one back on sale.

    Args:
        product_id: Key of the product.
        by: Who approves; None for the system itself.

    Raises:
        NotNow: It is not waiting for approval.
        PermissionDenied: `by` is no editor of the product's area.

    """
    return move(
        product_id,
        to=State.ON_SALE,
        out_of=(State.PROPOSED, State.WITHDRAWN),
        fact="offer.approved",
        by=by,
        approved_at=clock.now(),
        note_to_operator="",
    )


@transaction.atomic
def give_back(product_id: int, *, note: str, by: "User | None" = None) -> Product:
    """Return a proposed product to its operator, with the reason.

    Raises:
        BadInput: The note is empty: the operator could not know what to mend.
        NotNow: It is not waiting for approval.
        PermissionDenied: `by` is no editor of the product's area.

    """
    if not note.strip():
        raise BadInput(_("Write what the operator should change."), field="note")
    return move(
        product_id,
        to=State.RETURNED,
        out_of=(State.PROPOSED,),
        fact="offer.returned",
        by=by,
        note_to_operator=note.strip(),
    )


@transaction.atomic
def withdraw(product_id: int, *, by: "User | None" = None) -> Product:
    """Take a product off sale; the operator may do it too.

    What is sold already stays sold: the places are `sell`'s to honour.

    Raises:
        NotNow: It is a draft, or withdrawn already.
        PermissionDenied: `by` is neither its operator nor an editor of its area.

    """
    return move(
        product_id,
        to=State.WITHDRAWN,
        out_of=(State.ON_SALE, State.PROPOSED, State.RETURNED),
        fact="offer.withdrawn",
        by=by,
        operator_may=True,
    )


def move(
    product_id: int,
    *,
    to: State,
    out_of: tuple[State, ...],
    fact: str,
    by: "User | None",
    operator_may: bool = False,
    **values: Any,
) -> Product:
    """Change the state by one conditional UPDATE, so that two editors cannot both do it."""
    product = Product.objects.select_related("operator__area").get(pk=product_id)
    allow(product, by, operator_may=operator_may)
    moved = Product.objects.filter(pk=product_id, state__in=out_of).update(state=to, **values)
    if not moved:
        product.refresh_from_db(fields=["state"])
        raise NotNow(
            _("This cannot be done now: the product is “%s”.") % product.get_state_display(),
            field="state",
        )
    record(fact, f"product:{product_id}", area=product.operator.area.slug, product=product.slug)
    product.refresh_from_db()
    return product


def allow(product: Product, by: "User | None", *, operator_may: bool = False) -> None:
    """Refuse whoever is neither an editor of the area nor, where they may, the operator.

    Raises:
        PermissionDenied: `by` may not.

    """
    if by is None or by.is_superuser:
        return
    if territory.can(by, *EDITORS, area=product.operator.area):
        return
    if operator_may and territory.can(by, "operator", operator=product.operator):
        return
    raise PermissionDenied
