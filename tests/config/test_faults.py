"""What is wrong with a machine is said in one sentence, with exit code 2."""

import os
import socket
import subprocess
import threading

import pytest

from belvedere.config import network, postgres
from belvedere.shared.errors import SetupError


def one_sentence(done):
    """Assert that a command ended as it should, and return what it said."""
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("words", [["migrate"], ["run"], ["worker"]])
def test_a_home_that_cannot_be_made(installation, words):
    installation.home.write_text("a file")
    installation.home = installation.home / "below a file"
    said = one_sentence(installation.belvedere(*words))
    assert f"The folder {installation.home} cannot be used (Not a directory)" in said
    assert "BELVEDERE_HOME" in said
    installation.home = installation.home.parent
    installation.home.unlink()
    assert not installation.cluster.root.exists()


def test_a_home_that_can_only_be_read(installation):
    installation.home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "none", str(installation.home)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    try:
        said = one_sentence(installation.belvedere("migrate"))
        assert "(Read-only file system)" in said
    finally:
        subprocess.run(["umount", str(installation.home)], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_belongs_to_somebody_else(installation):
    installation.home.mkdir(mode=0o500)
    assert "Permission denied" in one_sentence(installation.belvedere("migrate"))


def test_a_port_that_is_taken(installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = one_sentence(installation.belvedere("run", "--port", str(port)))
    assert said.startswith(f"Port {port} is taken by process {os.getpid()} (")
    assert "--port" in said


def test_a_port_that_a_killed_server_lets_go_of_a_moment_later():
    with socket.socket() as dying:
        dying.bind(("127.0.0.1", 0))
        dying.listen()
        port = dying.getsockname()[1]
        with pytest.raises(SetupError), network.reserved("127.0.0.1", port):
            pass
        threading.Timer(0.5, dying.close).start()
        with network.reserved("127.0.0.1", port, wait=20):
            assert dying.fileno() == -1


def test_an_address_that_is_not_ours(installation):
    said = one_sentence(installation.belvedere("run", "--host", "192.0.2.1"))
    assert "192.0.2.1 is not an address of this machine" in said


def test_a_postgresql_that_does_not_answer(installation):
    url = "postgresql://somebody:hidden-word@127.0.0.1:1/belvedere"
    said = one_sentence(installation.belvedere("migrate", DATABASE_URL=url))
    assert "The PostgreSQL at 127.0.0.1:1 cannot be used (Connection refused)" in said
    assert "hidden-word" not in said


@pytest.mark.parametrize("url", ["mysql://localhost/x", "belvedere", "postgresql://host:x/y"])
def test_a_database_url_that_is_none(installation, url):
    said = one_sentence(installation.belvedere("migrate", DATABASE_URL=url))
    assert "postgresql://user:password@host:5432/name" in said


def test_a_postgresql_that_is_too_old(settings, monkeypatch):
    database = settings.DATABASES["default"]
    monkeypatch.setattr(postgres, "OLDEST", 99)
    url = f"postgresql://{database['USER']}@/postgres?host={database['HOST']}"
    with pytest.raises(SetupError, match="Belvedere needs 99 or later"):
        postgres._try_external(url)


def test_a_setting_that_makes_no_sense(installation):
    said = one_sentence(installation.belvedere("migrate", BELVEDERE_PORT="eighty"))
    assert said.startswith("BELVEDERE_PORT is wrong")


def test_a_folder_of_data_that_is_not_there(installation):
    said = one_sentence(installation.belvedere("demo", "--data", "/nowhere"))
    assert said.startswith("There is no folder /nowhere")


def test_a_file_to_import_that_is_not_there(installation, monkeypatch):
    said = one_sentence(installation.belvedere("import", "boundaries", "/nowhere.geojson"))
    assert said == "There is no file /nowhere.geojson.\n"
