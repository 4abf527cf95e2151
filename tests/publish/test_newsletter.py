"""The newsletter reaches each reader once, and nobody who left."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from belvedere.journal.models import Fact
from belvedere.publish import registry, services
from belvedere.publish.models import Delivery, Subscriber
from belvedere.publish.ports import Receipt, Stage
from belvedere.shared import clock
from belvedere.shared.errors import BadInput, NotAuthorised, OutcomeUnknown, Refused, TryLater

pytestmark = pytest.mark.usefixtures("outbox")


@pytest.fixture
def sent(monkeypatch):
    """The mails that left; `sent.answers` says how the server answers an address."""

    class Sent(list):
        answers = {}

    mails = Sent()

    class Server:
        spec = registry.installed()["newsletter"].spec

        def __init__(self, **settings):
            pass

        def check(self, message):
            return []

        def publish(self, message, *, key):
            answer = mails.answers.get(message.options["to"])
            if answer:
                raise answer
            mails.append(message)
            return Receipt(f"<{key}@example.org>", Stage.ACCEPTED)

    monkeypatch.setattr(registry, "installed", lambda: {"newsletter": Server})
    return mails


@pytest.fixture
def letter(campaign, walk, sent):
    action = services.plan_action(
        campaign.pk, kind="newsletter", title="Autunno", channel="newsletter"
    )
    piece = services.create_piece(
        action.pk, title="Il bosco", text="Si cammina.", language="it", product_id=walk.pk
    )
    services.check(piece.pk)
    return services.approve(piece.pk)


def states(letter):
    return dict(letter.deliveries.values_list("subscriber__email", "state"))


def test_every_confirmed_reader_of_the_language_gets_one_mail(letter, reader, sent):
    reader("anna@example.com")
    reader("bao@example.com", language="zh-Hans")
    reader("carlo@example.com", state="pending")
    services.send_newsletter(letter.pk)
    services.deliver(letter.pk)
    services.deliver(letter.pk)
    assert [each.options["to"] for each in sent] == ["anna@example.com"]
    letter.refresh_from_db()
    assert letter.state == "accepted"


def test_who_reads_a_language_that_nobody_writes_gets_the_letter_they_can_read(
    campaign, walk, reader, sent
):
    action = services.plan_action(
        campaign.pk, kind="newsletter", title="Autunno", channel="newsletter"
    )
    piece = services.create_piece(
        action.pk, title="The wood", text="A walk.", language="en", product_id=walk.pk
    )
    services.check(piece.pk)
    services.approve(piece.pk)
    reader("amal@example.com", language="ar")
    reader("anna@example.com")
    services.send_newsletter(piece.pk)
    services.deliver(piece.pk)
    (letter,) = sent
    assert letter.options["to"] == "amal@example.com"
    assert '<html lang="ar" dir="rtl">' in letter.options["html"]
    assert 'lang="en" dir="ltr">The wood' in letter.options["html"]


def test_the_mail_carries_the_code_and_its_own_way_out(letter, reader, sent, settings):
    anna = reader("anna@example.com")
    services.send_newsletter(letter.pk)
    services.deliver(letter.pk)
    code = letter.placements.get().code
    assert sent[0].link == f"{settings.PUBLIC_URL}/r/{code}"
    assert sent[0].link in sent[0].options["html"]
    assert sent[0].link in sent[0].options["text"]
    assert sent[0].options["unsubscribe"].endswith(f"/n/leave/{anna.leave_token}")
    assert anna.email not in sent[0].options["unsubscribe"]


def test_who_left_while_the_mail_was_in_line_gets_none(letter, reader, sent):
    anna = reader("anna@example.com")
    reader("berto@example.com")
    services.send_newsletter(letter.pk)
    services.unsubscribe(anna.leave_token)
    services.deliver(letter.pk)
    assert [each.options["to"] for each in sent] == ["berto@example.com"]
    assert states(letter)["anna@example.com"] == "skipped"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Refused("550 no"), "failed"),
        (TryLater("451 busy"), "deferred"),
        (OutcomeUnknown("silence"), "unknown"),
        (RuntimeError("bug"), "unknown"),
    ],
)
def test_every_bad_answer_is_told_apart_and_harms_nobody_else(
    letter, reader, sent, answer, state
):
    reader("anna@example.com")
    reader("berto@example.com")
    sent.answers["anna@example.com"] = answer
    services.send_newsletter(letter.pk)
    services.deliver(letter.pk)
    assert states(letter) == {"anna@example.com": state, "berto@example.com": "sent"}


def test_a_newsletter_is_finished_only_when_nothing_is_open(letter, reader, sent):
    reader("anna@example.com")
    reader("berto@example.com")
    sent.answers["anna@example.com"] = TryLater("451 busy")
    services.send_newsletter(letter.pk)
    services.deliver(letter.pk)
    letter.refresh_from_db()
    assert letter.state == "sending"
    sent.answers.clear()
    services.deliver(letter.pk)
    assert len(sent) == 1  # It is not due yet.
    Delivery.objects.update(next_at=clock.now())
    services.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, len(sent)) == ("accepted", 2)


def test_an_unknown_mail_is_never_sent_again(letter, reader, sent):
    reader("anna@example.com")
    sent.answers["anna@example.com"] = OutcomeUnknown("silence")
    services.send_newsletter(letter.pk)
    services.deliver(letter.pk)
    sent.answers.clear()
    services.release_lost()
    services.deliver(letter.pk)
    letter.refresh_from_db()
    assert (list(sent), letter.state) == ([], "unknown")


def test_patience_with_a_busy_server_ends(letter, reader, sent):
    reader("anna@example.com")
    sent.answers["anna@example.com"] = TryLater("451 busy")
    services.send_newsletter(letter.pk)
    for _ in range(8):
        Delivery.objects.update(next_at=clock.now())
        services.deliver(letter.pk)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == ("failed", 6)


def test_a_server_that_does_not_know_us_stops_the_batch_and_loses_nothing(letter, reader, sent):
    for name in ("anna", "berto", "carla"):
        reader(f"{name}@example.com")
        sent.answers[f"{name}@example.com"] = NotAuthorised("535 who are you")
    services.send_newsletter(letter.pk)
    services.deliver(letter.pk)
    assert set(states(letter).values()) == {"queued"}
    assert set(Delivery.objects.values_list("tries", flat=True)) == {0}
    letter.publication.refresh_from_db()
    assert "535" in letter.publication.problem


def test_the_database_refuses_a_second_mail_to_one_person(letter, reader):
    anna = reader("anna@example.com")
    Delivery.objects.create(piece=letter, subscriber=anna, next_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(piece=letter, subscriber=anna, next_at=clock.now())


def test_with_the_switch_on_no_mail_leaves(letter, reader, sent):
    reader("anna@example.com")
    services.send_newsletter(letter.pk)
    services.pause("earthquake")
    services.deliver(letter.pk)
    assert (list(sent), states(letter)) == ([], {"anna@example.com": "queued"})
    services.resume()
    services.deliver(letter.pk)
    assert len(sent) == 1


def test_what_a_dead_worker_had_claimed_goes_back_or_becomes_unknown(letter, reader, sent):
    long_ago = clock.now() - timedelta(hours=1)
    anna, berto = reader("anna@example.com"), reader("berto@example.com")
    services.send_newsletter(letter.pk)
    Delivery.objects.update(state="claimed", claimed_at=long_ago)
    Delivery.objects.filter(subscriber=berto).update(handed_at=long_ago)
    assert services.release_lost() == 2
    assert states(letter) == {anna.email: "queued", berto.email: "unknown"}


def test_nobody_to_write_to_is_said_and_nothing_moves(letter):
    with pytest.raises(BadInput):
        services.send_newsletter(letter.pk)
    letter.refresh_from_db()
    assert letter.state == "approved"


def test_no_fact_names_a_reader(letter, reader, sent):
    reader("anna@example.com")
    services.send_newsletter(letter.pk)
    services.deliver(letter.pk)
    for fact in Fact.objects.all():
        assert "anna" not in f"{fact.subject}{fact.detail}"


# ---- Asking for it --------------------------------------------------------------------------


def ask(client, language="", **data):
    return client.post(f"{language}/newsletter/", {"email": "anna@example.com", **data})


def test_who_asks_is_not_written_to_before_confirming(client, db, outbox):
    answer = ask(client, "/en", agree="on")
    assert answer["Location"].endswith("/en/newsletter/?asked=1")
    anna = Subscriber.objects.get()
    assert (anna.state, anna.language) == ("pending", "en")
    assert "for nothing else" in anna.consent_text
    assert outbox == [("publish.ask_to_confirm", {"subscriber_id": anna.pk})]


def test_the_mail_to_confirm_speaks_the_readers_language(client, db, settings):
    ask(client, "/zh-hans", agree="on")
    anna = Subscriber.objects.get()
    services.ask_to_confirm(anna.pk)
    link = f"{settings.PUBLIC_URL}/zh-hans/newsletter/confirm/{anna.confirm_token}/"
    assert link in mail.outbox[0].body


def test_opening_the_link_confirms_nothing_and_the_button_does(client, db):
    ask(client, agree="on")
    anna = Subscriber.objects.get()
    url = f"/newsletter/confirm/{anna.confirm_token}/"
    assert client.get(url).status_code == 200
    anna.refresh_from_db()
    assert anna.state == "pending"
    assert client.post(url).status_code == 200
    anna.refresh_from_db()
    assert anna.state == "confirmed"
    assert anna.confirmed_at is not None


def test_a_wrong_link_is_told_in_words(client, db):
    assert client.post("/newsletter/confirm/nonsense/").status_code == 410


def test_without_agreement_nothing_is_kept_and_nothing_typed_is_lost(client, db):
    answer = ask(client)
    assert answer.status_code == 422
    assert b"anna@example.com" in answer.content
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("email", ["anna", "anna@", "", "a b@example.com"])
def test_what_is_no_address_is_refused_in_words(client, db, email):
    answer = client.post("/newsletter/", {"email": email, "agree": "on"})
    assert answer.status_code == 422
    assert b'id="email-error"' in answer.content


def test_a_robot_that_fills_the_trap_is_thanked_and_forgotten(client, db):
    assert ask(client, agree="on", website="spam").status_code == 302
    assert not Subscriber.objects.exists()


def test_asking_twice_sends_one_mail_and_gives_the_same_answer(client, db, outbox):
    first, second = ask(client, agree="on"), ask(client, agree="on")
    assert first["Location"] == second["Location"]
    assert len(outbox) == 1


def test_one_address_has_one_subscription_whatever_its_capitals(client, db, reader):
    reader("Anna@Example.com")
    ask(client, agree="on")
    assert Subscriber.objects.count() == 1


# ---- Leaving it -----------------------------------------------------------------------------


def test_one_click_without_cookies_takes_off_exactly_that_reader(reader):
    from django.test import Client

    anna, berto = reader("anna@example.com"), reader("berto@example.com")
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(f"/n/leave/{anna.leave_token}", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    anna.refresh_from_db()
    berto.refresh_from_db()
    assert (anna.state, berto.state) == ("unsubscribed", "confirmed")


def test_opening_the_link_takes_nobody_off(client, reader):
    anna = reader("anna@example.com")
    assert client.get(f"/n/leave/{anna.leave_token}").status_code == 200
    client.head(f"/n/leave/{anna.leave_token}")
    anna.refresh_from_db()
    assert anna.state == "confirmed"


def test_a_link_that_is_not_ours_is_not_found(client, db):
    assert client.post("/n/leave/nonsense").status_code == 404


def test_leaving_twice_is_as_leaving_once(reader):
    anna = reader("anna@example.com")
    assert services.unsubscribe(anna.leave_token)
    assert services.unsubscribe(anna.leave_token)
    assert Fact.objects.filter(kind="newsletter.left").count() == 1


def test_addresses_that_are_not_needed_are_forgotten(reader):
    old = clock.now() - timedelta(days=40)
    reader("stays@example.com")
    reader("never@example.com", state="pending")
    left = reader("left@example.com", state="unsubscribed")
    Subscriber.objects.filter(state="pending").update(asked_at=old)
    Subscriber.objects.filter(pk=left.pk).update(unsubscribed_at=old)
    assert services.forget() == 2
    assert Subscriber.objects.get().email == "stays@example.com"
