"""The folder of this installation: uploads, keys, mail, and who runs."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from belvedere.shared.errors import SetupError


def unusable(folder: Path, error: OSError) -> SetupError:
    """Return what to tell a person whose home cannot be used."""
    return SetupError(
        f"The folder {folder.absolute()} cannot be used ({error.strerror}): "
        "set BELVEDERE_HOME to one that you may write."
    )


def see_that_usable(folder: Path) -> None:
    """Make the home if there is none, and see that it can be written.

    Raises:
        SetupError: It can't; says why, and what to do.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise unusable(folder, error) from error


@contextmanager
def lock(path: Path) -> Iterator[bool]:
    """Hold a lock file while the block runs; gives False if another process holds it.

    The system takes the lock away with the process, however it ends.

    Raises:
        SetupError: The home cannot be written.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise unusable(path.parent, error) from error
    with os.fdopen(handle):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all.

    Raises:
        SetupError: The home cannot be written.

    """
    attempt = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(attempt, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(text)
        attempt.replace(path)
    except OSError as error:
        raise unusable(path.parent, error) from error
