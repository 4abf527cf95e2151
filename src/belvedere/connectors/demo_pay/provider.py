"""The demo provider itself: a small WSGI application that behaves as real providers do.

Nothing here imports the sale, and it keeps its own books: what passes between it and its
merchant is bytes over HTTP, signed both ways.
"""

import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx

from belvedere.connectors.demo_pay.pages import TESTS, page
from belvedere.connectors.demo_pay.signing import BadSignature, sign, verify
from belvedere.connectors.demo_pay.store import Conflict, Row, Store

Environ = dict[str, Any]
Answer = tuple[int, str, bytes, list[tuple[str, str]]]
LARGEST = 64 * 1024


class Provider:
    """The WSGI application, and the postman who brings its notices.

    Args:
        home: Folder in which it keeps its books.
        secret: What it shares with its merchant.
        now: Its clock, in seconds since 1970.

    """

    def __init__(self, home: Path, secret: bytes, now: Callable[[], float] = time.time) -> None:
        self.secret, self.now = secret, now
        self.store = Store(home / "demo-provider.sqlite3", now)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        status, kind, body, headers = self._answer(environ)
        line = f"{status} {HTTPStatus(status).phrase}"
        start_response(
            line,
            [
                ("Content-Type", kind),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                *headers,
            ],
        )
        return [body]

    def deliver(self, send: Callable[[str, bytes, dict[str, str]], bool] | None = None) -> int:
        """Bring the notices that are due to the merchant; returns how many were tried."""
        due = self.store.due()
        for notice, event, address, body, tries in due:
            headers = sign(self.secret, event, body, self.now())
            headers["Demo-Event"] = event
            well = (send or post)(address, body, headers)
            self.store.delivered(notice, well=well, tries=tries)
        return len(due)

    def _answer(self, environ: Environ) -> Answer:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        length = min(int(environ.get("CONTENT_LENGTH") or 0), LARGEST)
        body = environ["wsgi.input"].read(length) if length else b""
        if shown := re.fullmatch(r"/pay/([\w-]+)/?", path):
            return self._buyer(shown[1], method, body)
        if path.startswith("/api/"):
            return self._api(environ, method, path, body)
        return _text(404, "Not found")

    def _buyer(self, pk: str, method: str, body: bytes) -> Answer:
        row = self.store.get(pk)
        if row is None:
            return _text(404, "Not found")
        if method != "POST":
            return 200, "text/html; charset=utf-8", page(row).encode(), []
        do = parse_qs(body.decode("utf-8", "replace")).get("do", [""])[0]
        try:
            if do == "refuse":
                self.store.refuse(pk)
            elif do == "pay" or do in TESTS:
                self.store.pay(pk, "" if do in ("pay", "stay") else do)
        except Conflict:
            pass  # The page, or the merchant's, says that it is over.
        if do == "stay":
            return 303, "text/plain", b"", [("Location", pk)]
        return 303, "text/plain", b"", [("Location", row.back)]

    def _api(self, environ: Environ, method: str, path: str, body: bytes) -> Answer:
        headers = {
            key[5:].replace("_", "-"): value
            for key, value in environ.items()
            if key.startswith("HTTP_")
        }
        try:
            nonce = verify(self.secret, f"{method} {path}", headers, body, self.now())
            if not self.store.fresh(nonce):
                raise BadSignature("This request was sent before.")
        except BadSignature as error:
            return _json(401, {"error": str(error)})
        try:
            row = self._called(method, path, json.loads(body or b"{}"))
        except Conflict as error:
            return _json(409, {"error": str(error)})
        except (KeyError, ValueError) as error:
            return _json(400, {"error": f"{type(error).__name__}: {error}"})
        return _json(200, asdict(row)) if row else _json(404, {"error": "No such payment."})

    def _called(self, method: str, path: str, given: dict[str, Any]) -> Row | None:
        if (method, path) == ("POST", "/api/payments"):
            return self.store.create(given)
        found = re.fullmatch(r"/api/payments/([\w-]+)(?:/(close|refunds))?", path)
        if not found or (method == "GET") != (found[2] is None):
            return None
        if found[2] == "close":
            return self.store.close(found[1])
        if found[2] == "refunds":
            return self.store.refund(found[1], int(given["amount"]), str(given["key"]))
        return self.store.get(found[1])


def post(address: str, body: bytes, headers: dict[str, str]) -> bool:
    """Bring one notice over HTTP; whether the merchant took it."""
    try:
        headers = {**headers, "Content-Type": "application/json"}
        return httpx.post(address, content=body, headers=headers, timeout=10).is_success
    except httpx.HTTPError:
        return False


def _json(status: int, body: dict[str, Any]) -> Answer:
    return status, "application/json", json.dumps(body).encode(), []


def _text(status: int, text: str) -> Answer:
    return status, "text/plain; charset=utf-8", text.encode(), []
