"""Invitations: one link, one account, once, for fourteen days."""

from datetime import timedelta

import pytest
from django.urls import reverse

from belvedere.journal.models import Fact
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory import queries, services
from belvedere.territory.models import Invitation, User

pytestmark = pytest.mark.django_db
GOOD = "fiume-e-sasso-7"


@pytest.fixture
def token(guides):
    return services.invite(guides).token


def join(token, contact="333 123 4567", password=GOOD, name="Anna Rossi", language="it"):
    return services.accept_invitation(token, name, contact, password, language)


def test_an_invited_person_speaks_for_the_operator(token, guides):
    anna = join(token)
    assert list(queries.operators_of(anna)) == [guides]
    assert queries.roles(anna) == {"operator"}
    assert anna.check_password(GOOD)
    assert anna.get_full_name() == "Anna Rossi"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("333 123 4567", "+393331234567"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("0039 0575 536254", "+390575536254"),
        (" Anna@Example.IT ", "anna@example.it"),
    ],
)
def test_a_contact_is_kept_in_one_form(token, typed, kept):
    anna = join(token, contact=typed)
    assert anna.username == kept
    assert kept in (anna.phone, anna.email)


@pytest.mark.parametrize("typed", ["", "poppi", "12", "anna@", "@example.it", "+999 123"])
def test_what_is_no_contact_is_refused(token, typed):
    with pytest.raises(BadInput) as error:
        join(token, contact=typed)
    assert error.value.field == "contact"
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["corta", "password", "12345678"])
def test_a_weak_password_is_refused_and_the_invitation_still_works(token, password):
    with pytest.raises(BadInput) as error:
        join(token, password=password)
    assert error.value.field == "password"
    assert join(token).pk


@pytest.mark.parametrize("name", ["", "   ", "A" * 81, "Anna\x00"])
def test_a_name_is_needed(token, name):
    with pytest.raises(BadInput) as error:
        join(token, name=name)
    assert error.value.field == "name"


def test_a_language_that_we_do_not_speak_is_refused(token):
    with pytest.raises(BadInput) as error:
        join(token, language="tlh")
    assert error.value.field == "language"


def test_an_invitation_works_once(token):
    join(token)
    with pytest.raises(services.InvitationUsed):
        join(token, contact="other@example.it")
    assert User.objects.count() == 1


def test_an_invitation_expires_after_fourteen_days(token, monkeypatch):
    later = clock.now() + timedelta(days=14, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(services.InvitationExpired):
        join(token)


@pytest.mark.parametrize("wrong", ["", "x", "../..", "\x00"])
def test_an_unknown_invitation_is_refused(guides, wrong):
    with pytest.raises(services.InvitationUnknown):
        services.invitation(wrong)


def test_only_the_hash_of_the_token_is_kept(token):
    assert token not in str(Invitation.objects.values().get())


def test_a_taken_contact_needs_its_password(token, guides, makers):
    anna = join(token)
    second = services.invite(makers).token
    with pytest.raises(services.ContactTaken) as error:
        join(second, password="un-altra-parola-9")
    assert error.value.field == "contact"
    assert join(second) == anna
    assert set(queries.operators_of(anna)) == {guides, makers}


def test_the_link_leads_to_the_desk_in_the_browsers_language(guides, client):
    path = services.invite(guides).path
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/en/desk/join/")


def test_the_journal_knows_of_it_without_a_name(token):
    join(token)
    told = str(list(Fact.objects.values()))
    assert "operator.invited" in told
    for secret in ("Anna", "3331234567", "333 123 4567", GOOD, token):
        assert secret not in told


def test_a_forgotten_person_leaves_no_trace_and_cannot_come_back(token, client):
    anna = join(token)
    client.force_login(anna)
    services.forget(anna)
    kept = str(User.objects.filter(pk=anna.pk).values().get())
    assert "Anna" not in kept
    assert "3331234567" not in kept
    assert not client.login(username="+393331234567", password=GOOD)
    assert not queries.can(User.objects.get(pk=anna.pk), "operator")
    assert not client.get(reverse("desk:sign-in")).wsgi_request.user.is_authenticated
