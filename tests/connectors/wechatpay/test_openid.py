"""Who the buyer is to the service account: the way there, and what WeChat answers."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from belvedere.connectors.wechatpay.payments import WechatPay
from belvedere.sell.ports import Site
from belvedere.shared.errors import NotAuthorised, Refused, TryLater

APP_SECRET = "0123456789abcdef0123456789abcdef"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
BACK = "https://example.org/zh-hans/orders/abc/pay/wechatpay/CNY/"


@pytest.fixture
def asked():
    return []


@pytest.fixture
def merchant(account, tmp_path, asked):
    """Make a merchant whose WeChat answers what a test gives it."""

    def make(answer=None, **more):
        def heard(request):
            asked.append(request.url)
            if isinstance(answer, Exception):
                raise answer
            return httpx.Response(200, json=answer)

        given = {**account, "app_secret": APP_SECRET, **more}
        site = Site("https://example.org/notify", tmp_path, b"secret", given)
        return WechatPay(site, transport=httpx.MockTransport(heard))

    return make


def test_the_browser_is_sent_with_what_wechat_prescribes(merchant):
    there = merchant().introduce(BACK, "abc123")
    address = urlsplit(there)
    assert (address.netloc, address.path) == ("open.weixin.qq.com", "/connect/oauth2/authorize")
    assert address.fragment == "wechat_redirect"
    assert list(parse_qs(address.query).items()) == [
        ("appid", ["wxdace645e0bc2c424"]),
        ("redirect_uri", [BACK]),
        ("response_type", ["code"]),
        ("scope", ["snsapi_base"]),
        ("state", ["abc123"]),
    ]


def test_the_own_service_account_comes_before_the_institutions(merchant):
    there = merchant(sub_mchid="1900000109", sub_appid="wx0000000000000001").introduce(
        BACK, "1"
    )
    assert "appid=wx0000000000000001" in there


def test_without_a_secret_nobody_is_sent_anywhere(merchant):
    assert not merchant(app_secret="").introduce(BACK, "abc123")


def test_a_code_is_exchanged_for_the_openid_and_nothing_else_is_asked(merchant, asked):
    told = {"access_token": "x", "expires_in": 7200, "openid": OPENID, "scope": "snsapi_base"}
    assert merchant(told).recognise("021abc") == OPENID
    (address,) = asked
    assert (address.host, address.path) == ("api.weixin.qq.com", "/sns/oauth2/access_token")
    assert dict(address.params) == {
        "appid": "wxdace645e0bc2c424",
        "secret": APP_SECRET,
        "code": "021abc",
        "grant_type": "authorization_code",
    }


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"errcode": 40029, "errmsg": "invalid code"}, Refused),
        ({"errcode": 40163, "errmsg": "code been used"}, Refused),
        ({"errcode": 40125, "errmsg": "invalid appsecret"}, NotAuthorised),
        ({"errcode": -1, "errmsg": "system error"}, TryLater),
        ({"openid": "<script>"}, Refused),
        (["openid"], TryLater),
        (httpx.ConnectTimeout("slow"), TryLater),
    ],
)
def test_what_is_no_openid_is_said_in_our_words(merchant, answer, error):
    with pytest.raises(error) as raised:
        merchant(answer).recognise("021abc")
    assert APP_SECRET not in str(raised.value)
    assert "021abc" not in str(raised.value)


def test_the_secret_is_in_no_log(merchant, caplog):
    merchant({"openid": OPENID}).recognise("021abc")
    assert APP_SECRET not in caplog.text
