"""What the account of a merchant at WeChat Pay consists of, and what can be wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from django.utils.translation import gettext_noop as _

from belvedere.connectors.wechatpay import signing
from belvedere.sell.ports import Problem
from belvedere.shared.errors import NotAuthorised

MAINLAND = "https://api.mch.weixin.qq.com"
ABROAD = "https://apihk.mch.weixin.qq.com"
PUBLIC_KEY = "PUB_KEY_ID_"

SETTINGS = {
    "appid": _("AppID of the service account (公众号) that is bound to the merchant number"),
    "mchid": _("Merchant number (商户号); through an institution: the institution's"),
    "serial_no": _("Serial number of the merchant's API certificate"),
    "private_key": _("Private key of that certificate: the text of apiclient_key.pem"),
    "apiv3_key": _("APIv3 key: the 32 characters that were set in the merchant platform"),
    "public_key_id": _("ID of WeChat Pay's public key (PUB_KEY_ID_…), if you were given one"),
    "public_key": _("WeChat Pay's public key: the text of pub_key.pem"),
    "sub_mchid": _("Your merchant number (sub_mchid), if an institution connects you"),
    "sub_appid": _("AppID of your own service account, if the institution bound one to you"),
    "category": _("Merchant category code (MCC), if an institution connects you"),
    "currency": _("Currency in which the institution settles with you, for example EUR"),
    "shop": _("Name of the shop, for phones, if an institution connects you"),
    "shop_address": _("Address of the shop, for phones, if an institution connects you"),
    "app_secret": _(
        "AppSecret of the service account, to pay inside WeChat without scanning a code"
    ),
}
NEEDED = frozenset({"appid", "mchid", "serial_no", "private_key", "apiv3_key"})
SECRET = frozenset({"private_key", "apiv3_key", "app_secret"})
SEVERAL_LINES = frozenset({"private_key", "public_key"})

# Said when a setting is there and does not have the form that it must have.
_FORMS = {
    "appid": (r"wx[0-9a-zA-Z]{8,30}", _("An AppID begins with wx and has 18 characters.")),
    "mchid": (r"[0-9]{6,32}", _("A merchant number has digits only.")),
    "serial_no": (r"[0-9A-Fa-f]{8,64}", _("A serial number has digits and letters A to F.")),
    "apiv3_key": (r"[!-~]{32}", _("The APIv3 key has 32 letters and digits, no more or less.")),
    "public_key_id": (
        rf"{PUBLIC_KEY}[0-9A-Za-z]+",
        _("The ID of a public key begins with PUB_KEY_ID_."),
    ),
    "sub_mchid": (r"[0-9]{6,32}", _("A merchant number has digits only.")),
    "sub_appid": (r"wx[0-9a-zA-Z]{8,30}", _("An AppID begins with wx and has 18 characters.")),
    "category": (r"[0-9]{4}", _("A merchant category code has four digits.")),
    "app_secret": (r"[0-9a-zA-Z]{32}", _("An AppSecret has 32 letters and digits.")),
    "currency": (r"[A-Z]{3}", _("Write the currency's three letters, for example EUR.")),
}
_NOT_PRIVATE = _(
    "This is not a private key that can be read. Paste the whole text of apiclient_key.pem,"
    " from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----."
)
_CERTIFICATE = _(
    "This is a certificate. The private key is in the file beside it, apiclient_key.pem."
)
_NOT_PUBLIC = _(
    "This is not a public key that can be read. Paste the whole text of pub_key.pem,"
    " from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----."
)
_BOTH = _("The public key and its ID belong together: fill in both.")
_INSTITUTION = _("An institution asks for this too.")
_NO_INSTITUTION = _("This is only for merchants that an institution connects.")


def examine(given: Mapping[str, str]) -> list[Problem]:
    """Say what is wrong with an account's settings, without asking WeChat Pay."""
    wrong = [
        Problem(name, words)
        for name, (form, words) in _FORMS.items()
        if given.get(name) and not re.fullmatch(form, given[name].strip())
    ]
    return [*wrong, *_keys(given), *_together(given)]


def _keys(given: Mapping[str, str]) -> list[Problem]:
    wrong = []
    pem = given.get("private_key", "")
    if pem and not _reads(signing.private_key, pem):
        words = _CERTIFICATE if _reads(signing.certificate, pem) else _NOT_PRIVATE
        wrong.append(Problem("private_key", words))
    pem = given.get("public_key", "")
    if pem and not _reads(signing.public_key, pem):
        wrong.append(Problem("public_key", _NOT_PUBLIC))
    return wrong


def _together(given: Mapping[str, str]) -> list[Problem]:
    wrong = []
    for one, other in (("public_key", "public_key_id"), ("public_key_id", "public_key")):
        if given.get(one) and not given.get(other):
            wrong.append(Problem(other, _BOTH))
    if given.get("sub_mchid"):
        if not given.get("category"):
            wrong.append(Problem("category", _INSTITUTION))
    else:
        only = ("category", "currency", "sub_appid", "shop", "shop_address")
        wrong += [Problem(each, _NO_INSTITUTION) for each in only if given.get(each)]
    return wrong


def _reads(read: object, pem: str) -> bool:
    try:
        read(pem)  # type: ignore[operator]
    except signing.BadKey:
        return False
    return True


@dataclass(frozen=True, repr=False)
class Account:
    """A merchant at WeChat Pay: a direct one, or one that an institution connects.

    It is never printed: half of it is secret.
    """

    given: Mapping[str, str]

    def __post_init__(self) -> None:
        if NEEDED - set(self.given):
            raise NotAuthorised("The account at WeChat Pay is not complete.")

    def __repr__(self) -> str:
        return f"Account({self['mchid']})"

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, "").strip()

    @property
    def institution(self) -> bool:
        """Say whether an institution connects this merchant, as for all in Italy."""
        return bool(self["sub_mchid"])

    @property
    def gateway(self) -> str:
        """Return where WeChat Pay is asked."""
        return ABROAD if self.institution else MAINLAND

    @property
    def owner(self) -> dict[str, str]:
        """Return the numbers that say whose order something is."""
        if self.institution:
            return {"sp_mchid": self["mchid"], "sub_mchid": self["sub_mchid"]}
        return {"mchid": self["mchid"]}

    @property
    def app(self) -> dict[str, str]:
        """Return the service accounts through which the buyer pays."""
        if not self.institution:
            return {"appid": self["appid"]}
        own = {"sub_appid": self["sub_appid"]} if self["sub_appid"] else {}
        return {"sp_appid": self["appid"], **own}

    @property
    def own_app(self) -> str:
        """Return the AppID of the service account in which the buyer reads our pages."""
        return self["sub_appid"] or self["appid"]

    @property
    def currencies(self) -> frozenset[str]:
        """Return in what may be priced: yuan, and what the institution settles in."""
        return frozenset({"CNY", self["currency"]} - {""})

    @property
    def sealing_key(self) -> bytes:
        """Return the key that opens what WeChat Pay seals."""
        return self["apiv3_key"].encode()

    @cached_property
    def private_key(self) -> RSAPrivateKey:
        """Return the key that signs our requests."""
        try:
            return signing.private_key(self["private_key"], known=True)
        except signing.BadKey as error:
            raise NotAuthorised(f"The private key cannot be used. {error}") from None

    @cached_property
    def public_key(self) -> RSAPublicKey | None:
        """Return WeChat Pay's public key, if the merchant was given one."""
        try:
            return signing.public_key(self["public_key"]) if self["public_key"] else None
        except signing.BadKey as error:
            raise NotAuthorised(f"The public key cannot be used. {error}") from None
