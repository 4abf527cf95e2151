"""What draws near is told once, to who answers for it, in their language, by real mail."""

import email
import email.policy
import socket
from datetime import date, timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from procrastinate.contrib.django import app

from belvedere.journal.models import Fact
from belvedere.shared import clock
from belvedere.territory import queries, services
from belvedere.territory.models import Reminder
from belvedere.territory.rules.agreements import moment
from belvedere.territory.services import Deed

pytestmark = pytest.mark.django_db
END = date(2027, 6, 30)


class Sink:
    """An SMTP server that keeps what it is given, and refuses some addresses."""

    def __init__(self):
        self.mails, self.refused = [], set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos[0], found["subject"], found.get_content()))
        return "250 OK"


@pytest.fixture
def sink(settings):
    """A mail server on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sink = Sink()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield sink
    server.stop()


@pytest.fixture
def staff(tuscany, person):
    """A head, a promotion officer who reads Chinese, and people who are not told."""
    home, away = queries.area("casentino"), queries.area("mugello")

    def at(name, role, area, language="it"):
        user = person(name, (role, area))
        user.email, user.language = f"{name}@example.org", language
        user.save()
        return user

    at("analyst", "analyst", home)
    at("editor", "editor", home)
    at("stranger", "head", away)
    person("silent", ("head", home))  # Has no address.
    return at("head", "head", home), at("promotion", "promotion", home, "zh-Hans")


@pytest.fixture
def ctrip(staff):
    """A commercial agreement with a term, signed on a known day."""
    return services.sign(
        "Ctrip", queries.area("casentino"), kind="commercial", title="Accordo Ctrip",
        deed=Deed(moment("12/02/2019"), term_until=END),
    )  # fmt: skip


def before(day, days):
    return day - timedelta(days=days)


def test_a_term_is_told_at_90_and_at_30_days(ctrip, mailoutbox):
    told = [(each, services.remind(before(END, each))) for each in (91, 90, 89, 31, 30, 1)]
    assert told == [(91, 0), (90, 2), (89, 0), (31, 0), (30, 2), (1, 0)]
    italian = next(each for each in mailoutbox if each.to == ["head@example.org"])
    assert "30 giugno 2027" in italian.body
    assert f"/agreement/{ctrip.pk}" in italian.body


def test_what_is_due_is_told_at_30_and_at_7_days_until_it_is_done(ctrip):
    due = date(2026, 3, 31)
    owed = services.owe(ctrip.pk, who_owes="agency", what="Uno stand", due_on=due)
    other = services.owe(ctrip.pk, who_owes="partner", what="Un video", due_on=due)
    assert services.remind(before(due, 31)) == 0
    assert services.remind(before(due, 29)) == 2  # One letter each, about both.
    services.settle(owed.pk, done_on=before(due, 20))
    assert services.remind(before(due, 7)) == 2
    assert services.remind(due) == 0
    abouts = Reminder.objects.filter(about__endswith=":7").values_list("about", flat=True)
    assert set(abouts) == {f"due:{other.pk}:2026-03-31:7"}


def test_a_new_day_is_told_anew(ctrip):
    assert services.remind(before(END, 90)) == 2
    services.amend(ctrip.pk, deed=Deed(moment("2026"), term_until=date(2028, 6, 30)))
    assert services.remind(before(END, 30)) == 0
    assert services.remind(before(date(2028, 6, 30), 90)) == 2


def test_an_anniversary_is_told_in_its_last_30_days(ctrip):
    services.renew(ctrip.pk, deed=Deed(moment("2020")))  # No end is known any more.
    assert services.remind(date(2029, 1, 12)) == 0
    assert services.remind(date(2029, 1, 13)) == 2
    assert services.remind(date(2029, 2, 12)) == 0
    assert set(Reminder.objects.values_list("about", flat=True)) == {"anniversary:10"}


def test_a_year_is_told_before_it_begins(staff, mailoutbox):
    services.sign(
        "Jiangsu", queries.area("casentino"), kind="twinning", title="Protocollo",
        deed=Deed(moment("1992")),
    )  # fmt: skip
    assert services.remind(date(2031, 12, 1)) == 0
    assert services.remind(date(2031, 12, 2)) == 2
    assert all("2032" in each.body for each in mailoutbox)


def test_what_is_over_is_not_told(ctrip):
    services.end(ctrip.pk, deed=Deed(moment("2025")))
    assert services.remind(before(END, 90)) == 0
    assert services.remind(date(2029, 2, 1)) == 0


def test_a_real_server_gets_one_letter_in_each_language(ctrip, sink):
    assert services.remind(before(END, 90)) == 2
    assert services.remind(before(END, 90)) == 0
    by = {to: (subject, body) for to, subject, body in sink.mails}
    assert set(by) == {"head@example.org", "promotion@example.org"}
    assert "Accordi" in by["head@example.org"][0]
    assert "协议" in by["promotion@example.org"][0]
    assert "2027年6月30日" in by["promotion@example.org"][1]


def test_a_refused_letter_is_tried_again_and_the_others_are_not(ctrip, sink):
    sink.refused.add("head@example.org")
    with pytest.raises(OSError, match="550"):
        services.remind(before(END, 90))
    assert [to for to, _subject, _body in sink.mails] == ["promotion@example.org"]
    assert Reminder.objects.count() == 1
    sink.refused.clear()
    assert services.remind(before(END, 89)) == 1
    assert [to for to, _subject, _body in sink.mails][1:] == ["head@example.org"]


def test_the_fact_names_nobody(ctrip, mailoutbox):
    services.remind(before(END, 90))
    facts = Fact.objects.filter(kind="agreement.reminded")
    assert facts.count() == len(mail.outbox) == 2
    assert not any("@" in str(each.detail) for each in facts)


def test_the_worker_does_it_each_morning(ctrip, monkeypatch, mailoutbox):
    monkeypatch.setattr(clock, "today", lambda: before(END, 90))
    planned = {
        each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()
    }
    assert planned["territory.remind"] == "30 6 * * *"
    assert (app.tasks["territory.remind"](timestamp=0), len(mailoutbox)) == (2, 2)


def test_who_is_forgotten_is_in_no_reminder(ctrip, staff):
    services.remind(before(END, 90))
    services.forget(staff[0])
    assert list(Reminder.objects.values_list("user", flat=True)) == [staff[1].pk]
