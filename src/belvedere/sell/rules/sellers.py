"""Who may sell goods: numbers that are right or not, and what would help to sell more."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from stdnum import iban as ibans
from stdnum.eu import vat as vats
from stdnum.exceptions import ValidationError

from belvedere.sell.rules import world
from belvedere.shared.errors import BadInput

AGREEMENT = "2026-1"
WITHDRAWAL_DAYS = 14  # Directive 2011/83/EU, article 9
SLOW_HOURS = 72


def vat_number(text: str, country: str = world.HOME) -> str:
    """Read a VAT number of the Union, with its letters or without.

    Only its form and check digits are judged; whether it is in use, VIES knows.

    Args:
        text: As typed.
        country: ISO 3166, whose letters are put before a number that has none.

    >>> vat_number(" 99999999990 "), vat_number("it 99999999990")
    ('IT99999999990', 'IT99999999990')
    >>> vat_number("40303265045", "FR"), vat_number("094259216", "GR")
    ('FR40303265045', 'EL094259216')
    >>> vat_number("IT99999999991")
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: vat number

    """
    text = "".join(text.split()).upper().replace("-", "").replace(".", "")
    if text.isdigit():
        text = f"{'EL' if country == 'GR' else country}{text}"
    try:
        return str(vats.validate(text))
    except ValidationError as error:
        raise BadInput("vat number", field="vat_number") from error


def iban(text: str) -> str:
    """Read an IBAN.

    >>> iban("it60 x054 2811 1010 0000 0123 456")
    'IT60X0542811101000000123456'
    >>> iban("IT60X0542811101000000123457")
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: iban
    """
    try:
        return str(ibans.validate(text))
    except ValidationError as error:
        raise BadInput("iban", field="iban") from error


def masked(text: str) -> str:
    """Show enough of a number to recognise it, and no more.

    >>> masked("IT60X0542811101000000123456"), masked("IT99999999990"), masked("")
    ('IT•••• 3456', 'IT•••• 9990', '')
    """
    return f"{text[:2]}•••• {text[-4:]}" if text else ""


class Next(StrEnum):
    """What a seller could do to sell more. The order is that of what helps most."""

    FINISH = "finish"
    GOODS = "goods"
    STOCK = "stock"
    SEND = "send"
    PHOTO = "photo"
    CHINESE = "chinese"
    ENGLISH = "english"
    STORY = "story"
    PORTRAIT = "portrait"
    CUSTOMS = "customs"
    TOP_MARKET = "top_market"
    SLOW = "slow"
    OSS = "oss"


@dataclass(frozen=True)
class OfGood:
    """What is known of one good of a seller."""

    slug: str
    title: str
    pictures: int
    languages: frozenset[str]
    left: int
    customs_ready: bool


@dataclass(frozen=True)
class OfSeller:
    """What is known of a seller."""

    approved: bool
    goods: tuple[OfGood, ...] = ()
    has_story: bool = False
    has_portrait: bool = False
    to_send: int = 0
    late: int = 0
    ready_hours: int = 24
    top_market: str = ""
    ships_to_top_market: bool = True
    must_register: bool = False


@dataclass(frozen=True)
class Advice:
    """One thing to do, and of which good."""

    what: Next
    good: OfGood | None = None
    country: str = ""


def advice(seller: OfSeller, *, most: int = 5) -> list[Advice]:
    """Say what a seller should do next, what helps most first.

    >>> [str(each.what) for each in advice(OfSeller(approved=False))]
    ['finish']
    >>> [str(each.what) for each in advice(OfSeller(approved=True))]
    ['goods', 'story', 'portrait']
    >>> coat = OfGood("coat", "Coat", 0, frozenset({"it", "en"}), 0, True)
    >>> [str(each.what) for each in advice(OfSeller(True, (coat,), True, True, ready_hours=96))]
    ['stock', 'photo', 'chinese', 'slow']
    >>> there = OfSeller(True, (), True, True, top_market="CN", ships_to_top_market=False)
    >>> [(str(each.what), each.country) for each in advice(there)]
    [('goods', ''), ('top_market', 'CN')]

    """
    if not seller.approved:
        return [Advice(Next.FINISH)]
    found = [*_whole(seller), *(one for each in seller.goods for one in _of_good(each))]
    first = {each.what: each for each in reversed(found)}  # One good of a kind at a time.
    order = list(Next)
    return sorted(first.values(), key=lambda each: order.index(each.what))[:most]


def _whole(seller: OfSeller) -> Iterable[Advice]:
    asked = (
        (not seller.goods, Next.GOODS),
        (seller.late > 0, Next.SEND),
        (not seller.has_story, Next.STORY),
        (not seller.has_portrait, Next.PORTRAIT),
        (seller.ready_hours > SLOW_HOURS, Next.SLOW),
        (seller.must_register, Next.OSS),
    )
    yield from (Advice(what) for needed, what in asked if needed)
    if seller.top_market and not seller.ships_to_top_market:
        yield Advice(Next.TOP_MARKET, country=seller.top_market)


def _of_good(good: OfGood) -> Iterable[Advice]:
    asked = (
        (good.left == 0, Next.STOCK),
        (good.pictures == 0, Next.PHOTO),
        ("zh-Hans" not in good.languages, Next.CHINESE),
        ("en" not in good.languages, Next.ENGLISH),
        (not good.customs_ready, Next.CUSTOMS),
    )
    yield from (Advice(what, good) for needed, what in asked if needed)
