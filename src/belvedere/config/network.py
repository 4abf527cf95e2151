"""Addresses and ports: ours, and who has taken them."""

import errno
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any

import psutil

from belvedere.config.env import Env
from belvedere.shared.errors import SetupError

ANYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104  words to compare with
HEALTH = "/-/health"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def public_url(env: Env) -> str:
    """Return the address that people use, without a slash at the end."""
    if env.public_url:
        return env.public_url.rstrip("/")
    host = own_address() if env.host in ANYWHERE else env.host
    return f"http://{f'[{host}]' if ':' in host else host}:{env.port}"


def own_address() -> str:
    """Return the address under which the local network finds this machine.

    Nothing is sent: a datagram socket that is only connected tells which way it would go.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # An address kept for documentation (RFC 5737).
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@contextmanager
def reserved(host: str, port: int, *, wait: float = 0.0) -> Iterator[None]:
    """Keep a port for our web server while the block runs, also while it is started again.

    The web server shares its port (SO_REUSEPORT), so two of them would both be let in and
    visitors fall to either. So we first ask for the port alone, and then keep a socket on it
    that doesn't listen: it lets our own server in, and nobody else.

    Args:
        host: The address; empty for all.
        port: The port.
        wait: For so many seconds it may still be held by a server that has just been killed:
            its threads die one by one.

    Raises:
        SetupError: Somebody has it, or we may not; says who, and what to do.

    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        _see_that_free(family, kind, address, wait)
        keeper = socket.socket(family, kind)
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        keeper.bind(address)
    except (OSError, OverflowError) as error:
        raise SetupError(_why_not(host, port, error)) from error
    with keeper:
        yield


def _see_that_free(
    family: socket.AddressFamily, kind: socket.SocketKind, address: Any, wait: float
) -> None:
    deadline = time.monotonic() + wait
    while True:
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
                probe.listen()
                return
            except OSError as error:
                if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                    raise
        time.sleep(0.1)


def _why_not(host: str, port: int, error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return f"Port {port} is taken{_by(port)}: end that, or choose another with --port."
    if number == errno.EACCES:
        return f"Port {port} is not yours to use: choose one above 1023 with --port."
    if isinstance(error, OverflowError):
        return f"There is no port {port}: choose one between 1024 and 65535 with --port."
    return f"{host} is not an address of this machine: choose another with --host."


def _by(port: int) -> str:
    """Name the process that listens on a port, where the system tells."""
    try:
        listening = {
            each.pid
            for each in psutil.net_connections("tcp")
            if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port
        }
        pid = next(each for each in listening if each and each != os.getpid())
        return f" by process {pid} ({psutil.Process(pid).name()})"
    except (psutil.Error, StopIteration, OSError):
        return ""


def answers(host: str, port: int) -> bool:
    """Say whether our site answers there, database and all."""
    target = "127.0.0.1" if host in ANYWHERE else host
    asking = HTTPConnection(target, port, timeout=1)
    try:
        asking.request("GET", HEALTH)
        return asking.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        asking.close()
