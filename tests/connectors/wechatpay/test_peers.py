"""Independent programs agree with the connector: two clients, and the API's description.

- `wechatpayv3` (PyPI, MIT) and `wechatpay-axios-plugin` (npm, MIT) are others' clients.
- Prism (npm) validates each request against an OpenAPI description of WeChat Pay's API.
"""

import json
import os
import re
import socket
import subprocess
import threading
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import wechatpayv3
from wechatpayv3 import utils as v3

from belvedere.sell.ports import PaymentStage
from belvedere.shared.errors import Refused
from belvedere.shared.money import Amount

from .conftest import MERCHANT, PHONE, PUBLIC_KEY_ID, WECHAT, YUAN, opened
from .simulator import number_of, private_pem, proof_of, public_pem

HERE = Path(__file__).parent
SHARED = HERE.parents[3] / "shared/data/channels/specs/wechatpay_subset_swagger2.json"
AXIOS_PLUGIN = ("wechatpay-axios-plugin", "0.9.6")
PRISM = ("@stoplight/prism-cli", "5.16.0")


# wechatpayv3 ---------------------------------------------------------------------------------
@pytest.fixture
def python_client(keys, account, with_public_key):
    return wechatpayv3.WeChatPay(
        wechatpay_type=wechatpayv3.WeChatPayType.NATIVE,
        mchid=account["mchid"],
        private_key=account["private_key"],
        cert_serial_no=account["serial_no"],
        appid=account["appid"],
        apiv3_key=account["apiv3_key"],
        notify_url="https://shop.example/",
        public_key=with_public_key["public_key"],
        public_key_id=PUBLIC_KEY_ID,
    )


@pytest.fixture
def with_key(connect, account, with_public_key, wechat):
    wechat.signs_with = PUBLIC_KEY_ID
    return connect({**account, **with_public_key})


def signed_last(wechat):
    """What a merchant signed of the last request, and the signature."""
    method, target, headers, body = wechat.asked[-1]
    said = proof_of(headers)
    head = f"{method}\n{target}\n{said['timestamp']}\n{said['nonce_str']}\n"
    return f"{head}{body.decode()}\n", said["signature"]


def test_wechatpayv3_signs_a_request_as_we_do(with_key, wechat, keys):
    opened(with_key)
    text, signature = signed_last(wechat)
    assert v3.rsa_sign(keys["merchant"], text) == signature


def test_wechatpayv3_signs_the_call_of_the_wallet_as_we_do(with_key, python_client):
    bridge = opened(with_key, WECHAT).bridge
    parts = [bridge[each] for each in ("appId", "timeStamp", "nonceStr", "package")]
    assert python_client.sign(parts) == bridge["paySign"]


def test_a_notice_that_we_take_wechatpayv3_takes_too(with_key, python_client, wechat):
    payment = opened(with_key)
    wechat.buyer(payment.remote_id, "pay")
    headers, body = wechat.notice(payment.remote_id)
    theirs = python_client.callback(headers, body)
    ours = with_key.notified(headers, body)
    assert (theirs["id"], theirs["resource"]["out_trade_no"]) == (ours.event_id, ours.remote_id)


def test_neither_takes_one_that_was_changed(with_key, python_client, wechat):
    payment = opened(with_key)
    headers, body = wechat.notice(payment.remote_id)
    worse = body.replace("支付成功".encode(), "支付失败".encode())
    assert python_client.callback(headers, worse) is None
    with pytest.raises(Refused):
        with_key.notified(headers, worse)


