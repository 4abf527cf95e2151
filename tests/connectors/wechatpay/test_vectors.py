"""The test cases that Tencent publishes with its own client, restated in `vectors.json`.

RSA signatures with PKCS #1 v1.5 are deterministic: what our `fits` accepts is the one signature
of a text, so a signature of ours that it accepts is the one that Tencent's client makes.
"""

import json
from pathlib import Path

import pytest

from belvedere.connectors.wechatpay import signing
from belvedere.connectors.wechatpay.account import Account
from belvedere.connectors.wechatpay.client import Client

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
NOTICE = VECTORS["notice"]
THEN = 1624523846


@pytest.fixture
def tencent():
    """The public key of Tencent's testing key."""
    return signing.certificate(VECTORS["certificate"]).public_key()


@pytest.mark.parametrize("case", VECTORS["to_sign"], ids=lambda case: case["method"])
def test_what_is_signed_of_a_request(case):
    parts = (case[each] for each in ("method", "url", "timestamp", "nonce", "body"))
    assert signing.lines(*parts) == case["expected"].encode()


def test_the_signature_of_a_text(tencent):
    signed = VECTORS["signed"]
    assert signing.fits(tencent, signed["text"].encode(), signed["signature"])
    assert not signing.fits(tencent, b"Source", signed["signature"])


def test_what_we_sign_is_the_one_signature_that_fits(keys):
    text = VECTORS["to_sign"][0]["expected"].encode()
    signature = signing.sign(keys["merchant"], text)
    assert signing.fits(keys["merchant"].public_key(), text, signature)
    assert signature == signing.sign(keys["merchant"], text)


@pytest.fixture
def taken(account, tmp_path):
    """A merchant on the day of the notice, who has Tencent's certificate already."""
    client = Client(Account(account), tmp_path, transport=None, now=lambda: THEN + 10)
    number = signing.serial(signing.certificate(VECTORS["certificate"]).serial_number)
    client.keys._keep({number: VECTORS["certificate"]})
    return client


def test_the_notice_is_verified_over_its_raw_bytes(taken):
    taken.verify(NOTICE["headers"], NOTICE["body"].encode())


def test_one_changed_byte_of_the_notice_is_refused(taken):
    with pytest.raises(signing.BadSignature, match="does not fit"):
        taken.verify(NOTICE["headers"], NOTICE["body"].encode() + b" ")


@pytest.mark.parametrize("late", [-301, 311])
def test_the_notice_is_refused_at_another_hour(account, tmp_path, taken, late):
    client = Client(Account(account), tmp_path, transport=None, now=lambda: THEN + late)
    with pytest.raises(signing.BadSignature, match="five minutes"):
        client.verify(NOTICE["headers"], NOTICE["body"].encode())


def test_the_notice_is_opened():
    """Tencent's case has a key of 16 bytes; merchants have one of 32."""
    sealed = json.loads(NOTICE["body"])["resource"]
    plain = signing.unseal(NOTICE["apiv3_key"].encode(), sealed)
    assert plain == NOTICE["plain"].encode()


@pytest.mark.parametrize(
    "change",
    [{"nonce": "Kj7QIyUiYx1Q"}, {"associated_data": ""}, {"ciphertext": "AAAA"}, {"nonce": ""}],
)
def test_what_was_changed_is_not_opened(change):
    sealed = {**json.loads(NOTICE["body"])["resource"], **change}
    with pytest.raises(signing.BadSignature):
        signing.unseal(NOTICE["apiv3_key"].encode(), sealed)


def test_another_way_of_sealing_is_not_tried():
    sealed = {**json.loads(NOTICE["body"])["resource"], "algorithm": "AEAD_SM4_GCM"}
    with pytest.raises(signing.BadSignature, match="another way"):
        signing.unseal(NOTICE["apiv3_key"].encode(), sealed)
