"""A site that runs: whoever is killed comes back, and who ends leaves nothing behind."""

import os
import signal
import subprocess
import urllib.request

import psutil
import pytest

from belvedere.config.processes import TOKEN
from tests.installation import until


def part(run, word):
    """Return the child of a run whose command line has a word."""
    for each in run.children():
        try:
            if word in " ".join(each.cmdline()):
                return each
        except psutil.Error:  # It has just been killed.
            continue
    return None


def is_another(process, number):
    """Say whether there is a process, and it is not the one of that number."""
    return process is not None and process.pid != number


def token(process):
    return process.environ().get(TOKEN)


def carriers(wanted):
    """Return the living processes that carry a run's token."""
    found = []
    for each in psutil.process_iter():
        try:
            if each.environ().get(TOKEN) == wanted and each.status() != "zombie":
                found.append(each)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def run(site):
    """A running site, which is ended afterwards."""
    found = site.start("run")
    yield found
    site.end()


def asked_again(site):
    return until(site.answers)


def test_when_told_to_stop_everything_ends(site, run):
    wanted = token(part(run, "granian"))
    assert len(carriers(wanted)) >= 3
    process = site.process
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert not carriers(wanted)
    assert not site.answers()
    assert site.cluster.postmaster() is None
    assert not (site.home / "run.json").exists()


@pytest.mark.parametrize("which", ["granian", "worker"])
def test_a_killed_child_is_started_again(site, run, which):
    killed = part(run, which)
    killed.kill()
    until(lambda: is_another(part(run, which), killed.pid))
    assert asked_again(site)


def test_a_killed_process_of_the_web_server_is_replaced_and_no_stray_one_serves(site, run):
    master = part(run, "granian")
    serving = until(master.children)[0]
    serving.kill()
    until(lambda: serving.pid not in [each.pid for each in run.children(recursive=True)])
    assert asked_again(site)
    wanted = token(run.children()[0])
    family = {each.pid for each in run.children(recursive=True)}
    until(lambda: {each.pid for each in carriers(wanted)} <= family)


def test_a_killed_database_is_started_again_and_no_dead_connection_is_handed_out(site, run):
    for _ in range(3):
        killed = site.cluster.postmaster()
        killed.kill()
        until(lambda before=killed.pid: is_another(site.cluster.postmaster(), before))
        assert asked_again(site)
    url = f"http://127.0.0.1:{site.port}/-/health"
    for _ in range(40):  # More than there are connections in the pool.
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert answer.status == 200


def test_what_a_killed_run_left_behind_is_ended_by_the_next_on_the_same_port(site, run):
    wanted = token(part(run, "granian"))
    os.kill(run.pid, signal.SIGKILL)
    site.process.wait()
    assert carriers(wanted)
    again = site.start("run")
    assert not carriers(wanted)
    assert token(part(again, "granian")) != wanted


def test_a_home_is_served_once(site, run):
    second = site.belvedere("run", "--port", "1")
    assert second.returncode == 2
    assert "already runs" in second.stderr


def test_the_worker_does_what_is_queued_and_forgets_it(site, run):
    defer = "from belvedere.journal.tasks import sweep; print(sweep.defer(timestamp=0))"
    done = site.belvedere("shell", "--no-imports", "-c", defer)
    number = int(done.stdout.split()[-1])

    def is_done():
        with site.cluster._connect("belvedere") as connection:
            found = connection.execute(
                "SELECT 1 FROM procrastinate_jobs WHERE id = %s", [number]
            )
            return found.fetchone() is None

    until(is_done)


def test_a_stranger_with_a_recorded_number_is_left_alone(site):
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        record = f'{{"token": "x", "children": [{{"pid": {stranger.pid}, "started": 1.0}}]}}'
        (site.home / "run.json").write_text(record)
        site.belvedere("run", "--port", "0")
        assert stranger.poll() is None
        stranger.kill()
