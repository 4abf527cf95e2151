"""Every setting that a person may give, in one place. Nothing is needed to start.

Each field is read from the environment variable `BELVEDERE_<NAME>`; `belvedere settings`
prints them with their descriptions. `DATABASE_URL` alone goes by its usual name.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from belvedere.shared.errors import SetupError


class Env(BaseSettings):
    """The settings of this installation."""

    model_config = SettingsConfigDict(env_prefix="BELVEDERE_", extra="ignore")

    home: Path = Field(
        Path("var"), description="Folder for uploads, keys and, not as root, the database."
    )
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("DATABASE_URL", "BELVEDERE_DATABASE_URL"),
        description="PostgreSQL 15 or later: postgresql://user:password@host/name. "
        "Empty: an embedded one.",
    )
    mode: Literal["production", "demo", "test"] = Field(
        "production", description="demo: sample content and one-click sign-in, loopback only."
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the web server listens on.")
    public_url: str = Field(
        "", description="Address that people use, in links and QR codes. Empty: host and port."
    )
    allowed_hosts: str = Field("", description="Other host names answered to, comma between.")
    proxies: int = Field(
        0,
        ge=0,
        description="How many proxies of yours stand in front and tell visitors' addresses.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="Signing key. Empty: made once and kept in home."
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Mail server: smtp://user:password@host:587. Empty: mail is kept in home.",
    )
    mail_from: str = Field(
        "Belvedere <no-reply@localhost>", description="Sender of mail to travellers."
    )
    dkim_key: Path | None = Field(
        None, description="File with the private key (PEM) that signs newsletters."
    )
    dkim_selector: str = Field(
        "belvedere", description="Selector under which its public key stands in the DNS."
    )
    booking: str = Field(
        "belvedere.sell.queries.SellBooking", description="Class behind the port Booking."
    )
    octo_auth_status: Literal["400", "401", "403"] = Field(
        "400",
        description="HTTP status of /octo for a token that opens nothing. OCTO has 400 for "
        "every error; some resellers expect another.",
    )


@cache
def env() -> Env:
    """Return the settings, read once.

    Raises:
        SetupError: One of them makes no sense; says which.

    """
    try:
        return Env()
    except ValidationError as error:
        first = error.errors()[0]
        raise SetupError(
            f"{variable(str(first['loc'][0]))} is wrong ({first['msg'].lower()}): "
            "'belvedere settings' says what it is for."
        ) from error


def variable(field: str) -> str:
    """Return the environment variable of a field.

    >>> variable("home"), variable("database_url")
    ('BELVEDERE_HOME', 'DATABASE_URL')
    """
    if field.lower() in ("database_url", "belvedere_database_url"):
        return "DATABASE_URL"
    return f"BELVEDERE_{field.upper().removeprefix('BELVEDERE_')}"
