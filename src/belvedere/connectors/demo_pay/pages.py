"""The demo provider's own page, in the buyer's language. It belongs to no theme of ours."""

from html import escape

from belvedere.connectors.demo_pay.store import Row
from belvedere.shared.money import Amount

_WORDS = {
    "it": {
        "title": "Pagamento di prova",
        "demo": "Questo è un fornitore di pagamenti dimostrativo: non si muove denaro.",
        "pay": "Paga",
        "refuse": "Rifiuta il pagamento",
        "leave": "Torna senza pagare",
        "testers": "Per chi prova: che cosa può andare storto",
        "late": "Paga, ma l'avviso arriva con 90 secondi di ritardo",
        "twice": "Paga, e l'avviso arriva più volte",
        "lost": "Paga, ma l'avviso va perso",
        "stay": "Paga, ma il browser non torna indietro",
        "expired": "Paga, ma il denaro arriva dopo la scadenza",
        "paid": "Pagato. Puoi chiudere questa pagina.",
        "over": "Questo pagamento non è più aperto.",
        "back": "Torna al venditore",
    },
    "en": {
        "title": "Test payment",
        "demo": "This is a demo payment provider: no money moves.",
        "pay": "Pay",
        "refuse": "Refuse the payment",
        "leave": "Go back without paying",
        "testers": "For testers: what can go wrong",
        "late": "Pay, but the notice is 90 seconds late",
        "twice": "Pay, and the notice comes several times",
        "lost": "Pay, but the notice is lost",
        "stay": "Pay, but the browser does not go back",
        "expired": "Pay, but the money arrives after the deadline",
        "paid": "Paid. You can close this page.",
        "over": "This payment is no longer open.",
        "back": "Back to the seller",
    },
    "zh-Hans": {
        "title": "模拟支付",
        "demo": "这是演示用的支付平台，不会产生任何真实扣款。",
        "pay": "立即支付",
        "refuse": "拒绝付款",
        "leave": "不支付，返回",
        "testers": "测试选项：模拟各种异常情况",
        "late": "支付成功，但通知延迟90秒",
        "twice": "支付成功，通知重复发送",
        "lost": "支付成功，但通知丢失",
        "stay": "支付成功，但浏览器没有返回商家页面",
        "expired": "支付款项在超时之后才到账",
        "paid": "已支付，您可以关闭此页面。",
        "over": "此支付已关闭。",
        "back": "返回商家",
    },
}
TESTS = ("late", "twice", "lost", "stay", "expired")
_STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;
font:17px/1.5 system-ui,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;
background:#eef1f5;color:#17324d}
main{max-inline-size:26rem;margin-inline:auto;padding:1.5rem 1rem}
.card{background:#fff;border-radius:14px;padding:1.5rem;box-shadow:0 1px 8px #17324d22}
.demo{background:#fff3cd;
border:1px solid #8a6d00;border-radius:8px;padding:.75rem;margin:0 0 1rem}
h1{font-size:1.2rem;margin:0 0 .75rem}
.sum{font-size:2.2rem;font-weight:700;margin:.25rem 0 1rem}
button,.button{display:block;inline-size:100%;min-block-size:48px;font:inherit;border-radius:10px;
border:1px solid #17324d;background:#fff;color:#17324d;margin-block-start:.75rem;cursor:pointer;
padding:.6rem;text-align:center;text-decoration:none}
button.go{background:#0b6b3a;border-color:#0b6b3a;color:#fff;font-weight:700}
:focus-visible{outline:3px solid #d48806;outline-offset:2px}
details{margin-block-start:1.25rem}summary{padding-block:.75rem;cursor:pointer}
"""


def page(row: Row) -> str:
    """Return the page on which the buyer pays, refuses, or sees that it is over."""
    words = _WORDS.get(row.language, _WORDS["en"])
    open_ = row.state in ("open", "failed") and not row.arrives_late
    return _frame(row, words, _form(words, row) if open_ else _over(words, row))


def _form(words: dict[str, str], row: Row) -> str:
    tests = "".join(_button(words, each) for each in TESTS)
    return (
        f'<form method="post">{_button(words, "pay", "go")}{_button(words, "refuse")}'
        f"<details><summary>{escape(words['testers'])}</summary>{tests}</details></form>"
        f'<a class="button" href="{escape(row.back)}">{escape(words["leave"])}</a>'
    )


def _button(words: dict[str, str], do: str, look: str = "") -> str:
    return f'<button class="{look}" name="do" value="{do}">{escape(words[do])}</button>'


def _over(words: dict[str, str], row: Row) -> str:
    said = words["paid"] if row.state == "paid" or row.arrives_late else words["over"]
    return (
        f'<p role="status">{escape(said)}</p>'
        f'<a class="button" href="{escape(row.back)}">{escape(words["back"])}</a>'
    )


def _frame(row: Row, words: dict[str, str], body: str) -> str:
    spoken = row.language if row.language in _WORDS else "en"
    amount = Amount(row.amount, row.currency).text(spoken)
    return (
        f'<!doctype html><html lang="{spoken}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><link rel="icon" href="data:,">'
        f"<title>{escape(words['title'])}</title><style>{_STYLE}</style></head><body><main>"
        f'<div class="card"><h1>{escape(words["title"])}</h1>'
        f'<p class="demo">{escape(words["demo"])}</p><p>{escape(row.reference)}</p>'
        f'<p class="sum">{escape(amount)}</p>{body}</div></main></body></html>'
    )
