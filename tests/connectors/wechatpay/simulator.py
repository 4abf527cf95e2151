"""A simulator of WeChat Pay, ours and only for tests: it proves nothing about WeChat Pay.

It signs and verifies with `cryptography` directly, so that a mistake in the connector's own
signing is not made on both sides. What it says follows WeChat Pay's published API documents.
"""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

SCHEME, PAIR = "WECHATPAY2-SHA256-RSA2048 ", re.compile(r'(\w+)="([^"]*)"')
HEAD = r"(?P<abroad>/v3/global|/v3/pay)/transactions"
OPEN = re.compile(rf"{HEAD}/(?P<kind>native|jsapi|h5|mweb)")
CLOSE = re.compile(rf"{HEAD}/out-trade-no/(?P<number>[^/]+)/close")
ORDER = re.compile(rf"{HEAD}/out-trade-no/(?P<number>[^/]+)")
REFUND = re.compile(
    r"/v3/(refund/domestic/refunds|global/refunds/out-refund-no)/(?P<number>\w+)"
)
REFUNDS = ("/v3/refund/domestic/refunds", "/v3/global/refunds")
CERTIFICATES = ("/v3/certificates", "/v3/global/certificates")


def make_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def proof_of(headers):
    """What the header of a signed request says, in whatever order."""
    said = {name.lower(): value for name, value in headers.items()}.get("authorization", "")
    return dict(PAIR.findall(said)) if said.startswith(SCHEME) else {}


def private_pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key):
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def certify(key, *, begin=None, days=365):
    """A certificate of a key, signed by itself."""
    begin = begin or datetime.now(UTC) - timedelta(days=1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Not Tenpay")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .sign(key, SHA256())
    )


def number_of(certificate):
    return f"{certificate.serial_number:X}"


@dataclass
class Refusal(Exception):
    status: int
    code: str
    words: str = "refused"


