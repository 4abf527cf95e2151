"""`belvedere run`: the web server, the worker and the database, kept alive by one process."""

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from belvedere.config import home, network, postgres
from belvedere.config.env import Env, env
from belvedere.config.processes import Child, Family
from belvedere.shared.errors import SetupError

THREADS = 12
CONNECTIONS = 8192  # kept open by browsers; one too many would wait for another to go
GRACE = 10  # seconds a request or a job has to end when we are asked to stop
LOOK = 0.25  # seconds between two looks at the children
DYING = 20.0  # seconds until the last thread of a killed server has let go of its port


def command(argv: list[str]) -> int:
    """Serve until somebody says stop."""
    options = _parser().parse_args(argv)
    os.environ["BELVEDERE_HOST"], os.environ["BELVEDERE_PORT"] = (
        options.host,
        str(options.port),
    )
    env.cache_clear()
    return serve(env(), worker=options.worker)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="belvedere run", description="Serve the site and do its jobs."
    )
    parser.add_argument("--host", default=env().host, help="address to listen on")
    parser.add_argument("--port", default=env().port, type=int, help="port to listen on")
    parser.add_argument(
        "--no-worker", dest="worker", action="store_false", help="leave the jobs to others"
    )
    return parser


def serve(
    settings: Env,
    *,
    worker: bool = True,
    first: Callable[[], object] | None = None,
    then: Callable[[], None] | None = None,
) -> int:
    """Start what a site needs, keep it alive, and end it all together.

    Args:
        settings: The settings of this installation, host and port among them.
        worker: Whether to do the jobs too.
        first: Called once the database is up to date, before the site answers.
        then: Called once, when the site answers; must return at once.

    Raises:
        SetupError: Something is missing; nothing was left running.

    """
    home.see_that_usable(settings.home)
    with alone(settings.home):
        family = Family(settings.home)
        wait = DYING if family.end_orphans() else 0.0
        stop = _when_told()
        with network.reserved(settings.host, settings.port, wait=wait), in_use(settings):
            try:
                prepare(stop)
                if stop.is_set():
                    return 0
                if first:
                    first()
                family.raise_children(children(settings, worker=worker))
                return _watch(family, settings, stop, then or _announce(settings))
            finally:
                family.end(GRACE)


@contextmanager
def in_use(settings: Env) -> Iterator[None]:
    """Keep the database up while the block runs."""
    postgres.ready(settings)
    try:
        yield
    finally:
        postgres.leave(settings)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """See to it that a home is served once."""
    with home.lock(folder / "run.lock") as mine:
        if not mine:
            raise SetupError(
                f"Belvedere already runs on the home {folder.absolute()}: "
                "end that one, or give this one another BELVEDERE_HOME."
            )
        yield


def prepare(stop: threading.Event) -> None:
    """Bring database and static files up to date, in a process of its own.

    So this one stays small, and the web server starts on what is there.
    """
    preparing = subprocess.Popen(
        [sys.executable, "-m", "belvedere.config.prepare"], start_new_session=True
    )
    while preparing.poll() is None:
        if stop.wait(LOOK):
            preparing.terminate()
            preparing.wait()
            return
    if preparing.returncode:
        raise SetupError("The site could not be prepared; the lines above say why.")


def children(settings: Env, *, worker: bool) -> list[Child]:
    """Return the programs of a running site."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    web += ["--host", settings.host, "--port", str(settings.port), "--log-level", "error"]
    web += ["--workers", "1", "--blocking-threads", str(THREADS)]
    web += ["--backlog", str(CONNECTIONS), "--backpressure", str(CONNECTIONS)]
    web += ["--workers-kill-timeout", str(GRACE), "belvedere.config.wsgi:application"]
    jobs = [sys.executable, "-m", "belvedere.config.cli", "worker"]
    return [Child("web server", web), *([Child("worker", jobs)] if worker else [])]


def _when_told() -> threading.Event:
    """Return what is set when somebody asks us to stop."""
    stop = threading.Event()

    def told(number: int, frame: FrameType | None) -> None:
        if stop.is_set():  # The second time they mean it.
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    return stop


def _announce(settings: Env) -> Callable[[], None]:
    def announce() -> None:
        sys.stderr.write(f"Belvedere answers at {network.public_url(settings)}\n")

    return announce


def _watch(
    family: Family, settings: Env, stop: threading.Event, then: Callable[[], None]
) -> int:
    announced = False
    while not stop.wait(LOOK):
        postgres.revive(settings)
        family.revive()
        if not announced and network.answers(settings.host, settings.port):
            announced = True
            then()
    return 0
