"""Typing the sheets of a table in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from belvedere.offer import queries as catalogue
from belvedere.plan import rules
from belvedere.plan.models import Contribution, Session
from belvedere.plan.services import _lab
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


class WrongTexts(BadInput):
    """Some of the texts cannot be written down; none was. Each is named with what is wrong.

    Attributes:
        problems: By the number of the text, from 1, a sentence for a person.

    """

    def __init__(self, problems: dict[int, str]) -> None:
        lines = [
            _("Text %(number)s: %(problem)s") % {"number": number, "problem": problem}
            for number, problem in problems.items()
        ]
        super().__init__(" ".join(lines), field="text")
        self.problems = problems


class SentBefore(BadInput):
    """A send was written down already with other words: what differs is sent as a new one."""


def contribute(
    session_id: int,
    texts: Sequence[str],
    *,
    table: int,
    theme: str = "",
    key: UUID | None = None,
    by: "User | None" = None,
) -> list[Contribution]:
    """Write the sheets of one table down, all or none; empty ones are passed over.

    The same key and texts again, because the network broke before the answer came, give the
    same contributions.

    Args:
        session_id: Key of the session.
        texts: One sheet each, at most 300 characters.
        table: Number of the table, from 1.
        theme: One of the eight kinds of journey; empty for none.
        key: Of this send, made by whoever sends; a new one when empty.
        by: The scribe; None for the system itself.

    Raises:
        WrongTexts: Some are too long, or hold a telephone number or an e-mail address.
        SentBefore: The key was used for other texts.
        BadInput: Nothing was typed, or the table or the theme cannot be.
        PermissionDenied: `by` does not run workshops in the area.

    """
    key = key or uuid4()
    wanted = {line: rules.tidy(each) for line, each in enumerate(texts, 1) if each.strip()}
    try:
        with transaction.atomic():
            session = Session.objects.get(pk=session_id)
            # The lock lets a second send of the same key see what the first has written.
            workshop = _lab.begin(session.workshop_id, by)
            before = _written(key)
            if before:
                return _same(before, session, table, theme, wanted)
            _lab.begin(session.workshop_id, by, open_only=True)
            _check(wanted, table, theme)
            made = Contribution.objects.bulk_create(
                Contribution(
                    session=session,
                    table=table,
                    text=text,
                    theme=theme,
                    scribe=by,
                    key=key,
                    line=line,
                    created_at=clock.now(),
                )
                for line, text in wanted.items()
            )
            _lab.tell(
                "lab.contributed",
                workshop,
                f"session:{session.pk}",
                by=by,
                quantity=len(made),
                table=table,
                theme=theme,
            )
            return made
    except IntegrityError as error:  # The key was used in another workshop at this moment.
        raise SentBefore(_again()) from error


def _written(key: UUID) -> list[Contribution]:
    return list(Contribution.objects.filter(key=key).order_by("line"))


def _same(
    before: list[Contribution], session: Session, table: int, theme: str, wanted: dict[int, str]
) -> list[Contribution]:
    written = {each.line: each.text for each in before}
    first = before[0]
    if written != wanted or (first.session_id, first.table, first.theme) != (
        session.pk,
        table,
        theme,
    ):
        raise SentBefore(_again())
    return before


def _again() -> str:
    return _(
        "This was written down a moment ago, with other words or for another table. "
        "Look at what is there; what is still in the boxes is sent as new."
    )


def _check(wanted: dict[int, str], table: int, theme: str) -> None:
    if not wanted:
        raise BadInput(_("Write what the sheet says."), field="text")
    if len(wanted) > rules.MOST_AT_ONCE:
        raise BadInput(
            _("Send at most %(most)s sheets at once.") % {"most": rules.MOST_AT_ONCE},
            field="text",
        )
    if not 1 <= table <= rules.TABLES:
        raise BadInput(
            _("Write the number of the table, from 1 to %(most)s.") % {"most": rules.TABLES},
            field="table",
        )
    if theme and theme not in catalogue.Theme.values:
        raise BadInput(_("Choose one of the themes in the list."), field="theme")
    numbered = list(wanted)
    problems = rules.wrong(list(wanted.values()))
    if problems:
        raise WrongTexts({numbered[each.line - 1]: _sentence(each) for each in problems})


def _sentence(wrong: rules.Wrong) -> str:
    if wrong.over:
        return _("This is %(over)s characters too long: at most %(longest)s fit.") % {
            "over": wrong.over,
            "longest": rules.LONGEST_CONTRIBUTION,
        }
    return _lab.no_contacts(wrong.personal)
