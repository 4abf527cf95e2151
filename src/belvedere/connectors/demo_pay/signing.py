"""How the demo provider and its merchant sign what they send each other."""

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256

WINDOW = 300
TIMESTAMP, NONCE, SIGNATURE = "Demo-Timestamp", "Demo-Nonce", "Demo-Signature"


class BadSignature(ValueError):
    """The message is not from whom it says, or too old or too new."""


def sign(secret: bytes, what: str, body: bytes, now: float) -> dict[str, str]:
    """Return the headers that prove a message.

    Args:
        secret: What both sides know.
        what: Method and path of a request, or the id of a notice's event.
        body: The raw bytes.
        now: Seconds since 1970.

    """
    timestamp, nonce = str(int(now)), secrets.token_hex(12)
    return {
        TIMESTAMP: timestamp,
        NONCE: nonce,
        SIGNATURE: _digest(secret, what, timestamp, nonce, body),
    }


def verify(
    secret: bytes, what: str, headers: Mapping[str, str], body: bytes, now: float
) -> str:
    """Check the raw bytes against their headers and return the nonce.

    Raises:
        BadSignature: It does not fit, or is more than five minutes off.

    """
    given = {key.lower(): value for key, value in headers.items()}
    timestamp = given.get(TIMESTAMP.lower(), "")
    nonce = given.get(NONCE.lower(), "")
    expected = _digest(secret, what, timestamp, nonce, body)
    if not hmac.compare_digest(expected, given.get(SIGNATURE.lower(), "")):
        raise BadSignature("The signature does not fit.")
    if not timestamp.isdigit() or abs(int(timestamp) - now) > WINDOW:
        raise BadSignature("The message is more than five minutes old or early.")
    return nonce


def _digest(secret: bytes, what: str, timestamp: str, nonce: str, body: bytes) -> str:
    head = f"{what}\n{timestamp}\n{nonce}\n".encode()
    return hmac.new(secret, head + body, sha256).hexdigest()
