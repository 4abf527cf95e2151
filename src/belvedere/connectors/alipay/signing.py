"""How Alipay and its merchants sign what they send each other (RSA2), and with which keys.

Sources: Alipay's open platform, "RSA2 signatures" and "certificate mode". Every value is text
as it was received: nothing is decoded twice, and no JSON is written again before it is checked.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

RSA_SIGNATURES = "1.2.840.113549.1.1"
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_SPACE = re.compile(r"\s*")


class BadSignature(ValueError):
    """The message is not from whom it says, or it is none of Alipay's."""


def content(
    fields: Mapping[str, str], *, without: tuple[str, ...] = ("sign",), empty: bool = False
) -> bytes:
    """Return what is signed: the fields, sorted and joined.

    Empty fields are signed in notices and left out of requests, as the vendor's clients do.

    >>> content({"b": "2", "a": "100%", "c": "", "sign": "x"})
    b'a=100%&b=2'
    """
    said = sorted((name, value) for name, value in fields.items() if value or empty)
    return "&".join(f"{name}={value}" for name, value in said if name not in without).encode()


def sign(key: rsa.RSAPrivateKey, message: bytes) -> str:
    """Return the signature of a message, in base64 (SHA256withRSA)."""
    made = key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(made).decode()


def fits(key: rsa.RSAPublicKey, message: bytes, signature: str) -> bool:
    """Say whether a signature is of this message and key."""
    try:
        made = base64.b64decode(signature, validate=True)
        key.verify(made, message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def form(body: bytes) -> dict[str, str]:
    """Read a notice's body, decoding it once.

    >>> form(b"subject=100%25&amount=1.00")
    {'subject': '100%', 'amount': '1.00'}

    Raises:
        BadSignature: It is not a form, or names a field twice.

    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=100,
        )
    except ValueError as error:
        raise BadSignature("The body is not a form.") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadSignature("A field comes twice.")
    return fields


def verify_notice(key: rsa.RSAPublicKey, fields: Mapping[str, str]) -> None:
    """Check the signature of a notice's fields.

    Notices of payments are signed without `sign_type`, some others with it.

    Raises:
        BadSignature: It fits neither way.

    """
    if fields.get("sign_type") != "RSA2":
        raise BadSignature("The notice is not signed with RSA2.")
    for without in (("sign", "sign_type"), ("sign",)):
        message = content(fields, without=without, empty=True)
        if fits(key, message, fields.get("sign", "")):
            return
    raise BadSignature("The signature does not fit.")


def members(text: str) -> dict[str, tuple[object, str]]:
    r"""Return the members of a JSON object: the value, and the characters it was written with.

    Alipay signs those characters, so that the object must not be written again.

    >>> members('{"a": {"b":  1.0}, "sign": "x\\/y"}')["a"]
    ({'b': 1.0}, '{"b":  1.0}')

    Raises:
        ValueError: It is no JSON object, or names a member twice.

    """
    reader = json.JSONDecoder()
    found: dict[str, tuple[object, str]] = {}
    at = _skip(text, _skip(text, 0, "{"))
    while text[at : at + 1] != "}":
        name, at = reader.raw_decode(text, _skip(text, at, "," if found else ""))
        start = _skip(text, _skip(text, at, ":"))
        value, at = reader.raw_decode(text, start)
        if not isinstance(name, str) or name in found:
            raise ValueError("A member comes twice, or has no name.")
        found[name] = (value, text[start:at])
        at = _skip(text, at)
    if text[at + 1 :].strip():
        raise ValueError("Something follows the object.")
    return found


def _skip(text: str, at: int, expected: str = "") -> int:
    """Go past white space and past one expected character."""
    space = _SPACE.match(text, at)
    at = space.end() if space else at
    if not expected:
        return at
    if text[at : at + 1] != expected:
        raise ValueError(f"{expected!r} is missing.")
    return _skip(text, at + 1)


@dataclass(frozen=True)
class Keys:
    """What the two sides sign with, and in certificate mode the names of their certificates.

    Attributes:
        ours: The application's private key.
        alipays: Alipay's public key.
        certificates: The two numbers that go along with each request; empty in key mode.
        alipay_number: The number of the certificate that Alipay signs with.

    """

    ours: rsa.RSAPrivateKey
    alipays: rsa.RSAPublicKey
    certificates: Mapping[str, str]
    alipay_number: str = ""


def keys(account: Mapping[str, str]) -> Keys:
    """Read the keys of an account, in key mode or in certificate mode.

    Raises:
        ValueError: One is missing or is none.

    """
    ours = private_key(account.get("private_key", ""))
    texts = [account.get(f"{name}_certificate", "") for name in ("app", "alipay", "root")]
    if not any(texts):
        return Keys(ours, public_key(account.get("alipay_public_key", "")), {})
    if not all(texts):
        raise ValueError("In certificate mode three certificates are needed.")
    app, alipay, root = texts
    theirs = x509.load_pem_x509_certificate(alipay.encode())
    return Keys(
        ours,
        _rsa(theirs.public_key()),
        {"app_cert_sn": number(app), "alipay_root_cert_sn": root_number(root)},
        number(alipay),
    )


def private_key(text: str) -> rsa.RSAPrivateKey:
    """Read a private key, as PEM or as the bare base64 of Alipay's own tool."""
    if "BEGIN" in text:
        key = serialization.load_pem_private_key(text.encode(), None)
    else:
        key = serialization.load_der_private_key(base64.b64decode(text), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("The private key is not an RSA key.")
    return key


def public_key(text: str) -> rsa.RSAPublicKey:
    """Read a public key, as PEM or as the bare base64 of Alipay's page."""
    if "BEGIN" in text:
        return _rsa(serialization.load_pem_public_key(text.encode()))
    return _rsa(serialization.load_der_public_key(base64.b64decode(text)))


def number(pem: str) -> str:
    """Return Alipay's number of a certificate: MD5 of its issuer and its serial number."""
    return _number(x509.load_pem_x509_certificate(pem.encode()))


def root_number(pems: str) -> str:
    """Return the numbers of a bundle's RSA certificates, joined; others are not counted.

    Alipay's own bundle has one for Chinese algorithms that is written in a way of its own.

    Raises:
        ValueError: There is no RSA certificate in it.

    """
    numbers = [_root(pem) for pem in _PEM.findall(pems)]
    if not any(numbers):
        raise ValueError("There is no RSA certificate among the root certificates.")
    return "_".join(filter(None, numbers))


def _root(pem: str) -> str:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        return ""
    signed_by = certificate.signature_algorithm_oid.dotted_string
    return _number(certificate) if signed_by.startswith(RSA_SIGNATURES) else ""


def _number(certificate: x509.Certificate) -> str:
    names = [f"{each.rfc4514_attribute_name}={each.value!s}" for each in certificate.issuer]
    named = f"{','.join(reversed(names))}{certificate.serial_number}".encode()
    return hashlib.md5(named, usedforsecurity=False).hexdigest()


def _rsa(key: object) -> rsa.RSAPublicKey:
    if not isinstance(key, rsa.RSAPublicKey):
        raise UnsupportedAlgorithm("The public key is not an RSA key.")
    return key
