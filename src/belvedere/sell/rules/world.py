"""Countries and their taxes: every code of ISO 3166, the Union, its VAT. Pure: tables only.

Names and codes come with Babel (Unicode CLDR); what CLDR has and ISO 3166-1 has not is left
out. Rates: European Commission, "VAT rules and rates: standard VAT rate" of the 27 member
states as in force on 1 January 2026. Places outside the Union's VAT area although their
country is in it: Directive 2006/112/EC, articles 5 to 8.
"""

import re
from decimal import Decimal
from functools import cache

from babel import Locale

HOME = "IT"
RATES_AT = "2026-01-01"
STANDARD_VAT = {
    "AT": Decimal(20), "BE": Decimal(21), "BG": Decimal(20), "CY": Decimal(19),
    "CZ": Decimal(21), "DE": Decimal(19), "DK": Decimal(25), "EE": Decimal(24),
    "ES": Decimal(21), "FI": Decimal("25.5"), "FR": Decimal(20), "GR": Decimal(24),
    "HR": Decimal(25), "HU": Decimal(27), "IE": Decimal(23), "IT": Decimal(22),
    "LT": Decimal(21), "LU": Decimal(17), "LV": Decimal(21), "MT": Decimal(18),
    "NL": Decimal(21), "PL": Decimal(23), "PT": Decimal(23), "RO": Decimal(21),
    "SE": Decimal(25), "SI": Decimal(22), "SK": Decimal(23),
}  # fmt: skip
UNION = frozenset(STANDARD_VAT)
# CLDR's own: islands with a reserved code, groups of countries, user-assigned, pseudo-places.
_NOT_ISO = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
)
# Nobody lives there to receive a parcel, or no post goes there.
NO_POST = frozenset(("AQ", "BV", "GS", "HM", "IO", "TF", "UM"))
# The Union restricts what may be sent (regulations 833/2014, 765/2006, 2017/1509, 36/2012):
# what may not is not checked here, so nothing is sent.
RESTRICTED = frozenset(("BY", "KP", "RU", "SY"))
# Neither plainly the Union nor plainly abroad: Monaco is France to VAT, San Marino has an
# exchange of papers of its own with Italy, Vatican City likewise; Åland and the overseas
# departments of France belong to the Union's customs area and not to that of its VAT.
SPECIAL = frozenset(("AX", "GF", "GP", "MC", "MF", "MQ", "RE", "SM", "VA", "YT"))
# Postcodes of places that are outside their country's VAT area, or have a rate of their own.
_APART = {
    "AT": re.compile(r"^(6691|699[123])$"),  # Jungholz, Kleinwalsertal.
    "DE": re.compile(r"^(27498|78266)$"),  # Heligoland, Büsingen.
    "ES": re.compile(r"^(35|38|51|52)"),  # The Canaries, Ceuta, Melilla.
    "FI": re.compile(r"^22"),  # Åland, which has a code of its own too.
    "FR": re.compile(r"^(97|98)"),  # Overseas and Monaco: they have codes of their own.
    "GB": re.compile(r"^BT", re.IGNORECASE),  # Northern Ireland: the Union, for goods.
    "GR": re.compile(r"^(63086|81|82|83|853|854)"),  # Mount Athos, islands of the Aegean.
    "IT": re.compile(r"^(23041|22061)$"),  # Livigno, Campione d'Italia.
    "PT": re.compile(r"^9"),  # The Azores, Madeira.
}


@cache
def countries() -> tuple[str, ...]:
    """Return every code of ISO 3166-1, in order.

    >>> len(countries()), "XK" in countries(), countries()[:3]
    (249, False, ('AD', 'AE', 'AF'))
    """
    every = (str(each) for each in Locale("en").territories)
    known = (each for each in every if len(each) == 2 and each.isalpha())
    return tuple(sorted(set(known) - _NOT_ISO))


@cache
def names(language: str) -> dict[str, str]:
    """Return what each country is called in a language (BCP 47), in its alphabet's order.

    >>> names("it")["FR"], names("zh-Hans")["FR"], len(names("en"))
    ('Francia', '法国', 249)
    """
    known = Locale.parse(language.replace("-", "_")).territories
    found = {each: known.get(each, each) for each in countries()}
    return dict(sorted(found.items(), key=lambda each: each[1]))


def name(country: str, language: str) -> str:
    """Return what one country is called.

    >>> name("CN", "it"), name("QQ", "it")
    ('Cina', 'QQ')
    """
    return names(language).get(country, country)


def is_export(country: str) -> bool:
    """Say whether goods sent there leave the Union.

    >>> is_export("FR"), is_export("CH"), is_export("IT")
    (False, True, False)
    """
    return country not in UNION


def is_apart(country: str, postcode: str) -> bool:
    """Say whether a postcode lies in a place whose taxes are not its country's.

    >>> is_apart("ES", "35001"), is_apart("ES", "28001"), is_apart("GB", "bt1 5gs")
    (True, False, True)
    """
    pattern = _APART.get(country)
    return bool(pattern and pattern.match(postcode.replace(" ", "")))
