"""An address that tries too often is asked to wait, and is not remembered."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import override_settings

from belvedere.journal import limits
from belvedere.journal.models import Tally
from belvedere.shared import clock

NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """Set the clock."""

    def set_(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_(NOON)
    return set_


@pytest.fixture
def caller(rf):
    """Make a request that comes from an address."""
    return lambda address, method="post": getattr(rf, method)("/", REMOTE_ADDR=address)


def test_the_attempt_after_the_last_allowed_one_is_too_many(db, at):
    counted = [limits.too_many("desk.sign-in", "a" * 32, most=3, minutes=10) for _ in range(4)]
    assert counted == [False, False, False, True]


def test_the_next_window_starts_at_zero(db, at):
    assert not limits.too_many("desk.sign-in", "a" * 32, most=1, minutes=10)
    assert limits.too_many("desk.sign-in", "a" * 32, most=1, minutes=10)
    at(NOON + timedelta(minutes=10))
    assert not limits.too_many("desk.sign-in", "a" * 32, most=1, minutes=10)


def test_addresses_and_scopes_do_not_count_together(db, at):
    assert not limits.too_many("desk.sign-in", "a" * 32, most=1, minutes=10)
    assert not limits.too_many("desk.sign-in", "b" * 32, most=1, minutes=10)
    assert not limits.too_many("sell.checkout", "a" * 32, most=1, minutes=10)


def test_an_address_has_another_name_every_day(at, caller):
    today = limits.who(caller("192.0.2.7"))
    assert today == limits.who(caller("192.0.2.7"))
    assert today != limits.who(caller("192.0.2.8"))
    at(NOON + timedelta(days=1))
    assert today != limits.who(caller("192.0.2.7"))


def test_a_household_with_many_ipv6_addresses_is_one(at, caller):
    assert limits.who(caller("2001:db8:1:2::1")) == limits.who(caller("2001:db8:1:2:ffff::9"))
    assert limits.who(caller("2001:db8:1:2::1")) != limits.who(caller("2001:db8:1:3::1"))


def test_nothing_of_the_address_is_stored_and_the_sweep_leaves_nothing(db, at, caller):
    limits.too_many("sell.checkout", limits.who(caller("192.0.2.7")), most=1, minutes=10)
    assert "192.0.2.7" not in str(Tally.objects.values_list())
    assert limits.sweep() == 0
    at(NOON + timedelta(minutes=12))
    assert limits.sweep() == 1
    assert not Tally.objects.exists()


@pytest.fixture
def page_429(tmp_path):
    """A template for the answer, as `theme` has one."""
    (tmp_path / "429.html").write_text("wait {{ minutes }}")
    engine = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [tmp_path],
    }
    with override_settings(TEMPLATES=[engine]):
        yield


def test_a_limited_view_asks_to_wait(db, at, caller, page_429):
    view = limits.limited("sell.checkout", most=1, minutes=10)(lambda request: HttpResponse())
    assert view(caller("192.0.2.7")).status_code == 200
    refused = view(caller("192.0.2.7"))
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    assert refused.content == b"wait 10"
    assert view(caller("192.0.2.8")).status_code == 200


def test_reading_a_limited_page_is_never_counted(db, at, caller):
    view = limits.limited("sell.checkout", most=1, minutes=10)(lambda request: HttpResponse())
    for _ in range(3):
        assert view(caller("192.0.2.7", "get")).status_code == 200
    assert not Tally.objects.exists()
