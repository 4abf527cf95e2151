"""With which keys WeChat Pay signs: its public key, or certificates that change by the year."""

import json
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from belvedere.connectors.wechatpay import signing
from belvedere.connectors.wechatpay.account import PUBLIC_KEY, Account
from belvedere.shared.errors import NotAuthorised, RemoteError

FRESH = 12 * 3600
PAUSE = 300


class Keys:
    """The keys that WeChat Pay may sign with for one merchant.

    New merchants are given a public key, older ones download certificates, and while a
    merchant moves from these to that, both sign. The certificates are kept in the home, for all
    processes; they are asked for twice a day, and for an unknown number at most every five
    minutes, so that forged notices don't make us ask.

    Args:
        account: The merchant's.
        home: Folder that the installation may write to.
        download: Asks WeChat Pay for its certificates, sealed.
        now: The clock, in seconds since 1970.

    """

    def __init__(
        self,
        account: Account,
        home: Path,
        download: Callable[[], list[dict[str, Any]]],
        now: Callable[[], float],
    ) -> None:
        self._account, self._download, self._now = account, download, now
        where = "abroad" if account.institution else "mainland"
        self._path = home / f"wechatpay-{where}-{account['mchid']}.json"

    def named(self, serial: str) -> RSAPublicKey | None:
        """Return the key of that number, if it is WeChat Pay's and still good."""
        if serial.startswith(PUBLIC_KEY):
            known_as = self._account["public_key_id"]
            return self._account.public_key if serial == known_as else None
        number = signing.serial(serial)
        at, known = self._kept()
        if self._now() - at > (FRESH if number in known else PAUSE):
            known = self._renewed(known, needed=number not in known)
        return self._key(known.get(number))

    def preferred(self) -> str:
        """Return the number of the key with which we want to be answered."""
        if self._account["public_key_id"]:
            return self._account["public_key_id"]
        at, known = self._kept()
        if self._now() - at > (FRESH if known else PAUSE):
            known = self._renewed(known, needed=not known)
        good = [each for each in map(signing.certificate, known.values()) if self._good(each)]
        newest = max(good, key=lambda each: each.not_valid_after_utc, default=None)
        return signing.serial(newest.serial_number) if newest else ""

    def opened(self, sealed: list[dict[str, Any]]) -> dict[str, str]:
        """Open what was downloaded: certificates in PEM, by their numbers.

        Raises:
            NotAuthorised: The APIv3 key of the account does not open them.

        """
        found = {}
        try:
            for each in sealed:
                box = each["encrypt_certificate"]
                pem = signing.unseal(self._account.sealing_key, box).decode()
                found[signing.serial(signing.certificate(pem).serial_number)] = pem
        except (signing.BadSignature, signing.BadKey, KeyError, TypeError, ValueError):
            raise NotAuthorised(
                "The APIv3 key does not open WeChat Pay's certificates."
            ) from None
        return found

    def _renewed(self, known: dict[str, str], *, needed: bool) -> dict[str, str]:
        """Ask for the certificates again; go on with those we have if there is no answer."""
        try:
            found = self.opened(self._download())
        except RemoteError:
            if needed:
                raise
            return known
        self._keep(found)
        return found

    def _key(self, pem: str | None) -> RSAPublicKey | None:
        found = signing.certificate(pem) if pem else None
        key = found.public_key() if found and self._good(found) else None
        return key if isinstance(key, RSAPublicKey) else None

    def _good(self, found: x509.Certificate) -> bool:
        now = datetime.fromtimestamp(self._now(), UTC)
        return found.not_valid_before_utc <= now <= found.not_valid_after_utc

    def _kept(self) -> tuple[float, dict[str, str]]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return float(kept["at"]), dict(kept["certificates"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0.0, {}

    def _keep(self, certificates: dict[str, str]) -> None:
        """Write the file whole or not at all: other processes read it meanwhile."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"at": self._now(), "certificates": certificates})
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".wechatpay-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(self._path)
