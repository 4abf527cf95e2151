"""A database that an earlier version made is brought up to date, or refused in words."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from belvedere.config import prepare
from belvedere.shared.errors import SetupError

pytestmark = pytest.mark.django_db
BEFORE = ["0001_initial", "0002_facts_stay", "0003_tallies_need_no_log"]


@pytest.fixture
def journal():
    """Says that the journal's tables were made step by step, before there was a release."""

    def journal(*steps):
        recorder = MigrationRecorder(connection)
        recorder.migration_qs.filter(app="journal").delete()
        for step in steps:
            recorder.record_applied("journal", step)

    return journal


def test_a_database_that_is_up_to_date_lacks_nothing():
    assert prepare.pending() == []


def test_a_new_one_lacks_the_tables_and_their_guards(journal):
    journal()
    assert [each for each in prepare.pending() if each.startswith("journal")] == [
        "journal.0001_first_release",
        "journal.0002_guards",
    ]


def test_one_that_was_up_to_date_before_the_release_lacks_nothing(journal):
    journal(*BEFORE)
    prepare.migrate()
    assert prepare.pending() == []


def test_one_that_was_not_is_refused_and_told_what_to_do(journal):
    journal(*BEFORE[:2])
    with pytest.raises(SetupError, match=r"'journal' are older.*begin with an empty one"):
        prepare.pending()
