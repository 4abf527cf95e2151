"""The signing key of this installation: made once, kept in its home, never shown."""

import os
import secrets
from pathlib import Path

from belvedere.config import home
from belvedere.config.env import Env


def secret_key(env: Env) -> str:
    """Return the key given in the settings, or this home's own, made at first use.

    Raises:
        SetupError: The home cannot be written.

    """
    given = env.secret_key.get_secret_value()
    if given:
        return given
    path = env.home / "secret-key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_once(path)
        return path.read_text().strip()
    except OSError as error:
        raise home.unusable(path.parent, error) from error


def _make_once(path: Path) -> None:
    """Write a new key, unless there is one; of several processes the first one's stays."""
    if path.exists():
        return
    attempt = path.with_name(f".secret-key-{os.getpid()}")
    with os.fdopen(os.open(attempt, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(attempt, path)
    except FileExistsError:
        pass
    finally:
        attempt.unlink(missing_ok=True)
