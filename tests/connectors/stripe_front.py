"""Stripe as far as it can be had on one computer.

`localstripe` (PyPI, not ours) is a real server with payments, refunds and signed webhooks,
but without Checkout. This simulator of our own stands before it: it has the Checkout Sessions,
takes the buyer's money at localstripe, and passes everything else on to it. What it is asked
for is checked against the types of Stripe's official client, which are made from Stripe's own
OpenAPI.
"""

import builtins
import hashlib
import hmac
import json
import re
import secrets
import subprocess
import sys
import time
import typing
from socket import create_server
from urllib.parse import parse_qsl

import httpx
import stripe.params.checkout._session_create_params as session_params
import typing_extensions

KEY, SECRET = "sk_test_invented0000", "whsec_invented0000"


def free_port():
    with create_server(("127.0.0.1", 0)) as unused:
        return unused.getsockname()[1]


def start_localstripe(folder):
    """Start localstripe as a process of its own; returns it and its address."""
    port = free_port()
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            httpx.get(f"{address}/v1/charges", auth=(KEY, "")).raise_for_status()
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    return process, address


def tree(pairs):
    """Read `a[b][0]=c` as Stripe does."""
    found = {}
    for name, value in pairs:
        at, *path = re.findall(r"[^\[\]]+", name)
        spot = found
        for step in path:
            spot, at = spot.setdefault(at, {}), step
        spot[at] = value
    return _lists(found)


def _lists(given):
    if not isinstance(given, dict):
        return given
    if given and all(name.isdigit() for name in given):
        return [_lists(given[name]) for name in sorted(given, key=int)]
    return {name: _lists(each) for name, each in given.items()}


def by_the_vendors_types(given, kind=session_params.SessionCreateParams):
    """Whether a request to open a page is one that Stripe's types allow, to the last name."""
    kinds = typing.get_args(kind)
    match typing.get_origin(kind):
        case typing.Literal:
            return given in kinds
        case typing.Union:
            # `Literal | str` leaves room for words to come; ours must be among today's.
            listed = [each for each in kinds if typing.get_origin(each) is typing.Literal]
            return any(by_the_vendors_types(given, each) for each in listed or kinds)
        case typing_extensions.NotRequired:
            return by_the_vendors_types(given, kinds[0])
        case builtins.list:
            return isinstance(given, list) and all(
                by_the_vendors_types(each, kinds[0]) for each in given
            )
        case builtins.dict:
            return isinstance(given, dict)
    if typing_extensions.is_typeddict(kind):
        names = {
            **vars(typing),
            "StripeContext": str,
            "UntypedStripeObject": {str: dict[str, str]},
        }
        known = typing_extensions.get_type_hints(kind, vars(session_params), names)
        return isinstance(given, dict) and all(
            name in known and by_the_vendors_types(each, known[name])
            for name, each in given.items()
        )
    return given.isdigit() if kind is int else isinstance(given, str)


class Front:
    """Checkout Sessions before localstripe."""

    def __init__(self, behind):
        self.behind = httpx.Client(base_url=behind, auth=(KEY, ""))
        self.sessions, self.keys, self.asked = {}, {}, []
        self.fails_with = None

    def pay(self, session_id, number="4242424242424242"):
        """The buyer types a card into Stripe's page. A refused one leaves the page open."""
        session = self.sessions[session_id]
        if session["status"] != "open":
            return
        card = {"type": "card", "card[number]": number, "card[exp_month]": "12"}
        card |= {"card[exp_year]": "2040", "card[cvc]": "123"}
        method = self.behind.post("/v1/payment_methods", data=card).json()
        given = {"amount": session["amount_total"], "currency": session["currency"]}
        given |= {"payment_method": method["id"], "confirm": "true"}
        answer = self.behind.post("/v1/payment_intents", data=given)
        if answer.status_code == 200 and answer.json()["status"] == "succeeded":
            session |= {"status": "complete", "payment_status": "paid", "url": None}
            session["payment_intent"] = answer.json()["id"]

    def notice(self, session_id, *, kind="checkout.session.completed", at=None):
        said = {"id": f"evt_{secrets.token_hex(8)}", "object": "event", "type": kind}
        body = json.dumps({**said, "data": {"object": self.sessions[session_id]}}).encode()
        return {"Stripe-Signature": signed(body, at)}, body

    def __call__(self, environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        pairs = parse_qsl(body.decode() or environ.get("QUERY_STRING", ""))
        self.asked.append((method, path, tree(pairs), environ))
        status, said = self._answer(method, path, pairs, environ)
        line = {200: "200 OK"}.get(status, f"{status} Refused")
        start_response(line, [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]

    def _answer(self, method, path, pairs, environ):
        if self.fails_with:
            return self.fails_with
        bearer = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if bearer != KEY:
            return 401, error("Invalid API key provided")
        key = environ.get("HTTP_IDEMPOTENCY_KEY", "")
        before = self.keys.get(key) if method == "POST" else None
        if before:
            same = before[0] == pairs
            return before[1] if same else (400, error("Other parameters", "idempotency_error"))
        answer = self._work(method, path, pairs)
        if key and method == "POST":
            self.keys[key] = (pairs, answer)
        return answer

    def _work(self, method, path, pairs):
        if path == "/v1/checkout/sessions":
            return self._create(tree(pairs))
        if found := re.fullmatch(r"/v1/checkout/sessions/(\w+)(/expire)?", path):
            session = self.sessions.get(found[1])
            if session is None:
                return 404, error("No such checkout.session")
            if found[2] and session["status"] != "open":
                return 400, error("Only open Sessions can be expired")
            if found[2]:
                session |= {"status": "expired", "url": None}
            return 200, self._expanded(session)
        form = {"params": pairs} if method == "GET" else {"data": dict(pairs)}
        answer = self.behind.request(method, path, **form)
        return answer.status_code, answer.json()

    def _create(self, given):
        given.pop("expand", None)
        if not by_the_vendors_types(given):
            return 400, error("Received unknown parameter")
        (line,) = given["line_items"]
        if not 1800 <= int(given["expires_at"]) - time.time() <= 86400:
            return 400, error("expires_at must be between 30 minutes and 24 hours from now")
        pk = f"cs_test_{secrets.token_hex(29)}"
        self.sessions[pk] = {
            "id": pk,
            "object": "checkout.session",
            "amount_total": int(line["price_data"]["unit_amount"]) * int(line["quantity"]),
            "currency": line["price_data"]["currency"],
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "url": f"https://checkout.stripe.com/c/pay/{pk}#fragment",
        }
        return 200, self.sessions[pk]

    def _expanded(self, session):
        if not session["payment_intent"]:
            return session
        address = f"/v1/payment_intents/{session['payment_intent']}"
        intent = self.behind.get(address, params={"expand[0]": "latest_charge"}).json()
        return {**session, "payment_intent": intent}


def error(message, kind="invalid_request_error"):
    return {"error": {"type": kind, "message": message}}


def signed(body, at=None):
    at = int(time.time() if at is None else at)
    made = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"
