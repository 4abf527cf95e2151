"""A database that an earlier version made is brought up to date, or refused in words."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from belvedere.config import prepare
from belvedere.shared.errors import SetupError

pytestmark = pytest.mark.django_db
BEFORE = ["0001_initial", "0002_facts_stay", "0003_tallies_need_no_log"]


def made_by(stage, *steps):
    """Say that these steps have made a stage's tables, and no others."""
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app=stage).delete()
    for step in steps:
        recorder.record_applied(stage, step)


def test_a_database_that_is_up_to_date_lacks_nothing():
    assert prepare.pending() == []


def test_a_new_one_lacks_the_tables_and_their_guards():
    made_by("journal")
    assert [each for each in prepare.pending() if each.startswith("journal")] == [
        "journal.0001_first_release",
        "journal.0002_guards",
    ]


def test_one_that_was_up_to_date_before_the_release_lacks_nothing():
    made_by("journal", *BEFORE)
    prepare.migrate()
    assert prepare.pending() == []


@pytest.mark.parametrize(
    ("stage", "steps"), [("journal", BEFORE[:2]), ("plan", ["0001_initial"])]
)
def test_one_that_was_not_is_refused_and_told_what_to_do(stage, steps):
    made_by(stage, *steps)
    with pytest.raises(SetupError, match=rf"'{stage}' are older.*begin with an empty one"):
        prepare.pending()


def test_who_was_interrupted_between_the_tables_and_their_guards_goes_on():
    made_by("plan", "0001_initial", "0001_first_release")
    assert prepare.pending() == ["plan.0002_guards"]
