"""One-click sign-in for who tries a demo on the own computer."""

from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured

from belvedere.territory.models import User

SALT = "belvedere.territory.enter"
_HERE = ("127.0.0.1", "::1")
_PASSED_ON = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")


def demo_link(user: User) -> str:
    """Return the token of `territory:enter` that signs somebody in, in a demo only.

    It is safe for three reasons, each enough to stop a stranger: the token is signed with
    this installation's key and bound to the person's password, so it cannot be guessed and
    ends when the demo is reset; the address answers 404 unless the installation is a demo;
    and it answers only a browser on this very computer.

    Args:
        user: Who the link is for.

    Raises:
        ImproperlyConfigured: This is not a demo.

    """
    if not settings.DEMO:
        raise ImproperlyConfigured("One-click links exist in a demo only.")
    return signing.dumps([user.pk, _bond(user)], salt=SALT, compress=False)


def who(token: str) -> User | None:
    """Return whose link a token is; None if it is wrong or the account is closed."""
    try:
        pk, bond = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and _bond(user) == bond else None


def from_here(meta: Mapping[str, str]) -> bool:
    """Say whether a request was made on this very computer.

    One that a proxy passed on was not, because its true origin is only claimed.

    Args:
        meta: The request's `META`.

    """
    passed_on = any(header in meta for header in _PASSED_ON)
    return meta.get("REMOTE_ADDR") in _HERE and not passed_on


def _bond(user: User) -> str:
    return user.get_session_auth_hash()[:16]
