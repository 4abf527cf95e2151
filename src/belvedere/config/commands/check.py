"""`belvedere check`: says in words what is missing, and how to mend it."""

import argparse
import importlib
import smtplib
import ssl
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from belvedere.config import build, debian, network, postgres, secrets
from belvedere.config.env import env
from belvedere.shared.errors import SetupError

Grade = Literal["good", "note", "missing"]
SIGNS: dict[Grade, str] = {"good": "  ok   ", "note": "  note ", "missing": "  MEND "}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: a note is worth knowing, what is missing must be mended."""

    grade: Grade
    sentence: str


def command(argv: list[str]) -> int:
    """Look at everything; 1 if something must be mended, else 0."""
    argparse.ArgumentParser(
        prog="belvedere check", description="Say what is missing, and how to mend it."
    ).parse_args(argv)
    worst = 0
    for look in (home, database, debian_packages, assets, mail, address):
        for finding in _safely(look):
            sys.stdout.write(f"{SIGNS[finding.grade]}{finding.sentence}\n")
            worst = max(worst, int(finding.grade == "missing"))
    return worst


def _safely(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except SetupError as error:
        yield Finding("missing", str(error))
    except ImportError as error:
        yield Finding("missing", f"Belvedere cannot be loaded ({error}): run 'make setup'.")


def home() -> Iterator[Finding]:
    """Look whether the home can be written and keeps its key to itself."""
    folder = env().home.absolute()
    secrets.secret_key(env())
    key = folder / "secret-key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield Finding("missing", f"Others can read the signing key: chmod 600 '{key}'.")
    else:
        yield Finding("good", f"The home {folder} can be written.")


def database() -> Iterator[Finding]:
    """Look whether the database answers and has every migration."""
    postgres.ready(env())
    try:
        which = "that DATABASE_URL names" if env().database_url else "embedded"
        yield Finding("good", f"The database answers ({which}).")
        importlib.import_module("django").setup()
        waiting = importlib.import_module("belvedere.config.prepare").pending()
        if waiting:
            yield Finding(
                "missing",
                f"{len(waiting)} migrations are pending: 'belvedere migrate' "
                "('belvedere run' does it by itself).",
            )
        else:
            yield Finding("good", "The database has every migration.")
    finally:
        postgres.leave(env())


def debian_packages() -> Iterator[Finding]:
    """Look for libraries, a Chinese font and a browser."""
    absent = debian.missing()
    if not absent:
        yield Finding("good", "PDFs and Chinese type can be made, and a Chromium is there.")
    for needed in (True, False):
        wanted = [each for each in absent if each.optional is not needed]
        if wanted:
            purposes = "; ".join(dict.fromkeys(each.purpose for each in wanted))
            yield Finding(
                "missing" if needed else "note",
                f"Not installed ({purposes}). As root: {debian.apt_line(wanted)}",
            )


def assets() -> Iterator[Finding]:
    """Look whether what isn't in git has been built."""
    stale = build.stale()
    if stale:
        yield Finding(
            "missing",
            f"{', '.join(stale)} not built: 'python -m belvedere.config.build' "
            "('make setup' does it).",
        )
    else:
        yield Finding("good", "Translations are built.")


def mail() -> Iterator[Finding]:
    """Look whether the mail server takes us."""
    url = env().smtp_url.get_secret_value()
    if not url:
        yield Finding(
            "note",
            "No mail server is named, so that mail is kept in "
            f"{env().home.absolute() / 'mail'}: set BELVEDERE_SMTP_URL.",
        )
        return
    given = urlsplit(url)
    try:
        _greet(url)
    except (OSError, smtplib.SMTPException) as error:
        reason = " ".join(str(error).split())
        yield Finding(
            "missing",
            f"The mail server {given.hostname}:{given.port or 25} does not take us ({reason}): "
            "see BELVEDERE_SMTP_URL.",
        )
    else:
        yield Finding("good", f"The mail server {given.hostname} takes us.")


def _greet(url: str) -> None:
    given = urlsplit(url)
    kind = smtplib.SMTP_SSL if given.scheme == "smtps" else smtplib.SMTP
    with kind(given.hostname or "localhost", given.port or 25, timeout=10) as server:
        if given.port == 587 and given.scheme != "smtps":
            server.starttls(context=ssl.create_default_context())
        if given.username:
            server.login(unquote(given.username), unquote(given.password or ""))
        server.noop()


def address() -> Iterator[Finding]:
    """Look whether links and QR codes lead anywhere from outside."""
    url = network.public_url(env())
    outside = (urlsplit(url).hostname or "") not in network.LOOPBACK
    if outside and url.startswith("https://"):
        yield Finding("good", f"Links and QR codes lead to {url}.")
    elif outside:
        yield Finding("note", f"Links and QR codes lead to {url}, without encryption.")
    else:
        yield Finding(
            "note",
            f"Links and QR codes lead to {url}, which only this machine knows: "
            "set BELVEDERE_PUBLIC_URL.",
        )
