"""`belvedere warehouse`: what the hourly job does, now, and what came of it."""

import json

import pytest

from belvedere.config.commands.warehouse import command
from belvedere.journal import services as journal


@pytest.fixture
def home(settings, tmp_path, db):
    """A home of one's own."""
    settings.HOME = tmp_path
    return tmp_path


def test_it_says_what_it_did_and_the_second_time_nothing(home, capsys):
    journal.record("sale.held", "order:1", quantity=2)
    assert command(["--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(first) == {"facts", "readings", "days", "written", "removed", "seconds"}
    assert first["facts"] >= 1
    assert first["written"] == first["days"] == 1
    command(["--json"])
    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (again["facts"], again["written"]) == (first["facts"], 0)
    command(["--rebuild"])
    assert "1 days written" in capsys.readouterr().out
    assert (home / "warehouse" / "figures.json").is_file()


def test_a_new_home_whose_path_has_a_quote_and_a_space_gets_its_warehouse(installation):
    installation.home.mkdir()
    done = installation.belvedere("warehouse", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["facts"] == 1, "the territory was seeded"
    again = installation.belvedere("warehouse", "--json")
    assert json.loads(again.stdout.splitlines()[-1])["written"] == 0


def test_an_installation_without_the_engines_says_how_to_get_them(home, monkeypatch):
    import sys

    from belvedere.shared.errors import SetupError

    for name in [
        each for each in sys.modules if each.startswith("belvedere.measure.warehouse")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(SetupError, match=r"belvedere\[measure\]"):
        command([])
