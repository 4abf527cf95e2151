"""The signing key of this installation: made once, kept in its home, never shown."""

import os
import secrets
from pathlib import Path

from belvedere.config.env import Env
from belvedere.shared.errors import SetupError


def secret_key(env: Env) -> str:
    """Return the key given in the settings, or this home's own, made at first use.

    Raises:
        SetupError: The home cannot be written.

    """
    given = env.secret_key.get_secret_value()
    if given:
        return given
    path = Path(env.home) / "secret-key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()
    except OSError as error:
        raise SetupError(
            f"The folder {path.parent.absolute()} cannot be used ({error.strerror}): "
            "set BELVEDERE_HOME to one that you may write."
        ) from error
