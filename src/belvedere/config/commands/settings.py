"""`belvedere settings`: every setting, its value and its meaning."""

import argparse
import sys
import textwrap

from pydantic import SecretStr

from belvedere.config.env import Env, env, variable

MASK = "********"


def command(argv: list[str]) -> None:
    """Print them all; what is secret is only said to be set."""
    argparse.ArgumentParser(
        prog="belvedere settings", description="List every setting, its value and its meaning."
    ).parse_args(argv)
    for name, field in Env.model_fields.items():
        value = shown(name, getattr(env(), name))
        meaning = textwrap.fill(field.description or "", 88, initial_indent="    ",
                                subsequent_indent="    ")  # fmt: skip
        sys.stdout.write(f"{variable(name)}={value}\n{meaning}\n")


def shown(name: str, value: object) -> str:
    """Return what may be shown of a value.

    >>> shown("port", 8000), shown("secret_key", SecretStr("x"))
    ('8000', '********')
    """
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if name == "database_url" and value:
        return MASK
    return "" if value is None else str(value)