@dataclass
class Simulator:
    """WeChat Pay's books of one merchant."""

    merchant: rsa.RSAPublicKey
    serial_no: str
    apiv3_key: str
    now: object
    keys: dict  # What it signs with: a private key by its number.
    signs_with: str = ""
    certificates: list = field(default_factory=list)
    orders: dict = field(default_factory=dict)
    refunds: dict = field(default_factory=dict)
    nonces: set = field(default_factory=set)
    asked: list = field(default_factory=list)
    refund_status: str = "SUCCESS"
    refuse: Refusal | None = None  # What the next request is answered.
    spoil: object = None  # Changes headers and body of an answer.

    # The wire ---------------------------------------------------------------------------------
    def transport(self):
        def answer(request):
            status, headers, body = self.handle(
                request.method, request.url.raw_path.decode(), request.headers, request.content
            )
            return httpx.Response(status, headers=headers, content=body)

        return httpx.MockTransport(answer)

    def serve(self):
        """A server on a free port of this computer; shut it down afterwards."""
        simulator = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                status, headers, body = simulator.handle(
                    self.command, self.path, self.headers, self.rfile.read(length)
                )
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *args):
                pass

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def handle(self, method, target, headers, body):
        self.asked.append((method, target, dict(headers), body))
        try:
            self.prove(method, target, headers, body)
            if self.refuse:
                refusal, self.refuse = self.refuse, None
                raise refusal
            said = self.answer(method, urlsplit(target), json.loads(body) if body else {})
        except Refusal as refusal:
            said = {"code": refusal.code, "message": refusal.words, "detail": {"sent": "…"}}
            return refusal.status, {"Content-Type": "application/json"}, dumps(said)
        content = b"" if said is None else dumps(said)
        name = headers.get("Wechatpay-Serial", "")
        signed = self.sign(content, by=name if name in self.keys else self.signs_with)
        if self.spoil:
            signed, content = self.spoil(signed, content)
        return (204 if said is None else 200), signed, content

    def prove(self, method, target, headers, body):
        said = proof_of(headers)
        if said.get("serial_no") != self.serial_no:
            raise Refusal(401, "SIGN_ERROR")
        text = f"{method}\n{target}\n{said['timestamp']}\n{said['nonce_str']}\n".encode()
        try:
            signature = b64decode(said["signature"])
            self.merchant.verify(signature, text + body + b"\n", padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            raise Refusal(401, "SIGN_ERROR") from None
        late = abs(int(said["timestamp"]) - self.now()) > 300
        if late or said["nonce_str"] in self.nonces:
            raise Refusal(401, "SIGN_ERROR")
        self.nonces.add(said["nonce_str"])

    def sign(self, body, *, by="", ago=0):
        by = by or self.signs_with
        stamp, nonce = str(int(self.now()) - ago), uuid4().hex
        text = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        signature = self.keys[by].sign(text, padding.PKCS1v15(), SHA256())
        return {
            "Content-Type": "application/json",
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": by,
            "Wechatpay-Signature": b64encode(signature).decode(),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def seal(self, plain, about):
        nonce = uuid4().hex[:12]
        key = AESGCM(self.apiv3_key.encode())
        sealed = key.encrypt(nonce.encode(), plain, about.encode())
        return {
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": b64encode(sealed).decode(),
            "nonce": nonce,
            "associated_data": about,
        }

    # The books --------------------------------------------------------------------------------
    def answer(self, method, target, given):
        path, query = target.path, parse_qs(target.query)
        if method == "GET" and path in CERTIFICATES:
            return self.give_certificates()
        if method == "POST" and path in REFUNDS:
            return self.give_back(given)
        if method == "POST" and (found := OPEN.fullmatch(path)):
            return self.open(found["kind"], given)
        if method == "POST" and (found := CLOSE.fullmatch(path)):
            return self.close(found["number"], given)
        if method == "GET" and (found := ORDER.fullmatch(path)):
            return self.order(found["number"], {name: each[0] for name, each in query.items()})
        if method == "GET" and (found := REFUND.fullmatch(path)):
            return self.refund(found["number"])
        raise Refusal(404, "RESOURCE_NOT_EXISTS")

    def give_certificates(self):
        if not self.certificates:
            raise Refusal(404, "RESOURCE_NOT_EXISTS")
        pems = [each.public_bytes(Encoding.PEM) for each in self.certificates]
        return {
            "data": [
                {
                    "serial_no": number_of(each),
                    "effective_time": each.not_valid_before_utc.isoformat(),
                    "expire_time": each.not_valid_after_utc.isoformat(),
                    "encrypt_certificate": self.seal(pem, "certificate"),
                }
                for each, pem in zip(self.certificates, pems, strict=True)
            ]
        }

    def open(self, kind, given):
        number = given["out_trade_no"]
        known = self.orders.get(number)
        if known and (known["kind"], known["given"]) != (kind, given):
            raise Refusal(403, "OUT_TRADE_NO_USED")
        if known and known["state"] != "NOTPAY":
            raise Refusal(400, "ORDER_CLOSED")
        self.orders.setdefault(
            number, {"kind": kind, "given": given, "state": "NOTPAY", "at": self.now()}
        )
        page = f"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx{number}"
        return {
            "native": {"code_url": f"weixin://wxpay/bizpayurl?pr={number[:9]}"},
            "jsapi": {"prepay_id": f"wx{number}"},
            "h5": {"h5_url": page},
            "mweb": {"mweb_url": page},
        }[kind]

    def find(self, number):
        if number not in self.orders:
            raise Refusal(404, "ORDER_NOT_EXIST")
        return self.orders[number]

    def order(self, number, asked):
        found = self.find(number)
        given = found["given"]
        if any(given.get(name) != value for name, value in asked.items()):
            raise Refusal(404, "ORDER_NOT_EXIST")
        names = ("appid", "mchid", "sp_appid", "sp_mchid", "sub_appid", "sub_mchid")
        amount = given["amount"]
        return {
            **{name: given[name] for name in names if name in given},
            "out_trade_no": number,
            "trade_state": found["state"],
            "trade_state_desc": found["state"].lower(),
            "amount": {**amount, "payer_total": amount["total"], "payer_currency": "CNY"},
            **found.get("says", {}),
        }

    def close(self, number, given):
        found = self.find(number)
        if found["state"] != "NOTPAY":
            raise Refusal(400, "ORDERPAID" if found["state"] == "SUCCESS" else "ORDER_CLOSED")
        if self.now() - found["at"] < 300:
            raise Refusal(400, "INVALID_REQUEST", "订单生成后5分钟内不能关单")
        found["state"] = "CLOSED"

    def give_back(self, given):
        number, amount = given["out_refund_no"], given["amount"]["refund"]
        found = self.find(given["out_trade_no"])
        if number not in self.refunds:
            total = found["given"]["amount"]["total"]
            gone = sum(
                each["amount"]["refund"]
                for each in self.refunds.values()
                if each["out_trade_no"] == given["out_trade_no"]
            )
            if found["state"] not in ("SUCCESS", "REFUND") or gone + amount > total:
                raise Refusal(403, "NOT_ENOUGH")
            found["state"] = "REFUND"
            self.refunds[number] = {
                "out_refund_no": number,
                "out_trade_no": given["out_trade_no"],
                "amount": given["amount"],
            }
        return self.refund(number)

    def refund(self, number):
        if number not in self.refunds:
            raise Refusal(404, "RESOURCE_NOT_EXISTS")
        return {**self.refunds[number], "status": self.refund_status}

    # The buyer and the postman ----------------------------------------------------------------
    def buyer(self, number, do):
        found = self.orders[number]
        if found["state"] == "NOTPAY":
            found["state"] = {"pay": "SUCCESS", "refuse": "PAYERROR"}[do]

    def notice(self, number, **changes):
        """Headers and body of the notice that an order is paid."""
        found = self.orders[number]
        said = json.dumps({**self.order(number, {}), "transaction_id": "4200001", **changes})
        event = found.setdefault("event", str(uuid4()))
        body = dumps(
            {
                "id": event,
                "create_time": datetime.fromtimestamp(self.now(), UTC).isoformat(),
                "resource_type": "encrypt-resource",
                "event_type": "TRANSACTION.SUCCESS",
                "summary": "支付成功",
                "resource": {
                    "original_type": "transaction",
                    **self.seal(said.encode(), "transaction"),
                },
            }
        )
        return self.sign(body), body


def dumps(said):
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
