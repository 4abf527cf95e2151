"""Invoices for commission: what they come to, which kind they are, and why one must wait.

Sources: D.P.R. 633/1972 (articles 7-ter, 17, 21); Agenzia delle Entrate, "Specifiche tecniche
relative alla fatturazione elettronica", version 1.9, whose controls 00421 (VAT within a cent
of taxable amount times rate) and 00423 an invoice must pass.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale

from belvedere.sell.rules import world
from belvedere.shared.errors import BadInput

VAT_PERCENT = 22
STAMP_FROM_MINOR = 7_747
"""From above 77.47 euros a paper without VAT bears a stamp of 2 euros (D.P.R. 642/1972)."""
NO_VAT = "N2.1"
"""Not subject to VAT, articles 7 to 7-septies of D.P.R. 633/1972."""
FOREIGN_CODE = "XXXXXXX"
NO_CODE = "0000000"
KEPT_YEARS = 10
_CODE = re.compile(r"^[A-Z0-9]{7}$")
_PROVINCE = re.compile(r"^[A-Z]{2}$")
# What String60LatinType and String80LatinType of the schema hold.
_LENGTHS = {"name": 80, "street": 60, "city": 60}


class Who(StrEnum):
    """Who can put it right."""

    AGENCY = "agency"
    SELLER = "seller"
    ACCOUNTANT = "accountant"


class What(StrEnum):
    """What is wrong."""

    LACKS = "lacks"
    LETTERS = "letters"
    LONG = "long"
    PUBLIC = "public"
    CURRENCY = "currency"
    VAT_ABROAD = "vat_abroad"
    NOT_UNION = "not_union"


@dataclass(frozen=True)
class Problem:
    """One reason why an invoice is held.

    Attributes:
        who: Who can put it right.
        what: What is wrong.
        field: The field that it is about; empty for what is about none.

    """

    who: Who
    what: What
    field: str = ""


def taxed(commission: int, vat: int) -> tuple[int, int]:
    """Return taxable amount and VAT of a paper; together they are what the ledger has.

    Each sale's VAT was rounded by itself, so that the sum of many may be further than a cent
    from 22 % of the whole, which the Sistema di Interscambio refuses. Then the same total is
    split anew.

    Args:
        commission: Minor units, by the ledger.
        vat: Minor units, by the ledger.

    >>> taxed(410, 90), taxed(-410, -90)
    ((410, 90), (-410, -90))
    >>> taxed(4100, 900), taxed(0, 1), taxed(1, -1)
    ((4098, 902), (0, 1), (0, 0))

    """
    total = commission + vat
    sign = -1 if total < 0 else 1
    net, tax = commission * sign, vat * sign
    if net >= 0 and tax >= 0 and abs(tax * 100 - net * VAT_PERCENT) <= 100:
        return commission, vat
    net = (abs(total) * 200 + 100 + VAT_PERCENT) // (2 * (100 + VAT_PERCENT))
    return net * sign, total - net * sign


def is_home(seller: Mapping[str, str]) -> bool:
    """Say whether a seller is established in Italy."""
    return seller["country"] == world.HOME


def problems(
    agency: Mapping[str, str], seller: Mapping[str, str], *, currency: str, vat: int
) -> list[Problem]:
    """Return why an invoice cannot be issued; empty when it can.

    Args:
        agency: Who issues it, as `queries.papers.party_of` reads it.
        seller: Who it is for.
        currency: ISO 4217.
        vat: VAT on the commission that the ledger has taken.

    >>> firm = {"name": "A", "vat_number": "IT1", "tax_code": "1", "street": "B",
    ...         "postcode": "52015", "city": "C", "province": "AR", "country": "IT",
    ...         "tax_form": "entity"}
    >>> problems(firm, firm, currency="EUR", vat=90)
    []
    >>> nowhere = {**firm, "city": ""}
    >>> [str(each.field) for each in problems(firm, nowhere, currency="EUR", vat=9)]
    ['city']
    >>> abroad = {**firm, "country": "FR", "vat_number": "FR1", "province": ""}
    >>> [str(each.what) for each in problems(firm, abroad, currency="EUR", vat=90)]
    ['vat_abroad']
    >>> problems(firm, abroad, currency="EUR", vat=0)
    []

    """
    found = [Problem(Who.AGENCY, What.LACKS, each) for each in _lacks_agency(agency)]
    found += [Problem(Who.SELLER, What.LACKS, each) for each in _lacks_seller(seller)]
    for who, party in ((Who.AGENCY, agency), (Who.SELLER, seller)):
        found += [Problem(who, what, each) for what, each in _unwritable(party)]
    if currency != "EUR":
        found.append(Problem(Who.ACCOUNTANT, What.CURRENCY))
    if seller["tax_form"] == "public":
        found.append(Problem(Who.ACCOUNTANT, What.PUBLIC))
    if not is_home(seller):
        if seller["country"] not in world.UNION:
            found.append(Problem(Who.ACCOUNTANT, What.NOT_UNION))
        elif vat:
            found.append(Problem(Who.ACCOUNTANT, What.VAT_ABROAD))
    return found


def _lacks_agency(agency: Mapping[str, str]) -> list[str]:
    asked = ("name", "vat_number", "street", "postcode", "city", "province")
    return [each for each in asked if not agency[each]]


def _lacks_seller(seller: Mapping[str, str]) -> list[str]:
    asked = ["name", "street", "city"]
    if is_home(seller):
        asked += ["postcode", "province"]
    found = [each for each in asked if not seller[each]]
    # In Italy whoever has no VAT number has a codice fiscale; abroad the rule of article
    # 7-ter is for businesses only, which the number proves.
    if not seller["vat_number"] and not (is_home(seller) and seller["tax_code"]):
        found.append("vat_number")
    return found


def _unwritable(party: Mapping[str, str]) -> Iterable[tuple[What, str]]:
    """Yield what the schema cannot hold: it takes Latin letters, and not too many."""
    for field, most in _LENGTHS.items():
        text = party[field]
        if any(ord(each) > 0xFF for each in text):
            yield What.LETTERS, field
        if len(text) > most:
            yield What.LONG, field


def lacks_for_report(seller: Mapping[str, str], born: date | None) -> list[str]:
    """Return what the yearly report needs of a seller and nobody has said (DAC7).

    Directive (EU) 2021/514, annex V, section II, B: name, address, tax number, VAT number
    where there is one, and of a person the day of birth. The account is said if it is known.

    >>> who = {"tax_form": "person", "first_name": "Ada", "last_name": "", "street": "Via A",
    ...        "city": "Stia", "postcode": "52015", "tax_code": "", "country": "IT",
    ...        "vat_number": "IT99999999990"}
    >>> lacks_for_report(who, None)
    ['last_name', 'tax_code', 'birth_date']
    """
    person = seller["tax_form"] == "person"
    names = ("first_name", "last_name") if person else ("name",)
    asked = [*names, "street", "postcode", "city", "country"]
    if person or not seller["vat_number"]:  # A company's number for taxes is in it.
        asked.append("tax_code")
    found = [each for each in asked if not seller[each]]
    return [*found, "birth_date"] if person and not born else found


def tax_code(text: str, country: str = world.HOME) -> str:
    """Read a codice fiscale by its check letter; abroad any number is taken as it is.

    >>> tax_code("rssmra85t10a562s"), tax_code("99999999990"), tax_code("12 34", "FR")
    ('RSSMRA85T10A562S', '99999999990', '1234')
    >>> tax_code("RSSMRA85T10A562X")
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: tax code
    """
    text = "".join(text.split()).upper()
    if not text or country != world.HOME:
        return text
    try:
        return str(codicefiscale.validate(text))
    except ValidationError as error:
        raise BadInput("tax code", field="tax_code") from error


def recipient_code(text: str) -> str:
    """Read a codice destinatario: seven letters or digits.

    >>> recipient_code(" m5uxcr1 "), recipient_code("")
    ('M5UXCR1', '')
    >>> recipient_code("12345")
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: recipient code
    """
    text = "".join(text.split()).upper()
    if text and not _CODE.match(text):
        raise BadInput("recipient code", field="recipient_code")
    return text


def province(text: str) -> str:
    """Read the two letters of a province.

    >>> province(" ar "), province("")
    ('AR', '')
    >>> province("Arezzo")
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: province
    """
    text = text.strip().upper()
    if text and not _PROVINCE.match(text):
        raise BadInput("province", field="province")
    return text


def postcode(text: str, country: str = world.HOME) -> str:
    """Read a postcode: five digits in Italy.

    >>> postcode("52015"), postcode("SW1A 1AA", "GB")
    ('52015', 'SW1A 1AA')
    >>> postcode("5201")
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: postcode
    """
    if country == world.HOME and not re.fullmatch(r"[0-9]{5}", text):
        raise BadInput("postcode", field="postcode")
    return text[:10]


def month_of(day: date) -> date:
    """Return the first day of a day's month.

    >>> month_of(date(2026, 11, 26))
    datetime.date(2026, 11, 1)
    """
    return day.replace(day=1)


def month_after(day: date) -> date:
    """Return the first day of the month after.

    >>> month_after(date(2026, 12, 5)), month_after(date(2026, 1, 31))
    (datetime.date(2027, 1, 1), datetime.date(2026, 2, 1))
    """
    return month_of(month_of(day) + timedelta(days=31))


def month_before(day: date) -> date:
    """Return the first day of the month before.

    >>> month_before(date(2026, 1, 31))
    datetime.date(2025, 12, 1)
    """
    return month_of(month_of(day) - timedelta(days=1))


def forget_after(year: int) -> date:
    """Return until when what the report said of a year must be kept: ten years, and no more.

    Directive (EU) 2021/514, annex V, section IV, B: five to ten years after the year's end.

    >>> forget_after(2026)
    datetime.date(2036, 12, 31)
    """
    return date(year + KEPT_YEARS, 12, 31)
