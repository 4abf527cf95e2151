"""Who the buyer is to a service account: OAuth2 in WeChat's own browser.

Official Accounts, "网页授权". Scope `snsapi_base` gives the openid alone, and asks the buyer
nothing. Name and picture are not asked for.
"""

import re
from urllib.parse import urlencode

import httpx

from belvedere.connectors.wechatpay.account import Account
from belvedere.shared.errors import NotAuthorised, Refused, TryLater

OPEN = "https://open.weixin.qq.com/connect/oauth2/authorize"
API = "https://api.weixin.qq.com"
# The AppID or its secret is wrong, or this address may not ask.
_ACCOUNT = {40001, 40013, 40125, 40164, 41002, 41004}
_BUSY = {-1, 45009, 45011}
_OPENID = re.compile(r"[0-9A-Za-z_-]{6,128}")


def address(account: Account, back: str, state: str) -> str:
    """Return where the browser is sent; the order of the parameters is prescribed."""
    asked = {
        "appid": account.own_app,
        "redirect_uri": back,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    return f"{OPEN}?{urlencode(asked)}#wechat_redirect"


def read(account: Account, code: str, transport: httpx.BaseTransport | None = None) -> str:
    """Exchange a code for the openid; a code is good once, for five minutes.

    Raises:
        RemoteError: See `belvedere.shared.errors`. Neither code nor secret is in its words.

    """
    asked = {
        "appid": account.own_app,
        "secret": account["app_secret"],
        "code": code,
        "grant_type": "authorization_code",
    }
    try:
        with httpx.Client(base_url=API, transport=transport, timeout=10) as http:
            said = http.get("/sns/oauth2/access_token", params=asked).json()
    except (httpx.HTTPError, ValueError):
        raise TryLater("WeChat does not say who the buyer is.") from None
    number = said.get("errcode", 0) if isinstance(said, dict) else -1
    if number in _ACCOUNT:
        raise NotAuthorised(f"WeChat knows no such service account and secret ({number}).")
    if number in _BUSY:
        raise TryLater(f"WeChat does not say who the buyer is ({number}).")
    found = str(said.get("openid", ""))
    if number or not _OPENID.fullmatch(found):
        raise Refused(f"WeChat does not take this code ({number}).")
    return found
