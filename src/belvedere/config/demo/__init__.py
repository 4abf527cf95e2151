"""`belvedere demo`: a sample Casentino, the loop walked once, and the site left running."""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import segno

from belvedere.config import network, postgres
from belvedere.config.commands import run
from belvedere.config.env import Env, env
from belvedere.shared.errors import SetupError


def command(argv: list[str]) -> int:
    """Set up the demo, walk the loop through its pages, and serve it until told to stop."""
    options = _parser().parse_args(argv)
    os.environ["BELVEDERE_MODE"] = "demo"
    if options.once:
        return _once(options)
    _settle(options.host, options.port)
    settings = env()
    _say(f"Belvedere's demo, in {settings.home.absolute()}")
    return run.serve(
        settings,
        first=lambda: _process("make", *_wishes(options)),
        then=lambda: threading.Thread(
            target=_welcome, args=[settings], kwargs={"walk": options.walk}, daemon=True
        ).start(),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="belvedere demo",
        description="Set up sample content, walk the loop through its pages, and serve it.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 lets a phone on the same network in"
    )
    parser.add_argument("--port", default=8000, type=int, help="port to listen on")
    parser.add_argument("--reset", action="store_true", help="throw away what visitors did")
    parser.add_argument(
        "--no-walk", dest="walk", action="store_false", help="without sample travellers"
    )
    parser.add_argument(
        "--data", type=_folder, help="folder with published files: reads those that it knows"
    )
    parser.add_argument("--once", action="store_true", help="walk the loop once, and end")
    parser.add_argument("--json", action="store_true", help="with --once: figures as last line")
    return parser


def _folder(text: str) -> Path:
    """Return a folder that is there, whole: the steps run elsewhere."""
    path = Path(text).absolute()
    if not path.is_dir():
        raise SetupError(f"There is no folder {text}: give --data one that holds the files.")
    return path


def _wishes(options: argparse.Namespace) -> list[str]:
    """Return what the step that makes the content is told."""
    again = ["--again"] if options.reset else []
    return [*again, *(["--data", str(options.data)] if options.data else [])]


def _settle(host: str, port: int) -> None:
    os.environ["BELVEDERE_HOST"], os.environ["BELVEDERE_PORT"] = host, str(port)
    env.cache_clear()


def _once(options: argparse.Namespace) -> int:
    """Walk the loop on a free port; in a home of its own unless the settings name one."""
    began = time.monotonic()
    own = (
        None if os.environ.get("BELVEDERE_HOME") else tempfile.mkdtemp(prefix="belvedere-demo-")
    )
    if own:
        os.environ["BELVEDERE_HOME"] = own
    _settle("127.0.0.1", _free_port())
    figures: dict[str, Any] = {}
    try:
        run.serve(
            env(),
            first=lambda: _process("make", *_wishes(options)),
            then=lambda: threading.Thread(target=_walk_and_stop, args=[figures]).start(),
        )
    finally:
        if own:
            postgres.remove(env())
            shutil.rmtree(own, ignore_errors=True)
    if "failed" in figures:
        raise SetupError(f"The loop could not be walked: {figures['failed']}")
    figures["seconds"] = round(time.monotonic() - began, 1)
    sys.stdout.write(json.dumps(figures) + "\n" if options.json else _told(figures))
    return 0


def _walk_and_stop(figures: dict[str, Any]) -> None:
    try:
        figures.update(json.loads(_process("walk").splitlines()[-1]))
    except (SetupError, ValueError, IndexError) as error:
        figures["failed"] = str(error)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


def _welcome(settings: Env, *, walk: bool) -> None:
    """Walk the loop once on a new demo, then say where everything is."""
    url = network.public_url(settings)
    record = json.loads((settings.home / "demo.json").read_text())
    if walk and not record.get("walked"):
        try:
            _process("walk", "--short")
        except SetupError as error:
            _say(f"The first travellers got lost: {error}")
    _say("")
    _say(f"  The traveller's site   {url}/")
    _say(f"  in Chinese             {url}/zh-hans/")
    _say(f"  Try it, in four steps  {url}/demo/")
    for each in record["users"]:
        _say(f"  as {each['role']:<19} {each['link']}")
    _say("")
    if settings.host not in network.LOOPBACK:
        _say("  For a phone on the same network:")
        segno.make(f"{url}/").terminal(out=sys.stderr, compact=True)
    _say("  Ctrl+C ends it; what was done stays. `make demo` goes on from there.")


def _process(step: str, *arguments: str) -> str:
    """Do one step in a process of its own, which speaks to the terminal through stderr."""
    done = subprocess.run(  # noqa: S603  our own modules
        [sys.executable, "-m", f"belvedere.config.demo.{step}", *arguments],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise SetupError(f"The demo's step “{step}” failed; the lines above say why.")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _told(figures: dict[str, Any]) -> str:
    return "".join(f"{name:<20} {value}\n" for name, value in figures.items())


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
