"""The life of a piece, how often a channel is tried and asked, who is a visitor. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from math import inf

from belvedere.shared.languages import WRITTEN

LANGUAGE_CHOICES = [(each.tag, each.name) for each in WRITTEN]


class State(StrEnum):
    """Where a piece is between the desk and the public."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_S = State
LIFE: Mapping[State, frozenset[State]] = {
    _S.DRAFT: frozenset({_S.CHECKED}),
    _S.CHECKED: frozenset({_S.APPROVED, _S.DRAFT}),
    # `published` straight away: people put it up by hand and say so.
    _S.APPROVED: frozenset({_S.QUEUED, _S.PUBLISHED, _S.EXPIRED, _S.DRAFT}),
    _S.QUEUED: frozenset({_S.SENDING, _S.APPROVED, _S.EXPIRED}),
    # Back to `queued`: the channel said that nothing happened.
    _S.SENDING: frozenset({_S.ACCEPTED, _S.PUBLISHED, _S.FAILED, _S.UNKNOWN, _S.QUEUED}),
    _S.ACCEPTED: frozenset({_S.PUBLISHED, _S.FAILED, _S.UNKNOWN, _S.WITHDRAWN}),
    _S.PUBLISHED: frozenset({_S.WITHDRAWN, _S.EXPIRED}),
    _S.FAILED: frozenset({_S.DRAFT}),
    # Only a person, or the channel's own answer, says what became of it; never a retry.
    _S.UNKNOWN: frozenset({_S.ACCEPTED, _S.PUBLISHED, _S.FAILED, _S.WITHDRAWN}),
    _S.EXPIRED: frozenset({_S.DRAFT}),
    _S.WITHDRAWN: frozenset({_S.DRAFT}),
}


def may(now: str, then: str) -> bool:
    """Say whether a piece may go from one state to another.

    >>> may("approved", "queued"), may("draft", "published"), may("unknown", "queued")
    (True, False, False)
    """
    return State(then) in LIFE[State(now)]


PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 360))


def pause_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries that changed nothing; None: give up.

    >>> pause_after(1), pause_after(5), pause_after(6)
    (datetime.timedelta(seconds=60), datetime.timedelta(seconds=21600), None)
    """
    return PAUSES[tries - 1] if 1 <= tries <= len(PAUSES) else None


READ = (
    (timedelta(days=7), timedelta(hours=1)),
    (timedelta(days=90), timedelta(days=1)),
)
"""Up to which age a post's numbers are read, and how often: most of them move at first."""
READ_FOR = READ[-1][0]
MOST = 2**53
"""The largest number of a reading: up to here a float tells every whole number apart."""
SLOW = timedelta(minutes=5)
"""How far the clock of a channel may be ahead of ours."""
_METRIC = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


def read_again_after(age: timedelta) -> timedelta | None:
    """Return how long to wait before a post's numbers are read again; None: never.

    >>> read_again_after(timedelta(days=6)), read_again_after(timedelta(days=7))
    (datetime.timedelta(seconds=3600), datetime.timedelta(days=1))
    >>> read_again_after(timedelta(days=90)) is None
    True
    """
    return next((pause for until, pause in READ if age < until), None)


def unfit(metric: object, at: object, value: object, now: datetime) -> str:
    """Say why a reading cannot be kept; "" if it can. A metric that is no code is not quoted.

    >>> noon = datetime(2026, 5, 20, 12, tzinfo=UTC)
    >>> unfit("views", noon, 12, noon)
    ''
    >>> unfit("views", noon, float("nan"), noon)
    'views: nan is no count'
    >>> unfit("views", noon + timedelta(hours=1), 12, noon)
    'views: 2026-05-20T13:00:00+00:00 is in the future'
    >>> unfit("Maria Rossi", noon, 12, noon)
    'its metric is no short code'
    """
    if not isinstance(metric, str) or not _METRIC.fullmatch(metric):
        return "its metric is no short code"
    if not isinstance(at, datetime) or at.utcoffset() is None:
        return f"{metric}: its moment is none, or has no zone"
    if at > now + SLOW:
        return f"{metric}: {at.isoformat()} is in the future"
    if at < _OLDEST:
        return f"{metric}: {at.isoformat()} is too long ago"
    if not isinstance(value, int | float) or isinstance(value, bool):
        return f"{metric}: its value is no number"
    if not 0 <= value <= MOST:
        return f"{metric}: {_shown(value)} is no count"
    return ""


def _shown(number: float) -> str:
    """Return a number for a line of the log; of thousands of digits only that they are."""
    huge = isinstance(number, int) and abs(number) > 2**64
    return "a huge number" if huge else str(number)


# Link previews and crawlers that fetch a link which nobody followed. Kept small on purpose:
# a false "bot" loses a visitor, and what is left out costs one fact without a sale.
_ROBOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|telegram|embedly"
    r"|curl/|wget/|python-|httpx|go-http-client|java/|headless|lighthouse|monitor|uptime",
    re.IGNORECASE,
)


