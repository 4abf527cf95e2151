"""The database: the one that `DATABASE_URL` names, or an embedded PostgreSQL.

Every process that uses the embedded server holds a shared lock on a file beside it; whoever
leaves as the last one stops it. A killed process loses its lock with its life, so nothing has
to be cleaned up. How the server is made and started stands in `cluster.py`, who runs it and
with which programs in `programs.py`.
"""

import shutil
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from belvedere.config.env import Env
from belvedere.config.postgres.cluster import NAME, Cluster
from belvedere.shared.errors import SetupError

OLDEST = 15


def django_database(env: Env) -> dict[str, Any]:
    """Return Django's settings of the database.

    Connections come from a pool of at most 16 a process, and each is tried before it is
    handed out, so that a restarted server costs nobody an error page.
    """
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {},
    }
    if env.mode != "test":
        settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 16, "timeout": 15}
    if not env.database_url:
        return {
            **settings,
            "NAME": NAME,
            "USER": NAME,
            "HOST": str(Cluster.of(env.home).socket),
        }
    given = _parse(env.database_url)
    for setting, key in {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }.items():
        settings[setting] = str(given.pop(key, "") or "")
    settings["OPTIONS"] |= given
    return settings


def _parse(url: str) -> dict[str, Any]:
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        given = {}
    ports = str(given.get("port") or "5432").split(",")  # libpq takes several hosts.
    if "://" not in url or not given.get("dbname") or not all(map(str.isdigit, ports)):
        raise SetupError(
            "DATABASE_URL is not the address of a PostgreSQL database: "
            "write it as postgresql://user:password@host:5432/name."
        )
    return dict(given)


def ready(env: Env) -> None:
    """See to it that the database answers: the one that is named, or the embedded one.

    Raises:
        SetupError: It doesn't, or is too old.

    """
    if env.database_url:
        _try_external(env.database_url)
    else:
        start(env)


def revive(env: Env) -> None:
    """Start the embedded server again if it has died; cheap when it hasn't."""
    if not env.database_url and Cluster.of(env.home).postmaster() is None:
        start(env)


def leave(env: Env) -> None:
    """Stop the embedded server, unless somebody else still uses it."""
    if not env.database_url:
        Cluster.of(env.home).leave()


def start(env: Env, *, durable: bool = True) -> None:
    """Start the embedded server unless it runs, make it if there is none, and stay a user.

    Args:
        env: The settings; the home decides which server.
        durable: False for tests, which may lose everything in a power cut.

    Raises:
        SetupError: It cannot be made or started here.

    """
    Cluster.of(env.home).start(durable=durable)


def stop(env: Env) -> None:
    """Stop the embedded server whoever uses it."""
    Cluster.of(env.home).stop()


def remove(env: Env) -> None:
    """Stop the embedded server and delete all its data."""
    cluster = Cluster.of(env.home)
    cluster.stop()
    for folder in (cluster.root, cluster.socket):
        shutil.rmtree(folder, ignore_errors=True)


def _try_external(url: str) -> None:
    given = _parse(url)
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        where = f"{given.get('host', 'this machine')}:{given.get('port', 5432)}"
        raise SetupError(
            f"The PostgreSQL at {where} cannot be used ({_one_line(error)}): "
            "see that it runs and that DATABASE_URL is right."
        ) from error
    if version < OLDEST * 10_000:
        raise SetupError(
            f"The PostgreSQL in DATABASE_URL is version {version // 10_000}: "
            f"Belvedere needs {OLDEST} or later."
        )


def _one_line(error: Exception) -> str:
    """Return why libpq failed, without the address again, and without its advice below."""
    lines = [each.strip() for each in str(error).splitlines() if each.strip()]
    reasons = [each.rpartition("failed: ")[2] for each in lines if "failed: " in each] or lines
    return reasons[-1].rstrip(".") if reasons else type(error).__name__