# wechatpay-axios-plugin ----------------------------------------------------------------------
@pytest.fixture
def javascript(npm):
    """Have the JavaScript client do something."""
    modules = npm(*AXIOS_PLUGIN)

    def ask(task, **given):
        done = subprocess.run(
            ["node", str(HERE / "peer.js")],
            input=json.dumps({"task": task, **given}),
            env={**os.environ, "NODE_PATH": str(modules)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not done.returncode, done.stderr
        return json.loads(done.stdout)

    return ask


def test_the_javascript_client_accepts_our_signatures(javascript, with_key, wechat, keys):
    payment = opened(with_key, WECHAT)
    text, signature = signed_last(wechat)
    key = public_pem(keys["merchant"])
    assert javascript("verify", text=text, signature=signature, key=key)
    assert not javascript("verify", text=f"{text} ", signature=signature, key=key)
    parts = [payment.bridge[each] for each in ("appId", "timeStamp", "nonceStr", "package")]
    call = "".join(f"{each}\n" for each in parts)
    assert javascript("verify", text=call, signature=payment.bridge["paySign"], key=key)


@pytest.fixture
def told(javascript, with_key, wechat, keys, clock):
    """A notice that the JavaScript client sealed and signed."""

    def told(ago=0, **changes):
        payment = opened(with_key)
        wechat.buyer(payment.remote_id, "pay")
        notice = javascript(
            "notice",
            order={**wechat.order(payment.remote_id, {}), **changes},
            id=str(uuid4()),
            apiv3Key=MERCHANT["apiv3_key"],
            key=private_pem(keys["public"]),
            serial=PUBLIC_KEY_ID,
            timestamp=str(int(clock()) - ago),
        )
        return payment, notice["headers"], notice["body"].encode()

    return told


def test_we_take_a_notice_that_the_javascript_client_made(told, with_key):
    payment, headers, body = told()
    first = with_key.notified(headers, body)
    assert first.remote_id == payment.remote_id
    assert with_key.notified(headers, body) == first  # Again: the same event, stored once.
    assert with_key.read(first.remote_id).stage == PaymentStage.PAID


def test_but_not_changed_stale_replayed_or_another_merchants(told, with_key, clock):
    _payment, headers, body = told()
    with pytest.raises(Refused, match="does not fit"):
        with_key.notified(headers, body.replace(b"TRANSACTION", b"TRANSACTIOM"))
    _payment, *old = told(ago=301)
    with pytest.raises(Refused, match="five minutes"):
        with_key.notified(*old)
    _payment, *others = told(mchid="1900000000")
    with pytest.raises(Refused, match="another merchant"):
        with_key.notified(*others)
    clock.ahead = 302
    with pytest.raises(Refused, match="five minutes"):
        with_key.notified(headers, body)


def test_the_javascript_client_understands_our_simulator(
    javascript, with_key, wechat, account, keys, platform, served
):
    """So the simulator that we are tested against is not made for us alone."""
    payment = opened(with_key)
    wechat.signs_with = number_of(platform)
    order = javascript(
        "order",
        address=served(wechat),
        number=payment.remote_id,
        merchant={
            "mchid": account["mchid"],
            "serial": account["serial_no"],
            "privateKey": account["private_key"],
        },
        certs={number_of(platform): public_pem(keys["platform"])},
    )
    assert (order["trade_state"], order["out_trade_no"]) == ("NOTPAY", payment.remote_id)


@pytest.fixture
def served():
    """Serve the simulator at a real address."""
    servers = []

    def serve(simulator):
        server = simulator.serve()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for each in servers:
        each.shutdown()
        each.server_close()


# Prism ---------------------------------------------------------------------------------------
ONLY_DIRECT = {"mchid", "appid"}
pytest_shared = pytest.mark.skipif(
    not SHARED.exists(), reason="../shared is absent: WeChat Pay's API description NOT asked"
)


def described():
    """The description of the API, for merchants that an institution connects.

    It lists what direct merchants send and what institutions send as needed both at once; the
    documents mark each as "only for" the one or the other.
    """
    said = json.loads(SHARED.read_text(encoding="utf-8"))
    for path, verbs in said["paths"].items():
        for verb in verbs.values():
            kept = []
            for each in verb.get("parameters", []):
                schema = each.get("schema", {})
                if "/global/" in path and "required" in schema:
                    schema["required"] = sorted(set(schema["required"]) - ONLY_DIRECT)
                if not ("/global/" in path and each["name"] in ONLY_DIRECT):
                    kept.append(each)
            verb["parameters"] = kept
    return said


@pytest.fixture
def violations(npm, connect, wechat, served, tmp_path):
    """Put Prism between a merchant and the simulator, and collect what it objects to."""
    modules = npm(*PRISM)
    document = tmp_path / "wechatpay.json"
    document.write_text(json.dumps(described()), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    prism = subprocess.Popen(
        [modules / ".bin" / "prism", "proxy", str(document), served(wechat), "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found = []

    class Through(httpx.BaseTransport):
        def handle_request(self, request):
            address = f"http://127.0.0.1:{port}{request.url.raw_path.decode()}"
            answer = httpx.request(
                request.method, address, headers=request.headers, content=request.read()
            )
            said = json.loads(answer.headers.get("sl-violations", "[]"))
            found.extend(each for each in said if each["location"][0] == "request")
            headers = {
                name: value
                for name, value in answer.headers.items()
                if re.match("content-type|wechatpay-", name)
            }
            return httpx.Response(answer.status_code, headers=headers, content=answer.content)

    try:
        _wait(port)
        yield Through(), found
    finally:
        prism.terminate()
        prism.wait(20)


def _wait(port):
    for _ in range(300):
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("Prism did not start.")


def everything(payments, amount, wechat, clock):
    """Let a merchant ask for all that we ever ask for."""
    for device in (None, PHONE, WECHAT):
        payment = opened(payments, device, amount)
        payments.read(payment.remote_id)
    clock.ahead += 301
    assert payments.cancel(payment.remote_id).stage == PaymentStage.CLOSED
    payment = opened(payments, None, amount)
    wechat.buyer(payment.remote_id, "pay")
    part = Amount(100, amount.currency)
    assert payments.refund(payment.remote_id, part, key=str(uuid4())).refunded_minor == 100


@pytest.mark.shared
@pytest_shared
def test_prism_finds_nothing_wrong_with_a_direct_merchant(
    violations, connect, account, wechat, clock
):
    through, found = violations
    everything(connect(account, transport=through), YUAN, wechat, clock)
    assert found == []


@pytest.mark.shared
@pytest_shared
def test_prism_finds_nothing_wrong_through_an_institution(
    violations, connect, through_institution, wechat, clock
):
    through, found = violations
    merchant = connect({**through_institution, "shop": ""}, transport=through)
    everything(merchant, Amount(5000, "EUR"), wechat, clock)
    assert found == []


@pytest.mark.shared
@pytest_shared
def test_prism_would_have_told(violations, connect, account, keys):
    """Else its silence would mean nothing."""
    through, found = violations
    payments = connect(account, transport=through)
    order = {"appid": MERCHANT["appid"], "amount": {"total": "much"}, "out_trade_no": "123456"}
    payments.client.post("/v3/pay/transactions/native", order)
    told = " ".join(each["message"] for each in found)
    assert "mchid" in told
    assert "integer" in told