def is_person(method: str, headers: Mapping[str, str]) -> bool:
    """Say whether a request is somebody following a link, not a robot or a prefetch.

    >>> is_person("GET", {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0"})
    True
    >>> is_person("HEAD", {"User-Agent": "Mozilla/5.0"})
    False
    >>> is_person("GET", {"User-Agent": "Mozilla/5.0", "Sec-Purpose": "prefetch;prerender"})
    False
    >>> is_person("GET", {"User-Agent": "facebookexternalhit/1.1"}), is_person("GET", {})
    (False, False)
    """
    agent = headers.get("User-Agent", "")
    purpose = headers.get("Sec-Purpose", "") + headers.get("Purpose", "")
    return (
        method == "GET"
        and "prefetch" not in purpose
        and bool(agent)
        and not _ROBOTS.search(agent)
    )


_HAN = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
_NOT_FIRST = "，。、；：！？）》」』”’％,.;:!?)"
_NOT_LAST = "（《「『“‘("


def lines(text: str, *, most: int) -> list[str]:
    """Break a headline into as few lines as fit, and those as even as can be.

    Latin words stay whole; Han characters may be parted, but never so that a line begins
    with a closing mark or ends with an opening one, and rather after a mark than elsewhere.

    Args:
        text: The headline.
        most: How many characters fit on a line; a longer word has a line of its own.

    >>> lines("La foresta di Camaldoli a passo lento", most=20)
    ['La foresta', 'di Camaldoli', 'a passo lento']
    >>> lines("卡马尔多利森林慢行", most=10)
    ['卡马尔多利森林慢行']
    >>> lines("织机旁：卡森蒂诺羊毛呢", most=10)
    ['织机旁：', '卡森蒂诺羊毛呢']

    """
    parts = _parts(text)
    for count in range(1, len(parts) + 1):
        found = _even(parts, count, most)
        if found:
            return found
    return [part.strip() for part in parts]


def _parts(text: str) -> list[str]:
    """Return the smallest pieces that may not be parted."""
    parts: list[str] = []
    for char in text.strip():
        joins = (
            not parts
            or char in _NOT_FIRST
            or parts[-1][-1] in _NOT_LAST
            or (not _HAN.match(char) and not _HAN.match(parts[-1][-1]) and parts[-1][-1] != " ")
        )
        if joins and parts:
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _even(parts: Sequence[str], count: int, most: int) -> list[str]:
    """Return the most even way to set the parts on so many lines; [] if they don't fit."""
    ideal = len("".join(parts)) / count

    @cache
    def best(start: int, left: int) -> tuple[float, tuple[str, ...]]:
        """Return the cost of setting what follows on the lines that are left, and how."""
        found: tuple[float, tuple[str, ...]] = (inf, ())
        ends = [len(parts)] if left == 1 else range(start + 1, len(parts) - left + 2)
        for end in ends:
            line = "".join(parts[start:end]).strip()
            if len(line) > most and end - start > 1:
                continue
            rest, lines_after = (0.0, ()) if left == 1 else best(end, left - 1)
            cost = rest + (len(line) - ideal) ** 2 + (_weak_end(line) if left > 1 else 0)
            found = min(found, (cost, (line, *lines_after)), key=lambda each: each[0])
        return found

    cost, found = best(0, count)
    return list(found) if cost < inf else []


def _weak_end(line: str) -> float:
    """Return what it costs to end a line so: a mark is welcome, a little word is not."""
    if line[-1] in "，：；、,:;":
        return -30
    last = line.split(" ")[-1]
    return 20 if len(last) < 3 and not _HAN.match(last) else 0


def headline(found: Sequence[str], *, width: float = 85, largest: float = 9.5) -> float:
    """Return the size of type, in hundredths of the paper, at which the lines fill it.

    >>> headline(["卡马尔多利森林慢行"])
    9.3
    >>> headline(["La foresta di", "Camaldoli"]) <= 9.5
    True
    """
    widest = max(sum(1.02 if _HAN.match(char) else 0.56 for char in line) for line in found)
    tall = largest if len(found) < 3 else largest * 0.75
    return round(min(tall, width / widest), 1)


# Words that claim an absolute, from article 9(3) of China's Advertising Law, the SAIC reply
# 207/1997 and the platforms' public lists. The law's list is open: a match asks a person.
_ABSOLUTE = re.compile(
    "国家级|最高级|最佳|极品|顶级|顶尖|第一|最低|最高|最大|最好|最优|最先进|最便宜|最受欢迎|最具|最美"
    "|首选|唯一|独家|独一无二|绝无仅有|史无前例|前所未有|无与伦比|无可比拟|首屈一指|世界级|极致|至尊|王牌"
    "|遥遥领先|全网最低|绝对|万能|百分百|100%"
)
# What the market regulator's guide of 2023 (announcement 6) does not mean.
_HARMLESS = re.compile(
    "最佳(观赏|旅行|拍摄|食用|品尝|游览)?(时间|季节|时节|方法|路线|实践)|第一(步|次|天|站|日|批|届|个|章|节|晚)"
    "|最(近|后|终|初|多|少)|唯一(的)?(出口|入口|通道)|国家级(文物|非物质文化遗产|自然保护区)"
)


def superlatives(text: str) -> list[str]:
    """Return the words that China's advertising law may forbid, each once, in order.

    >>> superlatives("托斯卡纳最美的森林，全国第一")
    ['最美', '第一']
    >>> superlatives("第一天，最佳观赏季节，世界遗产")
    []
    """
    return list(dict.fromkeys(_ABSOLUTE.findall(_HARMLESS.sub("", text))))
