"""Sealing secrets that must be stored: authenticated encryption with a derived key."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(values: Mapping[str, str], secret: str) -> str:
    """Return the values as a text that only who has the secret can open (Fernet, AES + HMAC).

    >>> opened(seal({"key": "k"}, "secret"), "secret")
    {'key': 'k'}
    >>> seal({"key": "k"}, "secret") == seal({"key": "k"}, "secret")
    False
    """
    return _box(secret).encrypt(json.dumps(dict(values)).encode()).decode()


def opened(sealed: str, secret: str) -> dict[str, str] | None:
    """Return what was sealed; None if it was with another secret, or changed since.

    >>> opened(seal({"key": "k"}, "secret"), "another") is None
    True
    """
    try:
        values: dict[str, str] = json.loads(_box(secret).decrypt(sealed.encode()))
    except InvalidToken:
        return None
    return values


def _box(secret: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"belvedere.territory.accounts")
    return Fernet(urlsafe_b64encode(derived.derive(secret.encode())))
