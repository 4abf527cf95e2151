"""A simulator of Alipay's gateway, of our own, written from the vendor's documentation.

It shares no code with the connector. What vouches for its signatures is Alipay's own client,
where Node is installed (`test_alipay_peer.py`); nothing vouches for its behaviour.
"""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

BEIJING = timezone(timedelta(hours=8))
APP, SELLER = "2021000000000001", "2088000000000001"


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public(key):
    """The public key as Alipay's page shows it: base64 without a frame."""
    made = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(made).decode()


def certificate(key, name, *, issuer=None, issuer_key=None, serial=None):
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Invented"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(issuer_key or key, hashes.SHA256())
    )
    return made, made.public_bytes(serialization.Encoding.PEM).decode()


class Gateway:
    """Trades of one shop, reached at one address."""

    def __init__(self, app_key, own_key, *, certificate_number=""):
        self.app_key, self.own_key = app_key, own_key
        self.certificate_number = certificate_number
        self.trades, self.codes, self.refunds, self.asked = {}, {}, {}, []
        self.notices, self.now = {}, lambda: datetime.now(UTC)
        self.answers = {}  # Method: what it answers instead.
        self.tamper = lambda body: body
        self.escape = False
        self.balance_is_short = False

    # What a buyer does

    def scan(self, number):
        """Scan the code of a trade: from now on Alipay knows it."""
        content = self.codes[number]
        if number not in self.trades and self._in_time(content):
            self.trades[number] = {**content, "status": "WAIT_BUYER_PAY", "back": Decimal(0)}

    def visit(self, address):
        """Open the page of a trade, and log in."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert self._is_from_the_shop(query)
        content = json.loads(query["biz_content"])
        self.codes[content["out_trade_no"]] = {**content, "notify_url": query["notify_url"]}
        self.scan(content["out_trade_no"])
        return query

    def pay(self, number):
        self.scan(number)
        trade = self.trades.get(number)
        if trade and trade["status"] == "WAIT_BUYER_PAY" and self._in_time(trade):
            trade["status"], trade["paid"] = "TRADE_SUCCESS", self._time()
            self.notices[number] = self.notice(number)

    def finish(self, number):
        """Let the time for refunds go by."""
        self.trades[number]["status"] = "TRADE_FINISHED"

    # What Alipay sends

    def notice(self, number, **changed):
        trade = self.trades[number]
        fields = {
            "app_id": APP,
            "seller_id": SELLER,
            "charset": "utf-8",
            "notify_type": "trade_status_sync",
            "notify_id": f"n{len(self.asked):033}",
            "notify_time": self._time(),
            "version": "1.0",
            "trade_status": trade["status"],
            "trade_no": f"2026{number[:20]}",
            "out_trade_no": number,
            "total_amount": trade["total_amount"],
            "subject": "森林 100% & more",
            "fund_bill_list": '[{"amount":"50.00","fundChannel":"ALIPAYACCOUNT"}]',
            "empty": "",
            **changed,
        }
        sign_type = {"sign_type": "RSA2"}
        return {}, urlencode({**fields, "sign": self._sign(fields), **sign_type}).encode()

    def _sign(self, fields):
        """Sign a notice: all of its fields, also the empty ones."""
        text = "&".join(f"{k}={v}" for k, v in sorted(fields.items()))
        return self._signature(text)

    def _signature(self, text):
        made = self.own_key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(made).decode()

    # The gateway

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"].startswith("/scan/"):
            self.scan(environ["PATH_INFO"].removeprefix("/scan/"))
            start_response("204 No Content", [])
            return []
        length = int(environ.get("CONTENT_LENGTH") or 0)
        given = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        given |= parse_qs(environ["wsgi.input"].read(length).decode(), keep_blank_values=True)
        body = self.tamper(self._answer({name: each[0] for name, each in given.items()}))
        kind = ("Content-Type", "text/html;charset=utf-8")  # As the real one does.
        start_response("200 OK", [kind, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, query):
        self.asked.append(query)
        name = query["method"].replace(".", "_") + "_response"
        if not self._is_from_the_shop(query):
            refused = {"code": "40002", "msg": "Invalid Arguments"}
            refused |= {"sub_code": "isv.invalid-signature", "sub_msg": "验签出错"}
            return json.dumps({"error_response": refused}).encode()
        content = json.loads(query["biz_content"])
        answer = query["method"].replace("alipay.trade.", "_").replace(".", "_")
        said = self.answers.get(query["method"]) or getattr(self, answer)(content, query)
        text = json.dumps(said, ensure_ascii=False, separators=(",", ": "))
        signature = self._signature(text)
        if self.escape:  # Signed before the slashes were escaped.
            text = text.replace("/", "\\/")
        serial = self.certificate_number
        more = f'"alipay_cert_sn":"{serial}",' if serial else ""
        return f'{{"{name}": {text},{more}"sign":"{signature}"}}'.encode()

    def _is_from_the_shop(self, query):
        fields = {name: each for name, each in query.items() if name != "sign" and each}
        text = "&".join(f"{name}={each}" for name, each in sorted(fields.items()))
        try:
            self.app_key.public_key().verify(
                base64.b64decode(query.get("sign", "")),
                text.encode(),
                padding.PKCS1v15(),
                hashes.SHA256(),
            )
        except InvalidSignature:
            return False
        return query["app_id"] == APP

    def _precreate(self, content, query):
        number = content["out_trade_no"]
        trade = self.trades.get(number)
        if trade and trade["status"] == "TRADE_CLOSED":
            return _failed("ACQ.TRADE_HAS_CLOSE")
        if trade and trade["status"] != "WAIT_BUYER_PAY":
            return _failed("ACQ.TRADE_HAS_SUCCESS")
        self.codes.setdefault(number, {**content, "notify_url": query.get("notify_url")})
        return _well(out_trade_no=number, qr_code=f"https://qr.alipay.com/bax{number[:20]}")

    def _query(self, content, query):
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return _failed("ACQ.TRADE_NOT_EXIST")
        paid = {"send_pay_date": trade["paid"]} if "paid" in trade else {}
        return _well(
            out_trade_no=content["out_trade_no"],
            trade_no="2026",
            trade_status=trade["status"],
            total_amount=trade["total_amount"],
            buyer_logon_id="森***@example.com",
            **paid,
        )

    def _close(self, content, query):
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return _failed("ACQ.TRADE_NOT_EXIST")
        if trade["status"] != "WAIT_BUYER_PAY":
            return _failed("ACQ.TRADE_STATUS_ERROR")
        trade["status"] = "TRADE_CLOSED"
        return _well(out_trade_no=content["out_trade_no"], trade_no="2026")

    def _refund(self, content, query):
        number, key = content["out_trade_no"], content["out_request_no"]
        trade, amount = self.trades[number], Decimal(content["refund_amount"])
        if (number, key) in self.refunds:
            return _well(out_trade_no=number, fund_change="N", refund_fee=str(trade["back"]))
        if trade["status"] == "TRADE_FINISHED":
            return _failed("ACQ.TRADE_HAS_FINISHED")
        if self.balance_is_short:
            return _failed("ACQ.SELLER_BALANCE_NOT_ENOUGH")
        if trade["back"] + amount > Decimal(trade["total_amount"]):
            return _failed("ACQ.REASON_TRADE_REFUND_FEE_ERR")
        self.refunds[number, key] = amount
        trade["back"] += amount
        if trade["back"] == Decimal(trade["total_amount"]):
            trade["status"] = "TRADE_CLOSED"
        return _well(out_trade_no=number, fund_change="Y", refund_fee=str(trade["back"]))

    def _fastpay_refund_query(self, content, query):
        number, key = content["out_trade_no"], content["out_request_no"]
        if (number, key) not in self.refunds:
            return _well(out_trade_no=number)  # It says well, and nothing.
        amount = str(self.refunds[number, key])
        return _well(out_trade_no=number, refund_status="REFUND_SUCCESS", refund_amount=amount)

    def _in_time(self, content):
        return self._time() <= content["time_expire"]

    def _time(self):
        return f"{self.now().astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def _well(**more):
    return {"code": "10000", "msg": "Success", **more}


def _failed(sub_code):
    return {"code": "40004", "msg": "Business Failed", "sub_code": sub_code, "sub_msg": "失败"}
