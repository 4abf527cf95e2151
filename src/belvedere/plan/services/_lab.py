"""What the verbs of a workshop share: who may, whether it is open, and the fact."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.plan import rules
from belvedere.plan.models import Workshop
from belvedere.plan.queries.lab import WRITERS
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area, User


def allow(by: "User | None", area: "Area") -> None:
    """Refuse whoever does not run workshops in the area; None is the system itself.

    Raises:
        PermissionDenied: `by` may not.

    """
    if by is not None and not territory.can(by, *WRITERS, area=area):
        raise PermissionDenied


def begin(workshop_id: int, by: "User | None", *, open_only: bool = False) -> Workshop:
    """Lock a workshop, so that what is decided in it is decided one after the other.

    Raises:
        PermissionDenied: `by` may not.
        BadInput: It is closed, and only an open one will do.

    """
    workshop = Workshop.objects.select_for_update().get(pk=workshop_id)
    allow(by, workshop.area)
    if open_only and workshop.state == Workshop.State.CLOSED:
        raise BadInput(_("This workshop is closed. Open it again to add to it."), field="state")
    return workshop


def tell(
    kind: str, workshop: Workshop, subject: str = "", *, by: "User | None", **values: Any
) -> None:
    """Append the fact of a workshop's verb; of people only the number of the account."""
    if by is not None:
        values["by"] = by.pk
    record(kind, subject or f"workshop:{workshop.pk}", area=workshop.area.slug, **values)


def said(text: str, *, longest: int, field: str, empty: str = "") -> str:
    """Return a text as it is kept, or say what is wrong with it.

    Raises:
        BadInput: It is empty and `empty` says why it mustn't be; or it is too long, or holds
            a telephone number or an e-mail address.

    """
    text = rules.tidy(text)
    if not text and empty:
        raise BadInput(empty, field=field)
    if len(text) > longest:
        raise BadInput(
            _("This is %(over)s characters too long: at most %(longest)s fit.")
            % {"over": len(text) - longest, "longest": longest},
            field=field,
        )
    found = rules.personal(text)
    if found:
        raise BadInput(no_contacts(found), field=field)
    return text


def no_contacts(found: str) -> str:
    """Say what to do instead of writing down a telephone number or an e-mail address."""
    return _(
        "“%(found)s” looks like somebody's telephone number or e-mail address, and everybody "
        "who was there reads this. Leave it out; to stay in touch, invite the business."
    ) % {"found": found}
