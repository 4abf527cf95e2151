"""Writes `docs/reference/settings.md` from `belvedere.config.env`.

After changing a setting: `.venv/bin/python docs/_hooks/settings.py`.
"""

from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import SecretStr

from belvedere.config.env import Env

PAGE = Path(__file__).resolve().parents[1] / "reference" / "settings.md"
HEAD = """\
# Settings

Every setting is an environment variable, and none is needed to start. `belvedere settings`
prints this list. The page is written from `src/belvedere/config/env.py` by
`docs/_hooks/settings.py`: change it there.

| Variable | Default | What it is |
|---|---|---|
"""
FOOT = """
Secrets are never printed or logged. Give them by the environment of the service, not in a
file of the repository.
"""


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return "DATABASE_URL" if name == "database_url" else f"BELVEDERE_{name.upper()}"


def default(field) -> str:
    """Return the default as a table shows it; a secret's is never shown."""
    value = field.default
    if isinstance(value, SecretStr) or value in ("", None):
        return "empty"
    return f"`{value}`"


def description(field) -> str:
    """Return the description, with the choices if there is a fixed set of them."""
    text = (field.description or "").replace("|", "\\|")
    if get_origin(field.annotation) is Literal:
        text += " One of " + ", ".join(f"`{each}`" for each in get_args(field.annotation)) + "."
    return text


def page() -> str:
    """Return the whole page."""
    rows = [
        f"| `{variable(name)}` | {default(field)} | {description(field)} |"
        for name, field in Env.model_fields.items()
    ]
    return HEAD + "\n".join(rows) + "\n" + FOOT


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
