"""What can be wrong with an account is said where it is typed in, in words that help."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from belvedere.connectors.wechatpay import account as accounts
from belvedere.connectors.wechatpay.account import Account, examine
from belvedere.connectors.wechatpay.payments import WechatPay
from belvedere.shared.errors import NotAuthorised

from .simulator import private_pem

BROKEN = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"


def wrong(given):
    return {each.field for each in examine(given)}


def test_nothing_is_wrong_with_a_good_one(account, with_public_key, through_institution):
    assert examine(account) == []
    assert examine({**account, **with_public_key}) == []
    assert examine(through_institution) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("appid", "gh_0123456789"),
        ("mchid", "merchant 7"),
        ("serial_no", "no serial"),
        ("apiv3_key", "of-31-letters-is-one-too-few..."),
        ("apiv3_key", "ü" * 32),
        ("private_key", "no key"),
        ("private_key", BROKEN),
    ],
)
def test_each_setting_has_its_form(account, name, value):
    assert wrong({**account, name: value}) == {name}


def test_the_certificate_is_not_the_key(account, platform):
    pem = platform.public_bytes(Encoding.PEM).decode()
    (told,) = examine({**account, "private_key": pem})
    assert "apiclient_key.pem" in told.text
    assert "certificate" in told.text


def test_a_key_of_another_kind_is_refused(account):
    other = private_pem(ec.generate_private_key(ec.SECP256R1()))
    assert wrong({**account, "private_key": other}) == {"private_key"}


def test_the_public_key_and_its_id_belong_together(account, with_public_key):
    for one, other in (("public_key", "public_key_id"), ("public_key_id", "public_key")):
        assert wrong({**account, one: with_public_key[one]}) == {other}
    assert wrong({**account, **with_public_key, "public_key": BROKEN}) == {"public_key"}
    assert wrong({**account, **with_public_key, "public_key_id": "7"}) == {"public_key_id"}


def test_an_institution_asks_for_more_and_nobody_else_does(account, through_institution):
    assert wrong({**through_institution, "category": ""}) == {"category"}
    assert wrong({**account, "currency": "EUR"}) == {"currency"}
    assert wrong({**through_institution, "currency": "euro", "category": "tours"}) == {
        "currency",
        "category",
    }


def test_what_is_said_never_repeats_what_was_written(account):
    given = {name: f"typed-by-mistake-{name}" for name in accounts.SETTINGS}
    told = examine(given)
    assert told
    assert not any("typed-by-mistake" in each.text for each in told)


def test_each_setting_is_either_shown_or_secret():
    assert WechatPay.spec.settings.keys() - WechatPay.spec.shown == {
        "private_key",
        "apiv3_key",
        "app_secret",
    }


@pytest.mark.parametrize("name", ["private_key", "public_key"])
def test_a_key_that_was_spoilt_since_asks_to_be_connected_again(account, with_public_key, name):
    spoilt = Account({**account, **with_public_key, name: BROKEN})
    with pytest.raises(NotAuthorised) as told:
        getattr(spoilt, name)
    assert "MIIE" not in str(told.value)


def test_no_other_stage_is_needed_to_talk_to_wechat_pay():
    """A connector takes plain values: no model is in it."""
    folder = Path(accounts.__file__).parent
    assert not [each for each in folder.glob("*.py") if "models" in each.read_text("utf-8")]
