"""How WeChat Pay signs and seals: RSA over raw bytes, and AES-GCM around what is private.

The rules are those of WeChat Pay's APIv3 documents; the tests hold them against the vectors
that Tencent publishes with its Go client.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)

SCHEME = "WECHATPAY2-SHA256-RSA2048"
WINDOW = 300
SEAL = "AEAD_AES_256_GCM"


class BadKey(ValueError):
    """A text is not the key that it should be. What it says never shows the text."""


class BadSignature(ValueError):
    """The message is not from whom it says, or too old or too new."""


def private_key(pem: str, *, known: bool = False) -> RSAPrivateKey:
    """Read the merchant's private key.

    Args:
        pem: Its text.
        known: Whether it was read before: looking through the numbers takes a tenth of a
            second, and is done once, when the account is connected.

    Raises:
        BadKey: It is not an RSA key without a password in PEM.

    """
    try:
        found = load_pem_private_key(
            pem.encode(), password=None, unsafe_skip_rsa_key_validation=known
        )
    except (ValueError, TypeError):
        raise BadKey("This is not a private key in PEM.") from None
    if not isinstance(found, RSAPrivateKey):
        raise BadKey("This is not an RSA key.")
    return found


def public_key(pem: str) -> RSAPublicKey:
    """Read WeChat Pay's public key.

    Raises:
        BadKey: It is not an RSA key in PEM.

    """
    try:
        found = load_pem_public_key(pem.encode())
    except ValueError:
        raise BadKey("This is not a public key in PEM.") from None
    if not isinstance(found, RSAPublicKey):
        raise BadKey("This is not an RSA key.")
    return found


def certificate(pem: str) -> x509.Certificate:
    """Read one of WeChat Pay's certificates.

    Raises:
        BadKey: It is not a certificate of an RSA key in PEM.

    """
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        raise BadKey("This is not a certificate in PEM.") from None
    if not isinstance(found.public_key(), RSAPublicKey):
        raise BadKey("This is not the certificate of an RSA key.")
    return found


def serial(number: int | str) -> str:
    """Write a certificate's serial number in one way, so that two can be compared.

    >>> serial("0f5765756002fdd77"), serial(0xF5765756002FDD77)
    ('F5765756002FDD77', 'F5765756002FDD77')
    """
    text = f"{number:X}" if isinstance(number, int) else number.strip().upper()
    return text.lstrip("0")


def lines(*parts: str | bytes) -> bytes:
    r"""Put what is signed together: each part, and the end of a line after it.

    >>> lines("GET", "/v3/certificates", "1624523846", "A1B2C3D4E5F6G7", b"")
    b'GET\n/v3/certificates\n1624523846\nA1B2C3D4E5F6G7\n\n'
    """
    return b"".join(
        (each if isinstance(each, bytes) else each.encode()) + b"\n" for each in parts
    )


def sign(key: RSAPrivateKey, text: bytes) -> str:
    """Sign a text with the merchant's key."""
    return b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()


def fits(key: RSAPublicKey, text: bytes, signature: str) -> bool:
    """Say whether a signature is that of the key over the text."""
    try:
        key.verify(b64decode(signature, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def authorization(
    key: RSAPrivateKey,
    *,
    mchid: str,
    serial_no: str,
    request: tuple[str, str, bytes],
    timestamp: str,
    nonce: str,
) -> str:
    """Return the header that proves a request.

    Args:
        key: The merchant's.
        mchid: Number of the merchant.
        serial_no: Of the certificate that belongs to the key.
        request: Method, path with query, and the raw body.
        timestamp: Seconds since 1970.
        nonce: Something used once.

    """
    method, target, body = request
    signature = sign(key, lines(method, target, timestamp, nonce, body))
    return (
        f'{SCHEME} mchid="{mchid}",nonce_str="{nonce}",timestamp="{timestamp}",'
        f'serial_no="{serial_no}",signature="{signature}"'
    )


def unseal(key: bytes, sealed: Mapping[str, Any]) -> bytes:
    """Open what WeChat Pay sealed with the merchant's APIv3 key.

    Args:
        key: 32 bytes; Tencent's test vector has 16.
        sealed: `algorithm`, `ciphertext`, `nonce`, and `associated_data` if there is any.

    Raises:
        BadSignature: It was sealed with another key, or changed.

    """
    if sealed.get("algorithm") != SEAL:
        raise BadSignature("It is sealed in another way.")
    try:
        return AESGCM(key).decrypt(
            str(sealed["nonce"]).encode(),
            b64decode(str(sealed["ciphertext"]), validate=True),
            str(sealed.get("associated_data") or "").encode(),
        )
    except (InvalidTag, KeyError, ValueError):
        raise BadSignature("The APIv3 key does not open it.") from None
