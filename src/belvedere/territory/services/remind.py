"""Reminding the staff of what draws near in their agreements, once of each thing."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from belvedere.journal.services import record
from belvedere.shared import clock
from belvedere.shared.languages import code, tag
from belvedere.territory import queries
from belvedere.territory.models import Agreement, Obligation, Reminder, Role, User
from belvedere.territory.rules.agreements import Moment, State, anniversary, mark

DUE = (30, 7)
TERM = (90, 30)
ANNIVERSARY = (30,)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Near:
    """One thing that draws near.

    Attributes:
        agreement: Whose.
        about: Key of the thing and of the mark that it has reached.
        what: due, term or anniversary.
        when: Its day.
        obligation: What is due, if it is that.
        years: Of an anniversary.

    """

    agreement: Agreement
    about: str
    what: str
    when: Moment
    obligation: Obligation | None = None
    years: int = 0


def near(on: date) -> list[Near]:
    """Return what has come within reach of a reminder on a day.

    That is what is due in 30 and in 7 days, terms that end in 90 and in 30, anniversaries
    in 30. Where only the year of a signature is known, the year counts from its first day.
    """
    return [
        each
        for agreement in queries.with_acts(Agreement.objects.all())
        for each in (*_dues(agreement, on), *_term(agreement, on), *_anniversary(agreement, on))
    ]


def remind(on: date | None = None) -> int:
    """Mail to heads and promotion officers what draws near in the agreements of their areas.

    Each gets one letter, in the own language, about everything that they have not been told
    yet. The reminders are stored before the letter goes and taken back if it cannot, so that
    a second run tells nothing twice and the next one makes up for a failure.

    Args:
        on: The day; today if none is given.

    Returns:
        How many letters went out.

    Raises:
        OSError: At least one letter could not be sent; those to others were.

    """
    things = near(on or clock.today())
    failed: OSError | None = None
    sent = 0
    for person in _people():
        mine = [each for each in things if _concerns(person, each.agreement)]
        try:
            sent += _tell(person, mine)
        except OSError as error:  # SMTP's errors are of this kind too.
            log.warning("A reminder could not be sent: %s", type(error).__name__)
            failed = error
    if failed:
        raise failed
    return sent


def _dues(agreement: Agreement, on: date) -> Iterator[Near]:
    for each in agreement.obligations.all():
        reached = None if each.done_on else mark((each.due_on - on).days, DUE)
        if reached:
            about = f"due:{each.pk}:{each.due_on}:{reached}"
            yield Near(agreement, about, "due", Moment(each.due_on), each)


def _term(agreement: Agreement, on: date) -> Iterator[Near]:
    now = queries.standing(agreement, on)
    if now.state in (State.IN_FORCE, State.EXPIRING) and now.until:
        reached = mark((now.until - on).days, TERM)
        if reached:
            yield Near(agreement, f"term:{now.until}:{reached}", "term", Moment(now.until))


def _anniversary(agreement: Agreement, on: date) -> Iterator[Near]:
    if queries.standing(agreement, on).state == State.ENDED:
        return
    for act in list(agreement.acts.all())[:1]:
        found = anniversary(act.when, on)
        if mark(max(0, (found.when.day - on).days), ANNIVERSARY):
            about = f"anniversary:{found.years}"
            yield Near(agreement, about, "anniversary", found.when, None, found.years)


def _people() -> list[User]:
    return list(
        User.objects.filter(is_active=True, memberships__role__in=(Role.HEAD, Role.PROMOTION))
        .exclude(email="")
        .distinct()
        .order_by("pk")
    )


def _concerns(person: User, agreement: Agreement) -> bool:
    return queries.can(person, Role.HEAD, Role.PROMOTION, area=agreement.area)


@transaction.atomic
def _tell(person: User, things: list[Near]) -> int:
    known = set(
        Reminder.objects.filter(
            user=person, agreement__in=[e.agreement for e in things]
        ).values_list("agreement_id", "about")
    )
    fresh = [each for each in things if (each.agreement.pk, each.about) not in known]
    if not fresh:
        return 0
    now = clock.now()
    Reminder.objects.bulk_create(
        Reminder(agreement=each.agreement, user=person, about=each.about, sent_at=now)
        for each in fresh
    )
    record("agreement.reminded", f"user:{person.pk}", quantity=len(fresh))
    _mail(person, fresh)
    return 1


def _mail(person: User, things: list[Near]) -> None:
    with override(code(person.language)):
        lines = [
            {
                "words": _words(each, tag(person.language)),
                "agreement": each.agreement,
                "link": settings.PUBLIC_URL
                + reverse("territory:agreement", args=[each.agreement.pk]),
            }
            for each in things
        ]
        subject = ngettext(
            "Agreements: one thing draws near",
            "Agreements: %(number)s things draw near",
            len(lines),
        ) % {"number": len(lines)}
        EmailMessage(
            subject,
            render_to_string("territory/mail/reminder.txt", {"lines": lines}),
            to=[person.email],
        ).send()


def _words(each: Near, language: str) -> str:
    day = each.when.text(language)
    if each.obligation is not None:
        said = {
            "agency": _("We owe, by %(day)s: %(what)s"),
            "partner": _("The partner owes, by %(day)s: %(what)s"),
        }[each.obligation.who_owes]
        return said % {"day": day, "what": each.obligation.what}
    if each.what == "term":
        return _("The term ends on %(day)s. Renew it, or let it end.") % {"day": day}
    return _("%(years)s years since it was signed: %(day)s") % {
        "years": each.years,
        "day": day,
    }
